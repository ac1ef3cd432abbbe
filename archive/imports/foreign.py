"""Reads records that others wrote, one by one: what is damaged or lies is named, and what can be
read of it is given all the same.

Nothing of a record is believed: its length is held against the bytes that are there, its block
against the digests that it names, and no more than MAX_RECORD_BYTES of it are unpacked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

from archive.imports.answers import (
    MOST_CHUNKS,
    SHORTEST_CHUNK_BYTES,
    Body,
    body_of,
    codings_of,
    decoded_body,
    head_of_block,
    lacking,
)
from archive.imports.digests import LongDigests, flaw_of
from archive.imports.limits import TooLargeError
from archive.imports.record_headers import (
    HEADER_END,
    LEADING,
    MOST_START_BYTES,
    NEXT_START,
    START,
    foreign_facts,
    web_address,
)
from archive.warc.http1 import MAX_HEAD_BYTES, Head
from archive.warc.members import MAGIC, PIECE_BYTES, Member, State, read_member, record_starts
from archive.warc.reader import StoredAnswer
from archive.warc.record_facts import MAX_HEADER_BYTES, TAIL_BYTES, RecordFacts
from archive.warc.records import sha1_text
from archive.warc.stream import MAX_BLOCK_BYTES

MAX_RECORD_BYTES = 1024 * 1024 * 1024
"""A gzip member that unpacks to more is refused: a bomb of 1 MB has as much."""

TOO_LONG = f"unpacks to more than {MAX_RECORD_BYTES} bytes"
NO_LENGTH = "its Content-Length is no number"
RECORD_END = b"\r\n\r\n"
_LINE_ENDS = b"\r\n"


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes of a file in which records lie one after the other, each readable by its place."""

    packed: bool
    """Whether each is a gzip member of its own."""
    start: int
    end: int
    is_converted: bool = False
    """Whether they were written by an import, into the companion: places in it may change."""


@dataclass(frozen=True)
class ForeignRecord:
    """A record that can be read, maybe not to its end."""

    offset: int
    length: int
    facts: RecordFacts
    block: bytes = field(repr=False)
    """At most the first MAX_BLOCK_BYTES."""
    block_bytes: int
    """How many there are."""
    is_packed: bool
    """It is a gzip member, whose checksum is right: its bytes are those that were written."""
    fault: str | None = None
    """What is wrong with where it ends."""
    long: LongDigests | None = field(default=None, repr=False)
    """Of a block that is longer than is kept."""

    @property
    def url(self) -> str:
        """WARC-Target-URI, as rows have it."""
        return web_address(self.facts.value("warc-target-uri") or "")

    @cached_property
    def head(self) -> Head:
        """Of the answer."""
        return head_of_block(self.facts, self.block)

    @cached_property
    def body(self) -> Body:
        """Of the answer, as far as it is kept."""
        return body_of(self.head, self.block)

    @property
    def payload_digest(self) -> str:
        """`sha1:` with base32 over the body without chunks, whatever the header names."""
        if self.long is not None:
            return self.long.payload_sha1
        return sha1_text([self.body.payload])

    @property
    def answer(self) -> StoredAnswer:
        """As `archive.imports.stored` reads it."""
        return StoredAnswer(self.head, decoded_body(self.body.payload, self.head), self.block)

    @property
    def lacking(self) -> str | None:
        """What to install to read its body; None where nothing is missing."""
        is_coded = self.facts.kind == "response" and codings_of(self.head)
        return lacking(self.head, self.body.payload) if is_coded else None

    @property
    def flaw(self) -> str | None:
        """What is wrong with it, if anything."""
        return self.fault or flaw_of(self) or self._oddity()

    def _oddity(self) -> str | None:
        """What of the answer is beyond all bounds."""
        if self.facts.kind != "response":
            return None
        head = self.head
        if head.length >= len(self.block) > MAX_HEAD_BYTES:
            return f"its HTTP head does not end within {MAX_HEAD_BYTES} bytes"
        can_be = head.chunked and len(self.block) > SHORTEST_CHUNK_BYTES * MOST_CHUNKS
        return self.body.why_odd if can_be else None

    @property
    def is_cut(self) -> bool:
        """Whether its block is not all there, or does not end where it says."""
        return self.fault not in (None, NO_LENGTH)

    @property
    def truncated(self) -> str | None:
        """Why its block is not whole: WARC-Truncated, or that we found it so."""
        said = self.facts.value("warc-truncated")
        if said or self.is_cut:
            return said or "unspecified"
        return "disconnect" if self.facts.kind == "response" and self.body.is_cut else None


@dataclass(frozen=True, slots=True)
class Unusable:
    """Bytes that are no record, and why."""

    offset: int
    length: int
    why: str


