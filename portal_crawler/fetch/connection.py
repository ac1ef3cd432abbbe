"""A connection to a server or proxy, which carries one exchange after the other."""

import asyncio
from collections.abc import Callable
from typing import cast

from archive.warc.exchange import Tls
from archive.warc.http1 import SWITCHING_PROTOCOLS
from portal_crawler.fetch.encryption import tls_of
from portal_crawler.fetch.incoming import Incoming

RECEIVED_BYTES = 64 * 1024
"""Bytes read at once. asyncio's own protocols allocate and free four times that for each read: that
was a fifth of a page's time in the kernel."""


class Connection(asyncio.BufferedProtocol):
    """Sends requests, and hands the received bytes to the answer that is awaited.

    Bytes that a server sends without a request belong to no exchange, and end the connection.
    """

    def __init__(self) -> None:
        self.is_open = False
        self.on_end: Callable[[Connection], None] | None = None
        """Called when the connection ends while no answer is awaited."""
        self.tls: Tls | None = None
        """The result of its handshake; None if it is not encrypted."""
        self._received = memoryview(bytearray(RECEIVED_BYTES))
        self._transport: asyncio.Transport
        self._incoming: Incoming | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio when the connection can be used."""
        self._transport = cast(asyncio.Transport, transport)
        self.tls = tls_of(transport.get_extra_info("ssl_object"))
        self.is_open = True

    def ask(self, request: bytes, incoming: Incoming) -> None:
        """Send a request; `incoming` takes its answer."""
        self._incoming = incoming
        incoming.exchange.request = request
        incoming.exchange.ip = self.peer
        incoming.exchange.tls = self.tls
        self._transport.write(request)

    def answered(self) -> bool:
        """End an exchange; True if another request may follow."""
        incoming, self._incoming = self._incoming, None
        if incoming is None or not self.is_open:
            return False
        reader = incoming.reader
        return reader.is_complete and not reader.has_excess and _stays_open(incoming)

    def get_buffer(self, sizehint: int) -> memoryview:
        """The buffer for the transport to fill."""
        del sizehint
        return self._received

    def buffer_updated(self, nbytes: int) -> None:
        """Called by asyncio when the buffer has bytes of the answer."""
        self._take(bytes(self._received[:nbytes]))

    def _take(self, data: bytes) -> None:
        incoming = self._incoming
        if incoming is None or incoming.done.done():
            self.abort()
            return
        incoming.take(data)
        if incoming.done.done() and not incoming.reader.is_complete:
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio when the connection has ended."""
        self.is_open = False
        if self._incoming is not None:
            self._incoming.connection_ended(exc)
        elif self.on_end is not None:
            self.on_end(self)

    def abort(self) -> None:
        """Close the connection at once."""
        self.is_open = False
        self._transport.abort()

    @property
    def peer(self) -> str | None:
        """The address at its other end."""
        name = self._transport.get_extra_info("peername")
        return str(name[0]) if isinstance(name, tuple) else None


def _stays_open(incoming: Incoming) -> bool:
    """Whether the server keeps the connection open after its answer (RFC 9112 §9.3)."""
    head = incoming.reader.head
    assert head is not None, "the answer is complete"
    said = {
        word.strip().lower()
        for name, value in head.headers
        if name == "connection"
        for word in value.split(",")
    }
    if head.status == SWITCHING_PROTOCOLS:
        return False
    return "close" not in said and (head.is_http_1_1 or "keep-alive" in said)
