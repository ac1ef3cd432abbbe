"""From the records of imported files to rows, by the same code as a crawl's own.

A file's answers are taken in the order of WARC-Date. If the archive already has a later answer for
an article, the article's rows are made again from all its captures in the order of time: an older
page becomes an older version and never the newest.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from operator import itemgetter
from pathlib import Path

from archive.database.store import Store
from archive.imports.capture_ids import CaptureIds
from archive.imports.companion import ImportedFile
from archive.imports.fitness import is_answer, kind_of, unfit
from archive.imports.foreign import ForeignRecord, Region, UnusableRecord, region_records
from archive.imports.passed_over import PASSED_OVER, PassedOver, passed_over_of
from archive.imports.record_headers import foreign_moment
from archive.imports.sent_forms import FormsOfFile
from archive.imports.stored_records import StoredRecords
from archive.layout import IMPORTED, Layout, capture_id, derived_id
from archive.models import PortalEntry, Run
from archive.moments import utc_text
from archive.numbers import MOST_EXACT, whole_number
from archive.warc import storage
from archive.warc.file_names import final_path
from archive.warc.own_metadata import lines_of_run, run_of
from archive.warc.own_records import Recorded
from archive.warc.records import Fields
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.crawl_files import OnCaptures
from portal_crawler.reprocessing.damages import Damages
from portal_crawler.reprocessing.effects import Effect, effect_of, entry_of
from portal_crawler.reprocessing.imported_reading import (
    AnswerInFile,
    AnswerReading,
    ImportContext,
    warc_file_of,
)
from portal_crawler.reprocessing.imported_revisits import RevisitReading
from portal_crawler.reprocessing.remake import Remaking

logger = logging.getLogger(__name__)

TRANSACTION_EFFECTS = 200
MOST_ROUNDS = 10
"""The longest chain of revisits of revisits that is followed."""

ENTRY = PortalEntry(name=IMPORTED, title="Imported files", platform="none", province=None, home="")


@dataclass(slots=True)
class Imported:
    """The outcome of reading an imported file."""

    run: Run
    unclaimed: int = 0
    """The number of captures that no known portal claims."""
    known: int = 0
    """The number of records that were in the archive already."""
    without_original: int = 0
    """Revisits whose original is not in the archive."""
    passed_over: list[PassedOver] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    """Records that are not answers, by `fitness.kind_of`."""


def run_id_of(sha256: str) -> int:
    """The id of the run that imports a file."""
    return derived_id("import", sha256)


def answers(
    imported: ImportedFile, done: Imported, forms: FormsOfFile, on_captures: OnCaptures
) -> Iterator[AnswerInFile]:
    """The answers of a file that can be rows, in the order in which they stand.

    `forms` gets the requests on the way.
    """
    lacking: list[PassedOver] = []
    for number, (path, region, found) in enumerate(_records(imported)):
        on_captures(0)
        name = final_path(path).name
        is_read = isinstance(found, ForeignRecord) and is_answer(found)
        why = found.why if isinstance(found, UnusableRecord) else found.flaw
        if isinstance(found, ForeignRecord) and is_read:
            moment, unfit_by = foreign_moment(found.facts.value("warc-date") or ""), unfit(found)
            if unfit_by is None and moment is not None:
                identifier = capture_id(found.facts.record_id)
                yield AnswerInFile(moment, number, path, region, found.offset, identifier)
            why = why or unfit_by
            if found.lacking is not None:
                lacking.append(PassedOver(name, found.offset, found.lacking))
        elif isinstance(found, ForeignRecord):
            done.kinds[kind_of(found)] += 1
            forms.note(found)
        if why is not None:
            done.passed_over.append(PassedOver(name, found.offset, why))
    if lacking:
        first = lacking[0]
        done.passed_over.append(
            replace(first, why=f"{first.why} ({len(lacking)} pages of this file)")
        )


def _records(
    imported: ImportedFile,
) -> Iterator[tuple[Path, Region, ForeignRecord | UnusableRecord]]:
    for path, region in imported.regions:
        with storage.open_imported(path) as file:
            for found in region_records(file, region):
                yield path, region, found


FIGURES = ("unclaimed", "known", "without_original")
KIND = "no-answer"
"""The line of the run's record that counts records of one kind."""


def lines_of(done: Imported) -> Fields:
    """The run's record at the end of the companion."""
    figures = [(name, str(getattr(done, name))) for name in FIGURES]
    passed_over = [(PASSED_OVER, one.text) for one in done.passed_over]
    kinds = [(KIND, f"{count} {kind}") for kind, count in sorted(done.kinds.items())]
    return [*lines_of_run(done.run, "import"), *figures, *kinds, *passed_over]


