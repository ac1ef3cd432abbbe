"""From the records of our own WARC files to rows, as the live crawl makes them.

Rebuild and the catch-up after a crash share it. Reading a page is pure and may be done in another
process; what it gives, a Deed, is done to the store in the order of the records.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from archive.layout import Layout, capture_id, utc_moment
from archive.models import Article, Capture, ListedArticle, PortalEntry, Run
from archive.repeats import READ_INTO_ROWS
from archive.store import Store
from archive.warc.http1 import head_of, payload
from archive.warc.reader import StoredAnswer, decoded, stored_answer
from archive.warc.records import Fields, own_truncation
from archive.warc.stream import Damage, StreamedRecord, fields_of, streamed
from portal_crawler.cleaning.extraction import ExtractionError, SoftNotFoundError
from portal_crawler.reading import Declaration, article_of, reread

logger = logging.getLogger(__name__)

Portals = Mapping[str, Declaration]

KILLED = "the crawl was killed; what it had captured was stored by a later one"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange as recorded: its capture, and what its metadata says besides."""

    capture: Capture
    block: bytes
    """Empty where nothing is read from it into rows."""
    first_position: int
    unread: bool = False
    """Its page is kept but makes no row: it broke off, and was asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What an exchange does to the rows."""

    capture: Capture
    rows: tuple[ListedArticle, ...] = ()
    first_position: int = 1
    article: Article | None = None
    missing: bool = False


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


def deed_of(recorded: Recorded, portals: Portals) -> Deed:
    """What the exchange's page does to the rows. Pure; a revisit's page is read elsewhere."""
    capture = recorded.capture
    deed = Deed(capture=capture, first_position=recorded.first_position)
    portal = portals.get(capture.portal)
    if capture.role not in READ_INTO_ROWS or capture.revisit_of is not None:
        return deed
    if recorded.unread or portal is None or capture.status != 200:
        missing = capture.role == "article" and capture.status in (404, 410)
        return replace(deed, missing=missing)
    return _page_deed(deed, portal, answer_of(recorded.block), capture)


def _page_deed(deed: Deed, portal: Declaration, answer: StoredAnswer, page: Capture) -> Deed:
    """`page` is the capture that holds the body: the deed's own, or the one that it names."""
    content_type = answer.head.value("content-type")
    if deed.capture.role == "listing":
        listing = portal.read_listing_page(
            answer.body, page.url, utc_moment(page.fetched_at), content_type
        )
        return replace(deed, rows=listing.rows)
    if deed.capture.role != "article" or deed.capture.key is None:
        return deed
    try:
        return replace(deed, article=article_of(portal, answer, page))
    except SoftNotFoundError:
        return replace(deed, missing=True)
    except ExtractionError:
        return deed


def answer_of(block: bytes) -> StoredAnswer:
    """What a response record holds."""
    head = head_of(block)
    body = b"".join(payload(head, [block[head.length :]]))
    return StoredAnswer(head, decoded(body, head.value("content-encoding")), block)


class Doer:
    """Does deeds to a store, in the order of the records."""

    def __init__(self, store: Store, layout: Layout, portals: Portals) -> None:
        self._store = store
        self._layout = layout
        self._portals = portals

    def do(self, deed: Deed) -> None:
        """Put the capture, and what its page says."""
        if not self.keep(deed.capture):
            return
        capture = deed.capture
        if capture.revisit_of is not None and capture.status == 304:
            self._do_revisit(deed, self._store.original(capture))
            return
        if capture.revisit_of is not None:
            deed = self._repeated(deed)
        if deed.rows:
            self._store.put_sightings(deed.rows, deed.first_position, capture)
        if deed.article is not None:
            self._store.put_article(deed.article, capture, self._reread)
        if deed.missing:
            self._store.note_missing(capture)

    def keep(self, capture: Capture) -> bool:
        """Put the capture alone; whether its page can be read, which one before it may hold."""
        if capture.revisit_of is None:
            self._store.put_capture(capture)
            return True
        if not self._store.has_capture(capture.revisit_of):
            logger.warning("%s repeats a record that is not there", capture.record_id)
            self._store.put_capture(replace(capture, revisit_of=None))
            return False
        mime = self._store.original(capture).mime if capture.status == 304 else capture.mime
        self._store.put_capture(replace(capture, mime=mime))
        return True

    def _repeated(self, deed: Deed) -> Deed:
        """What a page does whose bytes an earlier capture holds."""
        portal = self._portals.get(deed.capture.portal)
        if portal is None or deed.capture.role not in READ_INTO_ROWS:
            return deed
        original = self._store.original(deed.capture)
        answer = stored_answer(self._layout, deed.capture, original)
        return _page_deed(deed, portal, answer, deed.capture)

    def _do_revisit(self, deed: Deed, original: Capture) -> None:
        portal = self._portals.get(original.portal)
        if portal is None or original.role not in READ_INTO_ROWS:
            return
        answer = stored_answer(self._layout, original)
        read = _page_deed(deed, portal, answer, original)
        if read.rows:
            self._store.put_sightings(read.rows, read.first_position, deed.capture)
        if read.article is not None:
            self._store.put_article(read.article, original, self._reread)
            self._store.note_seen(original, deed.capture.fetched_at)

    def _reread(self, capture: Capture, original: Capture) -> Article | None:
        return reread(self._layout, self._portals[capture.portal], capture, original)


def entry_of(name: str, portals: Portals) -> PortalEntry:
    """The portal's row, from code; of a portal that the code no longer knows, its name."""
    if name in portals:
        return portals[name].entry()
    return PortalEntry(name=name, title=name, platform="unknown", province=None, home="")


def in_order(files: Iterable[Path]) -> list[Path]:
    """Files of a portal by the time and serial in their names: as they were written."""
    return sorted(files, key=lambda path: path.name)
