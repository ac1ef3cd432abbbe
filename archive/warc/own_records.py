"""Reads the records of our own WARC files back: exchanges, runs and corrections. The writing
half of the format is `exchange`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from archive.layout import Layout, capture_id
from archive.models import READ_INTO_ROWS, Capture, Run
from archive.warc.http1 import head_of, payload
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

    def _of(self, record: StreamedRecord) -> Recorded | Run | Correction | None:
        if record.kind == "metadata":
            return self._metadata(record, dict(fields_of(record.block)))
        if record.kind == "warcinfo":
            self._of_file = dict(fields_of(record.block))
        if record.kind not in ("response", "revisit"):
            return None
        told = self._told.pop(record.record_id, None) or self._without_metadata()
        return _recorded(record, told, self._name) if told is not None else None

    def _without_metadata(self) -> dict[str, str] | None:
        """Of an answer whose metadata record was damaged: it is kept, but makes no rows."""
        told: dict[str, str] = {
            name: self._of_file[name] for name in ("portal", "run") if name in self._of_file
        }
        return {**told, "role": "other"} if len(told) == 2 else None

    def _metadata(self, record: StreamedRecord, lines: dict[str, str]) -> Run | Correction | None:
        if "run-event" in lines:
            return run_of(lines)
        if Correction.EVENT in lines:
            place = (self._name, record.offset)
            said = (lines["portal"], lines["since"], lines["model"])
            return Correction(*said, record.record_id, place)
        if "role" in lines:
            self._told[record.fields.get("warc-concurrent-to", "")] = lines
        return None


def run_of(lines: dict[str, str]) -> Run:
    """The run that its record tells of."""
    values: dict[str, Any] = {}
    for name, field in Run.__dataclass_fields__.items():
        if name in lines:
            values[name] = int(lines[name]) if "int" in str(field.type) else lines[name]
    return Run(**values)


def _recorded(record: StreamedRecord, told: dict[str, str], name: str) -> Recorded:
    head = head_of(record.block)
    original = record.fields.get("warc-refers-to") if record.kind == "revisit" else None
    capture = Capture(
        id=capture_id(record.record_id),
        record_id=record.record_id,
        run_id=int(told["run"]),
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
    )
    block = record.block if capture.role in READ_INTO_ROWS else b""
    return Recorded(capture, block, int(told.get("first-position", "1")))


def answer_of(block: bytes) -> StoredAnswer:
    """What a response record holds."""
    head = head_of(block)
    body = b"".join(payload(head, [block[head.length :]]))
    return StoredAnswer(head, decoded(body, head.value("content-encoding")), block)


def in_order(files: Iterable[Path]) -> list[Path]:
    """Files of a portal by the time and serial in their names: as they were written."""
    return sorted(files, key=lambda path: path.name)
