"""Reads the records of our own WARC files back: exchanges, runs and corrections. The writing
half of the format is `exchange`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from archive.layout import Layout, capture_id
from archive.models import READ_INTO_ROWS, Capture, Run, Unread
from archive.moments import is_capture_moment
from archive.numbers import MOST_COUNTED, MOST_EXACT, whole_number
from archive.warc.exchange import ANSWER_BYTES, READ
from archive.warc.http1 import head_of, payload
from archive.warc.members import State
from archive.warc.reader import StoredAnswer, decoded
from archive.warc.records import Fields, own_truncation
from archive.warc.stream import Damage, StreamedRecord, fields_of, streamed


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange as recorded: its capture, and what its metadata says besides."""

    capture: Capture
    block: bytes
    """Empty where nothing is read from it into rows."""
    first_position: int
    unread: bool = False
    """Its page is kept but makes no row: it broke off, and was asked for again."""
    size: int = 0
    """Of the answer as it came, in bytes."""
    is_told: bool = False
    """Of a page that broke off it is recorded whether the crawl went on with it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of the layout of a site that teaches its own, as a metadata record."""

    portal: str
    since: str
    """Which layout, as site_models.since names it."""
    model: str
    """JSON."""
    record_id: str
    place: tuple[str, int]
    """File and offset: it holds from there on."""

    EVENT: ClassVar[str] = "model-event"

    def lines(self) -> Fields:
        """Of its metadata record."""
        return [
            (self.EVENT, "correction"),
            ("portal", self.portal),
            ("since", self.since),
            ("model", self.model),
        ]


Found = Recorded | Run | Correction | Damage

RUN_EVENT = "run-event"
"""The line by which a metadata record is a run's start or end."""

RUN_NUMBERS = {
    name: MOST_EXACT if name in ("id", "bytes") else MOST_COUNTED
    for name, column in Run.__dataclass_fields__.items()
    if column.type in (int, int | None)
}
"""Lines of a run's record that are numbers, and the most that each can be."""

EXCHANGE_NUMBERS = {"run": MOST_EXACT, "first-position": MOST_COUNTED, ANSWER_BYTES: MOST_EXACT}
"""As RUN_NUMBERS, of an exchange's metadata record."""

_RUN_TEXTS = frozenset(Run.__dataclass_fields__.keys() - RUN_NUMBERS)


class FileReading:
    """Turns the records of one file into exchanges and runs. The order of records is ours."""

    def __init__(self, layout: Layout, path: Path) -> None:
        self._name = str(path.relative_to(layout.folder)).removesuffix(".open")
        self._told: dict[str, dict[str, str]] = {}
        self._of_file: dict[str, str] = {}
        self.end = 0
        """Behind the last whole exchange or run record."""

    def read(self, file: Any, start: int = 0) -> Iterator[Found]:
        """All of a file from an offset on."""
        for record in streamed(file, start):
            if isinstance(record, Damage):
                yield record
                continue
            found = self._of(record)
            if found is not None or record.kind == "warcinfo":
                self.end = record.offset + record.length
            if found is not None:
                yield found

    def _of(self, record: StreamedRecord) -> Found | None:
        if record.kind == "metadata":
            return self._metadata(record, dict(fields_of(record.block)))
        if record.kind == "warcinfo":
            self._of_file = dict(fields_of(record.block))
        if record.kind not in ("response", "revisit"):
            return None
        told = self._told.pop(record.record_id, {})
        if not _names_run(told):
            # Its metadata record was damaged: it is kept, but makes no rows.
            told = {**self._of_file, "role": "other"}
        if not _is_readable(record) or not _names_run(told):
            return Damage(record.offset, record.length, State.DAMAGED)
        return _recorded(record, told, self._name)

    def _metadata(self, record: StreamedRecord, lines: dict[str, str]) -> Run | Correction | None:
        if RUN_EVENT in lines:
            return run_of(lines)
        if Correction.EVENT in lines:
            place = (self._name, record.offset)
            said = (lines["portal"], lines["since"], lines["model"])
            return Correction(*said, record.record_id, place)
        if "role" in lines:
            self._told[record.fields.get("warc-concurrent-to", "")] = lines
        return None


