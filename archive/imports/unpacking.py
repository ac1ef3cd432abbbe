"""Unpacks files that are compressed as a whole: gzip and zstd, WARC and ARC."""

from dataclasses import dataclass
from typing import BinaryIO

from archive.imports.foreign import Region
from archive.imports.forms import Form
from archive.imports.limits import Meter, TooLargeError
from archive.imports.taken import Waste
from archive.imports.wacz import Refused
from archive.imports.zstd import Frames
from archive.warc.members import FIRST_BYTES, MAGIC, PIECE_BYTES, MemberState, read_member

MEMBER_STARTS = (FIRST_BYTES, b"filedesc:", b"http://", b"https://", b"dns:")
"""The beginnings of gzip members that hold records of a WARC or ARC file."""


@dataclass(frozen=True, slots=True)
class PlainStretch:
    """A stretch of an unpacked file without damage in it."""

    region: Region
    is_damaged: bool
    """Damage follows it, so that its last record may be cut."""


class Unpacked:
    """A plain file that is written, up to a limit.

    Bytes behind damage do not continue the bytes before it: they begin another stretch.
    """

    def __init__(self, target: BinaryIO, meter: Meter) -> None:
        self.refused: list[Refused] = []
        self.stretches: list[PlainStretch] = []
        self._target = target
        self._meter = meter
        self._begun = self._size = 0

    def feed(self, data: bytes) -> None:
        """Write the next bytes. Raises TooLargeError if they exceed the limit."""
        self._meter.add_written(len(data))
        self._target.write(data)
        self._size += len(data)

    def end_stretch(self, *, is_damaged: bool) -> None:
        """End a stretch: all bytes written since the last one ended."""
        if self._size > self._begun:
            region = Region(packed=False, start=self._begun, end=self._size)
            self.stretches.append(PlainStretch(region, is_damaged))
        self._begun = self._size

    def refuse(self, offset: int, why: str, is_at_end: bool) -> None:
        """A place of the packed file that could not be read."""
        self.refused.append(Refused(offset, why))
        self.end_stretch(is_damaged=not is_at_end)


def unpack(form: Form, file: BinaryIO, region: Region, target: BinaryIO, meter: Meter) -> Unpacked:
    """Write the plain file of one that is compressed as a whole, or of a plain one."""
    sink = Unpacked(target, meter)
    try:
        if form is Form.ZSTD:
            Frames(file, region.start, region.end, sink.refuse).unpack(sink)
        elif is_packed(file, region):
            _unpack_members(file, region, sink)
        else:
            _copy(file, region, sink)
    except TooLargeError:
        sink.refuse(region.start, f"{meter.words}; the rest is not read", is_at_end=True)
    sink.end_stretch(is_damaged=False)
    return sink


def is_packed(file: BinaryIO, region: Region) -> bool:
    """Whether a part of a file begins with a gzip member."""
    file.seek(region.start)
    return file.read(len(MAGIC)) == MAGIC


def _copy(file: BinaryIO, region: Region, sink: Unpacked) -> None:
    file.seek(region.start)
    left = region.end - region.start
    while left and (piece := file.read(min(left, PIECE_BYTES))):
        left -= len(piece)
        sink.feed(piece)


def _unpack_members(file: BinaryIO, region: Region, sink: Unpacked) -> None:
    offset, waste = region.start, Waste(region.end - region.start)
    while offset < region.end:
        member = read_member(
            file, offset, sink, first_bytes=MEMBER_STARTS, most_bytes=waste.most_bytes
        )
        if member.state is not MemberState.WHOLE and not _is_padding(file, offset, member.length):
            why = f"gzip is {member.state}: {member.length} bytes {member.error}".rstrip()
            sink.refuse(offset, why, member.state is MemberState.BROKEN_OFF)
            waste.add(member.read_bytes, 0)
        if waste.is_spent:
            return
        offset += max(member.length, 1)


def _is_padding(file: BinaryIO, offset: int, length: int) -> bool:
    file.seek(offset)
    return length < PIECE_BYTES and not file.read(length).strip(b"\r\n\0")
