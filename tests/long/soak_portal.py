"""A made-up portal that lives: articles come, are edited, vanish and return, and its server fails.

`-s SPIDER_MODULES=tests.long.soak_portal` names it; SOAK_ORIGIN in the environment says where.
"""

import os
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from benchmarks.long_portal import Long
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.profile import Profile

ORIGIN = os.environ.get("SOAK_ORIGIN", "http://127.0.0.1:1")
ROWS = 20
"""Of a listing page, as most portals have them."""

SERVER_FAULTS = ("500", "503", "429", "truncated", "garbage gzip", "gate", "reset")
EACH = 3
"""So many requests of a night with a fault, one is hit."""


class Soak(Long):
    """Numbered articles, the newest first; the listing shows no total, an empty page is its end."""

    name = "soak"
    title = "Sở Ngâm"
    platform = "soak"
    home = f"{ORIGIN}/"
    hosts = (urlsplit(ORIGIN).hostname or "",)
    sections: ClassVar[dict[str, str]] = {"tin-tuc": f"{ORIGIN}/tin-tuc/1"}
    listing_profile = ListingProfile(row=("li",), link=("a",), date=(".date",))
    article_profile = Profile(name="soak", title=("h1",), date=(".date",), body=(".body",))


@dataclass(slots=True)
class Told:
    """One article as the portal has it."""

    number: int
    published: datetime
    texts: list[str]
    """Of all its versions, the newest last."""
    removed: bool = False


@dataclass(slots=True)
class SoakSite:
    """The portal on its server."""

    articles: dict[int, Told] = field(default_factory=dict)
    fault: str = ""
    """What goes wrong tonight."""
    asked: int = 0
    """Requests of this night."""

    def publish(self, number: int, published: datetime) -> None:
        """A new article."""
        self.articles[number] = Told(number, published, [_text(number, 1)])

    def edit(self, number: int) -> None:
        """Another version of one; neither its title nor its date change in the listing."""
        told = self.articles[number]
        told.texts.append(_text(number, len(told.texts) + 1))

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        kind, _, number = path.strip("/").partition("/")
        if kind == "tin-tuc":
            return 200, self._listing(int(number)).encode()
        if kind != "tin":
            return 200, b"User-agent: *\nAllow: /\n"
        told = self.articles.get(int(number))
        if told is None or told.removed:
            return 404, b"<h1>404</h1>"
        return 200, _page(told).encode()

    def _listing(self, page: int) -> str:
        listed = [told for told in self.articles.values() if not told.removed]
        listed.sort(key=lambda told: told.number, reverse=True)
        rows = "".join(
            f'<li><a href="/tin/{told.number}">Tin số {told.number}</a>'
            f' <span class="date">{told.published:%d/%m/%Y %H:%M}</span>'
            for told in listed[(page - 1) * ROWS : page * ROWS]
        )
        return f"<html><body><ul>{rows}</ul></body></html>"


def _text(number: int, version: int) -> str:
    return (
        f"Đây là bản thứ {version} của tin số {number}, mà cổng thông tin đăng để mọi người đọc, "
        "rồi có khi sửa lại đôi chút, có khi bỏ hẳn đi mà không báo cho ai biết trước."
    )


def _page(told: Told) -> str:
    return (
        f"<html><head><title>Tin số {told.number}</title></head><body><h1>Tin số {told.number}</h1>"
        f'<span class="date">{told.published:%d/%m/%Y %H:%M}</span>'
        f'<div class="body"><p>{told.texts[-1]}</p></div></body></html>'
    )


class _Connection(socketserver.StreamRequestHandler):
    """Answers one request after the other, or does what tonight's fault has it do."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Until the client closes, or the fault does."""
        site: SoakSite = self.server.site  # type: ignore[attr-defined]
        while line := self.rfile.readline():
            while self.rfile.readline().strip():
                pass
            site.asked += 1
            path = line.split()[1].decode()
            status, body = site.answer(path)
            if path == "/robots.txt":
                self._send(status, body, kind="text/plain")
            elif site.fault not in SERVER_FAULTS or site.asked % EACH:
                self._send(status, body)
            elif self._breaks_off(site.fault, body):
                return

    def _send(self, status: int, body: bytes, *headers: str, kind: str = "text/html") -> None:
        lines = [f"HTTP/1.1 {status} x", f"Content-Type: {kind}; charset=utf-8", *headers]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
        self.wfile.write(head.encode() + body)

    def _breaks_off(self, fault: str, body: bytes) -> bool:
        """Answer as the fault has it; whether the connection ends with it."""
        if fault in ("500", "503", "429"):
            self._send(int(fault), b"<h1>Error</h1>", "Retry-After: 1")
        elif fault == "garbage gzip":
            self._send(200, b"\x1f\x8b\x08garbage", "Content-Encoding: gzip")
        elif fault == "gate":
            self._send(200, "<h1>Thông báo từ chối truy cập</h1>".encode())
        elif fault == "truncated":
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}"
            self.wfile.write(head.encode() + b"\r\n\r\n" + body[: len(body) // 2])
        return fault in ("truncated", "reset")


@contextmanager
def served(site: SoakSite) -> Iterator[str]:
    """The portal's origin, while it is served."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Connection) as server:
        server.daemon_threads = True
        server.site = site  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def night_of(day: int, first: datetime) -> datetime:
    """When the crawl of a day begins."""
    return first + timedelta(days=day)
