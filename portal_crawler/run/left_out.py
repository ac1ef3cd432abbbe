"""Counts page resources on hosts that a crawl requests nothing from. No I/O."""

import json
from urllib.parse import urlsplit

from archive.addresses import can_be_asked

MOST_ADDRESSES = 20_000
"""Distinct addresses that are counted; the pages of a portal name some hundred on other hosts."""

MOST_HOSTS = 100


class LeftOut:
    """The number of distinct addresses by host."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._hosts: dict[str, int] = {}

    def add(self, url: str) -> None:
        """Count an address, unless no request can be made for it."""
        if not can_be_asked(url) or url in self._seen or len(self._seen) >= MOST_ADDRESSES:
            return
        self._seen.add(url)
        host = urlsplit(url).netloc.lower()
        if host in self._hosts or len(self._hosts) < MOST_HOSTS:
            self._hosts[host] = self._hosts.get(host, 0) + 1

    def as_json(self) -> str | None:
        """The column runs.hosts_left_out, the host with the most addresses first; None if empty."""
        if not self._hosts:
            return None
        by_count = sorted(self._hosts.items(), key=lambda host: (-host[1], host[0]))
        return json.dumps(dict(by_count))
