"""Finds out what kind of archive a file is, and brings what has no readable places into the plain.

A record is readable by its place in a plain WARC, in a gzip WARC with a member a record, and in
either of them where it lies uncompressed in a WACZ. WARC files compressed as a whole, with zstd or
inside a WACZ, and ARC files, are unpacked into a temporary file, and from there go record by record
into the companion (archive.imports.companion).
"""

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from archive.errors import NotAnArchiveError
from archive.imports.foreign import Region, Taken, TooLargeError, Waste
from archive.imports.record_headers import LEADING, START
from archive.warc.members import MAGIC, PIECE_BYTES, State, read_member, record_starts

try:
    import zstandard
except ImportError:
    zstandard = None

NEEDS_ZSTANDARD = (
    "is compressed with zstd, which needs zstandard: pip install 'portal-archive[imports]'"
)

MAX_RATIO = 100
"""Of what unpacks to more than this many times its size nothing more is unpacked: pages shrink to a
fifth, zeros to a thousandth."""

SPARE_BYTES = 64 * 1024 * 1024
"""What is always allowed, however small the file."""

FIRST_BYTES = 512
"""In these a file shows what it is."""

MAX_ENTRIES = 10_000
"""WARC files in a WACZ; those that browsers make have one to some hundreds."""

_ZSTD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
"""A frame; a skippable frame, in which the WARC-zstd specification puts the dictionary."""

_INNER = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz")


class Form(StrEnum):
    """What a file, or an entry of a WACZ, is."""

    PLAIN = "plain WARC"
    MEMBERS = "WARC with a gzip member a record"
    GZIP = "WARC compressed as a whole"
    ZSTD = "WARC compressed with zstd"
    ARC = "ARC"
    WACZ = "WACZ"


@dataclass(frozen=True, slots=True)
class Part:
    """An archive in a file: all of it, or an entry of a WACZ."""

    form: Form
    region: Region | None
    """Where it lies uncompressed in the file; None where it is compressed in a WACZ."""
    entry: str = ""
    """Its name in the WACZ."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry of a WACZ that is not read, and why."""

    offset: int
    why: str


def form_of(file: BinaryIO, start: int, end: int) -> Form:
    """What the bytes of a file are; NotAnArchiveError where they are no archive."""
    file.seek(start)
    first = file.read(min(PIECE_BYTES, end - start))
    if first.startswith(b"PK\x03\x04"):
        return Form.WACZ
    if first.startswith(_ZSTD):
        return _zstd_form()
    packed = first.startswith(MAGIC)
    inner = (_unpacked(first) if packed else first).lstrip(LEADING)
    if inner.startswith(b"filedesc:"):
        return Form.ARC
    if packed and (START.match(inner) or next(record_starts(file, start), end) < end):
        return Form.MEMBERS if has_member_a_record(file, start, end) else Form.GZIP
    if START.match(inner):
        return Form.PLAIN
    raise NotAnArchiveError("is no WARC, ARC or WACZ file")


def _zstd_form() -> Form:
    if zstandard is None:
        raise NotAnArchiveError(NEEDS_ZSTANDARD)
    return Form.ZSTD


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(data, FIRST_BYTES)
    except zlib.error:
        return b""


def has_member_a_record(file: BinaryIO, start: int, end: int) -> bool:
    """Whether each whole gzip member is one record."""
    offset, waste = start, Waste(end - start)
    while offset < end and not waste.is_spent:
        taken = Taken(kept_bytes=0)
        try:
            member = read_member(file, offset, taken, most_bytes=waste.most_bytes)
        except TooLargeError:
            return not taken.is_followed_by_record
        is_whole = member.state is State.WHOLE
        is_part = is_whole and offset > start and not (taken.begins_record or taken.is_blank)
        if taken.is_followed_by_record or is_part:
            return False
        if not is_whole:
            waste.add(member.read_bytes, taken.size)
        offset += max(member.length, 1)
    return True


def parts_of(path: Path) -> Iterator[Part | Refused]:
    """The archives in a file; NotAnArchiveError where it is none."""
    size = path.stat().st_size
    with path.open("rb") as file:
        form = form_of(file, 0, size)
        if form is not Form.WACZ:
            yield Part(form, Region(packed=form is Form.MEMBERS, start=0, end=size))
            return
        yield from _entries(file)


def _entries(file: BinaryIO) -> Iterator[Part | Refused]:
    try:
        with zipfile.ZipFile(file) as zipped:
            infos = [one for one in zipped.infolist() if one.filename.lower().endswith(_INNER)]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise NotAnArchiveError(f"is a zip file that cannot be read: {error}") from error
    if not infos:
        raise NotAnArchiveError("is a zip file without a WARC file in it")
    for number, info in enumerate(infos):
        if number >= MAX_ENTRIES:
            yield Refused(info.header_offset, f"has more than {MAX_ENTRIES} WARC files")
            return
        yield _entry(file, info)


