"""The one thread that writes an archive during a crawl: the WARC first, then the rows."""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from archive.database.store import Change, Reread, Store
from archive.errors import ArchiveDamagedError, ArchiveUnwritableError
from archive.models import Article, Capture, ListedArticle, PortalEntry, Run, Unread
from archive.recording.revisits import Revisits
from archive.warc.exchange import Exchange
from archive.warc.records import Fields
from archive.warc.told import lines_of_failure
from archive.warc.writer import WarcWriter

T = TypeVar("T")

FLUSH_SECONDS = 2.0
"""How much of a crawl a power cut may undo; an fsync takes about 6 ms, so not each record."""

HURRY_S = 1.0
"""Of one that was told to end: the records are in the files, and the next crawl makes the rows."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """Where the page of an article was read from."""

    answer: "Future[Capture]"
    """The exchange of this crawl."""
    stored: Capture | None = None
    """Where the answer was 304: the capture that holds the body."""


@dataclass(frozen=True, slots=True)
class _Task:
    """Something to do, and the future of what it gives."""

    do: Callable[[], Any]
    future: "Future[Any]"
    on_rows: bool
    """It waits for the next flush, to be done with all others in one short transaction: a crawl of
    another portal may be waiting for the database."""


class Keeper:
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
        self._writer = writer
        self._on_failure = on_failure
        self._failure: BaseException | None = None
        self._store = store
        self._repeats = Revisits(store)
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._rows: list[_Task] = []
        self._flush_at = time.monotonic() + FLUSH_SECONDS
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
        self._thread.start()

    def keep_exchange(self, exchange: Exchange) -> "Future[Capture]":
        """Write the exchange to the WARC, and its row to captures; the answer is closed then."""
        written = self._submit(lambda: self._write(exchange))
        self._submit(lambda: self._store.put_capture(written.result()), on_rows=True)
        return written

    def keep_sightings(
        self, rows: Sequence[ListedArticle], first_position: int, capture: "Future[Capture]"
    ) -> "Future[None]":
        """Keep the rows of a listing page whose capture was kept before."""
        return self._submit(
            lambda: self._store.put_sightings(rows, first_position, capture.result()), on_rows=True
        )

    def keep_article(
        self, article: Callable[[], Article], page: PageRead, reread: Reread
    ) -> "Future[Change]":
        """Store an article read from a page whose capture was kept before."""
        return self._submit(lambda: self._put_article(article, page, reread), on_rows=True)

    def note_missing(self, capture: "Future[Capture]") -> "Future[bool]":
        """Heed that an article was not there; whether it counts as gone now."""
        return self._submit(lambda: self._store.note_missing(capture.result()), on_rows=True)

    def note_unread(self, capture: "Future[Capture]", why: Unread) -> "Future[None]":
        """Note why an article's page gave no row."""
        return self._submit(lambda: self._store.note_unread(capture.result(), why), on_rows=True)

    def settle_run(self, run: int) -> "Future[list[Capture]]":
        """Judge the run's pages without a headline; see Store.settle_run."""
        return self._submit(lambda: self._store.settle_run(run), on_rows=True)

    def do(self, task: Callable[[], T]) -> "Future[T]":
        """Do something else with the rows that rest on what was handed over before."""
        return self._submit(task, on_rows=True)

    def settle(self) -> "Future[None]":
        """Bring all that was handed over onto the disk and into the database."""
        return self._submit(self._flush)

    def begin_run(self, portal: PortalEntry, run: Run, lines: Fields) -> "Future[None]":
        """Write the run's start into WARC and database, and make both lasting."""
        self._submit(lambda: self._writer.write_metadata(lines, run_uri(run)))
        self._submit(lambda: self._store.put_portal(portal), on_rows=True)
        self._submit(lambda: self._store.put_run(run), on_rows=True)
        return self.settle()

    def end_run(self, run: Run, lines: Fields) -> "Future[None]":
        """Write the run's end and figures into both, and close the WARC file."""
        self._submit(lambda: self._writer.write_metadata(lines, run_uri(run)))
        self._submit(self._writer.close)
        self._submit(lambda: self._store.put_run(run), on_rows=True)
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
                self._store.in_transaction([lambda: self._store.put_run(failed_run)])
        self._store.close()

    def _submit(self, do: Callable[[], T], *, on_rows: bool = False) -> "Future[T]":
        future: Future[T] = Future()
        self._tasks.put(_Task(do, future, on_rows))
        return future

    def _work(self) -> None:
        while True:
            try:
                task = self._tasks.get(timeout=max(0.0, self._flush_at - time.monotonic()))
            except queue.Empty:
                self._finish(_Task(self._flush, Future(), on_rows=False))
                continue
            if task is None:
                return
            if task.on_rows and self._failure is None:
                self._rows.append(task)
            else:
                self._finish(task)

    def _finish(self, task: _Task) -> None:
        if self._failure is not None:
            self._refuse(task)
            return
        try:
            task.future.set_result(task.do())
        except sqlite3.OperationalError as error:
            self._fail(self._unwritable(error), task)
        except sqlite3.DatabaseError as error:
            self._fail(self._damaged(error), task)
        except BaseException as error:  # noqa: BLE001  the thread's outermost edge
            self._fail(error, task)

    def _unwritable(self, error: sqlite3.OperationalError) -> ArchiveUnwritableError:
        """A full disk, a database that another process does not let go: not ours to mend."""
        return ArchiveUnwritableError(
            f"cannot write {self._writer.layout.database}: {error}; "
            "free the disk, or wait for who holds the database, then crawl again"
        )

    def _damaged(self, error: sqlite3.DatabaseError) -> ArchiveDamagedError:
        """What came is in the WARC files all the same."""
        return ArchiveDamagedError(
            f"{self._writer.layout.database} is damaged: {error}; "
            "`portal rebuild` makes it again from the WARC files"
        )

    def _fail(self, error: BaseException, task: _Task) -> None:
        self._failure = error
        task.future.set_exception(error)
        self._on_failure(error)
        for waiting in self._rows:
            self._refuse(waiting)
        self._rows.clear()

    def _refuse(self, task: _Task) -> None:
        if not task.future.done():
            task.future.set_exception(
                ArchiveUnwritableError(f"nothing more is kept since: {self._failure}")
            )

    def _flush(self) -> None:
        """Records first, so that no row rests on bytes that a power cut can take."""
        self._flush_at = time.monotonic() + FLUSH_SECONDS
        if not self._rows:
            return
        self._writer.flush()
        results = self._store.in_transaction([task.do for task in self._rows])
        self._repeats.committed()
        done, self._rows = self._rows, []
        for task, result in zip(done, results, strict=True):
            task.future.set_result(result)

    def _write(self, exchange: Exchange) -> Capture:
        try:
            capture = self._writer.write_exchange(exchange, self._repeats.original)
            self._repeats.note(capture)
            return capture
        finally:
            exchange.response.close()

    def _put_article(
        self, article: Callable[[], Article], page: PageRead, reread: Reread
    ) -> Change:
        answer = page.answer.result()
        if page.stored is None:
            return self._store.put_article(article(), answer, reread)
        change = self._store.put_article(article(), page.stored, reread)
        self._store.note_seen(page.stored, answer.fetched_at)
        return change


def run_uri(run: Run) -> str:
    """WARC-Target-URI of a run's start and end records."""
    return f"urn:portal-run:{run.portal}:{run.id}"
