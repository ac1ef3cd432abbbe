"""The header of a record and the measures of its block, taken in one pass with little memory."""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from archive.numbers import MOST_EXACT, whole_number
from archive.warc.http1 import MAX_HEAD_BYTES, Dechunker, Head, head_of

MAX_HEADER_BYTES = 256 * 1024
"""The longest record header that is read as one."""

TAIL_BYTES = 64
"""The bytes kept behind the block; the two line ends are 4."""

MAX_UNPACKED_BYTES = 1024 * 1024

MAX_FIELDS_BYTES = 64 * 1024
"""The bytes kept of a block of type application/warc-fields; a crawl's have a few hundred."""

WARC_FIELDS = "application/warc-fields"

ALGORITHMS = {
    "md5": "md5",
    "sha1": "sha1",
    "sha-1": "sha1",
    "sha224": "sha224",
    "sha-224": "sha224",
    "sha256": "sha256",
    "sha-256": "sha256",
    "sha384": "sha384",
    "sha-384": "sha384",
    "sha512": "sha512",
    "sha-512": "sha512",
    "blake2b": "blake2b",
    "blake2s": "blake2s",
}
"""Digest algorithms: the names in WARC files, and in hashlib."""

_DIGEST_BYTES = {
    name: hashlib.new(algorithm, usedforsecurity=False).digest_size
    for name, algorithm in ALGORITHMS.items()
}

