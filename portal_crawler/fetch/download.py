"""Downloads one request and records its exchange: the download handler of every crawl.

The code that reads an answer also reads it back from its record (`archive.warc.http1`). The crawl
therefore sees exactly the bytes that the archive holds.
"""

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response

from archive.models import Capture
from archive.moments import now
from archive.warc.exchange import Exchange
from archive.warc.http1 import MAX_HEAD_BYTES, head_of, payload
from archive.warc.reader import decoded
from portal_crawler.cleaning.page.charset import encoding_of
from portal_crawler.fetch.answer_limits import AnswerLimits, SlowWatch
from portal_crawler.fetch.connection import Connection
from portal_crawler.fetch.incoming import ClosedUnansweredError, Incoming
from portal_crawler.fetch.messages import (
    request_bytes,
    response_of,
    wire_address,
    without_proxy_login,
)
from portal_crawler.fetch.pool import Pool, Route
from portal_crawler.fetch.resolver import CheckedResolver, declared_hosts, proxy_hosts
from portal_crawler.fetch.retries import is_retried
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.references.followed import FOLLOWED
from portal_crawler.refusals import CrawlStoppedError
from portal_crawler.request_info import RequestInfo, request_info, set_info
from portal_crawler.run.archiving import ArchivingCrawler
from portal_crawler.run.crawl_run import CrawlRun

if TYPE_CHECKING:
    from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

MAX_FOLLOWED_BYTES = 2 * 1024 * 1024
"""A longer stylesheet or frame is kept, but nothing in it is followed."""

CONDITIONS = (b"If-None-Match", b"If-Modified-Since")
"""Headers of a conditional request."""

IDEMPOTENT = ("GET", "HEAD")
"""Methods of requests that may be sent a second time (RFC 9110 §9.2.2)."""


