"""Which hosts a crawl may ask: the portal's own and, for requisites, further ones that it names."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

STREAMED_ROLES = ("requisite", "attachment")
"""Roles whose answers go to the disk as they come; no callback gets their bodies."""


def requisite_hosts(settings: BaseSettings, portal: Any) -> tuple[str, ...]:
    """The portal's own hosts, its requisite hosts and those of PORTAL_REQUISITE_HOSTS.

    `*.example.vn` stands for every host under example.vn.
    """
    extra = settings.getlist("PORTAL_REQUISITE_HOSTS")
    return (*portal.hosts, *portal.requisite_hosts, *(host.strip().lower() for host in extra))


def is_in_scope(url: str, hosts: Iterable[str]) -> bool:
    """Whether an address is http or https on one of the hosts."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and any(_fits(host, each) for each in hosts)


def _fits(host: str, pattern: str) -> bool:
    return host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))
