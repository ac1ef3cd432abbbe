"""Refuses every request once the crawl is stopped."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from portal_crawler.refusals import CrawlStoppedError
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.stopping import Stopping


class StopMiddleware:
    """The last middleware before the downloader: refuses requests once the crawl is stopped."""

    def __init__(self, stopping: Stopping) -> None:
        self._stopping = stopping

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        return cls(CrawlRun.of(crawler).stopping)

    def process_request(self, request: Request) -> None:
        """Raise CrawlStoppedError, which does not count as a failure, if the crawl is stopped."""
        del request
        if self._stopping.begun:
            raise CrawlStoppedError