HTTP_KINDS = ("response", "request", "revisit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The HTTP message in a block."""

    head: Head
    body_bytes: int
    """The bytes of the body as sent."""
    chunks_broken: bool = False
    chunks_loose: bool = False
    """A line of the chunking ends with a bare LF."""
    chunks_complete: bool = True
    excess_bytes: int = 0
    """The bytes behind the last chunk."""
    coding: str = ""
    """The fault of the content coding, in words; empty if it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts:
    """One record: its header as it stands, its block as measured."""

    first_line: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    """Names in lower case, in order."""
    header_ends: bool = False
    odd_lines: tuple[str, ...] = ()
    """Header lines that are not fields."""
    block_bytes: int = 0
    block_digest: bytes | None = None
    """The digest by the algorithm that the header names; None if it names no known one."""
    payload_digest: bytes | None = None
    message: Message | None = None
    field_lines: bytes = field(default=b"", repr=False)
    """The block of a record of type application/warc-fields; empty for other types."""
    tail: bytes = field(default=b"", repr=False)
    """The first bytes after the block."""

    def value(self, name: str) -> str | None:
        """The first value of a header field, its name in lower case."""
        return next((value for given, value in self.fields if given == name), None)

    @property
    def kind(self) -> str:
        """WARC-Type."""
        return self.value("warc-type") or ""

    @property
    def record_id(self) -> str:
        """WARC-Record-ID, brackets included."""
        return self.value("warc-record-id") or ""

    @property
    def content_length(self) -> int | None:
        """Its Content-Length; None if it is not a number."""
        return whole_number(self.value("content-length") or "", MOST_EXACT)

    @property
    def block_whole(self) -> bool:
        """Whether as many bytes are there as Content-Length says."""
        return self.header_ends and self.block_bytes == self.content_length


class RecordReading:
    """Takes the bytes of one gzip member; `facts` when they are all there."""

    def __init__(self) -> None:
        self._header = bytearray()
        self._facts = RecordFacts()
        self._block: _Block | None = None
        self._left = 0
        self._tail = bytearray()

    def feed(self, data: bytes) -> None:
        """The next piece."""
        if self._block is None:
            data = self._take_header(data)
        if self._block is None:
            return
        mine = data[: self._left]
        self._left -= len(mine)
        self._block.feed(mine)
        if len(data) > len(mine):
            self._tail += data[len(mine) :][: TAIL_BYTES - len(self._tail)]

    @property
    def tail(self) -> bytes:
        """The bytes seen so far behind the block, at most TAIL_BYTES."""
        return bytes(self._tail)

    def facts(self) -> RecordFacts:
        """The facts of all bytes that were fed."""
        header = self._facts if self._block is not None else header_facts(bytes(self._header))
        block = self._block or _Block(header)
        block.end()
        return RecordFacts(
            first_line=header.first_line,
            fields=header.fields,
            header_ends=self._block is not None,
            odd_lines=header.odd_lines,
            block_bytes=block.size,
            block_digest=block.digest.value,
            payload_digest=block.payload_digest.value,
            message=block.message(),
            field_lines=bytes(block.field_lines),
            tail=bytes(self._tail),
        )

    def _take_header(self, data: bytes) -> bytes:
        """Add to the header; returns the part of `data` behind its end."""
        if len(self._header) > MAX_HEADER_BYTES:
            return b""
        self._header += data
        end = self._header.find(b"\r\n\r\n")
        if end < 0:
            return b""
        rest = bytes(self._header[end + 4 :])
        self._facts = header_facts(bytes(self._header[:end]))
        self._left = self._facts.content_length or 0
        self._block = _Block(self._facts)
        return rest


def header_facts(header: bytes) -> RecordFacts:
    """The facts of a header without its blank line."""
    lines = header.decode("utf-8", "replace").split("\r\n")
    fields, odd = [], []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or "\n" in line:
            odd.append(line)
        else:
            fields.append((name.lower(), value.strip()))
    return RecordFacts(first_line=lines[0], fields=tuple(fields), odd_lines=tuple(odd))


class _Digest:
    """A running digest, by the algorithm that a header field names; none if it names none."""

    def __init__(self, given: str | None) -> None:
        name = ALGORITHMS.get((given or "").partition(":")[0].lower())
        self._hash = hashlib.new(name, usedforsecurity=False) if name else None

    def feed(self, data: bytes) -> None:
        if self._hash is not None:
            self._hash.update(data)

    @property
    def value(self) -> bytes | None:
        return self._hash.digest() if self._hash is not None else None


class _Block:
    """Measures a block: its size and digests and, of HTTP, how the message is framed."""

    def __init__(self, header: RecordFacts) -> None:
        self.size = 0
        self.digest = _Digest(header.value("warc-block-digest"))
        self.payload_digest = _Digest(header.value("warc-payload-digest"))
        mime = (header.value("content-type") or "").lower()
        self._is_http = header.kind in HTTP_KINDS and mime.startswith("application/http")
        self._room = MAX_FIELDS_BYTES if mime.startswith(WARC_FIELDS) else 0
        self.field_lines = bytearray()
        self._first = bytearray()
        self._head: Head | None = None
        self._body: _Body | None = None

    def feed(self, data: bytes) -> None:
        """The next piece."""
        self.size += len(data)
        self.digest.feed(data)
        self.field_lines += data[: self._room - len(self.field_lines)] if self._room else b""
        if not self._is_http:
            self.payload_digest.feed(data)
        elif self._body is not None:
            self._body.feed(data)
        else:
            self._first += data
            if len(self._first) >= 2 * MAX_HEAD_BYTES:
                self._begin_body()

    def end(self) -> None:
        """End the block."""
        if self._is_http and self._body is None:
            self._begin_body()

    def message(self) -> Message | None:
        """The measures of the HTTP message."""
        if self._body is None or self._head is None:
            return None
        return self._body.message(self._head)

    def _begin_body(self) -> None:
        """The head is looked for in as many bytes as the writer looks at."""
        first = bytes(self._first)
        self._head = head_of(first[: 2 * MAX_HEAD_BYTES])
        self._body = _Body(self._head, self.payload_digest)
        self._body.feed(first[self._head.length :])
        self._first.clear()


class _Body:
    """Measures the body of an HTTP message."""

    def __init__(self, head: Head, digest: _Digest) -> None:
        self._size = 0
        self._digest = digest
        self._dechunker = Dechunker() if head.chunked else None
        self._coding = coding_of(head)

    def feed(self, data: bytes) -> None:
        self._size += len(data)
        payload = data if self._dechunker is None else self._dechunker.feed(data)
        self._digest.feed(payload)
        self._coding.feed(payload)

    def message(self, head: Head) -> Message:
        chunks = self._dechunker
        return Message(
            head=head,
            body_bytes=self._size,
            chunks_broken=chunks is not None and chunks.broken,
            chunks_loose=chunks is not None and chunks.loose,
            chunks_complete=chunks is None or chunks.complete,
            excess_bytes=chunks.excess if chunks is not None and chunks.complete else 0,
            coding=self._coding.problem(),
        )


def measured(head: Head, body: Iterable[bytes]) -> tuple[Message, bytes]:
    """A body, its pieces as they came, measured as a check of its record does; its payload's SHA-1.

    One pass: a second one over each answer would cost a crawl more.
    """
    digest = _Digest("sha1:")
    measuring = _Body(head, digest)
    for piece in body:
        measuring.feed(piece)
    return measuring.message(head), digest.value or b""


class Coding(Protocol):
    """Checks whether a body is coded as its header says."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the body, de-chunked."""

    def problem(self) -> str:
        """The fault, in words; empty if it has none."""


class _NoCoding:
    def feed(self, data: bytes) -> None:
        """Accepts any body."""

    def problem(self) -> str:
        return ""


class _Zipped:
    """gzip (several members allowed, as browsers do) or deflate with or without zlib's header."""

    def __init__(self, name: str, windows: tuple[int, ...]) -> None:
        self._name = name
        self._windows = windows
        self._unpacker = zlib.decompressobj(windows[0])
        self._any = self._broken = False

    def feed(self, data: bytes) -> None:
        if self._broken or not data or (self._any and self._unpacker.eof):
            return
        try:
            self._unpack(data)
        except zlib.error:
            self._retry(data)
        self._any = True

    def problem(self) -> str:
        if self._broken:
            return f"is no {self._name}, or is damaged"
        if self._any and not self._unpacker.eof:
            return f"ends in the middle of its {self._name} coding"
        return ""

    def _unpack(self, data: bytes) -> None:
        while data and not self._unpacker.eof:
            self._unpacker.decompress(data, MAX_UNPACKED_BYTES)
            data = self._unpacker.unconsumed_tail

    def _retry(self, data: bytes) -> None:
        """Raw deflate shows in the first bytes."""
        self._broken = self._any or len(self._windows) == 1
        if not self._broken:
            self._unpacker = zlib.decompressobj(self._windows[1])
            try:
                self._unpack(data)
            except zlib.error:
                self._broken = True


def coding_of(head: Head) -> Coding:
    """The check of the content coding that a head names; None if it cannot be checked."""
    name = (head.value("content-encoding") or "").strip().lower()
    if name in ("gzip", "x-gzip"):
        return _Zipped("gzip", (31,))
    if name == "deflate":
        return _Zipped("deflate", (15, -15))
    return _NoCoding()


def digest_bytes(given: str) -> bytes | None:
    """The digest that a header field's value writes, in base32 or hexadecimal; None for neither."""
    name, _, text = given.partition(":")
    size = _DIGEST_BYTES.get(name.lower())
    if size is None:
        return None
    try:
        if len(text) == 2 * size and not text.endswith("="):
            return bytes.fromhex(text)
        value = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (ValueError, binascii.Error):
        return None
    return value if len(value) == size else None
