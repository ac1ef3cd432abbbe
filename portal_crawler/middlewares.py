"""Politeness and scope: what is asked for, how often, and what a refusal means."""

import asyncio
import logging
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive.warc.reader import decoded
from portal_crawler.refusals import (
    CrawlStoppedError,
    OutOfScopeError,
    RobotsRefusedError,
    RobotsUnreadableError,
)
from portal_crawler.run import CrawlRun
from portal_crawler.scope import STREAMED_ROLES, is_in_scope, requisite_hosts

logger = logging.getLogger(__name__)

MAX_PAUSE_S = 600.0
"""Retry-After and Crawl-delay are heeded up to ten minutes; who asks for more is left alone."""

ROBOTS_REDIRECTS = 5
"""RFC 9309 §2.3.1.2."""

MAX_ROBOTS_BYTES = 512_000
"""RFC 9309 §2.5 asks for at least 500 KiB."""


class ScopeMiddleware:
    """Lets through http and https requests to the portal's own hosts only.

    Requisites and attachments may lie on further ones.
    """

    def __init__(self, crawler: Crawler) -> None:
        portal: Any = crawler.spidercls
        self._hosts: tuple[str, ...] = portal.hosts
        self._requisite_hosts = requisite_hosts(crawler.settings, portal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise OutOfScopeError for what is not the portal's."""
        wider = request.meta.get("role") in (*STREAMED_ROLES, "robots")
        hosts = self._requisite_hosts if wider else self._hosts
        if not is_in_scope(request.url, hosts):
            raise OutOfScopeError(f"{request.url} is not on {', '.join(sorted(hosts))}")


class RobotsMiddleware:
    """Obeys robots.txt by RFC 9309, and takes no answer for no.

    404 and other 4xx: no rules. 5xx, 429, no answer, or a page in place of rules: the host is not
    crawled this time. Each answer is in the WARC, with role robots.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._obeys = crawler.settings.getbool("PORTAL_OBEY_ROBOTS")
        self._agent = crawler.settings["USER_AGENT"]
        self._rules: dict[str, asyncio.Task[Protego | None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise RobotsRefusedError or RobotsUnreadableError for what must not be asked for."""
        if not self._obeys or request.meta.get("role") == "robots":
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin))
        rules = await self._rules[origin]
        if rules is not None and not rules.can_fetch(request.url, self._agent):
            raise RobotsRefusedError("robots.txt disallows it")

    async def _read(self, origin: str) -> Protego | None:
        response = await self._answer(f"{origin}/robots.txt")
        if 400 <= response.status < 500 and response.status != 429:
            return None
        text = response.body[:MAX_ROBOTS_BYTES].decode("utf-8", errors="replace")
        if response.status != 200 or _is_page(text, response):
            raise RobotsUnreadableError(
                f"{origin}/robots.txt answered {response.status} with no rules; "
                "this host is left alone until the next run"
            )
        rules = Protego.parse(text)
        self._heed_delay(rules, origin)
        return rules

    async def _answer(self, url: str) -> Response:
        for _ in range(ROBOTS_REDIRECTS + 1):
            request = Request(url, meta={"role": "robots", "dont_redirect": True}, dont_filter=True)
            assert self._crawler.engine is not None
            try:
                response = await self._crawler.engine.download_async(request)
            except CrawlStoppedError:
                raise
            except IgnoreRequest as error:
                raise RobotsUnreadableError(f"{url}: {error}") from error
            except Exception as error:
                raise RobotsUnreadableError(
                    f"{url} could not be had ({error}); this host is left alone until the next run"
                ) from error
            location = response.headers.get("Location")
            if not 300 <= response.status < 400 or location is None:
                return response
            url = response.urljoin(location.decode("latin-1"))
        return response

    def _heed_delay(self, rules: Protego, origin: str) -> None:
        delay = rules.crawl_delay(self._agent)
        engine = self._crawler.engine
        if not delay or engine is None:
            return
        slot = engine.downloader.slots.get(urlsplit(origin).hostname or "")
        if slot is not None:
            slot.delay = max(slot.delay, min(float(delay), MAX_PAUSE_S))
            logger.info("%s asks for %s s between requests", origin, delay)


def _is_page(text: str, response: Response) -> bool:
    kind = (response.headers.get("Content-Type") or b"").lower()
    return b"html" in kind or text.lstrip()[:1] == "<"


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, also for answers that broke off, and no sooner than Retry-After says.

    A host that said Retry-After is asked for nothing until then.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self._not_before: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        middleware = cls(crawler)
        middleware.crawler = crawler
        return middleware

    async def process_request(self, request: Request) -> None:
        """Wait until the host may be asked again."""
        host = urlsplit(request.url).hostname or ""
        stopping = CrawlRun.of(self.crawler).stopping
        while (wait := self._not_before.get(host, 0) - time.monotonic()) > 0:
            await stopping.pause(wait)

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Retry 429, 5xx and answers that broke off."""
        pause = retry_after_s(response, datetime.now(UTC))
        if pause is not None and response.status in self.retry_http_codes:
            host = urlsplit(request.url).hostname or ""
            self._not_before[host] = time.monotonic() + min(pause, MAX_PAUSE_S)
            logger.info("%s asks to wait %.0f s", host, pause)
        stopped = CrawlRun.of(self.crawler).stopping.begun
        if "dataloss" in response.flags and not request.meta.get("dont_retry") and not stopped:
            return self._retry(request, "answer broke off") or response
        return super().process_response(request, response)


class DecodingMiddleware:
    """Unpacks gzip and deflate as rereading from the WARC does, whatever the header claims."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Replace the body by what it holds."""
        coding = response.headers.get("Content-Encoding")
        if coding is None or not response.body:
            return response
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        body = decoded(response.body, coding.decode("latin-1"))
        return response.replace(body=body, headers=headers)


def retry_after_s(response: Response, now: datetime) -> float | None:
    """Seconds that Retry-After asks for, in either of its forms (RFC 9110 §10.2.3)."""
    given = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if given.isdecimal():
        return float(given)
    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
