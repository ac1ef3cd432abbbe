"""Reads records that other tools wrote, one by one. Damage is named, and the rest is still read.

No statement of a record is trusted: its length is compared with the bytes that are there, its block
with the digests that it names, and at most MAX_RECORD_BYTES of it are unpacked.
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
from archive.imports.digests import LongDigests, flaw_of, has_right_digest
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
from archive.imports.taken import LINE_ENDS, MAX_RECORD_BYTES, RECORD_END, Taken, Waste
from archive.warc.http1 import MAX_HEAD_BYTES, Head
from archive.warc.members import MAGIC, PIECE_BYTES, Member, MemberState, read_member, record_starts
from archive.warc.reader import StoredAnswer
from archive.warc.record_facts import MAX_HEADER_BYTES, TAIL_BYTES, RecordFacts
from archive.warc.records import sha1_text

FIRST_HEADER_BYTES = 2048
"""Read of a header at once; enough for most."""

TOO_LONG = f"unpacks to more than {MAX_RECORD_BYTES} bytes"
NO_LENGTH = "its Content-Length is no number"


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
    """The block, or its first MAX_BLOCK_BYTES."""
    block_bytes: int
    """The bytes of the record in the file."""
    is_packed: bool
    """Whether it is a gzip member whose checksum proves that its bytes are unchanged."""
    fault: str | None = None
    """The fault of its end, in words; None if it has none."""
    long: LongDigests | None = field(default=None, repr=False)
    """The digests of a block that is longer than is kept."""

    @property
    def url(self) -> str:
        """WARC-Target-URI in the spelling of captures.url."""
        return web_address(self.facts.value("warc-target-uri") or "")

    @cached_property
    def head(self) -> Head:
        """The head of the answer."""
        return head_of_block(self.facts, self.block)

    @cached_property
    def body(self) -> Body:
        """The body of the answer, as far as it is kept."""
        return body_of(self.head, self.block)

    @property
    def payload_digest(self) -> str:
        """`sha1:` with base32 over the body without chunks, whatever the header names."""
        if self.long is not None:
            return self.long.payload_sha1
        return sha1_text([self.body.payload])

    @property
    def answer(self) -> StoredAnswer:
        """The answer as `archive.imports.stored` gives it."""
        return StoredAnswer(self.head, decoded_body(self.body.payload, self.head), self.block)

    @property
    def lacking(self) -> str | None:
        """The package to install to read its body, in words; None if nothing is missing."""
        is_coded = self.facts.kind == "response" and codings_of(self.head)
        return lacking(self.head, self.body.payload) if is_coded else None

    @property
    def flaw(self) -> str | None:
        """The fault of the record, in words; None if it has none."""
        return self.fault or flaw_of(self) or self._oddity()

    def _oddity(self) -> str | None:
        """The bound that the answer exceeds, in words; None for an ordinary answer."""
        if self.facts.kind != "response":
            return None
        head = self.head
        if head.length >= len(self.block) > MAX_HEAD_BYTES:
            return f"its HTTP head does not end within {MAX_HEAD_BYTES} bytes"
        can_be = head.chunked and len(self.block) > SHORTEST_CHUNK_BYTES * MOST_CHUNKS
        return self.body.why_odd if can_be else None

    @property
    def is_cut(self) -> bool:
        """Whether its block is incomplete or has another end than it says, and no digest fits."""
        return self.fault not in (None, NO_LENGTH) and not has_right_digest(self)

    @property
    def truncated(self) -> str | None:
        """Why its block is not whole: by WARC-Truncated, or because it was found cut."""
        said = self.facts.value("warc-truncated")
        if said or self.is_cut:
            return said or "unspecified"
        return "disconnect" if self.facts.kind == "response" and self.body.is_cut else None


@dataclass(frozen=True, slots=True)
class UnusableRecord:
    """Bytes that cannot be read as a record, and why."""

    offset: int
    length: int
    why: str


TOO_DAMAGED = "so much is damaged before this place that the rest is not read"


def region_records(file: BinaryIO, region: Region) -> Iterator[ForeignRecord | UnusableRecord]:
    """The records of a region in order, and bytes that are none."""
    offset, waste = region.start, Waste(region.end - region.start)
    while offset < region.end:
        found = record_in(file, region, offset, waste)
        if found is None:
            return
        offset = found.offset + max(found.length, 1)
        if not isinstance(found, _Blank):
            yield found
        if waste.is_spent and offset < region.end:
            yield UnusableRecord(offset, region.end - offset, TOO_DAMAGED)
            return


def region_of(file: BinaryIO, start: int, end: int) -> Region:
    """The place of a single record: its first bytes say whether it is packed."""
    file.seek(start)
    return Region(packed=file.read(len(MAGIC)) == MAGIC, start=start, end=end)


def record_in(
    file: BinaryIO, region: Region, offset: int, waste: Waste | None = None
) -> ForeignRecord | UnusableRecord | None:
    """The record at a place of a region; None if only line ends are left."""
    if region.packed:
        return _packed(file, region, offset, waste)
    return _plain(file, region, offset)


class _Blank(UnusableRecord):
    """Padding between records."""


def _packed(
    file: BinaryIO, region: Region, offset: int, waste: Waste | None
) -> ForeignRecord | UnusableRecord:
    taken, most_bytes = Taken(), waste.most_bytes if waste is not None else None
    try:
        member = read_member(file, offset, taken, most_bytes=most_bytes)
    except TooLargeError:
        length = next_member(file, offset + 1, region.end) - offset
        return UnusableRecord(offset, length, TOO_LONG)
    length = min(member.length, region.end - offset)
    is_whole = member.state is MemberState.WHOLE and member.length == length
    if taken.is_blank and _is_padding(file, offset, length, is_whole=is_whole):
        return _Blank(offset, length, "")
    is_last = offset + length >= region.end and member.state is not MemberState.NO_MEMBER
    if not is_whole and (
        member.state is MemberState.DAMAGED or not is_last or taken.block_bytes == 0
    ):
        if waste is not None:
            waste.add(member.read_bytes, taken.size)
        return UnusableRecord(offset, length, _words(member, runs_on=member.length > length))
    fault = None if is_whole else _words(member, runs_on=member.length > length)
    return _judged(offset, length, taken, fault, is_packed=is_whole)


def _is_padding(file: BinaryIO, offset: int, length: int, *, is_whole: bool) -> bool:
    if is_whole:
        return True
    file.seek(offset)
    return length <= PIECE_BYTES and not file.read(length).strip(LEADING)


def _words(member: Member, *, runs_on: bool) -> str:
    if runs_on and member.state is MemberState.WHOLE:
        return "a record runs on behind its end"
    return _MEMBER_WORDS[member.state] + (f" ({member.error})" if member.error else "")


_MEMBER_WORDS = {
    MemberState.BROKEN_OFF: "the file ends in the middle of a record",
    MemberState.DAMAGED: "no record can be unpacked here",
    MemberState.NO_MEMBER: "there is something that is no gzip member",
}


def next_member(file: BinaryIO, offset: int, end: int) -> int:
    """The offset of the next gzip member that holds a record, else `end`."""
    return min(next(record_starts(file, offset), end), end)


def _plain(file: BinaryIO, region: Region, offset: int) -> ForeignRecord | UnusableRecord | None:
    file.seek(offset)
    first = file.read(min(PIECE_BYTES, region.end - offset))
    begin = len(first) - len(first.lstrip(LEADING))
    if begin == len(first):
        at_end = offset + begin >= region.end
        return None if at_end else _Blank(offset, begin, "")
    offset += begin
    header = _begun(file, region, offset)
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
        return UnusableRecord(offset, end.end() + length, f"has more than {MAX_RECORD_BYTES} bytes")
    reach = _reach(file, region, start + length, fault)
    return _judged(offset, end.end() + length + reach, taken, fault, is_packed=False)


def _begun(file: BinaryIO, region: Region, offset: int) -> bytes:
    """A header and the bytes read with it; without an end, only as far as the next record."""
    file.seek(offset)
    header, size = b"", FIRST_HEADER_BYTES
    while piece := file.read(min(size, region.end - offset - len(header))):
        header += piece
        is_enough = HEADER_END.search(header) or NEXT_START.search(header, 1)
        if is_enough or len(header) >= MAX_HEADER_BYTES:
            break
        size = 3 * len(header)
    return header[:MAX_HEADER_BYTES]


def _plain_end(
    file: BinaryIO, region: Region, start: int, size: int | None
) -> tuple[int, str | None]:
    """The length of a block that begins at `start`, and its fault.

    Where its Content-Length leads to no line end, record or end of the file, it reaches to the
    next record at most.
    """
    left = region.end - start
    if size is not None and size <= left:
        file.seek(start + size)
        tail = file.read(min(TAIL_BYTES, left - size)).lstrip(LINE_ENDS)
        if not tail or START.match(tail):
            return size, None
    found = _next_start(file, region, start)
    room = (region.end if found is None else found) - start
    if found is not None or size is None:
        file.seek(max(start, start + room - len(RECORD_END)))
        before = file.read(min(len(RECORD_END), room))
        room -= len(before) - len(before.rstrip(LINE_ENDS))
    if size is None:
        return room, NO_LENGTH
    if size > room:
        return room, f"is shorter than it says: {room} of {size} bytes"
    return size, f"does not end after the {size} bytes it says"


def _reach(file: BinaryIO, region: Region, end: int, fault: str | None) -> int:
    """The bytes behind a block that belong to the record: its line ends, else all to the next."""
    if fault is not None:
        found = _next_start(file, region, end)
        return (region.end if found is None else found) - end
    file.seek(end)
    tail = file.read(min(len(RECORD_END), region.end - end))
    return len(tail) - len(tail.lstrip(LINE_ENDS))


def _feed(file: BinaryIO, start: int, size: int, taken: Taken) -> None:
    file.seek(start)
    while size:
        piece = file.read(min(size, PIECE_BYTES))
        if not piece:
            return
        size -= len(piece)
        taken.feed(piece)


def _to_next_start(file: BinaryIO, region: Region, offset: int, why: str) -> UnusableRecord:
    """The bytes up to the next line that begins a record, else to the region's end."""
    found = _next_start(file, region, offset + 1)
    return UnusableRecord(offset, (region.end if found is None else found) - offset, why)


def _next_start(file: BinaryIO, region: Region, position: int) -> int | None:
    """The offset of the next record."""
    position = max(region.start, position - 1)
    while position < region.end:
        file.seek(position)
        window = file.read(min(PIECE_BYTES, region.end - position))
        found = NEXT_START.search(window, 1)
        if found is not None:
            return position + found.start()
        position += max(1, len(window) - MOST_START_BYTES)
        if position + MOST_START_BYTES >= region.end:
            return None
    return None


def _judged(
    offset: int, length: int, taken: Taken, fault: str | None, *, is_packed: bool
) -> ForeignRecord | UnusableRecord:
    facts = taken.facts
    if facts is None or not taken.begins_record:
        return UnusableRecord(offset, length, fault or "has no header of a WARC record")
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