def run_of(lines: Mapping[str, str]) -> Run | None:
    """The run that its record tells of; None where that does not say which.

    A figure outside of its bounds is left out.
    """
    if not all(lines.get(name) for name in ("id", "portal", "started_at")):
        return None
    values: dict[str, Any] = {name: lines[name] for name in _RUN_TEXTS if name in lines}
    values |= _numbers(lines, RUN_NUMBERS)
    return Run(**values) if "id" in values else None


def lines_of_run(run: Run, event: str) -> Fields:
    """The lines of its record that `run_of` reads; `event` is start, end, failure or import."""
    values = {name: getattr(run, name) for name in Run.__dataclass_fields__}
    told = [(name, str(value)) for name, value in values.items() if value is not None]
    return [(RUN_EVENT, event), *told]


def lines_of_failure(run: Run) -> Fields:
    """The lines by which a run failed whose records may not all have become rows.

    They have no end and no figures: what it came to is counted when its records are read.
    """
    told = Run(
        id=run.id,
        portal=run.portal,
        started_at=run.started_at,
        outcome=run.outcome,
        reason=run.reason,
        rules=run.rules,
    )
    return lines_of_run(told, "failure")


def odd_numbers(lines: Mapping[str, str]) -> Iterator[str]:
    """The names of a metadata record's lines whose numbers are none, or lie outside their bounds.

    They are read as if they were not there.
    """
    bounds = RUN_NUMBERS if RUN_EVENT in lines else EXCHANGE_NUMBERS if "role" in lines else {}
    read = _numbers(lines, bounds)
    return (name for name in bounds if name in lines and name not in read)


def _numbers(lines: Mapping[str, str], bounds: Mapping[str, int]) -> dict[str, int]:
    """The lines that hold a number within its bounds."""
    read = {name: whole_number(lines[name], most) for name, most in bounds.items() if name in lines}
    return {name: number for name, number in read.items() if number is not None}


def _is_readable(record: StreamedRecord) -> bool:
    """Whether the header has what a capture takes from it."""
    has_all = all(record.fields.get(name) for name in ("warc-target-uri", "warc-payload-digest"))
    return has_all and is_capture_moment(record.fields.get("warc-date", ""))


def _names_run(told: Mapping[str, str]) -> bool:
    return "portal" in told and "run" in _numbers(told, EXCHANGE_NUMBERS)


def _recorded(record: StreamedRecord, told: Mapping[str, str], name: str) -> Recorded:
    head = head_of(record.block)
    numbers = _numbers(told, EXCHANGE_NUMBERS)
    original = record.fields.get("warc-refers-to") if record.kind == "revisit" else None
    capture = Capture(
        id=capture_id(record.record_id),
        record_id=record.record_id,
        run_id=numbers["run"],
        portal=told["portal"],
        url=record.fields["warc-target-uri"],
        fetched_at=record.fields["warc-date"],
        status=head.status,
        mime=head.mime,
        role=told["role"],
        key=told.get("key"),
        section=told.get("section"),
        warc_file=name,
        warc_offset=record.offset,
        warc_length=record.length,
        payload_digest=record.fields["warc-payload-digest"],
        revisit_of=capture_id(original) if original else None,
        truncated=own_truncation(
            record.kind,
            record.fields.get("warc-profile"),
            record.fields.get("warc-truncated"),
        ),
        etag=head.value("etag"),
        last_modified=head.value("last-modified"),
        asked_key=told.get("asked-key"),
        unread=Unread.BROKE_OFF if told.get(READ) == "no" else None,
    )
    block = record.block if capture.role in READ_INTO_ROWS else b""
    return Recorded(
        capture,
        block,
        numbers.get("first-position", 1),
        size=numbers.get(ANSWER_BYTES, len(record.block)),
        unread=capture.unread is not None,
        is_told=READ in told,
    )


def answer_of(block: bytes) -> StoredAnswer:
    """What a response record holds."""
    head = head_of(block)
    body = b"".join(payload(head, [block[head.length :]]))
    return StoredAnswer(head, decoded(body, head.value("content-encoding")), block)


def in_order(files: Iterable[Path]) -> list[Path]:
    """Files of a portal by the time and serial in their names: as they were written."""
    return sorted(files, key=lambda path: path.name)
