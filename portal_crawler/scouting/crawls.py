"""Runs the crawls of a look in one process, one after the other, as `portal crawl` runs one."""

import argparse
from asyncio import Task
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import Any, cast

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.utils.log import get_scrapy_root_handler

from archive.layout import archive_folder
from archive.models import Run
from archive.output import say
from portal_crawler.crawl.sampling import SAMPLED_PAGES, Sampling
from portal_crawler.crawl.spider import Portal
from portal_crawler.errors import CrawlerError, CrawlInterruptedError
from portal_crawler.fetch.robots import RobotsMiddleware
from portal_crawler.launch.user_log import log_to
from portal_crawler.run.archiving import ArchivingCrawler
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.log_file import FileLines
from portal_crawler.run.outcome import Outcome

NextCrawl = Callable[[Portal], type[Portal] | None]
"""From the spider of a crawl that ended, the class of the next crawl."""


class Crawls:
    """Crawls in one process; the reactor cannot start again."""

    def __init__(self, settings: Settings, note: Callable[[str], None]) -> None:
        """`note` is given a line for each answer."""
        self._settings = settings
        self._note = note
        self._error: BaseException | None = None
        self._robots: RobotsMiddleware | None = None
        """That of the crawl before: rules are read once."""
        self.spiders: list[Portal] = []
        """The spiders of the crawls that ended."""
        self.runs: list[Run] = []
        """The rows of their runs."""
        self.requests = 0
        """Requests of all crawls, robots.txt included."""

    def run(self, first: type[Portal], *then: NextCrawl) -> None:
        """Crawl a portal, and then the portals that `then` give, if they give one.

        Raises ArchiveError, CrawlerError; CrawlInterruptedError after a signal.
        """
        process = AsyncCrawlerProcess(self._settings)
        if (handler := get_scrapy_root_handler()) is not None:
            handler.setFormatter(
                FileLines(self._settings["LOG_FORMAT"], self._settings["LOG_DATEFORMAT"])
            )
        self._begin(process, first, list(then), is_first=True)
        process.start()
        if self._error is not None:
            raise self._error

    def _begin(
        self,
        process: AsyncCrawlerProcess,
        portal: type[Portal],
        then: list[NextCrawl],
        *,
        is_first: bool,
    ) -> None:
        crawler = ArchivingCrawler(
            cast(type[Spider], portal), self._settings.copy(), init_reactor=is_first
        )
        arguments: dict[str, Any] = {"requisites": False}
        crawler.signals.connect(self._note_answer, signals.response_received)

        def opened(spider: Spider) -> None:
            self._keep_robots(spider.crawler)

        crawler.signals.connect(opened, signals.spider_opened, weak=False)
        if issubclass(portal, Sampling):
            arguments["pages"] = SAMPLED_PAGES

        def ended(task: "Task[None]") -> None:
            try:
                following = self._ended(crawler, task, then)
            except Exception as error:  # noqa: BLE001  the edge of a callback; `run` raises it
                self._error = error
                return
            if following is not None:
                self._begin(process, following, then[1:], is_first=False)

        process.crawl(crawler, **arguments).add_done_callback(ended)

    def _keep_robots(self, crawler: Crawler) -> None:
        """Give a crawl that begins the rules of the one before it."""
        robots = crawler.get_downloader_middleware(RobotsMiddleware)
        if robots is not None and self._robots is not None:
            robots.take_rules(self._robots)
        self._robots = robots

    def _note_answer(self, response: Response) -> None:
        self._note(f"{response.status}  {response.url}")

    def _ended(
        self, crawler: ArchivingCrawler, task: "Task[None]", then: list[NextCrawl]
    ) -> type[Portal] | None:
        """Keep the spider of a crawl that ended; the class of the next crawl."""
        if task.cancelled():
            raise CrawlInterruptedError("interrupted")
        if (error := task.exception()) is not None:
            raise error
        run = CrawlRun.of(crawler)
        run.end_at_once()
        self.requests += run.row.requests
        spider = crawler.spider
        assert isinstance(spider, Portal)
        if run.row.outcome == Outcome.INTERRUPTED:
            raise CrawlInterruptedError(f"{spider.name}: interrupted; nothing was written")
        if run.row.outcome == Outcome.FAILED:
            raise CrawlerError(str(run.row.reason))
        self.spiders.append(spider)
        self.runs.append(run.row)
        return then[0](spider) if then else None


@contextmanager
def crawls_into(
    archive: str | None, settings: Settings, options: argparse.Namespace
) -> Iterator[Crawls]:
    """Crawls into a named archive, or into one that is removed at the end of the block.

    Of `options` it reads `quiet` and `verbose`.
    """
    log_to(say, quiet=not options.verbose, verbose=options.verbose)
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    with ExitStack() as held:
        folder = (
            archive_folder(archive)
            if archive is not None
            else held.enter_context(TemporaryDirectory(prefix="portal-look-"))
        )
        settings.set("PORTAL_ARCHIVE", str(folder), priority="cmdline")
        yield Crawls(settings, _unsaid if options.quiet else _say_answer)


def _say_answer(words: str) -> None:
    say(f"  {words}")


def _unsaid(words: str) -> None:
    """Take the lines that a quiet command does not show."""


def sampling_of(
    portal: type[Portal], sections: dict[str, str], *, fetches_home: bool
) -> type[Portal]:
    """A portal's class that fetches a sample of some of its listings, and its front page."""
    values = {
        "__module__": portal.__module__,
        "sections": sections,
        "fetches_home": fetches_home,
    }
    return cast(type[Portal], type(portal.__name__, (Sampling, portal), values))
