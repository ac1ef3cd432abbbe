"""Keeps a crawl within the hours in which its portal may be crawled."""

import asyncio
from collections.abc import AsyncIterator
from typing import Self, cast

from scrapy import signals
from scrapy.crawler import Crawler

from archive.moments import now
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.hours import Hours
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.outcome import OUTSIDE_HOURS


class HoursMiddleware:
    """The spider middleware that requests nothing outside a portal's hours, and ends with them."""

    def __init__(self, crawler: Crawler) -> None:
        self._run = CrawlRun.of(crawler)
        self._hours = Hours.of(cast(type[PortalDeclaration], crawler.spidercls))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl; NotConfigured if that is not archived."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signals.spider_opened)
        return middleware

    def spider_opened(self) -> None:
        """Schedule the end of the crawl for the end of the hours."""
        if self._hours is not None and (left_s := self._left_s()):
            asyncio.get_running_loop().call_later(left_s, self._end)

    async def process_start(self, start: AsyncIterator[object]) -> AsyncIterator[object]:
        """Pass the first requests on; outside the hours end the crawl in their place."""
        if self._hours is not None and not self._left_s():
            self._end()
            return
        async for request in start:
            yield request

    def _left_s(self) -> float:
        assert self._hours is not None
        return self._hours.left_s(now())

    def _end(self) -> None:
        self._run.stopping.stop_crawl(OUTSIDE_HOURS, f"outside its hours, {self._hours} in Vietnam")
