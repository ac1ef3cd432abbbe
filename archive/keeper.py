"""The one thread that writes an archive during a crawl: the WARC first, then the rows."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from archive.errors import ArchiveUnwritableError
from archive.models import Article, Capture, ListedArticle, PortalEntry, Run
from archive.store import Change, Reread, Store
from archive.warc.exchange import Exchange
from archive.warc.records import Fields
from archive.warc.writer import WarcWriter

P = ParamSpec("P")
T = TypeVar("T")

FLUSH_SECONDS = 2.0
"""How much of a crawl a power cut may undo; an fsync takes about 6 ms, so not each record."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """Where the page of an article was read from."""

    answer: "Future[Capture]"
    """The exchange of this crawl."""
    stored: Capture | None = None
    """Where the answer was 304: the capture that holds the body."""


class Keeper:
    """Takes exchanges, listings and articles from the crawl, and keeps them in that order.

    Each method returns at once with a future. After the first failure nothing more is kept:
    `on_failure` is called once, from this thread, and every later future holds that error.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        writer: WarcWriter,
        on_failure: Callable[[BaseException], None],
    ) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeper")
        self._writer = writer
        self._on_failure = on_failure
        self._failure: BaseException | None = None
        self._flushed_at = time.monotonic()
        self._store = self._thread.submit(open_store).result()

    def keep_exchange(self, exchange: Exchange) -> Future[Capture]:
        """Write the exchange to the WARC and its row to captures; the answer is closed then."""
        return self._submit(self._keep_exchange, exchange)

    def keep_sightings(
        self, rows: Sequence[ListedArticle], first_position: int, capture: "Future[Capture]"
    ) -> Future[None]:
        """Keep the rows of a listing page whose capture was kept before."""
        return self._submit(
            lambda: self._store.put_sightings(rows, first_position, capture.result())
        )

    def keep_article(self, article: Article, page: PageRead, reread: Reread) -> Future[Change]:
        """Store an article read from a page whose capture was kept before."""
        return self._submit(self._keep_article, article, page, reread)

    def note_missing(self, capture: "Future[Capture]") -> Future[bool]:
        """Heed that an article was not there; whether it counts as gone now."""
        return self._submit(lambda: self._store.note_missing(capture.result()))

    def begin_run(self, portal: PortalEntry, run: Run, lines: Fields) -> Future[None]:
        """Write the run's start into WARC and database, and make both lasting."""
        return self._submit(self._begin_run, portal, run, lines)

    def end_run(self, run: Run, lines: Fields) -> Future[None]:
        """Write the run's end and figures into both, close the WARC file, and commit."""
        return self._submit(self._end_run, run, lines)

    def fail_run(self, run: Run) -> None:
        """After a failure, say so in the run's row, as far as the disk allows."""

        def said() -> None:
            self._store.rollback()
            self._store.put_run(run)
            self._store.commit()

        with suppress(sqlite3.Error):
            self._thread.submit(said).result()

    def stop(self) -> None:
        """Wait for what was submitted and end the thread; without `end_run` files stay `.open`."""
        self._thread.submit(self._writer.abandon)
        self._thread.submit(self._store.close)
        self._thread.shutdown(wait=True)

    def _submit(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        return self._thread.submit(self._run, task, *args, **kwargs)

    def _run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._failure is not None:
            raise ArchiveUnwritableError(
                f"nothing more is kept since: {self._failure}"
            ) from self._failure
        try:
            result = task(*args, **kwargs)
            if time.monotonic() - self._flushed_at > FLUSH_SECONDS:
                self._flush()
        except BaseException as error:
            self._failure = error
            self._on_failure(error)
            raise
        return result

    def _flush(self) -> None:
        self._writer.flush()
        self._store.commit()
        self._flushed_at = time.monotonic()

    def _keep_exchange(self, exchange: Exchange) -> Capture:
        try:
            capture = self._writer.write_exchange(exchange)
        finally:
            exchange.response.close()
        self._store.put_capture(capture)
        return capture

    def _keep_article(self, article: Article, page: PageRead, reread: Reread) -> Change:
        answer = page.answer.result()
        if page.stored is None:
            return self._store.put_article(article, answer, reread)
        change = self._store.put_article(article, page.stored, reread)
        self._store.note_seen(page.stored, answer.fetched_at)
        return change

    def _begin_run(self, portal: PortalEntry, run: Run, lines: Fields) -> None:
        self._writer.write_metadata(lines, run_uri(run))
        self._writer.flush()
        self._store.put_portal(portal)
        self._store.put_run(run)
        self._store.commit()

    def _end_run(self, run: Run, lines: Fields) -> None:
        self._writer.write_metadata(lines, run_uri(run))
        self._writer.close()
        self._store.put_run(run)
        self._store.commit()


def run_uri(run: Run) -> str:
    """WARC-Target-URI of a run's start and end records."""
    return f"urn:portal-run:{run.portal}:{run.id}"