def _entry(file: BinaryIO, info: zipfile.ZipInfo) -> Part | Refused:
    name = info.filename
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
        return Refused(info.header_offset, f"{name!r} leads out of the WACZ; it is not read")
    if info.flag_bits & 1:
        return Refused(info.header_offset, f"{name!r} is encrypted")
    if info.compress_type != zipfile.ZIP_STORED:
        return Part(_named_form(name), None, name)
    start = _data_start(file, info)
    if start is None:
        return Refused(info.header_offset, f"{name!r} is not where the directory says")
    end = start + info.file_size
    try:
        form = form_of(file, start, end)
    except NotAnArchiveError as error:
        return Refused(info.header_offset, f"{name!r} {error}")
    return Part(form, Region(packed=form is Form.MEMBERS, start=start, end=end), name)


def _named_form(name: str) -> Form:
    """A guess, until it is unpacked."""
    return Form.GZIP if name.lower().endswith(".gz") else Form.PLAIN


def _data_start(file: BinaryIO, info: zipfile.ZipInfo) -> int | None:
    """Behind the local header, whose name and extra field have lengths of their own."""
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        return None
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = info.header_offset + 30 + names
    return start if start + info.file_size <= file.seek(0, 2) else None


def extract_entry(path: Path, name: str, target: BinaryIO) -> str | None:
    """Unpack a compressed entry of a WACZ; what is wrong where it cannot be had whole."""
    try:
        with zipfile.ZipFile(path) as zipped, zipped.open(name) as entry:
            limit = _limit(zipped.getinfo(name).compress_size)
            while piece := entry.read(PIECE_BYTES):
                limit -= len(piece)
                if limit < 0:
                    return _TOO_MUCH
                target.write(piece)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, ValueError) as error:
        return f"cannot be unpacked to its end: {error}"
    return None


_TOO_MUCH = f"unpacks to more than {MAX_RATIO} times its size; the rest is not read"


def _limit(packed_bytes: int) -> int:
    return MAX_RATIO * packed_bytes + SPARE_BYTES


def unpack(form: Form, file: BinaryIO, region: Region, target: BinaryIO) -> Iterator[Refused]:
    """Write the plain WARC of what is compressed as a whole; what could not be unpacked."""
    sink = _Written(target, _limit(region.end - region.start))
    try:
        if form is Form.ZSTD:
            yield from _unpack_zstd(file, region, sink)
        elif form is Form.GZIP:
            yield from _unpack_members(file, region, sink)
        else:
            file.seek(region.start)
            shutil.copyfileobj(file, target)
    except TooLargeError:
        yield Refused(region.start, _TOO_MUCH)


class _Written:
    """Writes to a file what fits below a limit."""

    def __init__(self, target: BinaryIO, limit: int) -> None:
        self._target = target
        self._left = limit

    def feed(self, data: bytes) -> None:
        """The next piece."""
        self._left -= len(data)
        if self._left < 0:
            raise TooLargeError
        self._target.write(data)


def _unpack_members(file: BinaryIO, region: Region, sink: _Written) -> Iterator[Refused]:
    offset = region.start
    while offset < region.end:
        member = read_member(file, offset, sink)
        if member.state is not State.WHOLE:
            yield Refused(offset, f"gzip is {member.state}: {member.length} bytes {member.error}")
        offset += max(member.length, 1)


def _unpack_zstd(file: BinaryIO, region: Region, sink: _Written) -> Iterator[Refused]:
    file.seek(region.start)
    try:
        unpacker = zstandard.ZstdDecompressor(dict_data=_dictionary(file))
        with unpacker.stream_reader(file, read_across_frames=True, closefd=False) as reader:
            while piece := reader.read(PIECE_BYTES):
                sink.feed(piece)
    except zstandard.ZstdError as error:
        yield Refused(region.start, f"zstd is damaged: {error}")


def _dictionary(file: BinaryIO) -> Any:
    """The dictionary in the skippable frame at the start; None where there is none."""
    start = file.tell()
    if file.read(4) != _ZSTD[1]:
        file.seek(start)
        return None
    data = file.read(min(int.from_bytes(file.read(4), "little"), SPARE_BYTES))
    if data.startswith(_ZSTD[0]):
        data = zstandard.ZstdDecompressor().decompress(data, max_output_size=SPARE_BYTES)
    return zstandard.ZstdCompressionDict(data)
