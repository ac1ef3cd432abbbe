"""Keeps a crawl out of networks that are not public: checks what each name resolves to.

The check stands in the resolver through which the connections themselves are made: what it gives
is what is connected to, so that a name that resolves otherwise the second time gains nothing. Hosts
that are numbers are in scope only where they are declared as such, behind a proxy too, which
resolves names itself.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.settings import BaseSettings
from twisted.internet.base import ThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from archive.ip_addresses import address_in, is_public
from portal_crawler.refusals import PrivateAddressError
from portal_crawler.scope import requisite_hosts


class CheckedResolver(ThreadedResolver):
    """Gives the addresses of another resolver, but for those that are not public."""

    def __init__(self, reactor: Any) -> None:
        super().__init__(reactor)
        self._resolver = reactor.resolver
        self._free: set[str] = set()
        self._refused: dict[str, str] = {}

    @classmethod
    def installed(cls) -> Self:
        """The running reactor's, put before the one that it has; once a process."""
        from twisted.internet import reactor

        running: Any = reactor
        if not isinstance(running.resolver, cls):
            running.installResolver(cls(running))
        resolver: Self = running.resolver
        return resolver

    def allow(self, hosts: Iterable[str]) -> None:
        """These may lie anywhere."""
        self._free.update(hosts)

    def getHostByName(  # noqa: N802  Twisted's name
        self, name: str, timeout: Sequence[int] = ()
    ) -> "Deferred[str]":
        """The address of a host; DNSLookupError also where it is refused."""
        found: Deferred[str] = self._resolver.getHostByName(name, timeout)
        return found.addCallback(self._checked, name)

    def _checked(self, found: str, name: str) -> str:
        address = address_in(found)
        if name.lower() not in self._free and (address is None or not is_public(address)):
            self._refused[name.lower()] = found
            raise DNSLookupError(f"{name} is at {found}, which is no public address")
        self._refused.pop(name.lower(), None)
        return found

    def refusal(self, url: str) -> PrivateAddressError | None:
        """Why the host of an address was not resolved, where it was for its own address."""
        host = (urlsplit(url).hostname or "").lower()
        found = self._refused.get(host)
        return None if found is None else PrivateAddressError(host, found)


def declared_hosts(settings: BaseSettings, portal: Any) -> frozenset[str]:
    """Hosts that may lie at private addresses.

    Those that the portal or the operator names by number or as localhost, and the names in
    PORTAL_PRIVATE_HOSTS.
    """
    named = requisite_hosts(settings, portal)
    literal = (host for host in named if host == "localhost" or address_in(host) is not None)
    return frozenset((*literal, *(host.lower() for host in settings.getlist(_SETTING))))


_SETTING = "PORTAL_PRIVATE_HOSTS"


def proxy_hosts() -> frozenset[str]:
    """The hosts of the proxies that the environment names: they may lie anywhere."""
    proxies = (url if "://" in url else f"//{url}" for url in getproxies().values())
    return frozenset((urlsplit(url).hostname or "").lower() for url in proxies)
