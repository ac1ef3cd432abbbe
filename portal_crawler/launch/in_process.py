"""Runs one crawl in this process."""

import gc
from typing import cast

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.log import get_scrapy_root_handler

from archive.errors import ArchiveError
from portal_crawler.errors import CrawlerError, missing_dependency
from portal_crawler.exit_codes import of_error, of_outcome
from portal_crawler.launch.options import CrawlOptions, CrawlResult, SpiderArguments
from portal_crawler.portals.registry import project_settings, registry
from portal_crawler.run.archiving import ArchivingCrawler
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.log_file import FileLines
from portal_crawler.run.progress import Listener, snapshot_taken

GARBAGE_THRESHOLD = 100_000
"""New objects between two garbage collections, some 300 pages; Python's default is 700."""


def crawl_here(name: str, options: CrawlOptions, listener: Listener | None) -> CrawlResult:
    """Crawl one portal. Works once in a process, because the reactor cannot start again."""
    settings = project_settings(options.settings)
    settings.set("PORTAL_ARCHIVE", str(options.archive), priority="cmdline")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    if options.time_limit_s is not None:
        settings.set("PORTAL_TIME_LIMIT", options.time_limit_s, priority="cmdline")
    return crawl_with(settings, name, options.spider_arguments, listener)


def crawl_with(
    settings: Settings,
    name: str,
    arguments: SpiderArguments,
    listener: Listener | None = None,
) -> CrawlResult:
    """Crawl one portal with these settings and spider arguments; see `crawl_here`.

    Errors of the archive and the crawler are in the result; others are raised.
    """
    _collect_garbage_less()
    portal = registry(settings).portals[name]
    # Otherwise Scrapy would import all portals, and a broken one would stop this crawl.
    settings.set("SPIDER_MODULES", [portal.__module__], priority="cmdline")
    settings.set("PORTAL_PORTALS", None, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    if (handler := get_scrapy_root_handler()) is not None:
        handler.setFormatter(FileLines(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]))
    crawler = ArchivingCrawler(cast(type[Spider], portal), settings, init_reactor=True)
    if listener is not None:
        crawler.signals.connect(listener, snapshot_taken)
    task = process.crawl(crawler, **arguments)
    process.start()
    error = task.exception() if task.done() and not task.cancelled() else None
    if isinstance(error, ImportError):
        error = missing_dependency(error)
    if isinstance(error, (ArchiveError, CrawlerError)):
        return CrawlResult(name, of_error(error), error=str(error))
    if error is not None:
        raise error
    run = CrawlRun.of(crawler)
    run.end_at_once()
    log = run.layout.log_file(name, run.row.id)
    return CrawlResult(name, of_outcome(run.row.outcome), run=run.row, log=log)


def _collect_garbage_less() -> None:
    """Python's default takes a sixth of a crawl's CPU time, and frees some kilobytes for each
    page."""
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD, 50, 100)