class Taken:
    """Takes the bytes of a record: its header, the first bytes of its block, what follows."""

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
        """The next piece; TooLargeError where it is one too many."""
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
            self.tail += data[len(mine) :].lstrip(_LINE_ENDS)[: TAIL_BYTES - len(self.tail)]

    def _keep(self, data: bytes) -> None:
        self.block_bytes += len(data)
        room = self._kept_bytes - len(self._kept)
        if room > 0:
            self._kept += data[:room]
        is_long = self.block_bytes > self._kept_bytes == MAX_BLOCK_BYTES
        if is_long and self.facts is not None:
            if self.long is None:
                self.long = LongDigests(self.facts, bytes(self._kept[: 4 * MAX_HEAD_BYTES]))
                self.long.feed(self._kept)
            self.long.feed(data[max(0, room) :])

    def _take_header(self, data: bytes) -> bytes:
        """Add to the header; what is left of `data` once the header ended."""
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
        """Nothing has come but line ends."""
        return self.facts is None and not self._header.strip(LEADING)

    @property
    def begins_record(self) -> bool:
        """Whether what came begins as a record does."""
        return START.match(self._header) is not None

    @property
    def is_followed_by_record(self) -> bool:
        """Whether another one comes behind the block."""
        return START.match(self.tail) is not None

    def block(self) -> bytes:
        """As much of it as is kept; without a length the line ends behind it are none of it."""
        block = bytes(self._kept)
        if self._left is None and self.facts is not None:
            end = block.endswith(RECORD_END)
            block = block[: -len(RECORD_END)] if end else block.removesuffix(b"\n\n")
        self._kept.clear()
        return block


TOO_DAMAGED = "so much is damaged before this place that the rest is not read"


@dataclass(slots=True)
class Waste:
    """Bounds what is read in vain: each of many members that never end can hide all behind it.

    Once it is eight times the file, only short members are read, and at 128 times nothing more.
    """

    file_bytes: int
    read_bytes: int = 0

    def add(self, packed_bytes: int, unpacked_bytes: int) -> None:
        """A member has been read for nothing."""
        self.read_bytes += packed_bytes + unpacked_bytes // 16

    @property
    def most_bytes(self) -> int | None:
        """That may be read of a member; None: as many as it has."""
        is_much = self.read_bytes > 8 * self.file_bytes + SPARE_WASTE_BYTES
        return SHORT_MEMBER_BYTES if is_much else None

    @property
    def is_spent(self) -> bool:
        """Nothing more may be read in vain."""
        return self.read_bytes > 128 * self.file_bytes + 8 * SPARE_WASTE_BYTES


SHORT_MEMBER_BYTES = 16 * 1024
SPARE_WASTE_BYTES = 16 * 1024 * 1024


def region_records(file: BinaryIO, region: Region) -> Iterator[ForeignRecord | Unusable]:
    """All that stands in a region, in order."""
    offset, waste = region.start, Waste(region.end - region.start)
    while offset < region.end:
        found = record_in(file, region, offset, waste)
        if found is None:
            return
        offset = found.offset + max(found.length, 1)
        if not isinstance(found, _Blank):
            yield found
        if waste.is_spent and offset < region.end:
            yield Unusable(offset, region.end - offset, TOO_DAMAGED)
            return


def region_of(file: BinaryIO, start: int, end: int) -> Region:
    """The place of a single record: its first bytes say whether it is packed."""
    file.seek(start)
    return Region(packed=file.read(len(MAGIC)) == MAGIC, start=start, end=end)


def record_in(
    file: BinaryIO, region: Region, offset: int, waste: Waste | None = None
) -> ForeignRecord | Unusable | None:
    """The record at a place of a region; None where only line ends are left."""
    if region.packed:
        return _packed(file, region, offset, waste)
    return _plain(file, region, offset)


class _Blank(Unusable):
    """Bytes that mean nothing."""


def _packed(
    file: BinaryIO, region: Region, offset: int, waste: Waste | None
) -> ForeignRecord | Unusable:
    taken, most_bytes = Taken(), waste.most_bytes if waste is not None else None
    try:
        member = read_member(file, offset, taken, most_bytes=most_bytes)
    except TooLargeError:
        length = next_member(file, offset + 1, region.end) - offset
        return Unusable(offset, length, TOO_LONG)
    length = min(member.length, region.end - offset)
    is_whole = member.state is State.WHOLE and member.length == length
    if taken.is_blank and _is_padding(file, offset, length, is_whole=is_whole):
        return _Blank(offset, length, "")
    is_last = offset + length >= region.end and member.state is not State.NO_MEMBER
    if not is_whole and (member.state is State.DAMAGED or not is_last or taken.block_bytes == 0):
        if waste is not None:
            waste.add(member.read_bytes, taken.size)
        return Unusable(offset, length, _words(member, runs_on=member.length > length))
    fault = None if is_whole else _words(member, runs_on=member.length > length)
    return _judged(offset, length, taken, fault, is_packed=is_whole)


def _is_padding(file: BinaryIO, offset: int, length: int, *, is_whole: bool) -> bool:
    if is_whole:
        return True
    file.seek(offset)
    return length <= PIECE_BYTES and not file.read(length).strip(LEADING)


