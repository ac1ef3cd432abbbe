"""Obeys robots.txt (RFC 9309) and its Crawl-delay."""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Self, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive.models import Role
from portal_crawler.cleaning.page.substitute_pages import no_answer
from portal_crawler.cleaning.page.tree import fast_tree
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.fetch.failure_words import DOWNLOAD_ERRORS
from portal_crawler.fetch.politeness import MAX_PAUSE_S
from portal_crawler.portals.reader import PageReader
from portal_crawler.portals.scope import declared_scope
from portal_crawler.refusals import CrawlStoppedError, RobotsRefusedError, RobotsUnreadableError
from portal_crawler.request_info import RequestInfo, meta_of, request_info, set_info
from portal_crawler.run.archiving import check_archiving
from portal_crawler.run.block_pages import count_substitute_page
from portal_crawler.run.crawl_run import CrawlRun

logger = logging.getLogger(__name__)

ROBOTS_REDIRECTS = 5
"""The redirects that are followed to robots.txt (RFC 9309 §2.3.1.2)."""

MAX_ROBOTS_BYTES = 512_000
"""RFC 9309 §2.5 asks for at least 500 KiB."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of one origin; if `allowed` is None, every address may be requested."""

    allowed: Protego | None = None
    delay_s: float = 0.0


class RobotsMiddleware:
    """Requests the robots.txt of each origin before anything else, and obeys it.

    404 and other 4xx: there are no rules. 5xx, 429, no answer, or a page in place of rules: the
    origin is not crawled in this run. Each answer is in the WARC, with role robots. The RequestInfo
    of each request has the Crawl-delay, for `politeness`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._obeys = crawler.settings.getbool("PORTAL_OBEY_ROBOTS")
        self._agent = crawler.settings["USER_AGENT"]
        self._scope = declared_scope(cast(PageReader, crawler.spidercls))
        self._rules: dict[str, asyncio.Task[_Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl; NotConfigured if it is not archived."""
        check_archiving(crawler)
        return cls(crawler)

    def take_rules(self, earlier: "RobotsMiddleware") -> None:
        """Take the rules that a crawl before this one, in the same process, has read."""
        self._rules.update(
            (origin, read)
            for origin, read in earlier._rules.items()
            if read.done() and not read.cancelled() and read.exception() is None
        )

    async def process_request(self, request: Request) -> None:
        """Raise RobotsRefusedError or RobotsUnreadableError if the address may not be requested."""
        if not self._obeys or request_info(request).is_robots:
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin))
        rules = await self._rules[origin]
        if rules.allowed is not None and not rules.allowed.can_fetch(request.url, self._agent):
            raise RobotsRefusedError("robots.txt disallows it")
        set_info(request, replace(request_info(request), crawl_delay_s=rules.delay_s))

    async def _read(self, origin: str) -> _Rules:
        response = await self._answer(f"{origin}/robots.txt")
        if 400 <= response.status < 500 and response.status != 429:
            return _Rules()
        text = response.body[:MAX_ROBOTS_BYTES].decode("utf-8", errors="replace")
        if response.status != 200 or _is_page(text, response):
            raise RobotsUnreadableError(
                f"{origin}/robots.txt answered {response.status} with no rules"
                f"{self._block_page(text, response)}; this host is left alone until the next run"
            )
        return self._rules_in(text, origin)

    def _block_page(self, text: str, response: Response) -> str:
        """Words on the block page in place of the rules; empty if the answer is not such a page."""
        root = fast_tree(text)
        found = no_answer(root) if root is not None else None
        if found is None:
            return ""
        if response.status == 200 and self._scope.has(response.url):
            count_substitute_page(CrawlRun.of(self._crawler), found.kind)
        return f": {found.words()}"

    def _rules_in(self, text: str, origin: str) -> _Rules:
        rules = Protego.parse(text)
        delay = rules.crawl_delay(self._agent) or 0.0
        if not delay > 0:  # nor if it is not a number
            return _Rules(rules)
        logger.info("%s asks for %s s between requests", origin, delay)
        return _Rules(rules, min(float(delay), MAX_PAUSE_S))

    async def _answer(self, url: str) -> Response:
        for _ in range(ROBOTS_REDIRECTS + 1):
            meta = {**meta_of(RequestInfo(role=Role.ROBOTS)), "dont_redirect": True}
            request = Request(url, meta=meta, dont_filter=True)
            assert self._crawler.engine is not None
            try:
                response = await self._crawler.engine.download_async(request)
            except CrawlStoppedError:
                raise
            except IgnoreRequest as error:
                raise RobotsUnreadableError(f"{url}: {error}") from error
            except DOWNLOAD_ERRORS as error:
                raise RobotsUnreadableError(
                    f"{url} could not be fetched ({error}); "
                    "this host is left alone until the next run"
                ) from error
            location = response.headers.get("Location")
            if not 300 <= response.status < 400 or location is None:
                return response
            redirected = absolute(response.url, location.decode("latin-1"))
            if redirected is None:
                raise RobotsUnreadableError(
                    f"{url} leads to an address that cannot be read; this host is left alone until "
                    "the next run"
                )
            url = redirected
        return response


def _is_page(text: str, response: Response) -> bool:
    kind = (response.headers.get("Content-Type") or b"").lower()
    return b"html" in kind or text.lstrip()[:1] == "<"
