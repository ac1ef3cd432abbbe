"""Reads answers that other recorders stored: their changes to an exchange are not damage. Pure.

Browser extensions and proxies write the decoded body below the head as it was sent, so that it says
chunked or gzip over a body that is neither. HTTP/2, and servers of before HTTP/1.0, come with
status lines of their own.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from archive.warc.http1 import MAX_HEAD_BYTES, Head, head_of
from archive.warc.reader import MAX_BODY_BYTES, MAX_CODINGS, decoded
from archive.warc.record_facts import RecordFacts

try:
    import brotli
except ImportError:
    brotli = None
try:
    import zstandard
except ImportError:
    zstandard = None  # type: ignore[assignment]

MOST_CHUNKS = 500_000
"""The most chunks of a body. Servers send thousands of bytes in each; these would hold 134 each."""

SHORTEST_CHUNK_BYTES = len(b"1\na\n")

MAX_SIZE_LINE_BYTES = 64 * 1024

ZSTD_PIECE_BYTES = 512
"""Four bytes of zstd can be 128 KB of zeros: so many unpack to 16 MB at most."""

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

MIN_TEXT_BYTES = 64
LOOKED_AT_BYTES = 512

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_STATUS = re.compile(rb"(?:HTTP(?:/\d+(?:\.\d+)?)?|ICY)[ \t]+(\d{3})(?!\d)", re.IGNORECASE)
"""`HTTP/2 200`, `HTTP 200 Document follows` of NCSA's, `ICY 200 OK` of streams."""

_PSEUDO_STATUS = re.compile(rb"(?:(?::[a-z]+:[^\n]*\n){0,4}?):status:[ \t]*(\d{3})", re.IGNORECASE)
"""The status field that HTTP/2 has in place of a status line."""

_FIELD = re.compile(rb"[A-Za-z][\w-]{0,60}:[ \t]")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_SIZE_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?(\r?)\n")
_LINE_END = re.compile(rb"[ \t]*\r?\n")
_WHOLE_RANGE = re.compile(r"bytes[ =]0-(\d{1,15})/(\d{1,15})", re.IGNORECASE)


def head_of_block(facts: RecordFacts, block: bytes) -> Head:
    """The head of an answer in a record; for a block that is not HTTP, one with its type alone.

    A 206 whose range is the whole counts as a 200, as archiving browsers write it; so does a
    resource, which was fetched without HTTP or lost its head.
    """
    mime = (facts.value("content-type") or "").strip()
    is_http = mime.lower().startswith("application/http")
    if facts.kind == "resource" and not is_http:
        return Head(0, 200, (("content-type", mime),))
    skipped = len(block) - len(block[:16].lstrip(b"\r\n") + block[16:])
    status = _STATUS.match(block, skipped) or _PSEUDO_STATUS.match(block, skipped)
    if status is None and not (is_http and _FIELD.match(block, skipped)):
        return Head(0, None, () if is_http else (("content-type", mime),))
    if _is_endless(block, skipped):
        return Head(len(block), int(status[1]) if status else None, ())
    head = head_of(block[skipped : skipped + 2 * MAX_HEAD_BYTES])
    if head.status is None and status is not None:
        head = replace(head, status=int(status[1]))
    head = replace(head, length=skipped + head.length)
    return replace(head, status=200) if _is_whole_range(head, len(block)) else head


def begins_as_http(block: bytes) -> bool:
    """Whether a block begins with a status."""
    start = block[:2048].lstrip(b"\r\n")
    return bool(_STATUS.match(start) or _PSEUDO_STATUS.match(start))


def _is_endless(block: bytes, start: int) -> bool:
    """Whether a head has no end within the bytes in which one is looked for."""
    is_long = len(block) - start > MAX_HEAD_BYTES
    return is_long and _BLANK_LINE.search(block, start, start + MAX_HEAD_BYTES) is None


def _is_whole_range(head: Head, size: int) -> bool:
    if head.status != 206:
        return False
    found = _WHOLE_RANGE.match((head.value("content-range") or "").strip())
    is_whole = found is not None and int(found[1]) + 1 == int(found[2])
    return is_whole and found is not None and size - head.length >= int(found[2])