def _words(member: Member, *, runs_on: bool) -> str:
    if runs_on and member.state is State.WHOLE:
        return "a record runs on behind its end"
    return _MEMBER_WORDS[member.state] + (f" ({member.error})" if member.error else "")


_MEMBER_WORDS = {
    State.BROKEN_OFF: "the file ends in the middle of a record",
    State.DAMAGED: "no record can be unpacked here",
    State.NO_MEMBER: "there is something that is no gzip member",
}


def next_member(file: BinaryIO, offset: int, end: int) -> int:
    """Where the next gzip member that holds a record begins, else `end`."""
    return min(next(record_starts(file, offset), end), end)


def _plain(file: BinaryIO, region: Region, offset: int) -> ForeignRecord | Unusable | None:
    file.seek(offset)
    header = file.read(min(MAX_HEADER_BYTES, region.end - offset))
    begin = len(header) - len(header.lstrip(LEADING))
    if begin == len(header):
        at_end = offset + begin >= region.end
        return None if at_end else _Blank(offset, begin, "")
    header, offset = header[begin:], offset + begin
    end = HEADER_END.search(header)
    if not START.match(header) or end is None:
        return _to_next_start(file, region, offset, "no record begins here")
    size = foreign_facts(header[: end.start()]).content_length
    start = offset + end.end()
    length, fault = _plain_end(file, region, start, size)
    taken = Taken(block_bytes=length if fault is not None else None)
    taken.feed(header[: end.end()])
    try:
        _feed(file, start, length, taken)
    except TooLargeError:
        return Unusable(offset, end.end() + length, f"has more than {MAX_RECORD_BYTES} bytes")
    reach = _reach(file, region, start + length, fault)
    return _judged(offset, end.end() + length + reach, taken, fault, is_packed=False)


def _plain_end(
    file: BinaryIO, region: Region, start: int, size: int | None
) -> tuple[int, str | None]:
    """How long a block is that begins at `start`, and what is wrong with that.

    Where its Content-Length leads to no line end, record or end of the file, it reaches to the
    next record at most.
    """
    left = region.end - start
    if size is not None and size <= left:
        file.seek(start + size)
        tail = file.read(min(TAIL_BYTES, left - size)).lstrip(_LINE_ENDS)
        if not tail or START.match(tail):
            return size, None
    found = _next_start(file, region, start)
    room = (region.end if found is None else found) - start
    if found is not None or size is None:
        file.seek(max(start, start + room - len(RECORD_END)))
        before = file.read(min(len(RECORD_END), room))
        room -= len(before) - len(before.rstrip(_LINE_ENDS))
    if size is None:
        return room, NO_LENGTH
    if size > room:
        return room, f"is shorter than it says: {room} of {size} bytes"
    return size, f"does not end after the {size} bytes it says"


def _reach(file: BinaryIO, region: Region, end: int, fault: str | None) -> int:
    """What of the bytes behind a block is the record's: its line ends, else all to the next one."""
    if fault is not None:
        found = _next_start(file, region, end)
        return (region.end if found is None else found) - end
    file.seek(end)
    tail = file.read(min(len(RECORD_END), region.end - end))
    return len(tail) - len(tail.lstrip(_LINE_ENDS))


def _feed(file: BinaryIO, start: int, size: int, taken: Taken) -> None:
    file.seek(start)
    while size:
        piece = file.read(min(size, PIECE_BYTES))
        if not piece:
            return
        size -= len(piece)
        taken.feed(piece)


def _to_next_start(file: BinaryIO, region: Region, offset: int, why: str) -> Unusable:
    """Reaches to the next line that begins a record, else to the region's end."""
    found = _next_start(file, region, offset + 1)
    return Unusable(offset, (region.end if found is None else found) - offset, why)


def _next_start(file: BinaryIO, region: Region, position: int) -> int | None:
    """Where the next record begins from a place on, at the beginning of a line."""
    position = max(region.start, position - 1)
    while position < region.end:
        file.seek(position)
        window = file.read(min(PIECE_BYTES, region.end - position))
        found = NEXT_START.search(window)
        if found is not None:
            return position + found.start()
        position += max(1, len(window) - MOST_START_BYTES)
        if position + MOST_START_BYTES >= region.end:
            return None
    return None


def _judged(
    offset: int, length: int, taken: Taken, fault: str | None, *, is_packed: bool
) -> ForeignRecord | Unusable:
    facts = taken.facts
    if facts is None or not taken.begins_record:
        return Unusable(offset, length, fault or "has no header of a WARC record")
    said = facts.content_length
    if fault is None and said is None:
        fault = NO_LENGTH
    elif fault is None and taken.block_bytes != said:
        fault = f"is shorter than it says: {taken.block_bytes} of {said} bytes"
    elif fault is None and taken.tail:
        fault = f"is longer than the {said} bytes that it says"
    return ForeignRecord(
        offset, length, facts, taken.block(), taken.block_bytes, is_packed, fault, taken.long
    )
