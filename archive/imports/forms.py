"""The kind of archive that a file is, and the places in it at which records can be read.

Records have such places in a plain WARC, in a gzip WARC with one member for each record, and in
either of them if it lies uncompressed in a WACZ.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from archive.errors import NotAnArchiveError
from archive.imports.arc import arc_line
from archive.imports.foreign import TOO_LONG, Region, next_member
from archive.imports.limits import Meter, TooLargeError
from archive.imports.record_headers import LEADING, START
from archive.imports.taken import Taken, Waste
from archive.imports.wacz import ZIP_MAGIC, InnerFile, Refused, entries_of
from archive.imports.zstd import MAGICS, NEEDS_ZSTANDARD, can_unpack
from archive.warc import storage
from archive.warc.members import MAGIC, PIECE_BYTES, MemberState, read_member, record_starts

FIRST_BYTES = 4096
"""The bytes at the beginning of a file by which its kind is known."""


class Form(StrEnum):
    """The kind of a file, or of an entry of a WACZ."""

    PLAIN = "plain WARC"
    MEMBERS = "WARC with a gzip member a record"
    GZIP = "WARC compressed as a whole"
    ZSTD = "WARC compressed with zstd"
    ARC = "ARC"
    WACZ = "WACZ"


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """An archive in a file: all of it, or an entry of a WACZ."""

    form: Form
    region: Region
    """Its place in the file."""
    deflated: InnerFile | None = None
    """Its place if it is compressed in a WACZ; its form is known when it is unpacked."""
    name: str = ""
    """The name of an entry of a WACZ; empty for the file itself."""


def check_form(path: Path) -> None:
    """Raise NotAnArchiveError if the first bytes of a file are not those of an archive."""
    size = storage.size(path)
    with storage.open_imported(path) as file:
        if form_of(file, 0, size) is Form.WACZ:
            next(entries_of(file, size))


def form_of(file: BinaryIO, start: int, end: int) -> Form:
    """The kind of a file by its bytes; raises NotAnArchiveError if they are not an archive.

    Whether each member of a gzip WARC is a record is left to `parts_of`.
    """
    file.seek(start)
    first = file.read(min(PIECE_BYTES, end - start))
    if first.startswith(ZIP_MAGIC):
        return Form.WACZ
    if first.startswith(MAGICS):
        if not can_unpack():
            raise NotAnArchiveError(NEEDS_ZSTANDARD)
        return Form.ZSTD
    packed = first.startswith(MAGIC)
    inner = (_unpacked(first) if packed else first).lstrip(LEADING)
    if arc_line(inner) is not None:
        return Form.ARC
    if packed and (START.match(inner) or next(record_starts(file, start), end) < end):
        return Form.MEMBERS
    if START.match(inner):
        return Form.PLAIN
    raise NotAnArchiveError("not a WARC, ARC or WACZ file")


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(data, FIRST_BYTES)
    except zlib.error:
        return b""


def parts_of(path: Path, meter: Meter) -> Iterator[ArchivePart | Refused]:
    """The archives in a file; raises NotAnArchiveError if it is not one."""
    size = storage.size(path)
    with storage.open_imported(path) as file:
        form = form_of(file, 0, size)
        if form is not Form.WACZ:
            yield from _parts(file, form, Region(packed=False, start=0, end=size), "", meter)
            return
        for entry in entries_of(file, size):
            if isinstance(entry, Refused):
                yield entry
            else:
                yield from _parts_of_entry(file, entry, meter)


def _parts_of_entry(
    file: BinaryIO, entry: InnerFile, meter: Meter
) -> Iterator[ArchivePart | Refused]:
    region = Region(packed=False, start=entry.start, end=entry.end)
    if entry.is_deflated:
        yield ArchivePart(Form.GZIP, region, entry, entry.name)
        return
    try:
        form = form_of(file, entry.start, entry.end)
    except NotAnArchiveError as error:
        yield Refused(entry.start, f"{entry.name!r} {error}")
        return
    yield from _parts(file, form, region, entry.name, meter)


def _parts(
    file: BinaryIO, form: Form, region: Region, name: str, meter: Meter
) -> Iterator[ArchivePart | Refused]:
    if form is not Form.MEMBERS:
        yield ArchivePart(form, region, name=name)
        return
    found = list(_member_regions(file, region, meter))
    if None in found:
        yield ArchivePart(Form.GZIP, region, name=name)
        return
    for one in found:
        if isinstance(one, Refused):
            yield one
        elif one is not None:
            yield ArchivePart(Form.MEMBERS, one, name=name)


def _member_regions(
    file: BinaryIO, region: Region, meter: Meter
) -> Iterator[Region | Refused | None]:
    """Whether each whole gzip member is one record, bombs left out."""
    begun, offset, waste = region.start, region.start, Waste(region.end - region.start)
    while offset < region.end and not waste.is_spent:
        taken = _Metered(meter)
        try:
            member = read_member(file, offset, taken, most_bytes=waste.most_bytes)
        except TooLargeError:
            if taken.is_followed_by_record:
                yield None
                return
            yield Region(packed=True, start=begun, end=offset)
            yield Refused(offset, meter.words if meter.is_exceeded else TOO_LONG)
            begun = offset = next_member(file, offset + 1, region.end)
            if not meter.take_back(taken.size):
                return
            continue
        is_whole = member.state is MemberState.WHOLE
        is_part = is_whole and offset > begun and not (taken.begins_record or taken.is_blank)
        if is_part:
            yield None
            return
        if not is_whole:
            waste.add(member.read_bytes, taken.size)
        offset += max(member.length, 1)
    yield Region(packed=True, start=begun, end=region.end)


class _Metered(Taken):
    """Finds the end of a record and keeps none of it; stops at the second record of a member."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(kept_bytes=0)
        self._meter = meter

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises TooLargeError if they exceed the limit."""
        super().feed(data)
        if self.is_followed_by_record:
            raise TooLargeError
        self._meter.add(len(data))
