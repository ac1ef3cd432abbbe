"""Keeps the queue of requests from filling the memory."""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any, Self, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from portal_crawler.request_info import request_info
from portal_crawler.run.archiving import check_archiving
from portal_crawler.run.crawl_run import CrawlRun

logger = logging.getLogger(__name__)


class QueueBound:
    """How many requests of a crawl may wait at once: PORTAL_MAX_QUEUE, 0 for any number.

    What is left out is due the next time; the run is incomplete.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._most = crawler.settings.getint("PORTAL_MAX_QUEUE")
        self._is_told = False

    def takes(self, request: Request, page_url: str) -> bool:
        """Whether there is room for a request that a page asks for; if not, it is counted."""
        if self._has_room():
            return True
        tally = CrawlRun.of(self._crawler).tally
        if request_info(request).is_streamed:
            tally.count_requisite_failure()
        if not self._is_told:
            self._is_told = True
            why = f"the queue holds {self._most} requests (PORTAL_MAX_QUEUE): more are left out"
            logger.warning("%s: %s", page_url, why)
            tally.count_failure(why, page_url)
        return False

    def at_most(self, requests: int) -> int:
        """So many requests, or as many as an empty queue has room for."""
        return min(requests, self._most) if self._most else requests

    def _has_room(self) -> bool:
        engine = self._crawler.engine
        scheduler: Any = engine.scheduler if engine is not None else None
        return self._most == 0 or scheduler is None or len(scheduler) < self._most


class QueueBoundMiddleware:
    """The spider middleware that leaves out what the queue has no room for."""

    def __init__(self, crawler: Crawler) -> None:
        self._queue = cast("QueueBound", cast(Any, crawler.spider).queue)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl; NotConfigured where there is no run."""
        check_archiving(crawler)
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
        return not isinstance(found, Request) or self._queue.takes(found, response.url)
