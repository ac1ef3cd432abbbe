"""Keeps the queue of requests from filling the memory."""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from portal_crawler.run.crawl_run import CrawlRun

logger = logging.getLogger(__name__)


class QueueBoundMiddleware:
    """The spider middleware that keeps the queue from filling the memory.

    What is left out is due the next time; the run is incomplete.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._most = crawler.settings.getint("PORTAL_MAX_QUEUE")
        self._left_out = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        return cls(crawler)

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        """All that a page gives, but for requests that the queue has no room for."""
        for found in result:
            if self._takes(found, response):
                yield found

    async def process_spider_output_async(
        self, response: Response, result: AsyncIterable[Any]
    ) -> AsyncIterator[Any]:
        """The same; Scrapy asks for both."""
        async for found in result:
            if self._takes(found, response):
                yield found

    def _takes(self, found: Any, response: Response) -> bool:
        if not isinstance(found, Request) or self._has_room():
            return True
        if not self._left_out:
            why = f"the queue holds {self._most} requests (PORTAL_MAX_QUEUE): more are left out"
            logger.warning("%s: %s", response.url, why)
            CrawlRun.of(self._crawler).tally.failures.append(f"{why} ({response.url})")
        self._left_out = True
        return False

    def _has_room(self) -> bool:
        engine = self._crawler.engine
        scheduler: Any = engine.scheduler if engine is not None else None
        return self._most == 0 or scheduler is None or len(scheduler) < self._most
