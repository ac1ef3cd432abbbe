"""Turns the records of a portal's WARC files into rows: those of a killed run, or all of them."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from archive.database.store import Store
from archive.layout import Layout
from archive.models import READ_INTO_ROWS, Capture, ReplayCheck, Run, Unread
from archive.warc import storage
from archive.warc.file_names import is_open, name_in
from archive.warc.members import MemberState
from archive.warc.own_records import Correction, FileReading, Found, Recorded
from archive.warc.stream import Damage
from portal_crawler.learning.model import SiteModel
from portal_crawler.reprocessing.damages import Damages
from portal_crawler.reprocessing.effects import (
    KILLED,
    Applier,
    Effect,
    Portals,
    effect_of,
    entry_of,
)

logger = logging.getLogger(__name__)

T = TypeVar("T")

TRANSACTION_EFFECTS = 200
BATCH = 32
"""Exchanges that another process reads at once: enough that handing them over costs little."""


OnCaptures = Callable[[int], None]
"""Called with the number of captures that were stored since the last call."""


@dataclass(frozen=True, slots=True)
class Workers:
    """The processes that read pages."""

    executor: Executor
    jobs: int
    """How many processes it has."""


class Reprocessing:
    """Brings one portal's own files into rows, in the order in which they were written."""

    def __init__(
        self,
        layout: Layout,
        store: Store,
        portals: Portals,
        workers: Workers | None = None,
    ) -> None:
        self._articles_later = False
        """Pages of articles are kept and not read: their site's layout is not learned yet."""
        self.corrections: list[Correction] = []
        self._checks: list[ReplayCheck] = []
        self._layout = layout
        self._store = store
        self._portals = portals
        self._workers = workers
        self.damages = Damages()
        """The records that were passed over."""
        self._applier = Applier(store, layout, portals, self.damages)
        self._portal_of: dict[int, str | None] = {}
        """The portals of runs that were in the database before, by run."""
        self.killed: dict[int, Run] = {}
        """Runs whose end no record names, with their figures."""
        self.last_files: dict[int, Path] = {}
        """The file that each run's last record stands in."""
        self._ended: set[int] = set()
        """Runs whose end record, which holds their figures, was read."""
        self._unfinished: set[int] = set()
        """Runs whose exchanges were stored and whose pages were not judged yet."""
        self.captures = 0
        """The number of captures that were read."""

    def process(
        self, name: str, files: Iterable[Path], on_captures: OnCaptures | None = None
    ) -> None:
        """Store the rows of all records in the files of portal `name`."""
        self._articles_later = name in self._portals and self._portals[name].learns
        self._store.in_transaction(
            [lambda: self._store.runs.put_portal(entry_of(name, self._portals))]
        )
        for effects in _batches(self._effects(self._recorded(files)), TRANSACTION_EFFECTS):
            self._store.in_transaction([partial(self._apply, effect) for effect in effects])
            captures = sum(isinstance(effect, Effect) for effect in effects)
            self.captures += captures
            if on_captures is not None:
                on_captures(captures)
        if not self._articles_later:
            self._store.in_transaction([self.finish_runs])
        self._store.in_transaction([partial(self._store.put_replay_check, c) for c in self._checks])
        self.damages.tell_rest(name)

    def finish_runs(self) -> None:
        """Judge the pages without a headline of the runs so far; see `Presence.resolve_run`.

        The figures of a killed run are counted now, before a later run changes the rows.
        """
        for run in sorted(self._unfinished):
            self._store.presence.resolve_run(run)
            if run not in self._ended:
                self.killed[run] = self._store.runs.put_killed(self.killed[run])
        self._unfinished.clear()

    def _apply(self, effect: Effect | Run) -> None:
        if isinstance(effect, Run):
            # As a crawl does at its end, and a catch-up for a killed one before the next begins.
            if not self._articles_later:
                self.finish_runs()
            self._put_run(effect)
            return
        if self._is_twice(effect.capture):
            self.damages.note_capture(effect.capture, "an earlier record has the same id")
            return
        self._count(effect)
        if self._articles_later and effect.capture.role == "article":
            self._applier.keep(effect.capture)
        else:
            self._applier.apply(effect)

    def _put_run(self, run: Run) -> None:
        if not _is_failure(run):
            self._store.runs.put(run)
            return
        if run.id not in self._ended | self.killed.keys():  # its start was damaged
            self.killed[run.id] = _killed(run)
            self._store.runs.put(self.killed[run.id])
        self.fail(run.id, run.reason or "")

    def fail(self, run: int, why: str) -> None:
        """Note that a run failed; its figures stand in its end record, or are counted."""
        if run in self.killed:
            self.killed[run] = replace(self.killed[run], outcome="failed", reason=why)
        self._store.runs.note_failure(run, why)

    def _count(self, effect: Effect) -> None:
        """Count the bytes and the end of a run whose end record was never written."""
        capture = effect.capture
        self._unfinished.add(capture.run_id)
        if capture.run_id in self._ended:
            return
        run = self.killed.get(capture.run_id)
        if run is None:
            begun = Run(id=capture.run_id, portal=capture.portal, started_at=capture.fetched_at)
            run = _killed(begun)
            self._store.runs.put(run)
        self.killed[run.id] = replace(
            run, finished_at=capture.fetched_at, bytes=run.bytes + effect.size
        )

    def _is_twice(self, capture: Capture) -> bool:
        if not self._store.captures.has(capture.id):
            return False
        return self._store.captures.get(capture.id).place != capture.place

    def _recorded(self, files: Iterable[Path]) -> Iterator[Recorded | Run]:
        for path in storage.in_order(files):
            name = name_in(self._layout, path)
            try:
                with storage.open_own(path) as file:
                    for found in FileReading(self._layout, path).read(file):
                        yield from self._usable(found, path, name)
            except OSError as error:
                self.damages.note(name, None, f"cannot be read: {error.strerror or error}")

    def _usable(self, found: Found, path: Path, name: str) -> Iterator[Recorded | Run]:
        """The records that become rows; all others are noted."""
        if isinstance(found, Damage):
            if not (found.state is MemberState.BROKEN_OFF and is_open(path)):
                self.damages.note(name, found.offset, found.words)
        elif isinstance(found, Correction):
            self._take(found)
        elif isinstance(found, ReplayCheck):
            self._checks.append(found)
        elif self._is_anothers(found):
            offset = found.capture.warc_offset if isinstance(found, Recorded) else None
            self.damages.note(name, offset, "its run is another portal's")
        elif isinstance(found, Run):
            self.last_files[found.id] = path
            yield found
        else:
            self.last_files[found.capture.run_id] = path
            is_later = self._articles_later and found.capture.role == "article"
            yield replace(found, unread=True) if is_later else found

    def _take(self, correction: Correction) -> None:
        try:
            SiteModel.from_json(correction.model)
        except ValueError as error:
            self.damages.note_at(correction.place, f"an unreadable correction: {error}")
        else:
            self.corrections.append(correction)

    def _is_anothers(self, found: Recorded | Run) -> bool:
        """Whether its run is one that the database has of another portal."""
        run, portal = (
            (found.id, found.portal)
            if isinstance(found, Run)
            else (found.capture.run_id, found.capture.portal)
        )
        if run not in self._portal_of:
            self._portal_of[run] = self._store.runs.portal_of(run)
        return self._portal_of[run] not in (None, portal)

    def _effects(self, found: Iterable[Recorded | Run]) -> Iterator[Effect | Run]:
        for batch in self._read(_batches(without_retried(self._noting_runs(found)), BATCH)):
            yield from batch

    def _noting_runs(self, found: Iterable[Recorded | Run]) -> Iterator[Recorded | Run]:
        for one in found:
            if isinstance(one, Run) and one.finished_at is not None:
                self._ended.add(one.id)
                self.killed.pop(one.id, None)
            elif isinstance(one, Run) and not _is_failure(one):
                one = self.killed[one.id] = _killed(one)
            yield one

    def _read(self, batches: Iterable[list[Recorded | Run]]) -> Iterator[list[Effect | Run]]:
        """Read pages here, or in other processes with their order kept."""
        if self._workers is None:
            for batch in batches:
                yield read_batch(batch, self._portals)
            return
        waiting: deque[Future[list[Effect | Run]]] = deque()
        for batch in batches:
            waiting.append(self._workers.executor.submit(read_batch, batch, self._portals))
            if len(waiting) > 2 * self._workers.jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def read_batch(batch: list[Recorded | Run], portals: Portals) -> list[Effect | Run]:
    """The effect of each exchange on the rows."""
    return [one if isinstance(one, Run) else effect_of(one, portals) for one in batch]


