"""Reading an HTTP/1 message as it came over the wire, however badly it is framed. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.numbers import MOST_EXACT, whole_number

MAX_HEAD_BYTES = 256 * 1024
"""The longest head that is read as one; servers send a few hundred bytes."""

_PROTOCOL = b"HTTP/"
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/(\d(?:\.\d)?)[ \t]+(\d{3})", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?$")


@dataclass(frozen=True, slots=True)
class Head:
    """The status line and headers of a response."""

    length: int
    """The bytes up to and including the blank line; the body begins behind them."""
    status: int | None
    """None if the first line is not a status line."""
    headers: tuple[tuple[str, str], ...]
    """Names in lower case, values stripped, in the order sent."""
    interim: int = 0
    """The number of interim (1xx) answers that came before."""
    is_http_1_1: bool = False
    """The status line says HTTP/1.1 or later."""

    @property
    def is_interim(self) -> bool:
        """Whether another answer follows it (1xx); 101 is the last that HTTP says."""
        return (
            self.status is not None
            and 100 <= self.status < 200
            and self.status != SWITCHING_PROTOCOLS
        )

    def value(self, name: str) -> str | None:
        """The first value of a header, its name given in lower case."""
        return next((value for given, value in self.headers if given == name), None)

    @property
    def chunked(self) -> bool:
        """Whether the last transfer coding is chunked."""
        codings = [value for name, value in self.headers if name == "transfer-encoding"]
        return bool(codings) and codings[-1].lower().split(",")[-1].strip() == "chunked"

    @property
    def body_bytes(self) -> int | None:
        """Content-Length; None if the header is missing or is not a single number."""
        given = self._lengths()
        return whole_number(given.pop(), MOST_EXACT) if len(given) == 1 else None

    @property
    def has_odd_length(self) -> bool:
        """Whether there is a Content-Length that says nothing: no number, or several."""
        return self.body_bytes is None and bool(self._lengths())

    def _lengths(self) -> set[str]:
        """The value of Content-Length; one value if it repeats the same one (RFC 9110 §8.6)."""
        lengths = (value for name, value in self.headers if name == "content-length")
        return {part.strip() for value in lengths for part in value.split(",")}

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
        head = _head(data, start, end, interim)
        if end is None or not head.is_interim or head.length >= len(data):
            return head
        start, interim = head.length, interim + 1


def _head(data: bytes | bytearray, start: int, end: re.Match[bytes] | None, interim: int) -> Head:
    lines = bytes(data[start : end.start() if end else len(data)]).split(b"\n")
    status = _STATUS.match(lines[0])
    return Head(
        end.end() if end else len(data),
        int(status[2]) if status else None,
        tuple(_headers(lines[1:])),
        interim,
        is_http_1_1=status is not None and status[1] >= b"1.1",
    )


def _headers(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """A line that begins with white space goes on with the one before (RFC 9112 §5.2)."""
    unfolded: list[bytes] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and unfolded:
            unfolded[-1] += b" " + line.strip()
        else:
            unfolded.append(line.rstrip())
    for line in unfolded:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


class Dechunker:
    """Takes a chunked body apart, piece by piece.

    A body that is not chunked, or breaks off, raises no error: `complete` stays False, `broken`
    says whether the framing was wrong, and the part decoded so far is kept. Lines that end with a
    bare LF are decoded, but `loose`: RFC 9112 §7.1 demands CRLF, and a chunk size that is one too
    big swallows just the CR.
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
        """The bytes that `data` adds to the decoded body."""
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


SWITCHING_PROTOCOLS = 101
"""The bytes that follow are no longer HTTP."""

NO_BODY = (204, 304)
"""Answers that end with their head, whatever it says (RFC 9110 §6.4.1)."""


class AnswerReader:
    """Reads an answer while it arrives, with the same result as `head_of` and `payload`.

    `feed` gives all bytes behind the head, without chunking. Bytes beyond the length that the
    server named are part of the body, as they are in its record.
    """

    def __init__(self, *, has_body: bool = True) -> None:
        """`has_body` is False for an answer to HEAD."""
        self.head: Head | None = None
        """The final one, once it has come whole."""
        self.is_no_http = False
        """Whether the first line is not a status line."""
        self.is_complete = False
        """Whether the end that its head names was reached."""
        self.is_broken = False
        """Whether its chunks are malformed."""
        self.has_excess = False
        """Whether bytes came behind the answer."""
        self.has_odd_length = False
        """Whether its Content-Length is not valid, and nothing else marks the end."""
        self._has_body = has_body
        self._start = bytearray()
        self._begins = self._searched = self._interim = 0
        self._dechunker: Dechunker | None = None
        self._left: int | None = None
        """Bytes of the body still to come; None if it ends when the connection does."""

    @property
    def ends_with_connection(self) -> bool:
        """Whether nothing but the end of the connection says where the answer ends."""
        is_open = self.head is not None and not self.is_complete
        return is_open and self._dechunker is None and self._left is None

    def feed(self, data: bytes) -> bytes:
        """The bytes that `data` adds to the body."""
        if self.head is not None:
            return self._body(data)
        self._start += data
        self._find_head()
        if self.head is None:
            return b""
        rest = bytes(self._start[self.head.length :])
        self._start.clear()
        self._begin_body(self.head)
        return self._body(rest)

    def _find_head(self) -> None:
        """Look at no byte twice: a head may come drop by drop."""
        while self.head is None and not self.is_no_http:
            end = _HEAD_END.search(self._start, self._searched, self._begins + MAX_HEAD_BYTES)
            if end is None:
                self._searched = max(self._begins, len(self._start) - 3)
                self.is_no_http = not self._may_be_http()
                return
            head = _head(self._start, self._begins, end, self._interim)
            self.is_no_http = head.status is None
            if not head.is_interim:
                self.head = head
            self._begins = self._searched = head.length
            self._interim += 1

    def _may_be_http(self) -> bool:
        """Whether an answer without a blank line so far may be one."""
        if len(self._start) - self._begins >= MAX_HEAD_BYTES:
            return False
        if self._start.find(b"\n", self._begins) >= 0:
            return bool(_STATUS.match(self._start, self._begins))
        begun = bytes(self._start[self._begins : self._begins + len(_PROTOCOL)])
        return _PROTOCOL.startswith(begun.upper())

    def _begin_body(self, head: Head) -> None:
        if not self._has_body or head.status in (*NO_BODY, SWITCHING_PROTOCOLS):
            self.is_complete = True
        elif head.chunked:
            self._dechunker = Dechunker()
        else:
            self._left = head.body_bytes
            self.has_odd_length = head.has_odd_length

    def _body(self, data: bytes) -> bytes:
        if self.is_complete and self.head is not None:
            self.has_excess = self.has_excess or bool(data)
            return b"".join(payload(self.head, [data]))
        if self._dechunker is not None:
            piece = self._dechunker.feed(data)
            self.is_complete = self._dechunker.complete
            self.is_broken = self._dechunker.broken
            self.has_excess = self._dechunker.excess > 0
            return piece
        if self._left is not None:
            self.has_excess = len(data) > self._left
            self._left = max(0, self._left - len(data))
            self.is_complete = self._left == 0
        return data
