"""Reads a WARC file record by record, blocks in memory up to a limit, on behind damage."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from archive.numbers import MOST_EXACT, whole_number
from archive.warc.members import Member, MemberState, read_member

MAX_BLOCK_BYTES = 64 * 1024 * 1024
"""The part of a block that is read; no record that becomes a row has a tenth of this."""


_BLANK_LINE = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class StreamedRecord:
    """A whole record: its place, its header fields and its block."""

    offset: int
    length: int
    fields: dict[str, str]
    """Names in lower case; the first value of a name that comes twice."""
    block: bytes = field(repr=False)
    is_cut: bool = False
    """The block is longer than is read."""

    @property
    def kind(self) -> str:
        """WARC-Type."""
        return self.fields.get("warc-type", "")

    @property
    def record_id(self) -> str:
        """WARC-Record-ID, brackets included."""
        return self.fields.get("warc-record-id", "")


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that hold no whole record, or one that cannot be used."""

    offset: int
    length: int
    state: MemberState
    why: str = ""
    """Why a whole record cannot be used, in words."""

    @property
    def words(self) -> str:
        """The damage in words, for messages."""
        return self.why or str(self.state)


class _Collected:
    """Keeps the first bytes of a member."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def feed(self, data: bytes) -> None:
        """Keep as many bytes as there is room for."""
        if self.size < MAX_BLOCK_BYTES:
            self.parts.append(data[: MAX_BLOCK_BYTES - self.size])
        self.size += len(data)


def streamed(file: BinaryIO, start: int = 0) -> Iterator[StreamedRecord | Damage]:
    """All records from an offset on, in order, and the damaged stretches between them."""
    size = file.seek(0, 2)
    offset = start
    while offset < size:
        collected = _Collected()
        member = read_member(file, offset, collected)
        yield _record(member, b"".join(collected.parts), collected.size)
        offset += member.length


def _record(member: Member, data: bytes, size: int) -> StreamedRecord | Damage:
    """`size` is that of the unpacked member, of which `data` may be the beginning."""
    if member.state is not MemberState.WHOLE:
        return Damage(member.offset, member.length, member.state)
    end = data.find(_BLANK_LINE)
    if end < 0 or not data.startswith(b"WARC/"):
        return Damage(member.offset, member.length, MemberState.DAMAGED, "it is not a WARC record")
    fields: dict[str, str] = {}
    for line in data[:end].decode("utf-8", errors="replace").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    length = whole_number(fields.get("content-length", ""), MOST_EXACT)
    begin = end + len(_BLANK_LINE)
    if length is None or length > size - begin:
        why = "its block is not as long as Content-Length says"
        return Damage(member.offset, member.length, MemberState.DAMAGED, why)
    block = data[begin : begin + length]
    return StreamedRecord(member.offset, member.length, fields, block, is_cut=length > len(block))


def fields_of(block: bytes) -> list[tuple[str, str]]:
    """The lines of an application/warc-fields block."""
    lines = (line.partition(":") for line in block.decode("utf-8", errors="replace").splitlines())
    return [(name.strip(), value.strip()) for name, colon, value in lines if colon]
