"""Reads records that others wrote, one by one: what is damaged or lies is named and passed over.

Nothing of a record is believed: its length is held against the bytes that are there, its block
against the digest that it names, and no more than MAX_RECORD_BYTES of it are unpacked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from archive.warc.http1 import Head, head_of, payload
from archive.warc.members import MAGIC, PIECE_BYTES, State, read_member, record_starts
from archive.warc.record_facts import (
    MAX_HEADER_BYTES,
    RecordFacts,
    RecordReading,
    digest_bytes,
    header_facts,
)
from archive.warc.records import sha1_text
from archive.warc.stream import MAX_BLOCK_BYTES

MAX_RECORD_BYTES = 1024 * 1024 * 1024
"""A gzip member that unpacks to more is refused: a bomb of 1 MB has as much."""

RECORD_END = b"\r\n\r\n"
_START = b"WARC/1."


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes of a file in which records lie one after the other, each readable by its place."""

    packed: bool
    """Whether each is a gzip member of its own."""
    start: int
    end: int
    is_converted: bool = False
    """Whether they were written by an import, into the companion: places in it may change."""


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A whole record."""

    offset: int
    length: int
    facts: RecordFacts
    block: bytes = field(repr=False)
    """At most the first MAX_BLOCK_BYTES."""

    @property
    def url(self) -> str:
        """WARC-Target-URI, without the brackets in which wget puts it."""
        return (self.facts.value("warc-target-uri") or "").removeprefix("<").removesuffix(">")

    @property
    def head(self) -> Head:
        """Of the answer; of what is no HTTP one that says nothing but the type."""
        mime = (self.facts.value("content-type") or "").lower()
        if mime.startswith("application/http"):
            return head_of(self.block)
        return Head(0, None, (("content-type", mime),))

    @property
    def payload_digest(self) -> str | None:
        """`sha1:` with base32 over the de-chunked body, whatever the header names.

        Of a block that is not kept whole the header's own, where that is a SHA-1 and right.
        """
        if (self.facts.content_length or 0) <= MAX_BLOCK_BYTES:
            head = self.head
            return sha1_text(payload(head, [self.block[head.length :]]))
        given = self.facts.value("warc-payload-digest") or ""
        is_sha1 = given.lower().startswith(("sha1:", "sha-1:"))
        right = digest_bytes(given) == self.facts.payload_digest
        return given if is_sha1 and right else None


@dataclass(frozen=True, slots=True)
class Unusable:
    """Bytes that are no whole record, and why."""

    offset: int
    length: int
    why: str


class TooLargeError(Exception):
    """Raised by sinks that were given more than they may take."""


class _Taken:
    """Measures a record and keeps its first bytes."""

    def __init__(self) -> None:
        self.reading = RecordReading()
        self.first = bytearray()
        self.size = 0

    def feed(self, data: bytes) -> None:
        """The next piece; TooLargeError where it is one too many."""
        self.size += len(data)
        if self.size > MAX_RECORD_BYTES:
            raise TooLargeError
        self.reading.feed(data)
        self.first += data[: max(0, MAX_HEADER_BYTES + MAX_BLOCK_BYTES - len(self.first))]

    def block(self, facts: RecordFacts) -> bytes:
        """As much of it as is kept."""
        begin = self.first.find(RECORD_END) + len(RECORD_END)
        return bytes(self.first[begin : begin + min(facts.content_length or 0, MAX_BLOCK_BYTES)])


def region_records(file: BinaryIO, region: Region) -> Iterator[ForeignRecord | Unusable]:
    """All that stands in a region, in order."""
    offset = region.start
    while offset < region.end:
        found = record_in(file, region, offset)
        if found is None:
            return
        yield found
        offset = found.offset + max(found.length, 1)


def region_of(file: BinaryIO, start: int, end: int) -> Region:
    """The place of a single record: its first bytes say whether it is packed."""
    file.seek(start)
    return Region(packed=file.read(len(MAGIC)) == MAGIC, start=start, end=end)


def record_in(file: BinaryIO, region: Region, offset: int) -> ForeignRecord | Unusable | None:
    """The record at a place of a region; None where only line ends are left."""
    if region.packed:
        return _packed(file, region, offset)
    return _plain(file, region, offset)


def _packed(file: BinaryIO, region: Region, offset: int) -> ForeignRecord | Unusable:
    taken = _Taken()
    try:
        member = read_member(file, offset, taken)
    except TooLargeError:
        length = next_member(file, offset + 1, region.end) - offset
        return Unusable(offset, length, f"unpacks to more than {MAX_RECORD_BYTES} bytes")
    length = min(member.length, region.end - offset)
    if member.state is not State.WHOLE or member.length > length:
        detail = f" ({member.error})" if member.error else ""
        return Unusable(offset, length, f"{_MEMBER_WORDS.get(member.state, 'broken off')}{detail}")
    return _judged(offset, length, taken)


_MEMBER_WORDS = {
    State.BROKEN_OFF: "the file ends in the middle of a record",
    State.DAMAGED: "no record can be unpacked here",
    State.NO_MEMBER: "there is something that is no gzip member",
    State.WHOLE: "a record runs on behind its end",
}


def next_member(file: BinaryIO, offset: int, end: int) -> int:
    """Where the next gzip member that holds a record begins, else `end`."""
    return min(next(record_starts(file, offset), end), end)


def _plain(file: BinaryIO, region: Region, offset: int) -> ForeignRecord | Unusable | None:
    file.seek(offset)
    header = file.read(min(MAX_HEADER_BYTES, region.end - offset))
    skipped = len(header) - len(header.lstrip(b"\r\n"))
    if skipped == len(header) and offset + skipped >= region.end:
        return None
    header, offset = header[skipped:], offset + skipped
    head_bytes = header.find(RECORD_END) + len(RECORD_END)
    if not header.startswith(_START) or head_bytes < len(RECORD_END):
        return _to_next_start(file, region, offset, "no record begins here")
    taken = _Taken()
    taken.feed(header[:head_bytes])
    size = header_facts(header[: head_bytes - len(RECORD_END)]).content_length
    if size is None:
        return _to_next_start(file, region, offset, "its Content-Length is no number")
    if offset + head_bytes + size > region.end:
        why = f"says it has {size} bytes, where the file has fewer"
        return _to_next_start(file, region, offset, why)
    try:
        _feed(file, offset + head_bytes, size, taken)
    except TooLargeError:
        return Unusable(offset, head_bytes + size, f"has more than {MAX_RECORD_BYTES} bytes")
    tail = file.read(len(RECORD_END))
    if tail != RECORD_END[: region.end - offset - head_bytes - size]:
        return _to_next_start(file, region, offset, f"does not end after the {size} bytes it says")
    return _judged(offset, head_bytes + size + len(tail), taken)


def _feed(file: BinaryIO, start: int, size: int, taken: _Taken) -> None:
    file.seek(start)
    while size:
        piece = file.read(min(size, PIECE_BYTES))
        size -= len(piece)
        taken.feed(piece)


def _to_next_start(file: BinaryIO, region: Region, offset: int, why: str) -> Unusable:
    """Reaches to the next line that begins a record, else to the region's end."""
    position, wanted = offset + 1, b"\n" + _START
    while position < region.end:
        file.seek(position)
        window = file.read(min(PIECE_BYTES, region.end - position))
        found = window.find(wanted)
        if found >= 0:
            return Unusable(offset, position + found + 1 - offset, why)
        position += max(1, len(window) - len(wanted) + 1)
    return Unusable(offset, region.end - offset, why)


def _judged(offset: int, length: int, taken: _Taken) -> ForeignRecord | Unusable:
    facts = taken.reading.facts()
    why = _fault(facts)
    if why is not None:
        return Unusable(offset, length, why)
    return ForeignRecord(offset, length, facts, taken.block(facts))


def _fault(facts: RecordFacts) -> str | None:
    """Why a record cannot be used; None where it can, be it as odd as it likes."""
    if not facts.first_line.startswith(_START.decode()) or not facts.header_ends:
        return "has no header of a WARC record"
    if facts.content_length is None:
        return "its Content-Length is no number"
    if not facts.block_whole:
        return f"is shorter than it says: {facts.block_bytes} of {facts.content_length} bytes"
    if facts.tail.lstrip(b"\r\n"):
        return f"is longer than the {facts.content_length} bytes that it says"
    given = digest_bytes(facts.value("warc-block-digest") or "")
    if given is not None and given != facts.block_digest:
        return "its block digest is not that of its bytes"
    return None
