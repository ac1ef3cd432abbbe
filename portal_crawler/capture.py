"""Takes the wire's own bytes from under Scrapy's HTTP/1.1 download handler.

A protocol class below the handler's connection pool hears what each connection receives and is
given to write, inside TLS where there is TLS. It rests on private names of Scrapy 2.19 and
Twisted, which `capture_check` looks at before a crawl starts.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urldefrag

from OpenSSL.crypto import FILETYPE_ASN1, dump_certificate
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
from twisted.web.client import HTTPConnectionPool

from archive.warc.exchange import Exchange, Tls
from archive.warc.http1 import MAX_HEAD_BYTES, head_of, payload
from archive.warc.reader import decoded
from portal_crawler.answer_limits import AnswerLimits, AnswerTooLongError
from portal_crawler.certificates import refusal
from portal_crawler.cleaning.charset import decode
from portal_crawler.refusals import CrawlStoppedError
from portal_crawler.resolving import CheckedResolver, declared_hosts, proxy_hosts
from portal_crawler.run import CrawlRun
from portal_crawler.scope import STREAMED_ROLES

MAX_STYLESHEET_BYTES = 2 * 1024 * 1024
"""Of a longer stylesheet nothing is followed; it is kept all the same."""

READ_ROLES = ("listing", "article")
"""Whose pages are read as text."""

PROXY_CREDENTIALS = b"proxy-authorization:"
"""Never reaches a record (DESIGN §6)."""


class _Writes:
    """A transport that also notes what is written to it."""

    def __init__(self, transport: Any, exchange: Exchange) -> None:
        self._transport = transport
        self._exchange = exchange

    def write(self, data: bytes) -> None:
        self._exchange.request += data
        self._transport.write(data)

    def writeSequence(self, pieces: list[bytes]) -> None:  # noqa: N802  Twisted's name
        self.write(b"".join(pieces))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


CheckSize = Callable[[Exchange, Any], None]
"""AnswerLimits.check_size, less what it allows."""


class _TappedProtocol(http11._LenientHTTP11ClientProtocol):
    """Scrapy's client protocol, noting each exchange while it goes on."""

    _exchange: Exchange | None = None
    _check_size: CheckSize | None = None

    def request(self, request: Any) -> "Deferred[Any]":
        exchange: Exchange = request.exchange
        self._check_size = request.check_size
        if exchange.request:  # the pool tries again after a dead connection
            exchange.restart()
        self._exchange = exchange
        transport: Any = self.transport
        exchange.ip = getattr(transport.getPeer(), "host", None)
        write_to = request.writeTo
        request.writeTo = lambda transport: write_to(_Writes(transport, exchange))
        result: Deferred[Any] = super().request(request)
        request.writeTo = write_to
        return result

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  Twisted's name
        exchange = self._exchange
        if exchange is not None and exchange.tls is None and exchange.url.startswith("https:"):
            exchange.tls = tls_of(self.transport)
        if exchange is not None and exchange.open:
            try:
                exchange.response.write(data)
            except OSError as error:
                exchange.failure, exchange.open = error, False
                self.transport.abortConnection()  # type: ignore[union-attr]
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if exchange is not None and exchange.open and self._check_size is not None:
            try:
                self._check_size(exchange, self._parser)
            except AnswerTooLongError as error:
                exchange.over, exchange.open = error, False
                self.transport.abortConnection()  # type: ignore[union-attr]


class _TappedFactory(http11._LenientHTTP11ClientFactory):
    """Builds tapped protocols."""

    def buildProtocol(self, addr: Any) -> _TappedProtocol:  # noqa: N802  Twisted's name
        return _TappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Labelled:
    """A connection that labels its one request with the exchange that it belongs to."""

    def __init__(self, connection: Any, exchange: Exchange, check_size: CheckSize) -> None:
        self._connection = connection
        self._exchange = exchange
        self._check_size = check_size

    def request(self, request: Any) -> "Deferred[Any]":
        request.exchange = self._exchange
        request.check_size = self._check_size
        result: Deferred[Any] = self._connection.request(request)
        return result


