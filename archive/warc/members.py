"""Reads a WARC file gzip member by gzip member and goes on behind damage. Pure but for the file.

At a torn member warcio stops or runs on; a check must name its place and read the members behind.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import BinaryIO, Protocol

from archive.warc.isa_l import unpacked

PIECE_BYTES = 32 * 1024
PROBE_BYTES = 1024
"""Enough for a gzip header and the first bytes behind it: some files are full of false headers."""

MAX_UNPACKED_BYTES = 1024 * 1024
"""Handed over at once: a decompression bomb must not fill the memory."""

MAGIC = b"\x1f\x8b\x08"
FIRST_BYTES = b"WARC/"


class Sink(Protocol):
    """Takes the unpacked bytes of one member."""

    def feed(self, data: bytes) -> None:
        """Take the next unpacked bytes."""


class MemberState(StrEnum):
    """How a member ended."""

    WHOLE = "whole"
    BROKEN_OFF = "broken off"
    """The file ends in the middle of it."""
    DAMAGED = "damaged"
    """It does not unpack, or its checksum is wrong."""
    NO_MEMBER = "no member"
    """The bytes there are not the beginning of a gzip member."""


@dataclass(frozen=True, slots=True)
class Member:
    """A gzip member, or the bytes up to the next one if none can be read."""

    offset: int
    length: int
    state: MemberState
    error: str = ""
    """The message of zlib."""
    read_bytes: int = 0
    """How far it was read; behind damage the next one may begin before."""


def read_member(
    file: BinaryIO,
    offset: int,
    sink: Sink,
    *,
    first_bytes: tuple[bytes, ...] = (FIRST_BYTES,),
    most_bytes: int | None = None,
) -> Member:
    """Unpack the member at a place into the sink; behind damage it reaches to the next one.

    The next one begins with one of `first_bytes`. One that has more than `most_bytes` is damaged.
    """
    file.seek(offset)
    piece_bytes = min(PIECE_BYTES, most_bytes or PIECE_BYTES)
    piece = file.read(piece_bytes)
    read = 0
    if not MAGIC.startswith(piece[: len(MAGIC)]) and not piece.startswith(MAGIC):
        return _to_next(file, Member(offset, 0, MemberState.NO_MEMBER), first_bytes)
    if (whole := unpacked(piece, MAX_UNPACKED_BYTES)) is not None:
        sink.feed(whole[0])
        return Member(offset, whole[1], MemberState.WHOLE, read_bytes=len(piece))
    unpacker = zlib.decompressobj(31)
    try:
        while piece:
            read += len(piece)
            _unpack(unpacker, piece, sink)
            if unpacker.eof:
                length = read - len(unpacker.unused_data)
                return Member(offset, length, MemberState.WHOLE, read_bytes=read)
            if most_bytes is not None and read >= most_bytes:
                raise zlib.error("it is too long for a file in which so much is damaged")
            piece = file.read(piece_bytes)
    except zlib.error as error:
        ended = Member(offset, 0, MemberState.DAMAGED, str(error), read)
    else:
        ended = Member(offset, 0, MemberState.BROKEN_OFF, read_bytes=read)
    return _to_next(file, ended, first_bytes)


def _unpack(unpacker: "zlib._Decompress", piece: bytes, sink: Sink) -> None:
    while piece and not unpacker.eof:
        sink.feed(unpacker.decompress(piece, MAX_UNPACKED_BYTES))
        piece = unpacker.unconsumed_tail


def _to_next(file: BinaryIO, ended: Member, first_bytes: tuple[bytes, ...]) -> Member:
    """The damaged stretch from a member to the next one that holds a record, or to the end."""
    following = next(record_starts(file, ended.offset + 1, first_bytes), None)
    end = file.seek(0, 2) if following is None else following
    state = ended.state
    if state is MemberState.BROKEN_OFF and following is not None:
        state = MemberState.DAMAGED
    return replace(ended, length=end - ended.offset, state=state)


def record_starts(
    file: BinaryIO, offset: int, first_bytes: tuple[bytes, ...] = (FIRST_BYTES,)
) -> Iterator[int]:
    """The offsets of members that hold records, from an offset on."""
    position, overlap = offset, b""
    while True:
        file.seek(position)
        data = file.read(PIECE_BYTES)
        if not data:
            return
        window, base = overlap + data, position - len(overlap)
        found = window.find(MAGIC)
        while found >= 0:
            if _holds_record(file, base + found, first_bytes):
                yield base + found
            found = window.find(MAGIC, found + 1)
        position += len(data)
        overlap = window[1 - len(MAGIC) :]


def _holds_record(file: BinaryIO, offset: int, first_bytes: tuple[bytes, ...]) -> bool:
    file.seek(offset)
    most = max(map(len, first_bytes))
    try:
        begun = zlib.decompressobj(31).decompress(file.read(PROBE_BYTES), most)
    except zlib.error:
        return False
    return begun.startswith(first_bytes)
