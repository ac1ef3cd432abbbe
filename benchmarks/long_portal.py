"""A made-up portal as long as one likes, and a forward proxy that serves it and nothing else.

`-s SPIDER_MODULES=benchmarks.long_portal` names it.
"""

import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Protocol
from urllib.parse import urljoin, urlsplit

from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal

HOST = "long.test"
ORIGIN = f"http://{HOST}"
ROWS = 20
"""Rows of a listing page, as on most portals."""

PARAGRAPH = (
    "<p>Sở thông báo kế hoạch số %d của tuần này, gồm nhiều mục và nhiều câu như câu này.</p>"
)
PARAGRAPHS = 40

FIRST_DAY = date(2016, 10, 1)
A_DAY = 27
"""Articles: 100,000 are ten years of a busy portal."""


class Long(Portal):
    """Numbered articles, the newest first."""

    name = "long"
    title = "Sở Dài"
    platform = "long"
    home = f"{ORIGIN}/"
    hosts = (HOST,)
    sections: ClassVar[dict[str, str]] = {"tin-tuc": f"{ORIGIN}/tin-tuc/1"}
    verified_on = "benchmarks"
    listing_profile = ListingProfile(row=("li",), link=("a",), date=(".date",), total=(".total",))
    article_profile = Profile(
        name="long", title=("h1",), date=(".date",), lead=(".lead",), body=(".body",)
    )

    @classmethod
    def article_key(cls, url: str) -> str | None:
        """The number at the end of the path."""
        match = re.fullmatch(r"/tin/(\d+)", urlsplit(url).path)
        return match[1] if match else None

    @classmethod
    def next_listing(cls, body: bytes, url: str, page: int) -> str | None:
        """Pages are numbered; the total says which is the last."""
        del body
        return urljoin(url, f"/tin-tuc/{page}")


@dataclass(slots=True)
class LongSite:
    """The server's pages, and the requests that it received."""

    articles: int
    pictures: int = 0
    """Pictures of each article."""
    served: int = 0
    """Articles so far."""
    first_asked: float | None = None
    last_sent: float = 0.0
    """Both by the monotonic clock."""

    def body(self, url: str) -> tuple[str, bytes]:
        """Media type and body of an address."""
        kind, _, number = urlsplit(url).path.strip("/").partition("/")
        if kind == "tin-tuc":
            return "text/html; charset=utf-8", self._listing(int(number)).encode()
        if kind == "tin":
            self.served += 1
            return "text/html; charset=utf-8", self._article(int(number)).encode()
        if kind == "anh":
            return "image/png", number.encode() * 200
        return "text/plain", b"User-agent: *\nAllow: /\n"

    def _listing(self, page: int) -> str:
        first = self.articles - (page - 1) * ROWS
        rows = "".join(
            f'<li><a href="/tin/{number}">Tin số {number}</a> {_shown_date(number)}'
            for number in range(first, max(0, first - ROWS), -1)
        )
        return f'<html><body><p class="total">{self.articles}</p><ul>{rows}</ul></body></html>'

    def _article(self, number: int) -> str:
        pictures = "".join(
            f'<p><img src="/anh/{number}-{each}.png"></p>' for each in range(self.pictures)
        )
        return (
            f"<html><head><title>Tin số {number}</title></head><body><h1>Tin số {number}</h1>"
            f'{_shown_date(number)}<p class="lead">Tóm tắt của tin {number}.</p>'
            f'<div class="body">{pictures}{"".join(PARAGRAPH % number for _ in range(PARAGRAPHS))}'
            "</div></body></html>"
        )


class Site(Protocol):
    """The addresses that are served."""

    first_asked: float | None
    last_sent: float

    def body(self, url: str) -> tuple[str, bytes]:
        """Media type and body of an address."""


def _shown_date(number: int) -> str:
    day = FIRST_DAY + timedelta(days=number // A_DAY)
    return f'<span class="date">{day:%d/%m/%Y}</span>'


class _Connection(socketserver.StreamRequestHandler):
    """Answers one request after the other."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Until the client closes."""
        site: Site = self.server.site  # type: ignore[attr-defined]
        while line := self.rfile.readline():
            if site.first_asked is None:
                site.first_asked = time.monotonic()
            while self.rfile.readline().strip():
                pass
            kind, body = site.body(line.split()[1].decode())
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)
            site.last_sent = time.monotonic()


class _Server(socketserver.ThreadingTCPServer):
    """Gives its connections the site."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.site = site


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The proxy's address, for the time of the block."""
    server = _Server(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