class CapturingDownloadHandler:
    """The handler for http and https, handing each exchange to the archive.

    The future of its capture is in the request's RequestInfo. The part of an answer that came
    before an exchange failed is kept as well. Responses of requisites and attachments have no
    body, except for kinds that name further requisites.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._run = CrawlRun.of(crawler)
        self._limits = AnswerLimits.of(settings)
        self._timeout_s = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._fails_on_dataloss = settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")
        resolver = CheckedResolver.of(crawler)
        portal = cast(type[PortalDeclaration], crawler.spidercls)
        resolver.allow(declared_hosts(settings, portal))
        resolver.allow(proxy_hosts())
        self._pool = Pool(resolver, settings, portal.tls)
        self._coming: set[asyncio.Timeout] = set()
        self._broken_off = False
        self._run.stopping.at_the_end(self._break_off)

    def _break_off(self) -> None:
        """End the exchanges under way: the crawl was stopped a while ago."""
        self._broken_off = True
        for coming in self._coming:
            if not coming.expired():
                coming.reschedule(asyncio.get_running_loop().time())

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "CapturingDownloadHandler | HTTP11DownloadHandler":
        """Build it for one crawl; Scrapy's own handler if the crawl is not archived."""
        if isinstance(crawler, ArchivingCrawler):
            return cls(crawler)
        from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

        return HTTP11DownloadHandler(crawler)

    async def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    async def download_request(self, request: Request) -> Response:
        """Download and record.

        Raises Scrapy's exceptions for failed downloads, and CrawlStoppedError for an exchange that
        was ended because the crawl was stopped.
        """
        url = wire_address(request)
        started_at = now().replace(microsecond=0)  # as in WARC-Date
        info = replace(request_info(request), started_at=started_at, is_retried=None)
        identity = self._identity(request, info, url)
        if info.revisit_of is not None and (
            identity != info.key or _is_elsewhere(request, info.revisit_of)
        ):
            info = _without_condition(request, info)
        set_info(request, info)
        exchange = self._run.recorder.new_exchange(request, url, started_at)
        started = time.monotonic()
        try:
            response = await self._download(request, exchange)
        except Exception as error:
            exchange.truncated = _why_broken(error)
            exchange.is_read = False
            await self._record(request, info, exchange, started)
            raise
        if "dataloss" in response.flags:
            exchange.truncated = "disconnect"
            info = replace(info, is_retried=is_retried(request, self._crawler))
            exchange.is_read = not info.is_retried
        if response.status == 200:
            if info.kind in FOLLOWED:
                response = _with_body(response, exchange)
            if identity is not None:
                self._identify(request, exchange, identity)
                info = replace(info, identity=identity)
            if info.is_read_into_rows:
                exchange.notes.append(("charset", charset_of(response)))
        await self._record(request, info, exchange, started)
        return response

    def _identity(self, request: Request, info: RequestInfo, url: str) -> str | None:
        """The key of the article at an address; None if no article was requested."""
        if info.key is None:
            return None
        with self._run.archive_failure.database_errors():
            return self._run.identities.of(info.key, url, redirected=_was_redirected(request))

    def _identify(self, request: Request, exchange: Exchange, identity: str) -> None:
        asked = exchange.key
        assert asked is not None, "or there is no identity"
        exchange.key = identity
        exchange.asked_key = self._run.identities.moved_from(
            asked, identity, exchange.url, redirected=_was_redirected(request)
        )
        self._run.identities.note(exchange.asked_key, identity, exchange.url)

    async def _download(self, request: Request, exchange: Exchange) -> Response:
        timeout_s = request.meta.get("download_timeout") or self._timeout_s or None
        try:
            async with asyncio.timeout(timeout_s) as coming:
                self._coming.add(coming)
                try:
                    incoming = await self._answer(request, exchange)
                finally:
                    self._coming.discard(coming)
        except TimeoutError as error:
            if self._broken_off:
                raise CrawlStoppedError from error
            raise DownloadTimeoutError(
                f"Getting {exchange.url} took longer than {timeout_s:g} seconds."
            ) from error
        response = response_of(incoming, exchange.url)
        if "dataloss" in response.flags and self._fails_on_dataloss:
            raise ResponseDataLossError
        return response

    async def _answer(self, request: Request, exchange: Exchange) -> Incoming:
        """Send the request over a kept connection, else over a new one.

        A server may close a kept connection at any moment: a request without any answer is sent
        again over a new one.
        """
        route = Route.of(request)
        if (kept := self._pool.kept(route)) is not None:
            try:
                return await self._asked(kept, route, request, exchange)
            except ClosedUnansweredError:
                if request.method not in IDEMPOTENT:
                    raise
                exchange.restart()
        return await self._asked(await self._pool.dialed(route), route, request, exchange)

    async def _asked(
        self, connection: Connection, route: Route, request: Request, exchange: Exchange
    ) -> Incoming:
        meta = request.meta
        incoming = Incoming(
            exchange,
            self._limits.for_body(meta.get("download_maxsize")),
            has_body=request.method != "HEAD",
            keeps_body=not request_info(request).is_streamed,
        )
        watch = SlowWatch(self._limits, exchange, incoming.fail)
        began = time.monotonic()
        try:
            connection.ask(request_bytes(request, exchange.url, route), incoming)
            await incoming.done
        except BaseException:
            connection.abort()
            raise
        finally:
            watch.stop()
            if incoming.head_at is not None:
                meta["download_latency"] = incoming.head_at - began
        if connection.answered():
            self._pool.keep(route, connection)
        else:
            connection.abort()
        return incoming

    async def _record(
        self, request: Request, info: RequestInfo, exchange: Exchange, started: float
    ) -> None:
        """Hand the exchange to the run, and note in `request` what is known of it."""
        exchange.seconds = time.monotonic() - started
        exchange.request = without_proxy_login(exchange.request)
        if request.meta.get("proxy"):
            exchange.ip = None
            exchange.notes.append(("proxy", "yes"))  # why there is no WARC-IP-Address
        if exchange.failure is not None:
            exchange.response.close()
            self._run.archive_failure.report_unwritable(exchange.failure)
        elif exchange.response.size:
            info = replace(info, capture=await self._run.recorder.keep(exchange))
        else:
            exchange.response.close()
        set_info(request, info)


def _is_elsewhere(request: Request, named: Capture) -> bool:
    """Whether a redirect led a request away from the address of the capture that it names."""
    return _was_redirected(request) and named.url != wire_address(request)


def _was_redirected(request: Request) -> bool:
    return bool(request.meta.get("redirect_urls"))


def _without_condition(request: Request, info: RequestInfo) -> RequestInfo:
    """A condition holds only for its own address and article: elsewhere it is removed."""
    for header in CONDITIONS:
        request.headers.pop(header, None)
    return replace(info, revisit_of=None)


def _with_body(response: Response, exchange: Exchange) -> Response:
    """The response with its body, if that is at most MAX_FOLLOWED_BYTES long."""
    spool = exchange.response
    if exchange.failure is not None or spool.size > MAX_FOLLOWED_BYTES:
        return response
    head = head_of(spool.first(2 * MAX_HEAD_BYTES))
    return response.replace(body=b"".join(payload(head, spool.pieces(head.length))))


def charset_of(response: Response) -> str:
    """The character encoding in which cleaning will read a page."""
    coding = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return encoding_of(decoded(response.body, coding), kind)


def _why_broken(error: Exception) -> str:
    """The value of WARC-Truncated."""
    if isinstance(error, DownloadTimeoutError | CrawlStoppedError):
        return "time"
    return "length" if isinstance(error, DownloadCancelledError) else "disconnect"
