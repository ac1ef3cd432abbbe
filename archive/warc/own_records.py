"""Reads the records of our own WARC files back: exchanges, runs and corrections. The writing
half of the format is `exchange`."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from archive.layout import Layout, capture_id, replay_check_id
from archive.models import READ_INTO_ROWS, Capture, ReplayCheck, Run, Unread, WarcPlace
from archive.moments import whole_second
from archive.warc.captures import AnswerRecord, Purpose, make_capture
from archive.warc.exchange import ANSWER_BYTES, LISTED_TITLE, READ
from archive.warc.file_names import is_open, name_in
from archive.warc.http1 import Head, head_of, payload
from archive.warc.members import MemberState
from archive.warc.own_metadata import (
    CHECK_NUMBERS,
    EXCHANGE_NUMBERS,
    KINDS,
    MODEL_EVENT,
    REPLAY_EVENT,
    RUN_EVENT,
    answer_faults,
    metadata_faults,
    numbers_of,
    run_of,
)
from archive.warc.reader import StoredAnswer, decoded
from archive.warc.record_facts import ALGORITHMS, digest_bytes
from archive.warc.records import Fields, own_truncation
from archive.warc.sent_requests import request_digest
from archive.warc.stream import Damage, StreamedRecord, fields_of, streamed


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange read back from its records: the capture, and the rest of its metadata."""

    capture: Capture
    block: bytes
    """The block of the record; empty unless its page becomes a row."""
    first_position: int
    unread: bool = False
    """The capture is kept, but its page makes no row: it broke off and was requested again."""
    size: int = 0
    """The bytes of the answer as the server sent it."""
    says_if_read: bool = False
    """Whether the metadata says if the crawl read a page that broke off."""
    answer: StoredAnswer | None = None
    """The answer, if it was read already or comes from an imported file."""


_NOWHERE = WarcPlace("", 0, 0)


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's correction of a learned layout, kept as a metadata record."""

    portal: str
    since: str
    """The layout that it corrects, as site_models.since names it."""
    model: str
    """The corrected layout as JSON."""
    record_id: str = ""
    """Empty, and its place too, until it is written."""
    place: WarcPlace = _NOWHERE
    """The place of its record: the correction holds from there on."""

    EVENT: ClassVar[str] = MODEL_EVENT

    def lines(self) -> Fields:
        """The lines of its metadata record."""
        return [
            (self.EVENT, "correction"),
            ("portal", self.portal),
            ("since", self.since),
            ("model", self.model),
        ]


CHANGED = "its block does not have the digest that the record names"

CHECK_IDS = frozenset(("id", "record_id"))
"""The fields of a check that its record gives by its WARC-Record-ID."""

Found = Recorded | Run | Correction | ReplayCheck | Damage


class FileReading:
    """Turns the records of one file into exchanges and runs. The order of records is ours.

    A record that cannot be used is given as Damage.
    """

    def __init__(self, layout: Layout, path: Path) -> None:
        self._name = name_in(layout, path)
        self._is_open = is_open(path)
        self._portal = path.parent.name
        self._pending: dict[str, _Metadata] = {}
        """The metadata of the exchange that comes next, by the id of its answer."""
        self._request: tuple[str, str | None] = ("", None)
        """The id of the answer to the last request, and the digest of the request's body."""
        self._run: int | None = None
        """The run that the file's warcinfo names."""
        self.end = 0
        """The offset behind the last whole exchange or run record."""

    def read(self, file: BinaryIO, start: int = 0) -> Iterator[Found]:
        """The exchanges, runs, corrections and damages of a file, from an offset on."""
        for record in streamed(file, start):
            if isinstance(record, Damage):
                yield record
                continue
            found = list(self._of(record))
            is_used = any(not isinstance(one, Damage) for one in found)
            if is_used or record.kind == "warcinfo":
                self.end = record.offset + record.length
            yield from found
        if not self._is_open:
            yield from self._orphans()

    def _of(self, record: StreamedRecord) -> Iterator[Found]:
        if record.kind not in KINDS:
            yield _damage(record, f"its kind is unknown: {record.kind!r:.60}")
        if record.kind not in ("warcinfo", "metadata", "request", "response", "revisit"):
            return
        if record.kind in ("response", "revisit"):
            yield from self._answer(record, self._pending.pop(record.record_id, None))
        elif record.kind == "request":
            answer = record.fields.get("warc-concurrent-to", "")
            self._request = answer, request_digest(record.block)
        elif not is_as_written(record):
            yield _damage(record, CHANGED)
        else:
            yield from self._metadata(record, dict(fields_of(record.block)))

    def _answer(self, record: StreamedRecord, metadata: "_Metadata | None") -> Iterator[Found]:
        yield from self._orphans()
        head = head_of(record.block)
        odd = list(answer_faults(record.kind, record.fields.get, head.status))
        lines = metadata.lines if metadata is not None else {"run": str(self._run), "role": "other"}
        if not is_as_written(record):
            odd.append(CHANGED)
        if not odd and metadata is None and self._run is None:
            odd.append("neither its metadata nor the file's warcinfo names its run")
        if odd:
            yield _damage(record, "; ".join(odd))
        else:
            answer, digest = self._request
            digest = digest if answer == record.record_id else None
            found = _recorded(record, head, {**lines, "portal": self._portal}, self._name)
            yield replace(found, capture=replace(found.capture, request_digest=digest))

    def _metadata(self, record: StreamedRecord, lines: Mapping[str, str]) -> Iterator[Found]:
        odd = "; ".join(metadata_faults(record.kind, lines, record.fields.get, self._portal))
        if odd:
            yield _damage(record, odd)
        elif record.kind == "warcinfo":
            self._run = numbers_of(lines, EXCHANGE_NUMBERS).get("run")
        elif RUN_EVENT in lines:
            run = run_of(lines)
            assert run is not None, "nothing is odd with it"
            yield run
        elif Correction.EVENT in lines:
            said = (lines["portal"], lines["since"], lines["model"])
            place = WarcPlace(self._name, record.offset, record.length)
            yield Correction(*said, record.record_id, place)
        elif REPLAY_EVENT in lines:
            yield replay_check_of(lines, record.record_id)
        elif "role" in lines:
            answer = record.fields.get("warc-concurrent-to", "")
            self._pending[answer] = _Metadata(lines, record.offset, record.length)

    def _orphans(self) -> Iterator[Damage]:
        """Metadata records whose answer did not follow them."""
        for metadata in self._pending.values():
            why = "the answer that it describes does not follow"
            yield Damage(metadata.offset, metadata.length, MemberState.DAMAGED, why)
        self._pending.clear()


