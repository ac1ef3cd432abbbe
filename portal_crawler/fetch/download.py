"""Downloads one request and records its exchange: Scrapy's HTTP handler over tapped connections."""

import asyncio
import time
from functools import partial
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from archive.models import Capture
from archive.moments import now
from archive.warc.exchange import Exchange
from archive.warc.http1 import MAX_HEAD_BYTES, head_of, payload
from archive.warc.reader import decoded
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.fetch.answer_limits import AnswerLimits
from portal_crawler.fetch.certificates import refusal
from portal_crawler.fetch.resolver import CheckedResolver, declared_hosts, proxy_hosts
from portal_crawler.fetch.retries import ASKED_AGAIN, is_asked_again
from portal_crawler.fetch.scope import STREAMED_ROLES
from portal_crawler.fetch.tap import LabellingPool, LimitedAgent, StreamingAgent, TappedFactory
from portal_crawler.refusals import CrawlStoppedError
from portal_crawler.run.archiving import ArchivingCrawler
from portal_crawler.run.crawl_run import CrawlRun

MAX_STYLESHEET_BYTES = 2 * 1024 * 1024
"""Of a longer stylesheet nothing is followed; it is kept all the same."""

CONDITIONS = (b"If-None-Match", b"If-Modified-Since")

READ_ROLES = ("listing", "article")
"""Whose pages are read as text."""

PROXY_CREDENTIALS = b"proxy-authorization:"
"""Never reaches a record (DESIGN §6)."""


