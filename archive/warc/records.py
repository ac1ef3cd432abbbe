"""The records of WARC 1.1 (ISO 28500:2017) as bytes. Pure, but for reading spooled blocks."""

import base64
import hashlib
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from archive.moments import utc_text
from archive.warc import isa_l

GZIP_LEVEL = 6

WARC_FIELDS = "application/warc-fields"
HTTP_REQUEST = "application/http;msgtype=request"
HTTP_RESPONSE = "application/http;msgtype=response"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""WARC 1.1 §6.7.3."""
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""WARC 1.1 §6.7.2."""

Fields = list[tuple[str, str]]


class Block(Protocol):
    """The content of a record: its size in bytes and, as often as asked, its pieces."""

    @property
    def size(self) -> int:
        """In bytes."""

    def pieces(self) -> Iterator[bytes]:
        """From the start, in order."""


@dataclass(frozen=True, slots=True)
class BytesBlock:
    """A block that is in memory."""

    data: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.data)

    def pieces(self) -> Iterator[bytes]:
        """The whole in one."""
        yield self.data


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record, before it is serialised. `fields` come after the mandatory ones, as given."""

    kind: str
    date: datetime
    content_type: str
    block: Block
    record_id: str
    fields: Fields


def new_record_id() -> str:
    """As it stands in WARC-Record-ID, brackets included."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def own_truncation(kind: str, profile: str | None, truncated: str | None) -> str | None:
    """The value of WARC-Truncated if the answer itself was not whole; else None.

    A revisit by digest bears `length` because its payload is not repeated (WARC 1.1 §6.7.2).
    """
    by_digest = kind == "revisit" and (profile or "").endswith("/identical-payload-digest")
    return None if by_digest and truncated == "length" else truncated


def companion_id(record_id: str, number: int) -> str:
    """The id of a record that goes with another: its UUID, counted up in the last two digits.

    Alike ids, one beside the other in a record, cost a few bytes in place of some thirty.
    """
    last = int(record_id[-3:-1], 16)
    return f"{record_id[:-3]}{(last + number) % 256:02x}>"


def sha1_text(pieces: Iterable[bytes]) -> str:
    """`sha1:` with base32, as WARC digests are written by most tools."""
    digest = hashlib.sha1(usedforsecurity=False)
    for piece in pieces:
        digest.update(piece)
    return "sha1:" + base64.b32encode(digest.digest()).decode()


def warc_fields(fields: Iterable[tuple[str, str]]) -> BytesBlock:
    """A block of type application/warc-fields; line ends in values become spaces.

    Bytes of a name that are not UTF-8 become escapes.
    """
    lines = (f"{name}: {' '.join(value.splitlines())}\r\n" for name, value in fields)
    return BytesBlock("".join(lines).encode(errors="backslashreplace"))


def header_of(record: Record) -> bytes:
    """The record's header with its blank line; the block digest is computed here."""
    fields = [
        ("WARC-Type", record.kind),
        ("WARC-Record-ID", record.record_id),
        ("WARC-Date", utc_text(record.date)),
        *record.fields,
        ("WARC-Block-Digest", sha1_text(record.block.pieces())),
        ("Content-Type", record.content_type),
        ("Content-Length", str(record.block.size)),
    ]
    lines = (f"{name}: {one_line(value)}\r\n" for name, value in fields)
    return ("WARC/1.1\r\n" + "".join(lines) + "\r\n").encode(errors="backslashreplace")


def one_line(value: str) -> str:
    """The value without control characters, which would end or break a header line."""
    if value.isprintable():
        return value
    return "".join(max(character, " ") for character in value)


def _zlib_packer() -> isa_l.Packer:
    return zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, isa_l.GZIP_WINDOW)


def write_member(record: Record, write: Callable[[bytes], object]) -> int:
    """Hand the record to `write` as one gzip member; the number of compressed bytes."""
    packer = isa_l.packer() or _zlib_packer()
    written = 0
    for piece in _pieces(record):
        packed = packer.compress(piece)
        written += len(packed)
        if packed:
            write(packed)
    packed = packer.flush()
    isa_l.clear_registers()
    write(packed)
    return written + len(packed)


def _pieces(record: Record) -> Iterator[bytes]:
    yield header_of(record)
    yield from record.block.pieces()
    yield b"\r\n\r\n"
