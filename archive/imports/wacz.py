"""The WARC files in a WACZ, which is a zip file: where each lies, and whether it is compressed.

The zip file's directory is read once, and every entry from its place in the file; entries that lie
over each other, as in bombs, are refused.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from archive.errors import NotAnArchiveError
from archive.warc.members import MAX_UNPACKED_BYTES, PIECE_BYTES, Sink

ZIP_MAGIC = b"PK\x03\x04"

MAX_ENTRIES = 10_000
"""WARC files in a WACZ; those that browsers make have one to some hundreds."""

MAX_DIRECTORY_BYTES = 16 * 1024 * 1024
"""The longest directory of a zip file, which is read into memory: it names some 150,000 files."""

_INNER = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz")
_END = b"PK\x05\x06"
_END_BYTES = 22
_LONGEST_COMMENT = 65_535
_LOCAL_HEADER_BYTES = 30
_ENCRYPTED = 1


@dataclass(frozen=True, slots=True)
class Refused:
    """A place of a file that is not read, and why."""

    offset: int
    why: str


@dataclass(frozen=True, slots=True)
class InnerFile:
    """The place of a WARC or ARC file in a WACZ, which is a zip file."""

    name: str
    start: int
    """The offset of its stored bytes in the file."""
    end: int
    is_deflated: bool
    checksum: int
    """CRC-32 of its unpacked bytes."""


def entries_of(file: BinaryIO, size: int) -> Iterator[InnerFile | Refused]:
    """The WARC and ARC files in a zip file; raises NotAnArchiveError if there are none."""
    reached = 0
    for number, info in enumerate(_listed(file, size)):
        if number >= MAX_ENTRIES:
            yield Refused(max(0, info.header_offset), f"has more than {MAX_ENTRIES} WARC files")
            return
        found = _entry(file, info, size)
        if isinstance(found, InnerFile):
            if found.start < reached:
                found = Refused(found.start, f"{found.name!r} lies over another one")
            else:
                reached = found.end
        yield found


def _listed(file: BinaryIO, size: int) -> list[zipfile.ZipInfo]:
    """The WARC and ARC files in the directory, in the order of their places."""
    if _directory_bytes(file, size) > MAX_DIRECTORY_BYTES:
        raise NotAnArchiveError("is a zip file with a directory that is longer than 16 MB")
    try:
        with zipfile.ZipFile(file) as zipped:
            infos = [one for one in zipped.infolist() if one.filename.lower().endswith(_INNER)]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise NotAnArchiveError(f"is a zip file that cannot be read: {error}") from error
    if not infos:
        raise NotAnArchiveError("is a zip file without a WARC file in it")
    return sorted(infos, key=lambda info: info.header_offset)


def _directory_bytes(file: BinaryIO, size: int) -> int:
    """The bytes of the directory, by its end record, which stands before a comment."""
    file.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT))
    tail = file.read(_END_BYTES + _LONGEST_COMMENT)
    found = tail.rfind(_END)
    return int.from_bytes(tail[found + 12 : found + 16], "little") if found >= 0 else 0


def _entry(file: BinaryIO, info: zipfile.ZipInfo, size: int) -> InnerFile | Refused:
    name = info.filename
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
        return Refused(info.header_offset, f"{name!r} leads out of the WACZ; it is not read")
    if info.flag_bits & _ENCRYPTED:
        return Refused(info.header_offset, f"{name!r} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Refused(info.header_offset, f"{name!r} is compressed in a way that no WACZ has")
    start = _data_start(file, info)
    if start is None or start + info.compress_size > size:
        return Refused(info.header_offset, f"{name!r} is not where the directory says")
    is_deflated = info.compress_type == zipfile.ZIP_DEFLATED
    return InnerFile(name, start, start + info.compress_size, is_deflated, info.CRC)


def _data_start(file: BinaryIO, info: zipfile.ZipInfo) -> int | None:
    """The offset of an entry's data, behind its local header."""
    if info.header_offset < 0:  # zipfile counts back from the directory, which may lie
        return None
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER_BYTES)
    if len(header) < _LOCAL_HEADER_BYTES or not header.startswith(ZIP_MAGIC):
        return None
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return info.header_offset + _LOCAL_HEADER_BYTES + names


def inflate(file: BinaryIO, entry: InnerFile, sink: Sink) -> str | None:
    """Unpack a deflated entry; returns the fault in words if it cannot be read whole."""
    file.seek(entry.start)
    unpacker, left, checksum = zlib.decompressobj(-zlib.MAX_WBITS), entry.end - entry.start, 0
    try:
        while left > 0 and not unpacker.eof:
            piece = file.read(min(left, PIECE_BYTES))
            left -= len(piece)
            while piece:
                data = unpacker.decompress(piece, MAX_UNPACKED_BYTES)
                checksum = zlib.crc32(data, checksum)
                sink.feed(data)
                piece = unpacker.unconsumed_tail
    except zlib.error as error:
        return f"cannot be unpacked to its end: {error}"
    if not unpacker.eof or checksum != entry.checksum:
        return "cannot be unpacked to its end: its checksum is wrong"
    return None
