"""Reading an HTTP/1 message as it came over the wire, however badly it is framed. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_HEAD_BYTES = 256 * 1024
"""A head that does not end within this many bytes is no head; servers send a few hundred."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?$")


@dataclass(frozen=True, slots=True)
class Head:
    """The status line and headers of a response."""

    length: int
    """Bytes up to and with the blank line; the body begins here."""
    status: int | None
    """None where the first line is no status line."""
    headers: tuple[tuple[str, str], ...]
    """Names in lower case, values stripped, in the order sent."""
    interim: int = 0
    """How many interim (1xx) answers came before."""

    def value(self, name: str) -> str | None:
        """The first value of a header, its name given in lower case."""
        return next((value for given, value in self.headers if given == name), None)

    @property
    def chunked(self) -> bool:
        """Whether the last transfer coding is chunked."""
        codings = [value for name, value in self.headers if name == "transfer-encoding"]
        return bool(codings) and codings[-1].lower().split(",")[-1].strip() == "chunked"

    @property
    def mime(self) -> str | None:
        """The media type of Content-Type in lower case, without parameters."""
        given = (self.value("content-type") or "").partition(";")[0].strip().lower()
        return given or None


def head_of(data: bytes) -> Head:
    """The head that `data`, the first bytes of a response, begins with.

    Where no blank line is found, all of `data` is taken for the head. Interim (1xx) answers are
    passed over: the head is the final one and `length` counts theirs in.
    """
    start = interim = 0
    while True:
        end = _HEAD_END.search(data, start, start + MAX_HEAD_BYTES)
        stop = end.end() if end else len(data)
        lines = data[start : end.start() if end else len(data)].split(b"\n")
        status = _STATUS.match(lines[0])
        code = int(status[1]) if status else None
        if end is None or code is None or not 100 <= code < 200 or code == 101 or stop >= len(data):
            return Head(stop, code, tuple(_headers(lines[1:])), interim)
        start, interim = stop, interim + 1


def _headers(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


class Dechunker:
    """Takes a chunked body apart, piece by piece.

    What is not chunked after all, or breaks off, is no error here: `complete` stays False and
    `broken` says whether the framing was wrong; what was decoded until then stands. Lines that end
    with a bare LF are decoded, but `loose`: RFC 9112 §7.1 wants CRLF, and a chunk size that is one
    too big swallows just the CR.
    """

    def __init__(self) -> None:
        self.complete = False
        self.broken = False
        self.loose = False
        self.excess = 0
        """Bytes that came after the last chunk and its trailers."""
        self._buffer = bytearray()
        self._left = 0
        self._state = self._size_line

    def feed(self, data: bytes) -> bytes:
        """What `data` adds to the decoded body."""
        if self.complete or self.broken:
            self.excess += len(data)
            return b""
        self._buffer += data
        out = bytearray()
        while self._buffer and not (self.broken or self.complete):
            before = len(self._buffer), self._state
            out += self._state()
            if (len(self._buffer), self._state) == before:
                break
        if self.complete:
            self.excess += len(self._buffer)
            self._buffer.clear()
        return bytes(out)

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\n")
        if end < 0:
            self.broken = len(self._buffer) > MAX_HEAD_BYTES
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self.loose = self.loose or not line.endswith(b"\r")
        return line

    def _size_line(self) -> bytes:
        line = self._line()
        if line is None:
            return b""
        size = _CHUNK_SIZE.match(line)
        if size is None:
            self.broken = True
            return b""
        self._left = int(size[1], 16)
        self._state = self._data if self._left else self._trailer
        return b""

    def _data(self) -> bytes:
        piece = bytes(self._buffer[: self._left])
        del self._buffer[: len(piece)]
        self._left -= len(piece)
        if not self._left:
            self._state = self._data_end
        return piece

    def _data_end(self) -> bytes:
        line = self._line()
        if line is not None:
            self.broken = line.strip() != b""
            self._state = self._size_line
        return b""

    def _trailer(self) -> bytes:
        line = self._line()
        if line is not None:
            self.complete = line.strip() == b""
        return b""


def payload(head: Head, body: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of the body without its chunking; its content coding is kept."""
    if not head.chunked:
        yield from body
        return
    dechunker = Dechunker()
    for piece in body:
        yield dechunker.feed(piece)