class _LabellingPool:
    """The connection pool as one request sees it."""

    def __init__(self, pool: HTTPConnectionPool, exchange: Exchange, check_size: CheckSize) -> None:
        self._pool = pool
        self._exchange = exchange
        self._check_size = check_size
        self.persistent = pool.persistent
        self.handle: object = None
        """What encrypts the connection that the request got, where that is a new one."""

    def getConnection(self, key: Hashable, endpoint: Any) -> "Deferred[Any]":  # noqa: N802
        connected: Deferred[Any] = self._pool.getConnection(key, endpoint)
        return connected.addCallback(self._labelled)

    def _labelled(self, connection: Any) -> _Labelled:
        transport = getattr(connection, "transport", None)
        self.handle = transport.getHandle() if transport is not None else None
        return _Labelled(connection, self._exchange, self._check_size)


class _Nowhere:
    """In place of the buffer in which Scrapy collects a body: the exchange's spool has it."""

    def write(self, data: bytes) -> int:
        return len(data)

    def truncate(self, size: int) -> int:
        return size

    def getvalue(self) -> bytes:
        return b""


class _LimitedAgent(http11._ScrapyAgent):
    """Reads no answer with more header fields than any server's."""

    limits: AnswerLimits

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        self.limits.check_fields(txresponse.headers)
        return super()._cb_bodyready(txresponse, request)


class _StreamingAgent(_LimitedAgent):
    """Gives responses without a body, which goes to the disk as it comes."""

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        deliver = txresponse.deliverBody

        def deliver_nowhere(reader: Any) -> None:
            reader._bodybuf = _Nowhere()
            deliver(reader)

        txresponse.deliverBody = deliver_nowhere
        return super()._cb_bodyready(txresponse, request)


class CapturingDownloadHandler(http11.HTTP11DownloadHandler):
    """Scrapy's handler for http and https, handing each exchange to the archive.

    The future of its capture stands in `request.meta["capture"]`. What a failed exchange sent
    before it broke is kept as well. Requisites and attachments come without their bodies, but for
    stylesheets. Raises what Scrapy's handler raises, and CrawlStoppedError for what was broken off
    because the crawl was stopped.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _TappedFactory
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

    async def download_request(self, request: Request) -> Response:
        """Download and record."""
        started_at = datetime.now(UTC).replace(microsecond=0)  # as in WARC-Date
        request.meta["started_at"] = started_at
        exchange = self._run.new_exchange(request, urldefrag(request.url)[0], started_at)
        started = time.monotonic()
        try:
            response = await self._download(request, exchange)
        except Exception as error:
            why = self._cause(request, exchange, error)
            exchange.truncated = "time" if self._broken_off else _why_broken(why)
            await self._record(request, exchange, started)
            raise why from error
        if "dataloss" in response.flags:
            exchange.truncated = "disconnect"
        if request.meta.get("kind") == "style" and response.status == 200:
            response = _with_stylesheet(response, exchange)
        if request.meta.get("role") in READ_ROLES and response.status == 200:
            exchange.notes.append(("charset", charset_of(response)))
        await self._record(request, exchange, started)
        return response

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
        pool = _LabellingPool(self._pool, exchange, check_size)
        agent = (_StreamingAgent if streams else _LimitedAgent)(
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


def tls_of(transport: Any) -> Tls | None:
    """What a connection whose handshake is done says of its encryption."""
    connection = transport.getHandle()
    certificate = connection.get_peer_certificate()
    if certificate is None:
        return None
    return Tls(
        version=connection.get_protocol_version_name(),
        cipher=connection.get_cipher_name() or "",
        certificate=dump_certificate(FILETYPE_ASN1, certificate),
    )


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
