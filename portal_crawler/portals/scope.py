"""The scope of a portal: its hosts, each with the ports on which it may be crawled. Pure."""

import re
from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from urllib.parse import urlsplit

from archive.addresses import can_be_asked
from portal_crawler.errors import PortalDeclarationError
from portal_crawler.portals.reader import PageReader

SCHEME_PORTS = {"http": 80, "https": 443}
"""The schemes that are crawled, and their ports; both ports are allowed with both schemes."""

_ENTRY = re.compile(r"(?P<host>\[[0-9a-z.:%]+\]|[^][:/?#@\s]+)(?::(?P<port>\d{1,5}))?")
"""A host's name or IP address, and perhaps a port; an IPv6 address then stands in brackets."""

_BARE_IPV6 = re.compile(r"[0-9a-f.]*(?::[0-9a-f.]*){2,}(?:%\w+)?")


@dataclass(frozen=True, slots=True)
class HostEntry:
    """An entry of `hosts`: a host, or all hosts below a name, on the portal's ports and its own."""

    host: str
    """As urlsplit gives it: lower case, an IPv6 address without brackets; or `*.example.vn`."""
    port: int | None = None

    @classmethod
    def of(cls, text: str) -> Self:
        """The entry in a text; ValueError with words if it is not a host."""
        written = in_ascii(text.strip().lower())
        if _BARE_IPV6.fullmatch(written):
            return cls(written)
        found = _ENTRY.fullmatch(written)
        port = int(found["port"]) if found and found["port"] else None
        if found is None or (port is not None and not 0 < port < 1 << 16):
            raise ValueError(
                f"{text!r} is not a host: write example.vn, example.vn:8080 or *.example.vn"
            )
        return cls(found["host"].strip("[]"), port)

    def __str__(self) -> str:
        """The entry as it is written in a declaration."""
        host = f"[{self.host}]" if ":" in self.host and self.port is not None else self.host
        return host if self.port is None else f"{host}:{self.port}"

    def fits(self, host: str) -> bool:
        """Whether the entry names a host, or a name above it."""
        below = self.host.startswith("*.") and host.endswith(self.host[1:])
        return host == self.host or below


@dataclass(frozen=True, slots=True)
class Scope:
    """The hosts of a portal, and the ports that are allowed on all of them."""

    entries: tuple[HostEntry, ...]
    ports: frozenset[int]

    def has(self, url: str) -> bool:
        """Whether an address can be requested and is on one of the hosts and its ports."""
        place = host_and_port(url)
        return can_be_asked(url) and place is not None and self.holds(*place)

    def holds(self, host: str, port: int) -> bool:
        """Whether a host and port are in scope."""
        return any(
            entry.fits(host) and (port in self.ports or port == entry.port)
            for entry in self.entries
        )

    def wider(self, hosts: Iterable[str]) -> "Scope":
        """This scope with further hosts; ValueError with words if one is not a host."""
        return Scope((*self.entries, *map(HostEntry.of, hosts)), self.ports)

    def __str__(self) -> str:
        """The hosts and the ports."""
        hosts = ", ".join(sorted({str(entry) for entry in self.entries}))
        return f"{hosts} (port {', '.join(map(str, sorted(self.ports)))})"


def declared_scope(portal: PageReader) -> Scope:
    """A portal's `hosts`, on ports 80 and 443, those of its home and sections, and their own.

    PortalDeclarationError if an entry is not a host.
    """
    entry = portal.entry()
    try:
        return _scope(tuple(portal.hosts), (entry.home, *portal.sections.values()))
    except ValueError as error:
        raise PortalDeclarationError(f"{entry.name}: hosts: {error}") from error


@lru_cache(maxsize=64)
def _scope(hosts: tuple[str, ...], addresses: tuple[str, ...]) -> Scope:
    places = (host_and_port(url) for url in addresses)
    named = (place[1] for place in places if place is not None)
    return Scope(tuple(map(HostEntry.of, hosts)), frozenset((*SCHEME_PORTS.values(), *named)))


def first_root(hosts: Collection[str], addresses: Iterable[str]) -> str:
    """The root of the first host, with the scheme and port of the first address on that host.

    If none is on it, the scheme is that of the first address.
    """
    entry = HostEntry.of(min(hosts) if isinstance(hosts, Set) else next(iter(hosts)))
    host = entry.host.removeprefix("*.")
    places = [urlsplit(address) for address in addresses]
    for place in places:
        if place.hostname == host:
            return f"{place.scheme}://{place.netloc}/"
    name = f"[{host}]" if ":" in host else host
    port = f":{entry.port}" if entry.port is not None else ""
    return f"{places[0].scheme if places else 'http'}://{name}{port}/"


def in_ascii(host: str) -> str:
    """A host's name as it is sent: `sở.example` as `xn--s-nym.example`."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def host_and_port(url: str) -> tuple[str, int] | None:
    """The host and port of an http or https address; None for any other text."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in SCHEME_PORTS or not parts.hostname:
        return None
    return in_ascii(parts.hostname.lower()), SCHEME_PORTS[parts.scheme] if port is None else port
