"""Reads the answers of an imported file in the order of time, and finds portal and role of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import BinaryIO

from archive.database.timeline import Timeline
from archive.imports.foreign import ForeignRecord, Region, record_in
from archive.imports.originals import other_digests
from archive.imports.sent_forms import FormsOfFile
from archive.layout import Layout
from archive.models import Capture, WarcPlace
from archive.moments import utc_text
from archive.warc.captures import AnswerRecord, Purpose, make_capture
from archive.warc.file_names import final_path
from archive.warc.own_records import Recorded
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.claims import Claims, ForeignPage
from portal_crawler.reprocessing.imported_revisits import RevisitReading
from portal_crawler.reprocessing.redirect_chains import RedirectChains


@dataclass(frozen=True, slots=True, order=True)
class AnswerInFile:
    """The place of an answer in an imported file; sorts by time, then by place."""

    moment: datetime
    number: int
    path: Path = field(compare=False)
    region: Region = field(compare=False)
    offset: int = field(compare=False)
    id: int = field(compare=False)
    """The id of its capture."""
    shared_at: str | None = field(default=None, compare=False)
    """Its place as the id is made from, if another record has the same Record-ID."""


@dataclass(frozen=True, slots=True)
class ImportContext:
    """The archive that a file is imported into, and what is known of the file."""

    layout: Layout
    timeline: Timeline
    revisits: RevisitReading
    forms: FormsOfFile


class AnswerReading:
    """Reads answers in the order of time and finds portal and role of each."""

    def __init__(self, context: ImportContext, portals: Mapping[str, PageReader]) -> None:
        self._timeline = context.timeline
        self._revisits = context.revisits
        self._forms = context.forms
        self._claims = Claims(portals)
        self._chains = RedirectChains(context.timeline, portals)
        self._name = cache(partial(warc_file_of, context.layout))

    def recorded(
        self, entries: list[AnswerInFile], files: Mapping[Path, BinaryIO], run_id: int
    ) -> Iterator[Recorded | None]:
        """The exchanges of the answers; None for a revisit whose original is not there yet."""
        for entry in entries:
            record = record_in(files[entry.path], entry.region, entry.offset)
            if not isinstance(record, ForeignRecord):
                continue
            if entry.shared_at is not None:
                record_id = record.facts.record_id
                self._timeline.shared_ids.put(entry.id, record_id, entry.shared_at)
            yield self._of(entry, record, run_id)

    def _of(self, entry: AnswerInFile, record: ForeignRecord, run_id: int) -> Recorded | None:
        head = record.head
        is_page = record.facts.kind != "revisit" and head.status == 200
        answer = record.answer if is_page else None
        form = self._forms.of(record)
        claim = self._claims.of(ForeignPage(record.url, entry.moment, head.mime, answer, form))
        claim = self._chains.identified(claim, record.url, head)
        purpose = Purpose(
            run_id=run_id,
            portal=claim.portal,
            role=claim.role,
            key=claim.key,
            section=claim.section,
            asked_key=claim.asked_key,
            listed_title=None,  # records of others do not say which listing led to a page
        )
        capture = self._capture(entry, record, purpose)
        if record.facts.kind == "revisit":
            led = self._revisits.led(record, capture, claim.first_position)
            if led is None:
                return None
            capture = led
        return Recorded(capture, record.block, claim.first_position, answer=answer)

    def _capture(self, entry: AnswerInFile, record: ForeignRecord, purpose: Purpose) -> Capture:
        """The capture of an answer; a revisit's lacks the values that its original has."""
        is_revisit = record.facts.kind == "revisit"
        answer = AnswerRecord(
            record_id=record.facts.record_id,
            url=record.url,
            fetched_at=utc_text(entry.moment),
            place=WarcPlace(self._name(entry.path), record.offset, record.length),
            payload_digest="" if is_revisit else self._digest(record),
            revisit_of=None,
            truncated=None if is_revisit else record.truncated,
            request_digest=self._forms.of(record),
        )
        capture = make_capture(answer, record.head, purpose)
        return capture if entry.shared_at is None else replace(capture, id=entry.id)

    def _digest(self, record: ForeignRecord) -> str:
        computed = record.payload_digest
        for given in other_digests(record, computed):
            self._timeline.revisits.note_digest(given, computed)
        return computed


def warc_file_of(layout: Layout, path: Path) -> str:
    """The name of a file in captures.warc_file; its path if it lies outside of the archive."""
    final = final_path(path)
    inside = final.is_relative_to(layout.folder)
    if inside:
        return str(final.relative_to(layout.folder))
    return str(final).encode(errors="backslashreplace").decode()  # of a look, in rows of its own
