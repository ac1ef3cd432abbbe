"""Reads ARC files, version 1 and 2, which were before WARC: a line for a header, then the block.

https://archive.org/web/researcher/ArcFileFormat.php
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from archive.imports.answers import begins_as_http
from archive.imports.record_headers import (
    decoded_address,
    foreign_moment,
    is_on_the_web,
    web_address,
)
from archive.imports.wacz import Refused
from archive.warc.members import PIECE_BYTES
from archive.warc.records import HTTP_RESPONSE, BytesBlock, Record
from archive.warc.stream import MAX_BLOCK_BYTES

MAX_LINE_BYTES = 16 * 1024

_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{0,20}:")
_WORD = re.compile(rb"[^ \t]+")
_ADDRESS = re.compile(rb"\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+|-|0")
_LENGTH = re.compile(rb"\d{1,15}")
_DATE = re.compile(rb"\d{8,17}")
_WHOLE_DATE = re.compile(rb"\d{14}")
_LINE_ENDS = b"\r\n"
NO_ADDRESS = "0.0.0.0"
"""The address that writers put if they know none."""

OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class ArcLine:
    """The fields of the line before a block."""

    url: bytes
    address: str
    date: str
    mime: str
    length: int
    """The bytes of the block."""
    size: int
    """The bytes of the line itself, with its end."""


def arc_line(data: bytes) -> ArcLine | None:
    """The line that bytes begin with; None if it does not belong to a record.

    Addresses may have blanks; version 2 has five further fields before the length. Where all
    fields of version 1 are there, the host's address may be a word, such as its name.
    """
    end = data.find(b"\n", 0, MAX_LINE_BYTES)
    if end < 0 or not _SCHEME.match(data):
        return None
    line = data[:end].removesuffix(b"\r")
    words = list(_WORD.finditer(line))
    if len(words) < 4 or not _LENGTH.fullmatch(words[-1][0]):
        return None
    for number in range(2, len(words) - 1):
        before, date = words[number - 1], words[number][0]
        has_address = _ADDRESS.fullmatch(before[0]) is not None
        is_plain = len(words) == 5 and _WHOLE_DATE.fullmatch(date)
        if is_plain or (has_address and _DATE.fullmatch(date)):
            mime = words[number + 1][0] if number + 2 < len(words) else b""
            return ArcLine(
                url=line[: before.start()].strip(),
                address=before[0].decode() if has_address else NO_ADDRESS,
                date=date.decode(),
                mime=mime.decode("latin-1").rstrip(";"),
                length=int(words[-1][0]),
                size=end + 1,
            )
    return None


@dataclass(frozen=True, slots=True)
class ArcRecord:
    """A record as it stands."""

    offset: int
    line: ArcLine
    block: bytes = field(repr=False)
    """The block, or its first MAX_BLOCK_BYTES."""
    is_longer: bool
    fault: str | None
    """The fault of its end, in words; None if it has none."""
    end: int
    """The offset of its block in the file."""

    @property
    def url(self) -> str:
        """Its address in the spelling of captures.url."""
        return web_address(decoded_address(self.line.url))


def arc_records(file: BinaryIO, start: int, end: int) -> Iterator[ArcRecord | Refused]:
    """The records and damages in a part of a plain ARC file."""
    offset = start
    while offset < end:
        file.seek(offset)
        first = file.read(min(MAX_LINE_BYTES, end - offset))
        skipped = len(first) - len(first.lstrip(_LINE_ENDS))
        if skipped:
            offset += skipped
            continue
        line = arc_line(first)
        if line is None:
            yield Refused(offset, "no record of an ARC file begins here")
            offset = _next_line(file, offset + 1, end)
            continue
        length, fault = _end_of(file, offset + line.size, end, line.length)
        file.seek(offset + line.size)
        block = file.read(min(length, MAX_BLOCK_BYTES))
        after = offset + line.size + length
        yield ArcRecord(offset, line, block, length > len(block), fault, after)
        offset = after if fault is None else _next_line(file, after, end)


def _end_of(file: BinaryIO, start: int, end: int, length: int) -> tuple[int, str | None]:
    """The length of a block, and its fault: a line or the end of the file must follow."""
    left = end - start
    if length <= left:
        file.seek(start + length)
        tail = file.read(min(MAX_LINE_BYTES, left - length)).lstrip(_LINE_ENDS)
        if not tail or arc_line(tail):
            return length, None
    room = _next_line(file, start, end) - start
    if length > room:
        return room, f"is shorter than it says: {room} of {length} bytes"
    return length, f"does not end after the {length} bytes it says"


def _next_line(file: BinaryIO, position: int, end: int) -> int:
    """The offset of the next record, at the beginning of a line; the end if there is none."""
    position = max(0, position - 1)
    while position < end:
        file.seek(position)
        window = file.read(min(PIECE_BYTES + MAX_LINE_BYTES, end - position))
        found = window.find(b"\n", 0, PIECE_BYTES)
        while found >= 0:
            if arc_line(window[found + 1 : found + 1 + MAX_LINE_BYTES]) is not None:
                return position + found + 1
            found = window.find(b"\n", found + 1, PIECE_BYTES)
        position += PIECE_BYTES
    return end


def warc_record(record: ArcRecord, sha256: str) -> Record | Refused | None:
    """A record of an ARC file as one of a WARC file; None if its address is not of the web.

    Its id comes of the file's digest and its place, so that a second import gives the same.
    """
    if not is_on_the_web(record.url):
        return None
    date = record.line.date
    moment = foreign_moment(date[:14])
    if moment is None:
        return Refused(record.offset, f"its date {date} is no moment of the web's")
    fields = [("WARC-Target-URI", record.url)]
    if record.is_longer or record.fault is not None:
        fields.append(("WARC-Truncated", "length" if record.fault is None else "unspecified"))
    address = record.line.address
    if address not in (NO_ADDRESS, "-"):
        fields.append(("WARC-IP-Address", address))
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{sha256}:{record.offset}")
    is_http = begins_as_http(record.block)
    return Record(
        kind="response",
        date=moment,
        content_type=HTTP_RESPONSE if is_http else record.line.mime or OCTETS,
        block=BytesBlock(record.block),
        record_id=f"<urn:uuid:{name}>",
        fields=fields,
    )
