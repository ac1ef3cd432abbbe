"""The one thread that writes an archive during a crawl: the WARC first, then the rows."""

import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from archive.database.sqlite_errors import damage, is_damage
from archive.database.store import Store
from archive.errors import ArchiveError, ArchiveUnwritableError
from archive.models import Capture, PortalEntry, Run
from archive.recording.revisits import Revisits
from archive.recording.rows import Place, Rows, Task
from archive.warc.exchange import Exchange
from archive.warc.own_metadata import lines_of_failure
from archive.warc.records import Fields
from archive.warc.writer import WarcWriter

T = TypeVar("T")

FLUSH_SECONDS = 2.0
"""How much of a crawl a power cut may undo; an fsync takes about 6 ms, so not each record."""

HURRY_S = 1.0
"""Of one that was told to end: the records are in the files, and the next crawl makes the rows."""


@dataclass(frozen=True, slots=True)
class _Now:
    """Something to do that waits for no flush, and the future of what it gives."""

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
        self._repeats = Revisits(store)
        self._tasks: queue.SimpleQueue[_Now | Task | Place | None] = queue.SimpleQueue()
        self._rows: deque[Task | Place] = deque()
        """To be written by the next flush in one short transaction: a crawl of another portal may
        be waiting for the database."""
        self._flush_at = time.monotonic() + FLUSH_SECONDS
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
        self._thread.start()

    def keep_exchange(self, exchange: Exchange) -> "Future[Capture]":
        """Write the exchange to the WARC, and its row to captures; the answer is closed then."""
        return self._submit(lambda: self._write(exchange))

    def resolve_run(self, run: int) -> "Future[list[Capture]]":
        """Judge the run's pages without a headline; see `Presence.resolve_run`."""
        return self.do(lambda: self._store.presence.resolve_run(run))

    def place(self) -> Place:
        """A place for the rows of a page that was kept, and that is still to be read."""
        place = Place(self._store, self)
        self._tasks.put(place)
        return place

    def settle(self) -> "Future[None]":
        """Bring all that was handed over, up to a place that is not left, into the database."""
        return self._submit(self._flush)

    def begin_run(self, portal: PortalEntry, run: Run, lines: Fields) -> "Future[None]":
        """Write the run's start into WARC and database, and make both lasting."""
        self._submit(lambda: self._writer.write_metadata(lines, run_uri(run)))
        self.do(lambda: self._store.runs.put_portal(portal))
        self.do(lambda: self._store.runs.put(run))
        return self.settle()

    def end_run(self, run: Run, lines: Fields) -> "Future[None]":
        """Write the run's end and figures into both, and close the WARC file.

        Where pages wait to be read, which a second signal did not let happen, the file stays
        `.open`: the next crawl reads them from it.
        """
        self._submit(lambda: self._writer.write_metadata(lines, run_uri(run)))
        self._submit(self._give_up_places)
        self.do(lambda: self._store.runs.put(run))
        return self.settle()

    def hurry(self) -> None:
        """Wait no longer than HURRY_S for others that write to the database."""
        self._store.patience_s = HURRY_S

    def stop(self, failed_run: Run | None = None) -> None:
        """End the thread when it has done what it can; without `end_run` the WARC stays `.open`.

        A `failed_run` is noted in the WARC and the database, as far as the disk allows; what it
        came to is counted when the next crawl has read its records.
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
        """Damage, or else a full disk, or a database that another process does not let go."""
        layout = self._writer.layout
        if is_damage(layout, error) or not isinstance(error, sqlite3.OperationalError):
            return damage(layout, error)
        return ArchiveUnwritableError(
            f"cannot write {layout.database}: {error}; "
            "free the disk, or wait for who holds the database, then crawl again"
        )

    def _fail(self, error: BaseException, task: _Now) -> None:
        self._failure = error
        task.future.set_exception(error)
        self._on_failure(error)
        for waiting in self._rows:
            for one in waiting.tasks if isinstance(waiting, Place) else (waiting,):
                self.refuse(one)
        self._rows.clear()

    @property
    def has_failed(self) -> bool:
        """Whether nothing more is kept."""
        return self._failure is not None

    def refuse(self, task: Task) -> None:
        """Give the task's future an error, unless it has come to its end."""
        if task.future is not None and not task.future.done():
            task.future.set_exception(self._refusal())

    def _refusal(self) -> ArchiveUnwritableError:
        return ArchiveUnwritableError(f"nothing more is kept since: {self._failure}")

    def _flush(self) -> None:
        """Records first, so that no row rests on bytes that a power cut can take."""
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
        """The tasks before the first place that is not left, and over how many entries."""
        tasks: list[Task] = []
        for count, row in enumerate(self._rows):
            if isinstance(row, Task):
                tasks.append(row)
            elif row.is_left:
                tasks += row.tasks
            else:
                return tasks, count
        return tasks, len(self._rows)

    def _give_up_places(self) -> None:
        self._flush()
        if not self._rows:
            self._writer.close()
        self._rows.clear()

    def _write(self, exchange: Exchange) -> Capture:
        try:
            capture = self._writer.write_exchange(exchange, self._repeats.original)
            self._repeats.note(capture)
            self._rows.append(Task(lambda: self._put_capture(capture)))
            return capture
        finally:
            exchange.response.close()

    def _put_capture(self, capture: Capture) -> None:
        self._store.captures.put(capture)
        self._repeats.forget(capture)


def run_uri(run: Run) -> str:
    """WARC-Target-URI of a run's start and end records."""
    return f"urn:portal-run:{run.portal}:{run.id}"
