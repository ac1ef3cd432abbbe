"""Taps the wire's own bytes from under Scrapy's HTTP/1.1 download handler.

A protocol class below the handler's connection pool hears what each connection receives and is
given to write, inside TLS where there is TLS. It rests on private names of Scrapy 2.19 and
Twisted, which `tap_check` looks at before a crawl starts.
"""

from collections.abc import Callable, Hashable
from typing import Any

from OpenSSL.crypto import FILETYPE_ASN1, dump_certificate
from scrapy import Request
from scrapy.core.downloader.handlers import http11
from twisted.internet.defer import Deferred
from twisted.web.client import HTTPConnectionPool

from archive.warc.exchange import Exchange, Tls
from portal_crawler.fetch.answer_limits import AnswerLimits, AnswerTooLongError


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


class TappedProtocol(http11._LenientHTTP11ClientProtocol):
    """Scrapy's client protocol, noting each exchange while it goes on."""

    _exchange: Exchange | None = None
    _check_size: CheckSize | None = None

    def request(self, request: Any) -> "Deferred[Any]":
        """Send one request, noting what goes out."""
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
        """Note what comes in, and break off what is too long."""
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


class TappedFactory(http11._LenientHTTP11ClientFactory):
    """Builds tapped protocols."""

    def buildProtocol(self, addr: Any) -> TappedProtocol:  # noqa: N802  Twisted's name
        """A protocol for a new connection."""
        return TappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


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


class LabellingPool:
    """The connection pool as one request sees it."""

    def __init__(self, pool: HTTPConnectionPool, exchange: Exchange, check_size: CheckSize) -> None:
        self._pool = pool
        self._exchange = exchange
        self._check_size = check_size
        self.persistent = pool.persistent
        self.handle: object = None
        """What encrypts the connection that the request got, where that is a new one."""

    def getConnection(self, key: Hashable, endpoint: Any) -> "Deferred[Any]":  # noqa: N802
        """A connection whose request is labelled with the exchange."""
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


class LimitedAgent(http11._ScrapyAgent):
    """Reads no answer with more header fields than any server's."""

    limits: AnswerLimits

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        self.limits.check_fields(txresponse.headers)
        return super()._cb_bodyready(txresponse, request)


class StreamingAgent(LimitedAgent):
    """Gives responses without a body, which goes to the disk as it comes."""

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        deliver = txresponse.deliverBody

        def deliver_nowhere(reader: Any) -> None:
            reader._bodybuf = _Nowhere()
            deliver(reader)

        txresponse.deliverBody = deliver_nowhere
        return super()._cb_bodyready(txresponse, request)


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