@dataclass(frozen=True, slots=True)
class _Metadata:
    """The metadata record of an exchange."""

    lines: Mapping[str, str]
    offset: int
    length: int


def lines_of_replay_check(check: ReplayCheck) -> Fields:
    """The lines of its record; its ids are not known before it is written."""
    values = {name: getattr(check, name) for name in ReplayCheck.__dataclass_fields__}
    lines = [(name, str(value)) for name, value in values.items() if name not in CHECK_IDS]
    return [(REPLAY_EVENT, "check"), *lines]


def replay_check_of(lines: Mapping[str, str], record_id: str) -> ReplayCheck:
    """The check in the lines of a record that has no faults."""
    names = ReplayCheck.__dataclass_fields__.keys() - CHECK_IDS
    values: dict[str, Any] = {name: lines[name] for name in names}
    numbers = numbers_of(lines, CHECK_NUMBERS)
    return ReplayCheck(id=replay_check_id(record_id), record_id=record_id, **(values | numbers))


def is_as_written(record: StreamedRecord) -> bool:
    """Whether the block is the one that the record's digest was computed over.

    True if it cannot be checked: the record names no known digest, or is longer than is read.
    """
    given = record.fields.get("warc-block-digest", "")
    digest = digest_bytes(given)
    if digest is None or record.is_cut:
        return True
    algorithm = ALGORITHMS[given.partition(":")[0].lower()]
    return hashlib.new(algorithm, record.block, usedforsecurity=False).digest() == digest


def _damage(record: StreamedRecord, why: str) -> Damage:
    return Damage(record.offset, record.length, MemberState.DAMAGED, why)


def _recorded(record: StreamedRecord, head: Head, lines: Mapping[str, str], name: str) -> Recorded:
    numbers = numbers_of(lines, EXCHANGE_NUMBERS)
    original = record.fields.get("warc-refers-to") if record.kind == "revisit" else None
    capture = make_capture(
        AnswerRecord(
            record_id=record.record_id,
            url=record.fields["warc-target-uri"],
            fetched_at=whole_second(record.fields["warc-date"]),
            place=WarcPlace(name, record.offset, record.length),
            payload_digest=record.fields["warc-payload-digest"],
            revisit_of=capture_id(original) if original else None,
            truncated=own_truncation(
                record.kind,
                record.fields.get("warc-profile"),
                record.fields.get("warc-truncated"),
            ),
        ),
        head,
        _purpose(lines, numbers["run"]),
        unread=Unread.BROKE_OFF if lines.get(READ) == "no" else None,
    )
    block = record.block if capture.role in READ_INTO_ROWS else b""
    return Recorded(
        capture,
        block,
        numbers.get("first-position", 1),
        size=numbers.get(ANSWER_BYTES, len(record.block)),
        unread=capture.unread is not None,
        says_if_read=READ in lines,
    )


def _purpose(lines: Mapping[str, str], run_id: int) -> Purpose:
    return Purpose(
        run_id=run_id,
        portal=lines["portal"],
        role=lines["role"],
        key=lines.get("key"),
        section=lines.get("section"),
        asked_key=lines.get("asked-key"),
        listed_title=lines.get(LISTED_TITLE) or None,
    )


def parsed_answer(block: bytes) -> StoredAnswer:
    """The answer in the block of a response record."""
    head = head_of(block)
    body = b"".join(payload(head, [block[head.length :]]))
    return StoredAnswer(head, decoded(body, head.value("content-encoding")), block)