def without_retried(found: Iterable[Recorded | Run]) -> Iterator[Recorded | Run]:
    """The exchanges with pages marked unread that broke off and were requested again.

    The live crawl does the same, and its records say so. Those of earlier releases do not: there a
    page that broke off is read if the run ends without another try. A page that a limit cut is
    never read.
    """
    broken: dict[tuple[int, str], Recorded] = {}
    for one in found:
        if isinstance(one, Run):
            yield from broken.values()
            broken.clear()
            yield one
            continue
        capture = one.capture
        name = capture.url if capture.role == "listing" else capture.key
        if capture.role not in READ_INTO_ROWS or name is None or one.says_if_read:
            yield one
            continue
        if (earlier := broken.pop((capture.run_id, name), None)) is not None:
            yield _unread(earlier)
        if capture.truncated == "disconnect":
            broken[capture.run_id, name] = one
        else:
            yield _unread(one) if capture.truncated is not None else one
    yield from broken.values()


def _unread(broken: Recorded) -> Recorded:
    capture = replace(broken.capture, unread=Unread.BROKE_OFF)
    return replace(broken, capture=capture, unread=True)


def _is_failure(run: Run) -> bool:
    """Whether a run's record is one of `own_metadata.lines_of_failure`."""
    return run.finished_at is None and run.outcome is not None


def _killed(run: Run) -> Run:
    return replace(run, outcome="interrupted", reason=KILLED, finished_at=run.started_at)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