class CapturingDownloadHandler(http11.HTTP11DownloadHandler):
    """Scrapy's handler for http and https, handing each exchange to the archive.

    The future of its capture stands in `request.meta["capture"]`. What a failed exchange sent
    before it broke is kept as well. Requisites and attachments come without their bodies, but for
    stylesheets. Raises what Scrapy's handler raises, and CrawlStoppedError for what was broken off
    because the crawl was stopped.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = TappedFactory
        self._run = CrawlRun.of(crawler)
        self._limits = AnswerLimits.of(crawler.settings)
        self._resolver = CheckedResolver.installed(crawler.settings)
        self._resolver.allow(declared_hosts(crawler.settings, crawler.spidercls))
        self._resolver.allow(proxy_hosts())
        self._coming: set[Deferred[Response]] = set()
        self._broken_off = False
        self._run.stopping.at_the_end(self._break_off)

    def _break_off(self) -> None:
        """Wait no longer for what is on its way: the crawl was stopped, and it had its time."""
        self._broken_off = True
        for coming in list(self._coming):
            coming.cancel()

    @classmethod
    def from_crawler(  # type: ignore[override]
        cls, crawler: Crawler
    ) -> http11.HTTP11DownloadHandler:
        """Build it for one crawl; Scrapy's own handler where there is no run to record for."""
        is_run = isinstance(crawler, ArchivingCrawler)
        return cls(crawler) if is_run else http11.HTTP11DownloadHandler(crawler)

    async def download_request(self, request: Request) -> Response:
        """Download and record."""
        started_at = now().replace(microsecond=0)  # as in WARC-Date
        request.meta["started_at"] = started_at
        request.meta.pop(ASKED_AGAIN, None)  # of the answer before
        url = urldefrag(request.url)[0]
        identity = self._identity(request, url)
        exchange = self._run.new_exchange(request, url, started_at)
        started = time.monotonic()
        try:
            response = await self._download(request, exchange)
        except Exception as error:
            why = self._cause(request, exchange, error)
            exchange.truncated = "time" if self._broken_off else _why_broken(why)
            exchange.is_read = False
            await self._record(request, exchange, started)
            raise why from error
        if "dataloss" in response.flags:
            exchange.truncated = "disconnect"
            request.meta[ASKED_AGAIN] = is_asked_again(request, self._crawler)
            exchange.is_read = not request.meta[ASKED_AGAIN]
        if request.meta.get("kind") == "style" and response.status == 200:
            response = _with_stylesheet(response, exchange)
        if identity is not None and response.status == 200:
            self._identify(request, exchange, identity)
        if request.meta.get("role") in READ_ROLES and response.status == 200:
            exchange.notes.append(("charset", charset_of(response)))
        await self._record(request, exchange, started)
        return response

    def _identity(self, request: Request, url: str) -> str | None:
        """The key of the article at an address; None of no article's.

        A condition holds for its own address and article alone: elsewhere it is taken away.
        """
        asked, named = request.meta.get("key"), request.meta.get("revisit_of")
        with self._run.heeding():
            identity = self._run.identities.of(asked, url) if asked is not None else None
        if named is not None and (identity != asked or _is_elsewhere(request, named)):
            del request.meta["revisit_of"]
            for header in CONDITIONS:
                request.headers.pop(header, None)
        return identity

    def _identify(self, request: Request, exchange: Exchange, identity: str) -> None:
        request.meta["identity"] = exchange.key = identity
        exchange.asked_key = self._run.identities.moved_from(
            request.meta["key"],
            identity,
            exchange.url,
            redirected=bool(request.meta.get("redirect_urls")),
        )
        self._run.identities.note(exchange.asked_key, identity, exchange.url)

    def _cause(self, request: Request, exchange: Exchange, error: Exception) -> Exception:
        """What ended an exchange, where it was something of ours; else the error itself."""
        if self._broken_off:
            return CrawlStoppedError()
        if isinstance(error, CannotResolveHostError) and not request.meta.get("proxy"):
            return self._resolver.refusal(request.url) or error
        return exchange.over or error

    async def _download(self, request: Request, exchange: Exchange) -> Response:
        streams = request.meta.get("role") in STREAMED_ROLES
        max_body = request.meta.get("download_maxsize", self._default_maxsize)
        check_size = partial(self._limits.check_size, max_body_bytes=max_body)
        pool = LabellingPool(self._pool, exchange, check_size)
        agent = (StreamingAgent if streams else LimitedAgent)(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=pool,  # type: ignore[arg-type]
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        agent.limits = self._limits
        coming = agent.download_request(request)
        self._coming.add(coming)
        watch = asyncio.ensure_future(self._limits.break_off_when_slow(exchange, coming))
        try:
            with wrap_twisted_exceptions():
                response = await maybe_deferred_to_future(coming)
        except DownloadFailedError as error:
            raise refusal(error, request.url, pool.handle) or error from error.__cause__
        finally:
            watch.cancel()
            self._coming.discard(coming)
        if exchange.over is not None:
            raise exchange.over
        return response

    async def _record(self, request: Request, exchange: Exchange, started: float) -> None:
        exchange.open = False
        exchange.seconds = time.monotonic() - started
        exchange.request = without_proxy_credentials(exchange.request)
        if request.meta.get("proxy"):
            exchange.ip = None
            exchange.notes.append(("proxy", "yes"))  # why there is no WARC-IP-Address
        if exchange.failure is not None:
            exchange.response.close()
            self._run.cannot_keep(exchange.failure)
        elif exchange.response.size:
            request.meta["capture"] = await self._run.keep(exchange)
        else:
            exchange.response.close()


def _is_elsewhere(request: Request, named: Capture) -> bool:
    """Whether a request was redirected to another address than that of the capture it names."""
    return bool(request.meta.get("redirect_urls")) and named.url != urldefrag(request.url)[0]


def _with_stylesheet(response: Response, exchange: Exchange) -> Response:
    """The response with its body, where it is no longer than stylesheets are."""
    spool = exchange.response
    if exchange.failure is not None or spool.size > MAX_STYLESHEET_BYTES:
        return response
    head = head_of(spool.first(2 * MAX_HEAD_BYTES))
    return response.replace(body=b"".join(payload(head, spool.pieces(head.length))))


def charset_of(response: Response) -> str:
    """The encoding that cleaning will read a page in."""
    coding = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return decode(decoded(response.body, coding), kind).encoding


def without_proxy_credentials(request: bytes) -> bytes:
    """The request's bytes as sent, less the header line that logs in at a proxy."""
    head, blank, body = request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(PROXY_CREDENTIALS)]
    return b"\r\n".join(kept) + blank + body


def _why_broken(error: Exception) -> str:
    """As WARC-Truncated."""
    if isinstance(error, DownloadTimeoutError):
        return "time"
    return "length" if isinstance(error, DownloadCancelledError) else "disconnect"
