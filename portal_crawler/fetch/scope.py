"""Which hosts a crawl may ask: the portal's own and, for requisites, further ones that it names."""

from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from portal_crawler.refusals import AddressTooLongError, OutOfScopeError

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


class ScopeMiddleware:
    """Lets through http and https requests to the portal's own hosts only.

    Requisites and attachments may lie on further ones. Where a host is, `resolver` checks.
    """

    def __init__(self, crawler: Crawler) -> None:
        portal: Any = crawler.spidercls
        self._hosts: tuple[str, ...] = portal.hosts
        self._requisite_hosts = requisite_hosts(crawler.settings, portal)
        self._longest = crawler.settings.getint("PORTAL_MAX_URL_LENGTH")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise OutOfScopeError or AddressTooLongError."""
        url = request.url
        if 0 < self._longest < len(url):
            raise AddressTooLongError(
                f"an address of {len(url)} characters; at most {self._longest} are asked for "
                "(PORTAL_MAX_URL_LENGTH)"
            )
        wider = request.meta.get("role") in (*STREAMED_ROLES, "robots")
        hosts = self._requisite_hosts if wider else self._hosts
        if not is_in_scope(url, hosts):
            raise OutOfScopeError(f"{url} is not on {', '.join(sorted(hosts))}")