class Chunks:
    """Takes a chunked body apart, piece by piece."""

    def __init__(self) -> None:
        self.count = 0
        self.is_whole = False
        """The last chunk, which is empty, has come."""
        self.is_broken = False
        """Whether the next bytes are not a chunk. All chunks before them are decoded."""
        self.is_loose = False
        """The first size stands in a line that ends with LF alone."""
        self._left = 0
        self._awaits_line_end = False
        self._rest = b""

    @property
    def are_none(self) -> bool:
        """Whether the body is not chunked: not even its first chunk is one."""
        if self.count in (0, MOST_CHUNKS + 1):
            return True
        is_cut = not self.is_whole and self.count == 1 and self._left > 0
        return (self.is_broken and self.count < 2) or (is_cut and self.is_loose)

    def feed(self, data: bytes) -> list[bytes]:
        """The pieces that `data` adds to the decoded body."""
        data, self._rest = self._rest + data, b""
        decoded_pieces: list[bytes] = []
        position = 0
        while position < len(data) and not (self.is_whole or self.is_broken):
            before = position
            position = self._step(data, position, decoded_pieces)
            if position == before:
                self._rest = data[position:]
                self.is_broken = self.is_broken or len(self._rest) > MAX_SIZE_LINE_BYTES
                break
        return decoded_pieces

    def _step(self, data: bytes, position: int, out: list[bytes]) -> int:
        if self._left:
            piece = data[position : position + self._left]
            out.append(piece)
            self._left -= len(piece)
            self._awaits_line_end = not self._left
            return position + len(piece)
        if self._awaits_line_end:
            return self._line_end(data, position)
        return self._size(data, position)

    def _line_end(self, data: bytes, position: int) -> int:
        found = _LINE_END.match(data, position)
        if found is None:
            self.is_broken = data.find(b"\n", position) >= 0 or len(data) - position > 2
            return position
        self._awaits_line_end = False
        return found.end()

    def _size(self, data: bytes, position: int) -> int:
        found = _SIZE_LINE.match(data, position)
        if found is None:
            self.is_broken = data.find(b"\n", position, position + MAX_SIZE_LINE_BYTES) >= 0
            return position
        self.is_loose = self.is_loose or (self.count == 0 and not found[2])
        self.count += 1
        self._left = int(found[1], 16)
        self.is_whole = not self._left
        self.is_broken = self.count > MOST_CHUNKS
        return found.end()


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an answer, without chunks."""

    payload: bytes = field(repr=False)
    is_cut: bool = False
    """Whether it has no last chunk, or fewer bytes than its head says."""
    why_odd: str | None = None
    """The bound that it exceeds, in words; None for an ordinary body."""


def body_of(head: Head, block: bytes) -> Body:
    """The body below a head, without chunks; unchanged if the head says chunked and it is not."""
    body = block[head.length :] if head.length else block
    if not head.chunked:
        return Body(body, is_cut=_is_short(head, len(body)))
    chunks = Chunks()
    payload = b"".join(chunks.feed(body))
    if chunks.count > MOST_CHUNKS:
        return Body(
            body, why_odd=f"its body has more than {MOST_CHUNKS} chunks, and stays as it is"
        )
    if chunks.are_none:
        return Body(body)
    return Body(payload, is_cut=not chunks.is_whole)


def _is_short(head: Head, size: int) -> bool:
    """Whether a body that has no coding is shorter than Content-Length says."""
    if head.status != 200 or head.value("content-encoding") or head.body_bytes is None:
        return False
    return 0 < size < head.body_bytes


def codings_of(head: Head) -> list[str]:
    """The names of the body's codings in the order in which they were put on."""
    named = [
        name.strip().lower()
        for header in ("content-encoding", "transfer-encoding")
        for given, value in head.headers
        if given == header
        for name in value.split(",")
    ]
    return [name for name in named if name not in ("", "identity", "chunked")]


def lacking(head: Head, payload: bytes) -> str | None:
    """The package to install to read a body, in words; None if nothing is missing."""
    if _is_text(payload):
        return None
    needed = {"br": brotli, "zstd": zstandard}
    missing = next((name for name in codings_of(head) if needed.get(name, name) is None), None)
    if missing is None:
        return None
    return f"its body is coded with {missing}: pip install 'portal-archive[imports]', then rebuild"


def decoded_body(payload: bytes, head: Head) -> bytes:
    """The body without its codings, of each at most MAX_BODY_BYTES.

    A body that is not coded as the head says, or cannot be decoded, is returned unchanged.
    """
    codings = codings_of(head)
    if len(codings) > MAX_CODINGS:
        return payload
    for name in reversed(codings):
        if _is_text(payload):
            return payload
        undo = _UNDOING.get(name)
        payload = undo(payload) if undo is not None else decoded(payload, name)
    return payload


def _is_text(body: bytes) -> bool:
    """Whether bytes are not compressed: a tenth of compressed bytes are control characters."""
    return len(body) >= MIN_TEXT_BYTES and not _CONTROL.search(body, 0, LOOKED_AT_BYTES)


def _without_gzip(body: bytes) -> bytes:
    """A body without gzip, all of its members, as browsers decode it."""
    out, rest = bytearray(), body
    while rest.startswith(GZIP_MAGIC) and len(out) < MAX_BODY_BYTES:
        unpacker = zlib.decompressobj(31)
        try:
            out += unpacker.decompress(rest, MAX_BODY_BYTES - len(out))
        except zlib.error:
            break
        rest = unpacker.unused_data
    return bytes(out) or decoded(body, "gzip")


def _without_brotli(body: bytes) -> bytes:
    if brotli is None or not body:
        return body
    unpacker, out, data = brotli.Decompressor(), bytearray(), body
    try:
        while len(out) < MAX_BODY_BYTES and not unpacker.is_finished():
            piece = unpacker.process(data, output_buffer_limit=MAX_BODY_BYTES - len(out))
            if not piece and not data:
                break
            out += piece
            data = b""
    except brotli.error:
        return bytes(out) or body
    return bytes(out[:MAX_BODY_BYTES]) or body


def _without_zstd(body: bytes) -> bytes:
    if zstandard is None or not body.startswith(ZSTD_MAGIC):
        return body
    unpacker = zstandard.ZstdDecompressor().decompressobj(read_across_frames=True)
    out = bytearray()
    try:
        for start in range(0, len(body), ZSTD_PIECE_BYTES):
            out += unpacker.decompress(body[start : start + ZSTD_PIECE_BYTES])
            if len(out) >= MAX_BODY_BYTES:
                break
    except zstandard.ZstdError:
        return bytes(out) or body
    return bytes(out[:MAX_BODY_BYTES]) or body


_UNDOING: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _without_gzip,
    "x-gzip": _without_gzip,
    "br": _without_brotli,
    "zstd": _without_zstd,
}
