"""The Scrapy extension that archives a crawl: it begins, judges and ends one run of one portal."""

import logging
import sqlite3
from concurrent.futures import Future
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Self, cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.database.due import unreadable
from archive.database.reading import reading
from archive.errors import ArchiveError
from archive.layout import Layout, archive_folder
from archive.models import Capture, Run
from archive.status.alarms import alarms, alarms_json, measures_of, out_of_time
from archive.status.coverage import accounts
from archive.status.portals import earlier_measures, measures_of_week
from archive.warc.own_metadata import lines_of_run
from portal_crawler.errors import MissingDependencyError, missing_dependency
from portal_crawler.items import ArticlePage
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.reader import PageReader
from portal_crawler.run.archive_failure import ArchiveFailure
from portal_crawler.run.archiving import check_archiving
from portal_crawler.run.outcome import (
    ASKED_LIMITS,
    SHUTDOWN,
    TIME_LIMIT,
    Outcome,
    Verdict,
    alarmed,
    judged,
)
from portal_crawler.run.recorder import Recorder, done
from portal_crawler.run.resources import RunResources
from portal_crawler.run.row import finished
from portal_crawler.run.run_log import log_account
from portal_crawler.run.stopping import Stopping
from portal_crawler.run.tally import Tally

if TYPE_CHECKING:
    from portal_crawler.reprocessing.relearn import RunRows

logger = logging.getLogger(__name__)


