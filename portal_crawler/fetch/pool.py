"""Keeps the connections of a crawl open for further requests, and makes new ones."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import DownloadFailedError
from scrapy.settings import BaseSettings

from portal_crawler.fetch.certificates import refusal
from portal_crawler.fetch.connection import Connection
from portal_crawler.fetch.dialing import connected, open_tunnel
from portal_crawler.fetch.encryption import CertificateShownError, context_of, is_of_old_server
from portal_crawler.fetch.resolver import CheckedResolver
from portal_crawler.portals.declaration import WEAK

KEPT_S = 240.0
"""Seconds that an unused connection is kept; longer than PORTAL_MAX_DELAY, for slow crawls."""

MOST_KEPT = 64
"""Kept connections of all hosts together; a page may name thousands of hosts below one domain."""

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Route:
    """The way to a server; connections with the same route can replace each other."""

    is_encrypted: bool
    host: str
    port: int
    proxy: tuple[str, int] | None = None
    login: bytes | None = field(default=None, repr=False)
    """Proxy-Authorization for a tunnel; without a tunnel each request has it."""

    @classmethod
    def of(cls, request: Request) -> Self:
        """The route of a request; DownloadFailedError if its proxy is of an unknown kind."""
        url = urlsplit(request.url)
        port = url.port or PORTS[url.scheme]
        is_encrypted = url.scheme == "https"
        proxy = _proxy(request.meta.get("proxy"))
        login = request.headers.get(b"Proxy-Authorization") if proxy and is_encrypted else None
        return cls(is_encrypted, url.hostname or "", port, proxy, login)

    @property
    def is_by_absolute_address(self) -> bool:
        """Whether a request line has the whole address, as a proxy without a tunnel needs it."""
        return self.proxy is not None and not self.is_encrypted

    @property
    def next_hop(self) -> tuple[str, int]:
        """Host and port to connect to."""
        return self.proxy or (self.host, self.port)

    @property
    def place(self) -> str:
        """Host and port of the server, as CONNECT names them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _proxy(given: str | None) -> tuple[str, int] | None:
    if not given:
        return None
    parts = urlsplit(given if "://" in given else f"http://{given}")
    if parts.scheme != "http" or not parts.hostname:
        raise DownloadFailedError(
            f"a proxy with {parts.scheme}:// is not supported: name one with http://"
        )
    return parts.hostname, parts.port or PORTS["http"]


class Pool:
    """Gives connections by route, and keeps those that are given back."""

    def __init__(
        self, resolver: CheckedResolver, settings: BaseSettings, tls: Mapping[str, str]
    ) -> None:
        """`tls` has the needs of single hosts, as portals declare them."""
        self._resolver = resolver
        self._most = max(1, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        self._bind_host = _bind_host(settings["DOWNLOAD_BIND_ADDRESS"])
        self._settings = settings
        self._tls = tls
        self._contexts: dict[str | None, ssl.SSLContext] = {}
        """By the need of a host; None for the others."""
        self._kept: dict[Connection, tuple[Route, asyncio.TimerHandle]] = {}
        """With the timer that closes it; the oldest first."""
        self._by_route: dict[Route, list[Connection]] = {}

    def kept(self, route: Route) -> Connection | None:
        """The newest open connection of a route, or None; it is no longer kept."""
        while connections := self._by_route.get(route):
            connection = connections[-1]
            self._forget(connection)
            if connection.is_open:
                return connection
        return None

    def keep(self, route: Route, connection: Connection) -> None:
        """Keep a connection over which another request may be sent."""
        if len(self._by_route.get(route, ())) >= self._most:
            connection.abort()
            return
        if len(self._kept) >= MOST_KEPT:
            self._drop(next(iter(self._kept)))
        timer = asyncio.get_running_loop().call_later(KEPT_S, self._drop, connection)
        self._kept[connection] = route, timer
        self._by_route.setdefault(route, []).append(connection)
        connection.on_end = self._forget

    def _forget(self, connection: Connection) -> None:
        """Keep a connection no longer: it is in use again, or has ended."""
        connection.on_end = None
        route, timer = self._kept.pop(connection)
        timer.cancel()
        self._by_route[route].remove(connection)
        if not self._by_route[route]:
            del self._by_route[route]

    def _drop(self, connection: Connection) -> None:
        self._forget(connection)
        connection.abort()

    def close(self) -> None:
        """Close all kept connections."""
        for connection in list(self._kept):
            self._drop(connection)

    async def dialed(self, route: Route) -> Connection:
        """A new connection.

        Raises CannotResolveHostError, PrivateAddressError, DownloadConnectionRefusedError,
        DownloadFailedError and, if the certificate is refused, CertificateRefusedError.
        """
        sock = await self._socket(route)
        context = self._encryption(route.host) if route.is_encrypted else None
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                Connection,
                sock=sock,
                ssl=context,
                server_hostname=route.host if context is not None else None,
            )
        except CertificateShownError as error:
            raise refusal(error, route.host) from error
        except OSError as error:
            words = _words(error) + _advice(error, route.host)
            raise DownloadFailedError(f"no encrypted connection could be made: {words}") from error
        return connection

    async def _socket(self, route: Route) -> socket.socket:
        """A socket that is connected to the server, directly or through a proxy's tunnel."""
        host, port = route.next_hop
        sock = await connected(await self._resolver.checked(host), port, self._bind_host)
        if route.is_encrypted and route.proxy is not None:
            try:
                await open_tunnel(sock, route.place, route.login)
            except BaseException as error:
                sock.close()
                if isinstance(error, OSError):
                    raise DownloadFailedError(f"the proxy broke off: {error}") from error
                raise
        return sock

    def _encryption(self, host: str) -> ssl.SSLContext:
        """The TLS context; loading the trusted certificates takes some ten milliseconds."""
        need = self._tls.get(host)
        if need not in self._contexts:
            self._contexts[need] = context_of(self._settings, need)
        return self._contexts[need]


def _words(error: OSError) -> str:
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    return str(error) or "the server closed the connection"


def _advice(error: OSError, host: str) -> str:
    """What to declare for a host whose encryption is too old for OpenSSL's defaults."""
    if not is_of_old_server(error):
        return ""
    return f'; to accept the weak encryption, declare tls = {{"{host}": "{WEAK}"}} in the portal'


def _bind_host(given: object) -> str | None:
    """The host of DOWNLOAD_BIND_ADDRESS, which is a host, or a host and a port."""
    if isinstance(given, tuple):
        return str(given[0])
    return str(given) if given else None
