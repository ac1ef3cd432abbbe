"""Looks up the IP addresses of hosts, and keeps a crawl out of networks that are not public.

The check stands between the look-up and the connection. A name that resolves differently a second
time gains nothing: the connection goes to the checked address. Hosts that are numbers are in scope
only if they are declared, even behind a proxy, which resolves names itself.
"""

import asyncio
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit
from urllib.request import getproxies
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.settings import BaseSettings

from portal_crawler.errors import UsageError
from portal_crawler.fetch.ip_addresses import Address, address_in, is_public
from portal_crawler.fetch.scope import requisite_scope
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.scope import HostEntry
from portal_crawler.refusals import PrivateAddressError


class CheckedResolver:
    """Gives the public addresses of a host, IPv4 and IPv6.

    A daemon thread looks a name up, since the system's resolver takes minutes if the name server
    is silent. DNSCACHE_ENABLED and DNS_TIMEOUT are Scrapy's settings.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._keeps = settings.getbool("DNSCACHE_ENABLED")
        self._timeout_s = settings.getfloat("DNS_TIMEOUT")
        self._free: set[str] = set()
        self._lookups: dict[str, asyncio.Future[list[Address]]] = {}

    @classmethod
    def of(cls, crawler: Crawler) -> "CheckedResolver":
        """The resolver that all components of a crawl share."""
        if crawler not in _RESOLVERS:
            _RESOLVERS[crawler] = cls(crawler.settings)
        return _RESOLVERS[crawler]

    def allow(self, hosts: Iterable[str]) -> None:
        """Add hosts that may be at any address."""
        self._free.update(hosts)

    async def addresses(self, host: str) -> list[Address]:
        """All addresses of a host, unchecked; OSError if they are not found in time."""
        if (number := address_in(host)) is not None:
            return [number]
        looking = self._lookups.get(host)
        if looking is None:
            looking = self._lookups[host] = _looked_up(host)
            looking.add_done_callback(partial(self._forget, host))
        await asyncio.wait([looking], timeout=self._timeout_s)
        if not looking.done():
            raise TimeoutError(f"{host} was not resolved within {self._timeout_s:g} s")
        return looking.result()

    def _forget(self, host: str, looked_up: "asyncio.Future[list[Address]]") -> None:
        if looked_up.exception() is not None or not self._keeps:
            del self._lookups[host]

    async def checked(self, name: str) -> list[Address]:
        """The addresses of a host that may be connected to, at least one.

        Raises CannotResolveHostError if there is none, PrivateAddressError if none is public.
        """
        try:
            host = name.lower() if name.isascii() else name.encode("idna").decode()
            found = await self.addresses(host)
        except (OSError, UnicodeError) as error:
            raise CannotResolveHostError(f"no address is known of {name}: {error}") from error
        allowed = [each for each in found if host in self._free or is_public(each)]
        if found and not allowed:
            raise PrivateAddressError(host, ", ".join(map(str, found)))
        if not allowed:
            raise CannotResolveHostError(f"no address is known of {name}")
        return allowed


def _looked_up(host: str) -> "asyncio.Future[list[Address]]":
    """The system's answer: addresses in the order in which to try them, or an OSError."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Address]] = loop.create_future()

    def look() -> None:
        report: partial[None]
        try:
            given = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            report = partial(answer.set_exception, error)
        else:
            named = dict.fromkeys(str(entry[4][0]) for entry in given)
            report = partial(
                answer.set_result, [found for name in named if (found := address_in(name))]
            )
        with suppress(RuntimeError):  # the crawl has ended meanwhile, and its loop is closed
            loop.call_soon_threadsafe(report)

    threading.Thread(target=look, name=f"look up {host}", daemon=True).start()
    return answer


_RESOLVERS: WeakKeyDictionary[Crawler, CheckedResolver] = WeakKeyDictionary()

_SETTING = "PORTAL_PRIVATE_HOSTS"


def declared_hosts(settings: BaseSettings, portal: type[PortalDeclaration]) -> frozenset[str]:
    """The hosts that may be at private addresses.

    These are the hosts that the portal or the operator names by number or as localhost, and the
    names in PORTAL_PRIVATE_HOSTS; UsageError if an entry of that is not a host. An entry's port
    does not matter here: `scope` checks ports.
    """
    named = (entry.host for entry in requisite_scope(settings, portal).entries)
    literal = (host for host in named if host == "localhost" or address_in(host) is not None)
    try:
        private = [
            HostEntry.of(entry).host for entry in settings.getlist(_SETTING) if entry.strip()
        ]
    except ValueError as error:
        raise UsageError(f"{_SETTING}: {error}") from error
    return frozenset((*literal, *private))


def proxy_hosts() -> frozenset[str]:
    """The hosts of the proxies that the environment names; they may be at any address."""
    proxies = (url if "://" in url else f"//{url}" for url in getproxies().values())
    return frozenset((urlsplit(url).hostname or "").lower() for url in proxies)
