"""One run of one portal: the lock, the thread that keeps the archive, the figures, the end."""

import asyncio
import logging
import platform
import secrets
import sqlite3
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NoReturn, Self, cast

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.database.due import unreadable
from archive.database.frontier import Frontier
from archive.database.reading import explained, reading
from archive.database.schema import open_for_writing
from archive.database.store import Change, Store
from archive.errors import ArchiveError, ArchiveUnwritableError
from archive.filesystem.ballast import Ballast
from archive.filesystem.disk_space import FREE_IT, MB, remedy, shortage
from archive.filesystem.locks import portal_lock
from archive.filesystem.logs import remove_old_logs
from archive.layout import Layout, archive_folder, run_id
from archive.models import Capture, PortalEntry, Run
from archive.moments import now, utc_text
from archive.recording.keeper import Keeper
from archive.recording.refused import note_refused
from archive.recording.rows import Rows
from archive.status.alarms import alarms, alarms_json, measures_of, out_of_time
from archive.status.portals import earlier_measures, measures_of_week
from archive.warc.exchange import Exchange, Spool
from archive.warc.records import Fields
from archive.warc.told import lines_of_run
from archive.warc.writer import WarcWriter
from portal_crawler.errors import MissingDependencyError, missing_dependency
from portal_crawler.items import ArticlePage
from portal_crawler.learning.extractor import check_extractor
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.catchup import catch_up
from portal_crawler.reprocessing.fingerprint import fingerprint, rules_by_portal
from portal_crawler.run.archiving import check_archiving
from portal_crawler.run.identities import Identities
from portal_crawler.run.log_file import LogFile
from portal_crawler.run.outcome import SHUTDOWN, TIME_LIMIT, Outcome, alarmed, judged
from portal_crawler.run.reading.readings import PageReadings
from portal_crawler.run.run_log import log_end, log_gone
from portal_crawler.run.stopping import Stopping, interruptible
from portal_crawler.run.tally import Tally

if TYPE_CHECKING:
    from portal_crawler.reprocessing.relearn import Relearning, RunRows

logger = logging.getLogger(__name__)

MAX_PENDING = 16
"""Exchanges that may wait for the keeper before the crawl waits for it."""

ARCHIVE_FAILED = "archive_failed"
"""Scrapy's finish reason when nothing can be kept any more."""