def recorded_import(imported: ImportedFile) -> Imported:
    """The outcome that `lines_of` wrote into the companion."""
    lines = imported.run or []
    said = dict(lines)
    figures = {name: whole_number(said.get(name, "0")) or 0 for name in FIGURES}
    run = run_of(said)
    if run is None or run.portal != IMPORTED:
        known = _run_of_import(imported)
        run = replace(known, finished_at=imported.imported_at, outcome="complete")
    parts = (value.partition(" ") for name, value in lines if name == KIND)
    kinds = Counter({kind: whole_number(count) or 0 for count, _, kind in parts})
    return Imported(run, passed_over=passed_over_of(lines), kinds=kinds, **figures)


def _run_of_import(imported: ImportedFile) -> Run:
    """The run of an import, as far as it is known without reading the file."""
    recorded = whole_number(dict(imported.run or []).get("id", ""), MOST_EXACT)
    identifier = run_id_of(imported.sha256) if recorded is None else recorded
    return Run(id=identifier, portal=IMPORTED, started_at=imported.imported_at)


class ImportReprocessing:
    """Puts imported files into a store."""

    def __init__(
        self,
        layout: Layout,
        store: Store,
        portals: Mapping[str, PageReader],
        on_captures: OnCaptures = lambda _: None,
    ) -> None:
        self._layout = layout
        self._store = store
        self._timeline = store.timeline
        self._portals = portals
        self._remaking = Remaking(layout, store, portals)
        self._on_captures = on_captures
        self.damages = Damages()
        """The records passed over in files whose import had finished."""
        self._overtaken: dict[tuple[str, str], Imported] = {}
        """Articles to be made again, with the import that brought an older page of each."""
        self._named: set[str] = set()

    def process(self, imported: ImportedFile, refused: Iterable[PassedOver] = ()) -> Imported:
        """Store all rows of one file. Doing it again adds nothing."""
        done = Imported(_run_of_import(imported))
        done.passed_over += refused
        forms = FormsOfFile()
        standing = list(answers(imported, done, forms, self._on_captures))
        moments = [one.moment for one in standing]
        done.run = replace(
            done.run,
            started_at=utc_text(min(moments)) if moments else imported.imported_at,
            finished_at=utc_text(max(moments)) if moments else imported.imported_at,
            outcome="complete",
        )
        entries = sorted(self._identified(standing, imported))
        done.known += len(standing) - len(entries)
        self._store.in_transaction([lambda: self._begin(done.run)])
        with ExitStack() as opened:
            stored = opened.enter_context(StoredRecords(self._layout))
            revisits = RevisitReading(self._timeline, stored)
            context = ImportContext(self._layout, self._timeline, revisits, forms)
            reading = AnswerReading(context, self._portals)
            files = {
                path: opened.enter_context(storage.open_imported(path))
                for path, _ in imported.regions
            }
            effects = self._remaking.effects(
                self._counting(reading.recorded(entries, files, done.run.id), done)
            )
            while self._store.in_transaction([lambda: self._do_some(effects, done)])[0]:
                pass
            imports = self._look_again(revisits, done)
        self._store.in_transaction([lambda: self._end(imports)])
        return done

    def _identified(
        self, found: list[AnswerInFile], imported: ImportedFile
    ) -> Iterator[AnswerInFile]:
        """The records that the archive does not have yet, with the ids of their captures."""
        with StoredRecords(self._layout) as records:
            ids = CaptureIds(
                self._timeline.shared_ids,
                records,
                imported.sha256,
                partial(warc_file_of, self._layout),
            )
            for entry in found if imported.ids_by_place else sorted(found):
                identifier = ids.id_of(entry.id, entry)
                if identifier == entry.id:
                    yield entry
                elif identifier is not None:
                    yield replace(entry, id=identifier, shared_at=ids.place(entry))

    def process_again(self, imported: ImportedFile) -> Imported:
        """Store the rows of a file whose import finished before, with the figures that it had.

        If the database has its run, nothing is read again.
        """
        recorded = recorded_import(imported)
        for line in imported.odd:
            self.damages.note(self._name(imported.companion), None, f"{line!r:.60} is not a place")
        if not self._store.runs.has_ended(recorded.run.id):
            try:
                self.process(imported)
            except OSError as error:
                why = f"cannot be read: {error.strerror or error}"
                self.damages.note(self._name(imported.path), None, why)
            self._store.in_transaction(
                [
                    lambda: self._store.runs.put_portal(ENTRY),
                    lambda: self._store.runs.put(recorded.run),
                ]
            )
        return recorded

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self._layout.folder))

    def _begin(self, run: Run) -> None:
        self._store.runs.put_portal(ENTRY)
        if not self._store.runs.has_ended(run.id):
            self._store.runs.put(replace(run, outcome=None, finished_at=None))

    @staticmethod
    def _counting(found: Iterator[Recorded | None], done: Imported) -> Iterator[Recorded]:
        """Count the revisits that wait for their original."""
        for one in found:
            if one is None:
                done.without_original += 1
            else:
                yield one

    def _do_some(self, effects: Iterator[Effect], done: Imported) -> int:
        some = 0
        for effect in islice(effects, TRANSACTION_EFFECTS):
            self._do(effect, done)
            some += 1
        self._on_captures(some)
        return some

    def _do(self, effect: Effect, done: Imported) -> None:
        capture = effect.capture
        self._name_portal(capture.portal)
        done.run = _counted(done.run, effect)
        done.unclaimed += capture.portal == IMPORTED
        if capture.role != "article" or capture.key is None:
            self._remaking.put(effect)
            return
        place = capture.portal, capture.key
        if place in self._overtaken or self._timeline.is_overtaken(capture):
            self._overtaken.setdefault(place, done)
            self._store.captures.put(capture)
            return
        before = self._timeline.version(*place)
        self._remaking.put(effect)
        self._timeline.note_sightings(*place)
        done.run = _with_change(done.run, before, self._timeline.version(*place), effect)

    def _look_again(self, revisits: RevisitReading, done: Imported) -> list[Imported]:
        """Resolve revisits whose original a file brought; returns the imports that they are of."""
        imports = {done.run.id: done}
        known = self._timeline.revisits
        waiting = known.waiting_for(done.run.id)
        for _ in range(MOST_ROUNDS):
            found: list[int] = []
            for some in _batches(waiting):
                task = partial(self._lead, some, revisits, imports)
                found += self._store.in_transaction([task])[0]
            waiting = known.waiting_for_captures(found) if found else []
        for some in _batches(known.displaced_by(done.run.id)):
            self._store.in_transaction([partial(self._lead_elsewhere, some, revisits, done)])
        return list(imports.values())

    def _lead(
        self, waiting: list[int], revisits: RevisitReading, imports: dict[int, Imported]
    ) -> list[int]:
        """The revisits that are resolved now."""
        found = []
        for identifier in waiting:
            led = revisits.led_now(identifier)
            if led is None:
                continue
            run_id = led.capture.run_id
            if run_id not in imports:
                imports[run_id] = Imported(self._timeline.run(run_id))
            done = imports[run_id]
            done.without_original -= 1
            self._do(effect_of(led, self._portals), done)
            found.append(identifier)
        self._on_captures(len(found))
        return found

    def _lead_elsewhere(
        self, displaced: list[int], revisits: RevisitReading, done: Imported
    ) -> None:
        for identifier in displaced:
            capture = revisits.led_elsewhere(identifier)
            if capture is not None and capture.role == "article" and capture.key is not None:
                self._overtaken.setdefault((capture.portal, capture.key), done)

    def _name_portal(self, name: str) -> None:
        if name not in self._named and name != IMPORTED:
            self._store.runs.put_portal(entry_of(name, self._portals))
        self._named.add(name)

    def _end(self, imports: list[Imported]) -> None:
        for place, done in sorted(self._overtaken.items(), key=itemgetter(0)):
            before = self._timeline.version(*place)
            self._remaking.make_again(*place)
            done.run = _with_change(done.run, before, self._timeline.version(*place), None)
        self._overtaken.clear()
        for done in imports:
            self._store.runs.put(done.run)


def _batches(identifiers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(identifiers), TRANSACTION_EFFECTS):
        yield identifiers[start : start + TRANSACTION_EFFECTS]


def _counted(run: Run, effect: Effect) -> Run:
    capture = effect.capture
    is_page = capture.role == "article" and capture.status == 200 and capture.revisit_of is None
    untitled = is_page and capture.truncated is None and not effect.missing
    return replace(
        run,
        requests=run.requests + 1,
        bytes=run.bytes + capture.warc_length,
        listed=run.listed + len(effect.rows),
        pages_without_title=run.pages_without_title + (untitled and effect.article is None),
        dead_links=run.dead_links + (effect.missing and effect.article is None),
    )


def _with_change(run: Run, before: int, after: int, effect: Effect | None) -> Run:
    if before == 0 and after:
        return replace(run, articles_new=run.articles_new + 1)
    if after > before:
        return replace(run, articles_changed=run.articles_changed + 1)
    if effect is None or effect.article is not None:
        return replace(run, articles_unchanged=run.articles_unchanged + 1)
    return run
