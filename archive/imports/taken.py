"""Takes the bytes of others' records as they are read, and bounds the bytes read for nothing."""

from dataclasses import dataclass

from archive.imports.digests import LongDigests
from archive.imports.limits import TooLargeError
from archive.imports.record_headers import HEADER_END, LEADING, START, foreign_facts
from archive.warc.http1 import MAX_HEAD_BYTES
from archive.warc.record_facts import MAX_HEADER_BYTES, TAIL_BYTES, RecordFacts
from archive.warc.stream import MAX_BLOCK_BYTES

MAX_RECORD_BYTES = 1024 * 1024 * 1024
"""A gzip member that unpacks to more is refused: a bomb of 1 MB has as much."""

LONG_KEPT_BYTES = 24 * 1024 * 1024
"""Kept of a block that is longer than MAX_BLOCK_BYTES: a head, and more than is read of a body."""

RECORD_END = b"\r\n\r\n"
LINE_ENDS = b"\r\n"


class Taken:
    """Takes the bytes of a record: its header, the beginning of its block, the bytes behind it."""

    def __init__(self, kept_bytes: int = MAX_BLOCK_BYTES, block_bytes: int | None = None) -> None:
        """`block_bytes`, if the header does not say it."""
        self.facts: RecordFacts | None = None
        self.block_bytes = 0
        self.tail = bytearray()
        self.size = 0
        self.long: LongDigests | None = None
        self._kept_bytes = kept_bytes
        self._header = bytearray()
        self._kept = bytearray()
        self._left = block_bytes

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises TooLargeError if they exceed the limit."""
        self.size += len(data)
        if self.size > MAX_RECORD_BYTES:
            raise TooLargeError
        if self.facts is None:
            data = self._take_header(data)
        if self.facts is None or not data:
            return
        mine = data if self._left is None else data[: self._left]
        if self._left is not None:
            self._left -= len(mine)
        self._keep(mine)
        if len(data) > len(mine) and len(self.tail) < TAIL_BYTES:
            self.tail += data[len(mine) :].lstrip(LINE_ENDS)[: TAIL_BYTES - len(self.tail)]

    def _keep(self, data: bytes) -> None:
        self.block_bytes += len(data)
        if self.long is not None:
            self.long.feed(data)
            return
        room = self._kept_bytes - len(self._kept)
        if room > 0:
            self._kept += data[:room]
        is_long = self.block_bytes > self._kept_bytes == MAX_BLOCK_BYTES
        if is_long and self.facts is not None:
            self.long = LongDigests(self.facts, bytes(self._kept[: 4 * MAX_HEAD_BYTES]))
            self.long.feed(self._kept)
            self.long.feed(data[max(0, room) :])
            del self._kept[LONG_KEPT_BYTES:]

    def _take_header(self, data: bytes) -> bytes:
        """Add to the header; returns the part of `data` behind its end."""
        if len(self._header) > MAX_HEADER_BYTES:
            return b""
        self._header += data if self._header else data.lstrip(LEADING)
        end = HEADER_END.search(self._header)
        if end is None:
            return b""
        rest = bytes(self._header[end.end() :])
        self.facts = foreign_facts(bytes(self._header[: end.start()]))
        if self._left is None:
            self._left = self.facts.content_length
        return rest

    @property
    def is_blank(self) -> bool:
        """Whether only line ends were read."""
        return self.facts is None and not self._header.strip(LEADING)

    @property
    def begins_record(self) -> bool:
        """Whether the bytes so far begin as a record does."""
        return START.match(self._header) is not None

    @property
    def is_followed_by_record(self) -> bool:
        """Whether another one comes behind the block."""
        return START.match(self.tail) is not None

    def block(self) -> bytes:
        """The kept part of the block; if no length is known, line ends at its end are left out."""
        block = bytes(self._kept)
        if self._left is None and self.facts is not None:
            end = block.endswith(RECORD_END)
            block = block[: -len(RECORD_END)] if end else block.removesuffix(b"\n\n")
        self._kept.clear()
        return block


@dataclass(slots=True)
class Waste:
    """Bounds the bytes read for nothing: a member that never ends can hide all behind it.

    Once it is eight times the file, only short members are read, and at 128 times nothing more.
    """

    file_bytes: int
    read_bytes: int = 0

    def add(self, packed_bytes: int, unpacked_bytes: int) -> None:
        """A member has been read for nothing."""
        self.read_bytes += packed_bytes + unpacked_bytes // 16

    @property
    def most_bytes(self) -> int | None:
        """The most bytes of the next member to read; None for no bound."""
        is_much = self.read_bytes > 8 * self.file_bytes + SPARE_WASTE_BYTES
        return SHORT_MEMBER_BYTES if is_much else None

    @property
    def is_spent(self) -> bool:
        """Whether no more bytes may be read for nothing."""
        return self.read_bytes > 128 * self.file_bytes + 8 * SPARE_WASTE_BYTES


SHORT_MEMBER_BYTES = 16 * 1024
SPARE_WASTE_BYTES = 16 * 1024 * 1024