class CrawlRun:
    """The Scrapy extension that every crawl needs: nothing is fetched that it cannot keep."""

    def __init__(self, crawler: Crawler) -> None:
        self.layout = Layout(archive_folder(crawler.settings.get("PORTAL_ARCHIVE")))
        self.tally = Tally()
        self.stopping = Stopping(crawler)
        self.row: Run
        self.failure: BaseException | None = None
        self.learning: Relearning | None = None
        """Of a portal whose site teaches its layout."""
        self._crawler = crawler
        self._loop: asyncio.AbstractEventLoop | None = None
        self._resources = ExitStack()
        self._pending: deque[Future[Capture]] = deque()
        self._declaration = cast(PageReader, crawler.spidercls)
        self._portal: PortalEntry = self._declaration.entry()
        self._resources.enter_context(portal_lock(self.layout, self._portal.name))
        try:
            self._begin()
        except BaseException:
            self._resources.close()
            raise

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it, and end the run when the spider is closed; NotConfigured without an archive."""
        check_archiving(crawler)
        run = cls(crawler)
        crawler.signals.connect(run.spider_opened, signals.spider_opened)
        crawler.signals.connect(run.spider_closed, signals.spider_closed)
        crawler.signals.connect(run.page_failed, signals.spider_error)
        crawler.signals.connect(run.item_failed, signals.item_error)
        return run

    @staticmethod
    def of(crawler: Crawler) -> "CrawlRun":
        """The run of a crawler; NotConfigured of one that is not archived."""
        check_archiving(crawler)
        run = crawler.get_extension(CrawlRun)
        if run is None:
            raise RuntimeError(
                "the extension portal_crawler.run.crawl_run.CrawlRun is not in EXTENSIONS"
            )
        return run

    def _begin(self) -> None:
        settings = self._crawler.settings
        if self._declaration.learns:
            check_extractor()
        started_at = now()
        identifier = run_id(started_at, secrets.randbits(12))
        self.row = Run(
            id=identifier,
            portal=self._portal.name,
            started_at=utc_text(started_at),
            rules=fingerprint(self._declaration),
        )
        writer = WarcWriter(self.layout, self._portal.name, self._warcinfo())
        reserve_bytes = settings.getint("PORTAL_DISK_RESERVE_MB") * MB
        if (short := shortage(self.layout, reserve_bytes)) is not None:
            self._refuse(f"{short} {FREE_IT}", writer)
        if days := settings.getfloat("PORTAL_LOG_DAYS"):
            remove_old_logs(self.layout, days, started_at)
        self._ballast = Ballast(self.layout.folder)
        self._resources.callback(self._ballast.release)
        self._log_to_file()
        with interruptible():
            store = self._caught_up_store()
        self.keeper = Keeper(store, writer, self._archive_failed)
        try:
            with interruptible():
                self.keeper.begin_run(
                    self._portal, self.row, lines_of_run(self.row, "start")
                ).result()
        except BaseException as error:
            self.keeper.hurry()
            self._ballast.release()
            if isinstance(error, ArchiveError):
                self._finish_row(Outcome.FAILED, str(error))
            self.keeper.stop(self.row if self.row.outcome is not None else None)
            raise
        self.stopping.at_a_signal(self.keeper.hurry)
        self.readings = PageReadings(self._declaration, self._archive_failed)
        self.stopping.at_the_end(self.readings.give_up)
        self.frontier = Frontier(self.layout, self._portal.name, self.row.started_at)
        self.identities = Identities(self.frontier, self._declaration)

    def _refuse(self, why: str, writer: WarcWriter) -> NoReturn:
        """Note that the run failed before it began, as far as the disk allows."""
        self._finish_row(Outcome.FAILED, why)
        with suppress(ArchiveError, sqlite3.Error):
            note_refused(writer, self._portal, self.row, lines_of_run(self.row, "end"))
        raise ArchiveUnwritableError(why)

    def _caught_up_store(self) -> Store:
        """The archive's store, with what a killed crawl of the portal left in its files."""
        connection = open_for_writing(self.layout)
        store = Store(connection, rules_by_portal({self._portal.name: self._declaration}))
        if self._declaration.learns:
            from portal_crawler.reprocessing.relearn import Relearning  # most portals are described

            self.learning = Relearning(self.layout, connection, store, self._declaration)
        catch_up(self.layout, store, self._portal.name, {self._portal.name: self.declaration})
        if self.learning is not None:
            store.in_transaction([self.learning.advance])
        return store

    def _log_to_file(self) -> None:
        path = self.layout.log_file(self._portal.name, self.row.id)
        try:
            path.parent.mkdir(exist_ok=True)
            handler = LogFile(path)
        except OSError as error:
            todo = "choose another folder with --archive, or mend this one's permissions"
            raise ArchiveUnwritableError(
                f"cannot write {path}: {error.strerror}; {remedy(error, todo)}"
            ) from error
        root = logging.getLogger()
        root.addHandler(handler)
        for name in (None, "scrapy"):  # Scrapy turns both down to DEBUG: three records a page
            logging.getLogger(name).setLevel(self._crawler.settings["LOG_LEVEL"])
        self._resources.callback(handler.close)
        self._resources.callback(root.removeHandler, handler)
        self._resources.callback(self._log_end)  # first of all that is undone

    def _log_end(self) -> None:
        if self.row.outcome is not None:
            log_end(asdict(self.row))

    def _warcinfo(self) -> Fields:
        settings = self._crawler.settings
        contact = settings.get("PORTAL_CONTACT")
        obeys = settings.getbool("PORTAL_OBEY_ROBOTS")
        return [
            ("software", f"portal-archive/{version('portal-archive')} Scrapy/{version('scrapy')}"),
            ("format", "WARC File Format 1.1"),
            (
                "conformsTo",
                "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            ),
            *([("operator", contact)] if contact else []),
            ("hostname", platform.node()),
            ("http-header-user-agent", settings["USER_AGENT"]),
            ("robots", "obey" if obeys else "ignore"),
            (
                "certificates",
                "verified" if settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES") else "not verified",
            ),
            ("isPartOf", self._portal.name),
            ("portal", self._portal.name),
            ("run", str(self.row.id)),
        ]

    def new_exchange(self, request: Request, url: str, started_at: datetime) -> Exchange:
        """The exchange that a request begins; what it is for stands in the request's meta."""
        meta = request.meta
        return Exchange(
            url=url,
            role=meta.get("role", "other"),
            run_id=self.row.id,
            portal=self._portal.name,
            key=meta.get("key"),
            section=meta.get("section"),
            revisit_of=meta.get("revisit_of"),
            notes=[
                *([("via", meta["via"])] if meta.get("via") else []),
                *[("redirected-from", from_) for from_ in meta.get("redirect_urls", ())[-1:]],
                ("hop", str(meta.get("hop", 0))),
                *meta.get("notes", ()),
            ],
            started_at=started_at,
            response=Spool(self.layout.folder),
        )

    async def keep(self, exchange: Exchange) -> Future[Capture]:
        """Hand an exchange to the keeper; waits while too many are waiting."""
        self.tally.requests += 1
        self.tally.bytes += exchange.response.size
        future = self.keeper.keep_exchange(exchange)
        future.add_done_callback(self.tally.measures.add_answer)
        self._pending.append(future)
        while self._pending and self._pending[0].done():
            self._pending.popleft()
        if len(self._pending) > MAX_PENDING:
            await _done(self._pending[0])
        return future

    def note_missing(self, rows: Rows, capture: Future[Capture], key: str, url: str) -> None:
        """Have it noted that an article is not there; counted and told where it is gone."""
        gone = rows.note_missing(capture)
        gone.add_done_callback(self.tally.count_gone)
        gone.add_done_callback(partial(log_gone, self._portal.name, key, url))

    def spider_opened(self) -> None:
        """Remember the loop, which the keeper's thread must reach."""
        self._loop = asyncio.get_running_loop()

    def page_failed(self, failure: Failure, response: Response) -> None:
        """An error of ours with a page: Scrapy only logs it, but the run is not complete."""
        self._heed(failure.value, response.url)

    def item_failed(self, failure: Failure, response: Response | None, item: object) -> None:
        """As `page_failed`, in a pipeline."""
        if isinstance(item, ArticlePage) and item.rows is not None:
            item.rows.leave()
        self._heed(failure.value, response.url if response is not None else "no page")

    def _heed(self, error: BaseException | None, where: str) -> None:
        if isinstance(error, ImportError):
            error = missing_dependency(error)
        if isinstance(error, sqlite3.DatabaseError):
            self._cannot_read(error)
        elif isinstance(error, MissingDependencyError):
            self._archive_failed(error)
        else:
            self.tally.failures.append(f"{error} ({where})")

    @contextmanager
    def heeding(self) -> Iterator[None]:
        """A database that cannot be read in the block ends the crawl; Scrapy would only log it."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            self._cannot_read(error)
            raise

    def _cannot_read(self, error: sqlite3.DatabaseError) -> None:
        if self.failure is None:
            self._archive_failed(explained(self.layout, error) or error)

    def _archive_failed(self, error: BaseException) -> None:
        """Called from the keeper's thread: a crawl that cannot keep must not go on."""
        self.failure = error
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop_crawl)

    def cannot_keep(self, error: OSError | ArchiveUnwritableError) -> None:
        """Told that an answer could not be spooled, or a turn not taken: the crawl ends as when a
        record cannot be written."""
        if isinstance(error, OSError):
            error = ArchiveUnwritableError(
                f"cannot write in {self.layout.folder}: {error.strerror or error}; "
                "free the disk or mend the folder's permissions, then crawl again"
            )
        self._archive_failed(error)

    def _stop_crawl(self) -> None:
        logger.error("%s: %s", self._portal.name, self.failure)
        self.stop_crawl(ARCHIVE_FAILED)

    def stop_crawl(self, reason: str, why: str | None = None) -> None:
        """Ask for nothing more; what is on its way is still kept.

        `reason` becomes Scrapy's finish reason, of which `tally.judged` makes the outcome; `why`
        says it in words.
        """
        engine = self._crawler.engine
        if engine is None or not engine.running or self.stopping.begun:
            return
        if why is not None:
            logger.info("%s: %s", self._portal.name, why)
        self.tally.ended_why = why
        self.stopping.begin()
        asyncio.ensure_future(  # noqa: RUF006  the engine holds what it waits for
            engine.close_spider_async(reason=reason)
        )

    async def spider_closed(self, reason: str) -> None:
        """Judge the run, write its end, and give the lock back."""
        if reason == SHUTDOWN:
            self.keeper.hurry()
        try:
            if self.learning is not None:
                finished = self.keeper.do(partial(self.learning.finish, self.row.id))
                finished.add_done_callback(self._count_again)
            settled = self.keeper.settle_run(self.row.id)
            settled.add_done_callback(self._count_settled)
            await _done(self.keeper.settle())
            self._look_for_a_redesign()
            if self.tally.lacks_requisites:
                logger.warning(
                    "%s: most page resources could not be had: %d of %d; the log says why of each",
                    self._portal.name, self.tally.requisites_failed, self.tally.requisites_asked,
                )  # fmt: skip
            self.tally.measures.was_out_of_time = reason == TIME_LIMIT
            self._finish_row(*self._held_against_the_usual(*judged(self.tally, reason)))
            await _done(self.keeper.end_run(self.row, lines_of_run(self.row, "end")))
        except ArchiveError as error:
            self.failure = error
            logger.error("%s: %s", self._portal.name, error)
        finally:
            self._close()

    def _held_against_the_usual(
        self, outcome: Outcome, why: str | None
    ) -> tuple[Outcome, str | None]:
        """The outcome with the run's alarms, which are noted in its row."""
        if self.failure is not None:
            return outcome, why
        with reading(self.layout) as connection:
            earlier = earlier_measures(connection, self._portal.name, self.row.id)
            week = measures_of_week(connection, self.row)
        measured = measures_of(self.tally.measures.as_json())
        found = [*alarms(measured, earlier), *out_of_time([measured, *week])]
        self.row = replace(self.row, alarms=alarms_json(found))
        return alarmed(outcome, why, found)

    def _count_settled(self, settled: "Future[list[Capture]]") -> None:
        """Articles that other pages stand for count as gone."""
        for page in settled.result() if settled.exception() is None else ():
            self.tally.gone += 1
            logger.info("%s: gone: %s: %s", self._portal.name, page.key, page.url)

    def _look_for_a_redesign(self) -> None:
        if self.failure is None:
            with reading(self.layout) as connection:
                self.tally.unreadable = unreadable(connection, self._portal.name)

    def _count_again(self, finished: "Future[RunRows]") -> None:
        """Articles that were read before enough was known are read again by now."""
        if finished.exception() is None:
            rows = finished.result()
            self.tally.changes[Change.NEW] += rows.made_late
            self.tally.with_problems = rows.with_problems
            self.tally.without_body = rows.without_body

    def end_at_once(self) -> None:
        """Save what was handed over, and end a run that has not ended.

        After a second signal, or one before the start, `spider_closed` is not called.
        """
        self.keeper.hurry()
        if self.row.outcome is None:
            self.keeper.settle().exception()
            self._finish_row(Outcome.INTERRUPTED, "interrupted, and not given time")
            self.keeper.end_run(self.row, lines_of_run(self.row, "end"))
        self._close()

    def _close(self) -> None:
        if self.row.outcome is None and self.failure is None:
            self.failure = RuntimeError("the run's end went wrong; its log says how")
        if self.failure is not None:
            self._finish_row(Outcome.FAILED, str(self.failure))
        self.readings.close()
        self._ballast.release()
        self.frontier.close()  # first: SQLite tidies up when the last writer closes
        self.keeper.stop(self.row if self.failure is not None else None)
        self._resources.close()

    def _finish_row(self, outcome: Outcome, why: str | None) -> None:
        self.row = replace(
            self.row,
            finished_at=utc_text(now()),
            outcome=outcome.value,
            reason=why,
            **self.tally.figures(),  # type: ignore[arg-type]
        )

    @property
    def declaration(self) -> PageReader:
        """The portal as pages are to be read now."""
        return self._declaration if self.learning is None else self.learning.portal

    @property
    def portal(self) -> PortalEntry:
        """The portal that is crawled."""
        return self._portal


async def _done(future: Future[Any]) -> None:
    """Wait until the keeper is done with it, well or not: its failure stops the crawl anyway."""
    waiting = asyncio.wrap_future(future)
    await asyncio.wait([waiting])
    waiting.exception()  # or asyncio complains that nobody looked at it
