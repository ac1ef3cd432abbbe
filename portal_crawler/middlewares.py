"""Scope, retries, decoding: what may be asked for, asked for again, and how it is unpacked."""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

from archive.warc.reader import MAX_BODY_BYTES, decoded
from portal_crawler.refusals import AddressTooLongError, OutOfScopeError
from portal_crawler.run import CrawlRun
from portal_crawler.scope import STREAMED_ROLES, is_in_scope, requisite_hosts

logger = logging.getLogger(__name__)


class ScopeMiddleware:
    """Lets through http and https requests to the portal's own hosts only.

    Requisites and attachments may lie on further ones. Where a host is, `resolving` checks.
    """

    def __init__(self, crawler: Crawler) -> None:
        portal: Any = crawler.spidercls
        self._hosts: tuple[str, ...] = portal.hosts
        self._requisite_hosts = requisite_hosts(crawler.settings, portal)
        self._longest = crawler.settings.getint("PORTAL_MAX_URL_LENGTH")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise OutOfScopeError or AddressTooLongError."""
        url = request.url
        if 0 < self._longest < len(url):
            raise AddressTooLongError(
                f"an address of {len(url)} characters; at most {self._longest} are asked for "
                "(PORTAL_MAX_URL_LENGTH)"
            )
        wider = request.meta.get("role") in (*STREAMED_ROLES, "robots")
        hosts = self._requisite_hosts if wider else self._hosts
        if not is_in_scope(url, hosts):
            raise OutOfScopeError(f"{url} is not on {', '.join(sorted(hosts))}")


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


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, also for answers that broke off.

    How long to wait before them is a matter of `politeness`.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        middleware = cls(crawler)
        middleware.crawler = crawler
        return middleware

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Retry 429, 5xx and answers that broke off."""
        stopped = CrawlRun.of(self.crawler).stopping.begun
        if "dataloss" in response.flags and not request.meta.get("dont_retry") and not stopped:
            return self._retry(request, "answer broke off") or response
        return super().process_response(request, response)


class DecodingMiddleware:
    """Unpacks gzip and deflate as rereading from the WARC does, whatever the header claims."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Replace the body by what it holds; a body that holds too much is a failure."""
        coding = response.headers.get("Content-Encoding")
        if coding is None or not response.body:
            return response
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        body = decoded(response.body, coding.decode("latin-1"))
        if len(body) >= MAX_BODY_BYTES:
            why = (
                f"{len(response.body)} bytes unpack to more than {MAX_BODY_BYTES}: read up to there"
            )
            logger.warning("%s: %s", request.url, why)
            CrawlRun.of(self._crawler).tally.failures.append(f"{why} ({request.url})")
        return response.replace(body=body, headers=headers)