class CrawlRun:
    """One run of one portal. Nothing is fetched unless the archive can keep it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        portal = cast(type[PortalDeclaration], crawler.spidercls)
        declaration = cast(PageReader, portal)
        self.layout = Layout(archive_folder(crawler.settings.get("PORTAL_ARCHIVE")))
        self.portal = declaration.entry()
        self.tally = Tally()
        self.stopping = Stopping(crawler, self.portal.name)
        self.archive_failure = ArchiveFailure(self.layout, self.portal.name, self.stopping)
        self._resources = RunResources(self.layout, declaration, portal.tls)

    # The life of a run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Begin the run of a crawler; NotConfigured if it is not archived.

        Raises ArchiveError, MissingDependencyError, CrawlInterruptedError.
        """
        check_archiving(crawler)
        run = cls(crawler)
        run._begin()
        crawler.signals.connect(run.archive_failure.spider_opened, signals.spider_opened)
        crawler.signals.connect(run.spider_closed, signals.spider_closed)
        crawler.signals.connect(run.page_failed, signals.spider_error)
        crawler.signals.connect(run.item_failed, signals.item_error)
        return run

    def _begin(self) -> None:
        resources = self._resources
        resources.open(self._crawler.settings, self.archive_failure.report)
        self.keeper = resources.keeper
        self.frontier = resources.frontier
        self.identities = resources.identities
        self.readings = resources.readings
        self.learning = resources.learning
        self.recorder = Recorder(resources, self.tally)
        self.stopping.at_a_signal(self.keeper.hurry)
        self.stopping.at_the_end(self.readings.give_up)

    async def spider_closed(self, reason: str) -> None:
        """Judge the run, record its end, and close its resources."""
        if reason == SHUTDOWN:
            self.keeper.hurry()
        try:
            await self._keep_the_rest()
            self._finish(self._judged(reason))
            await done(self.keeper.end_run(self.row, lines_of_run(self.row, "end")))
        except ArchiveError as error:
            self.archive_failure.error = error
            logger.error("%s: %s", self.portal.name, error)
        finally:
            self._close()

    def end_at_once(self) -> None:
        """End a run that has not ended, and save everything that the keeper has been given.

        After a second signal, or a signal before the start, Scrapy does not call `spider_closed`.
        """
        self.keeper.hurry()
        if self.row.outcome is None:
            self.keeper.write_rows().exception()
            self._finish(Verdict(Outcome.INTERRUPTED, "interrupted, and not given time"))
            self.keeper.end_run(self.row, lines_of_run(self.row, "end"))
        self._close()

    def _close(self) -> None:
        failure = self.archive_failure
        if self.row.outcome is None and failure.error is None:
            failure.error = RuntimeError("the run's end went wrong; its log says how")
        if failure.error is not None:
            self._resources.fail(str(failure.error), self.tally)
        self._resources.close()
        self._publish_figures()

    # For other components

    @staticmethod
    def of(crawler: Crawler) -> "CrawlRun":
        """The run of a crawler; NotConfigured if it is not archived."""
        check_archiving(crawler)
        run = crawler.get_extension(CrawlRun)
        if run is None:
            raise RuntimeError(
                "the extension portal_crawler.run.crawl_run.CrawlRun is not in EXTENSIONS"
            )
        return run

    @property
    def row(self) -> Run:
        """The run's row, as far as it is known."""
        return self._resources.row

    @property
    def declaration(self) -> PageReader:
        """The portal that reads pages now; another object after each change of a learned layout."""
        return self._resources.declaration

    # Errors of callbacks and pipelines

    def page_failed(self, failure: Failure, response: Response | None) -> None:
        """Count an error of a callback, or of `start`, which Scrapy only logs."""
        self._note_error(failure.value, _place_of(response))

    def item_failed(self, failure: Failure, response: Response | None, item: object) -> None:
        """Count a pipeline's error."""
        if isinstance(item, ArticlePage) and item.rows is not None:
            item.rows.release()
        self._note_error(failure.value, _place_of(response))

    def _note_error(self, error: BaseException | None, where: str) -> None:
        if isinstance(error, ImportError):
            error = missing_dependency(error)
        if isinstance(error, sqlite3.DatabaseError):
            self.archive_failure.report_unreadable(error)
        elif isinstance(error, MissingDependencyError):
            self.archive_failure.report(error)
        else:
            self.tally.count_failure(str(error), where)

    # The outcome

    async def _keep_the_rest(self) -> None:
        """Wait until the keeper has written all rows, including those that depend on the whole
        run."""
        if self.learning is not None:
            read_again = self.keeper.do(partial(self.learning.finish, self.row.id))
            read_again.add_done_callback(self._count_read_again)
        missing = self.keeper.resolve_run(self.row.id)
        missing.add_done_callback(self._count_missing)
        await done(self.keeper.write_rows())

    def _count_read_again(self, finished: "Future[RunRows]") -> None:
        """Count articles whose pages could be read only after more was learned."""
        if finished.exception() is None:
            rows = finished.result()
            self.tally.count_read_late(
                rows.made_late,
                with_problems=rows.with_problems,
                without_body=rows.without_body,
                without_headline=rows.without_headline,
            )

    def _count_missing(self, missing: "Future[list[Capture]]") -> None:
        """Count articles in whose place the portal served pages without a headline."""
        for page in missing.result() if missing.exception() is None else ():
            self.tally.count_gone_at_end()
            logger.info("%s: gone: %s: %s", self.portal.name, page.key, page.url)

    def _judged(self, reason: str) -> Verdict:
        self._look_for_a_redesign()
        if self.tally.lacks_requisites:
            logger.warning(
                "%s: most page resources could not be fetched: %d of %d; the log has the reasons",
                self.portal.name, self.tally.requisites_failed, self.tally.requisites_requested,
            )  # fmt: skip
        if reason == TIME_LIMIT:
            self.tally.note_time_limit()
        if reason in ASKED_LIMITS:
            self.tally.reach_limit()
        self._hold_against_counts()
        verdict = judged(self.tally, reason, self.stopping.why)
        if self.archive_failure.error is not None:
            return verdict
        return self._compared_with_earlier(verdict)

    def _hold_against_counts(self) -> None:
        """Log what was found of the articles that the portal counts."""
        counts = self.tally.followed_counts()
        if counts and self.archive_failure.error is None:
            with reading(self.layout) as connection:
                found = accounts(connection, self.portal.name, counts, self.row.started_at)
            for account in found:
                is_counted = counts[account.section] is not None
                doubles = self.tally.doubles.get(account.section, 0) if is_counted else 0
                log_account(self.portal.name, replace(account, doubles=doubles))

    def _look_for_a_redesign(self) -> None:
        if self.archive_failure.error is None:
            with reading(self.layout) as connection:
                self.tally.note_unreadable(unreadable(connection, self.portal.name))

    def _compared_with_earlier(self, verdict: Verdict) -> Verdict:
        """The verdict with the run's alarms, which are noted in its row."""
        with reading(self.layout) as connection:
            earlier = earlier_measures(connection, self.portal.name, self.row.id)
            week = measures_of_week(connection, self.row)
        measured = measures_of(self.tally.measures.as_json())
        found = [*alarms(measured, earlier), *out_of_time([measured, *week])]
        self._resources.row = replace(self.row, alarms=alarms_json(found))
        return alarmed(verdict, found)

    def _finish(self, verdict: Verdict) -> None:
        self._resources.row = finished(self.row, self.tally, verdict)

    def _publish_figures(self) -> None:
        """Set the figures of the row as Scrapy stats, each by its column: `portal/articles_new`."""
        stats = self._crawler.stats
        assert stats is not None, "the crawl has begun"
        for name, value in asdict(self.row).items():
            if isinstance(value, int) and name != "id":
                stats.set_value(f"portal/{name}", value)


def _place_of(response: Response | None) -> str:
    return response.url if response is not None else "no page"
