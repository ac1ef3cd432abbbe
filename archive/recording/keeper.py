"""The one thread that writes an archive during a crawl: the WARC first, then the rows."""

import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from archive.database.sqlite_errors import damage, is_damage
from archive.database.store import Store
from archive.errors import ArchiveError, ArchiveUnwritableError
from archive.models import Capture, PortalEntry, Run
from archive.recording.known_payloads import KnownPayloads
from archive.recording.rows import ReservedRows, Rows, Task
from archive.warc.exchange import Exchange
from archive.warc.own_metadata import lines_of_failure
from archive.warc.records import Fields
from archive.warc.sources import SourceFile
from archive.warc.writer import WarcWriter

T = TypeVar("T")

FLUSH_SECONDS = 2.0
"""How much of a crawl a power cut may undo; an fsync takes about 6 ms, so not each record."""

HURRY_S = 1.0
"""How long a crawl that was asked to end waits for the database: its records are in the files, and
the next crawl makes the rows."""


@dataclass(frozen=True, slots=True)
class _Now:
    """A task that does not wait for a flush, and the future of its result."""

    do: Callable[[], Any]
    future: "Future[Any]"


class Keeper(Rows):
    """Takes exchanges, listings and articles from the crawl, and keeps them in that order.

    Each method returns at once with a future. Rows are written when the records that they rest on
    are on the disk, every FLUSH_SECONDS. After the first failure nothing more is kept:
    `on_failure` is called once, from this thread, and every later future holds an error.
    """

    def __init__(
        self,
        store: Store,
        writer: WarcWriter,
        on_failure: Callable[[BaseException], None],
    ) -> None:
        super().__init__(store)
        self._writer = writer
        self._on_failure = on_failure
        self._failure: BaseException | None = None
        self._known_payloads = KnownPayloads(store)
        self._tasks: queue.SimpleQueue[_Now | Task | ReservedRows | None] = queue.SimpleQueue()
        self._rows: deque[Task | ReservedRows] = deque()
        """The next flush writes them in one short transaction: a crawl of another portal may be
        waiting for the database."""
        self._flush_at = time.monotonic() + FLUSH_SECONDS
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
        self._thread.start()

    def keep_exchange(self, exchange: Exchange) -> "Future[Capture]":
        """Write the exchange to the WARC file and its row to captures, and close its answer."""
        return self._submit(lambda: self._write(exchange))

    def resolve_run(self, run: int) -> "Future[list[Capture]]":
        """Judge the run's pages without a headline; see `Presence.resolve_run`."""
        return self.do(lambda: self._store.presence.resolve_run(run))

    def reserve(self) -> ReservedRows:
        """Reserve a place for the rows of a recorded page that is not read yet."""
        reserved = ReservedRows(self._store, self)
        self._tasks.put(reserved)
        return reserved

    def write_rows(self) -> "Future[None]":
        """Write all rows handed over so far, up to a place that is still reserved."""
        return self._submit(self._flush)

    def begin_run(
        self, portal: PortalEntry, run: Run, lines: Fields, sources: Iterable[SourceFile] = ()
    ) -> "Future[None]":
        """Write the run's start to WARC file and database, and flush both to the disk.

        The portal's source files come before it: a start record that names them proves that they
        are there.
        """
        for source in sources:
            self._submit(partial(self._writer.write_source, source))
        self._submit(lambda: self._writer.write_metadata(lines, run_uri(run)))
        self.do(lambda: self._store.runs.put_portal(portal))
        self.do(lambda: self._store.runs.put(run))
        return self.write_rows()

    def end_run(self, run: Run, lines: Fields) -> "Future[None]":
        """Write the run's end and figures to both, and close the WARC file.

        If a second signal left pages unread, the file stays `.open`: the next crawl reads them.
        """
        self._submit(lambda: self._writer.write_metadata(lines, run_uri(run)))
        self._submit(self._give_up_reserved)
        self.do(lambda: self._store.runs.put(run))
        return self.write_rows()

    def hurry(self) -> None:
        """Wait at most HURRY_S for other writers of the database."""
        self._store.patience_s = HURRY_S

    def stop(self, failed_run: Run | None = None) -> None:
        """End the thread after its tasks; without `end_run` the WARC file stays `.open`.

        A `failed_run` is noted in the WARC file and the database, if the disk allows. Its figures
        are counted when the next crawl has read its records.
        """
        self._tasks.put(None)
        self._thread.join()
        if failed_run is not None:
            with suppress(ArchiveUnwritableError):
                self._writer.write_last(lines_of_failure(failed_run), run_uri(failed_run))
        self._writer.abandon()
        if failed_run is not None:
            with suppress(sqlite3.Error):
                self._store.in_transaction([lambda: self._store.runs.put(failed_run)])
        self._store.close()

    def _submit(self, do: Callable[[], T]) -> "Future[T]":
        future: Future[T] = Future()
        self._tasks.put(_Now(do, future))
        return future

    def _add(self, task: Task) -> None:
        self._tasks.put(task)

    def _work(self) -> None:
        while True:
            try:
                task = self._tasks.get(timeout=max(0.0, self._flush_at - time.monotonic()))
            except queue.Empty:
                self._finish(_Now(self._flush, Future()))
                continue
            if task is None:
                return
            if isinstance(task, _Now):
                self._finish(task)
            elif self._failure is None:
                self._rows.append(task)
            elif isinstance(task, Task):
                self.refuse(task)

    def _finish(self, task: _Now) -> None:
        if self._failure is not None:
            task.future.set_exception(self._refusal())
            return
        try:
            task.future.set_result(task.do())
        except sqlite3.DatabaseError as error:
            self._fail(self._explained(error), task)
        except BaseException as error:  # noqa: BLE001  the thread's outermost edge
            self._fail(error, task)

    def _explained(self, error: sqlite3.DatabaseError) -> ArchiveError:
        """The error for damage, or else for a full disk or a database that another process
        holds."""
        layout = self._writer.layout
        if is_damage(layout, error) or not isinstance(error, sqlite3.OperationalError):
            return damage(layout, error)
        return ArchiveUnwritableError(
            f"cannot write {layout.database}: {error}; "
            "free the disk, or wait until no other process holds the database, then crawl again"
        )

    def _fail(self, error: BaseException, task: _Now) -> None:
        self._failure = error
        task.future.set_exception(error)
        self._on_failure(error)
        for waiting in self._rows:
            for one in waiting.tasks if isinstance(waiting, ReservedRows) else (waiting,):
                self.refuse(one)
        self._rows.clear()

    @property
    def has_failed(self) -> bool:
        """Whether it failed and keeps nothing more."""
        return self._failure is not None

    def refuse(self, task: Task) -> None:
        """Set an error in the task's future, unless it is done."""
        if task.future is not None and not task.future.done():
            task.future.set_exception(self._refusal())

    def _refusal(self) -> ArchiveUnwritableError:
        return ArchiveUnwritableError(f"nothing more is recorded since this error: {self._failure}")

    def _flush(self) -> None:
        """Write records before rows: no row may depend on bytes that a power cut can lose."""
        self._flush_at = time.monotonic() + FLUSH_SECONDS
        tasks, count = self._ready()
        if not tasks:
            return
        self._writer.flush()
        results = self._store.in_transaction([task.do for task in tasks])
        for _ in range(count):
            self._rows.popleft()
        for task, result in zip(tasks, results, strict=True):
            if task.future is not None:
                task.future.set_result(result)

    def _ready(self) -> tuple[list[Task], int]:
        """The tasks before the first reserved place, and the number of entries they come from."""
        tasks: list[Task] = []
        for count, row in enumerate(self._rows):
            if isinstance(row, Task):
                tasks.append(row)
            elif row.is_released:
                tasks += row.tasks
            else:
                return tasks, count
        return tasks, len(self._rows)

    def _give_up_reserved(self) -> None:
        self._flush()
        if not self._rows:
            self._writer.close()
        self._rows.clear()

    def _write(self, exchange: Exchange) -> Capture:
        try:
            capture = self._writer.write_exchange(exchange, self._known_payloads.original)
            self._known_payloads.note(capture)
            self._rows.append(Task(lambda: self._put_capture(capture)))
            return capture
        finally:
            exchange.response.close()

    def _put_capture(self, capture: Capture) -> None:
        self._store.captures.put(capture)
        self._known_payloads.forget(capture)


def run_uri(run: Run) -> str:
    """The WARC-Target-URI of a run's start and end records."""
    return f"urn:portal-run:{run.portal}:{run.id}"
