"""Limits the queue of requests, which would fill the memory."""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sized
from typing import Protocol, Self, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from portal_crawler.request_info import request_info
from portal_crawler.run.archiving import check_archiving
from portal_crawler.run.crawl_run import CrawlRun

logger = logging.getLogger(__name__)


class QueueBound:
    """The limit of requests that wait at once: PORTAL_MAX_QUEUE, 0 for any number.

    If requests are left out, the run is incomplete, and the next one makes them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._most = crawler.settings.getint("PORTAL_MAX_QUEUE")
        self._is_reported = False

    def takes(self, request: Request, page_url: str) -> bool:
        """Whether there is room for a request that a page leads to; if not, count a failure."""
        if self._has_room():
            return True
        tally = CrawlRun.of(self._crawler).tally
        if request_info(request).is_streamed:
            tally.count_requisite_failure()
        if not self._is_reported:
            self._is_reported = True
            why = f"the queue holds {self._most} requests (PORTAL_MAX_QUEUE): more are left out"
            logger.warning("%s: %s", page_url, why)
            tally.count_failure(why, page_url)
        return False

    def at_most(self, requests: int) -> int:
        """A number of requests, or the limit of an empty queue if that is less."""
        return min(requests, self._most) if self._most else requests

    def _has_room(self) -> bool:
        engine = self._crawler.engine
        if self._most == 0 or engine is None or engine.scheduler is None:
            return True
        return len(cast(Sized, engine.scheduler)) < self._most


class _BoundSpider(Protocol):
    """A spider whose queue is limited, as Portal is."""

    queue: QueueBound


class QueueBoundMiddleware:
    """The spider middleware that leaves out requests if the queue is full."""

    def __init__(self, crawler: Crawler) -> None:
        self._queue = cast(_BoundSpider, crawler.spider).queue

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl; NotConfigured if it is not archived."""
        check_archiving(crawler)
        return cls(crawler)

    def process_spider_output(
        self, response: Response, result: Iterable[object]
    ) -> Iterator[object]:
        """The items and requests of a page, without requests that the queue has no room for."""
        for found in result:
            if self._takes(found, response):
                yield found

    async def process_spider_output_async(
        self, response: Response, result: AsyncIterable[object]
    ) -> AsyncIterator[object]:
        """The same for an asynchronous callback; Scrapy needs both."""
        async for found in result:
            if self._takes(found, response):
                yield found

    def _takes(self, found: object, response: Response) -> bool:
        return not isinstance(found, Request) or self._queue.takes(found, response.url)
