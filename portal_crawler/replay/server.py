"""The replay server: answers a browser from the archive, and asks the network for nothing."""

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from archive.database.articles import article_named, capture_row, page_captures, stored_article
from archive.database.reading import reading
from archive.database.replayed import (
    Found,
    article_at,
    articles,
    moments_of,
    nearest,
    portal_named,
    portals,
)
from archive.errors import ArchiveError, QueryError
from archive.imports.stored import is_imported, stored_answer
from archive.layout import Layout
from archive.numbers import whole_number
from archive.output import say
from archive.warc.reader import StoredAnswer, streamed_answer
from portal_crawler.errors import CrawlerError, UnknownPortalError
from portal_crawler.references.requisites import asked_from
from portal_crawler.replay import memento
from portal_crawler.replay.location import BYTES, PAGE, VIEW, Location, stamp_of
from portal_crawler.replay.pages import (
    NO_PICTURE,
    POLICY,
    SCRIPT,
    SCRIPT_PATH,
    STYLE,
    STYLE_PATH,
    About,
    home,
    not_captured,
    plain_article,
    portal_page,
    viewer,
)
from portal_crawler.replay.rewriting import kind_of, rewritten
from portal_crawler.showing.page import POLICY as ARTICLE_POLICY
from portal_crawler.showing.page import Origin, html_page
from portal_crawler.showing.reread import read_page, reader_of

HOST = "replay.localhost"
"""Browsers lead every name under localhost to this machine. Another name than other servers' here
keeps their cookies away."""

ARCHIVED_POLICY = (
    "default-src 'self' 'unsafe-inline' data: blob:; script-src 'none'; connect-src 'none';"
    " frame-src 'self'; form-action 'none'; object-src 'self'; sandbox allow-same-origin"
)
"""What a browser may do with archived bytes: show them. No script runs, so that the same origin
gains a page nothing but its fonts."""

MOST_CONNECTIONS = 64
IDLE_TIMEOUT_S = 10.0
"""A connection over which nothing comes for so long makes room for others."""

STREAMED_BYTES = 4 * 1024 * 1024
"""A longer record goes to the browser in pieces, if nothing in it is rewritten."""

_REDIRECTS = (301, 302, 303, 307, 308)
_BODILESS = (204, 304)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Iterable[bytes] = ()


class ReplayServer(ThreadingHTTPServer):
    """Serves one archive."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, layout: Layout, host: str, port: int, settings: list[str]) -> None:
        """`host` is the address to listen at; `settings` name other portals, as of the crawl."""
        self.layout = layout
        self.settings = settings
        self.host = host
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """The address of the server's first page."""
        name = HOST if self.host in ("127.0.0.1", "localhost") else self.host
        return f"http://{name}:{self.server_port}/"

    def process_request(self, request: Any, client_address: Any) -> None:
        """A connection beyond MOST_CONNECTIONS waits for another's end."""
        self._free.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """As ThreadingHTTPServer does it."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hung up is no error; say what else goes wrong."""
        error = sys.exception()
        if not isinstance(error, OSError):
            say(f"replay: {type(error).__name__}: {error}")

    def is_named(self, given: str) -> bool:
        """Whether a Host header names this server, and not a name that was led here by others."""
        name = urlsplit(f"//{given}").hostname or ""
        if name in (HOST, self.host):
            return True
        if self.host not in ("0.0.0.0", "::"):
            return False
        with suppress(ValueError):
            return bool(ip_address(name))
        return False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "portal-replay"
    sys_version = ""
    timeout = IDLE_TIMEOUT_S
    wbufsize = -1
    disable_nagle_algorithm = True
    server: ReplayServer

    def setup(self) -> None:
        super().setup()
        self._resources = ExitStack()
        self._db: sqlite3.Connection | None = None

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self._resources.close()

    @property
    def _database(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = self._resources.enter_context(reading(self.server.layout))
        return self._db

    def do_GET(self) -> None:
        with ExitStack() as held:
            self._send(self._answer(held))

    def do_HEAD(self) -> None:
        with ExitStack() as held:
            self._send(self._answer(held), has_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""

    def _answer(self, held: ExitStack) -> Answer:
        if not self.server.is_named(self.headers.get("Host", "")):
            words = f"This server is {self.server.url}\n".encode()
            return Answer(HTTPStatus.MISDIRECTED_REQUEST, {"Content-Type": "text/plain"}, [words])
        try:
            return self._routed(held)
        except QueryError as error:
            return _words(HTTPStatus.NOT_FOUND, str(error))
        except (ArchiveError, CrawlerError) as error:
            return _words(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))

    def _routed(self, held: ExitStack) -> Answer:
        if (location := Location.of(self.path)) is not None:
            return self._archived(location, held)
        path, _, query = self.path.partition("?")
        for prefix, answer in _ROUTES:
            if path.startswith(prefix):
                return answer(self, path.removeprefix(prefix), query)
        return _own(not_captured(self.path), HTTPStatus.NOT_FOUND)

    # Archived answers

    def _archived(self, location: Location, held: ExitStack) -> Answer:
        found = self._nearest(location)
        if found is None:
            return self._not_captured(location.url)
        there = Location(stamp_of(found.capture.fetched_at), found.capture.url, location.form)
        if location.form == VIEW:
            return self._view(found, there)
        if location.form == BYTES:
            return self._bytes(found, there, held)
        return self._page(found, Location(location.stamp, there.url, PAGE), there, held)

    def _nearest(self, location: Location) -> Found | None:
        url = asked_from(location.url, location.url) or location.url
        return nearest(self._database, url, location.moment)

    def _not_captured(self, url: str) -> Answer:
        if self.headers.get("Sec-Fetch-Dest") == "image":
            return Answer(
                HTTPStatus.NOT_FOUND,
                {"Content-Type": "image/svg+xml", "Content-Security-Policy": ARCHIVED_POLICY},
                [NO_PICTURE],
            )
        return _own(not_captured(url), HTTPStatus.NOT_FOUND)

    def _view(self, found: Found, there: Location) -> Answer:
        mime = found.original.mime or "text/html"
        inner = Location(there.stamp, there.url, PAGE)
        if mime not in ("text/html", "application/xhtml+xml") and found.status == HTTPStatus.OK:
            return Answer(HTTPStatus.FOUND, {"Location": inner.path})
        return _own(viewer(self._about(there), inner))

    def _about(self, there: Location) -> About:
        moments = moments_of(self._database, there.url)
        return About(there, moments, article_at(self._database, there.url))

    def _page(self, found: Found, asked: Location, there: Location, held: ExitStack) -> Answer:
        """With addresses that lead on at the moment that was asked for: one page after the other
        is shown as of that moment, not of the capture before."""
        if self._is_streamed(found):
            return self._streamed(found, there, held)
        answer = stored_answer(self.server.layout, found.capture, found.original)
        headers = self._headers(found, there)
        if found.status in _REDIRECTS and (target := self._target(answer, asked)) is not None:
            return Answer(found.status, {**headers, "Location": target})
        is_style = self.headers.get("Sec-Fetch-Dest") == "style"
        kind = kind_of(answer, as_style=is_style)
        if kind is None:
            return Answer(found.status, _typed(headers, answer), [answer.body])
        sent = rewritten(answer, kind, asked)
        headers["Content-Type"] = sent.content_type
        return Answer(found.status, headers, [sent.body])

    def _target(self, answer: StoredAnswer, asked: Location) -> str | None:
        given = answer.head.value("location")
        url = asked_from(asked.url, given) if given else None
        return Location(asked.stamp, url, PAGE).path if url is not None else None

    def _bytes(self, found: Found, there: Location, held: ExitStack) -> Answer:
        if self._is_streamed(found):
            return self._streamed(found, there, held)
        answer = stored_answer(self.server.layout, found.capture, found.original)
        headers = _typed(self._headers(found, there), answer)
        if (location := answer.head.value("location")) is not None:
            headers["Location"] = location
        return Answer(found.status, headers, [answer.body])

    def _is_streamed(self, found: Found) -> bool:
        original = found.original
        return (
            original.warc_length > STREAMED_BYTES
            and not is_imported(original.warc_file)
            and original.mime not in ("text/html", "text/css", "application/xhtml+xml")
        )

    def _streamed(self, found: Found, there: Location, held: ExitStack) -> Answer:
        head, pieces = held.enter_context(streamed_answer(self.server.layout, found.original))
        headers = self._headers(found, there)
        for name in ("content-type", "content-encoding", "content-disposition"):
            if (value := head.value(name)) is not None:
                headers[name.title()] = value
        return Answer(found.status, headers, pieces)

    def _headers(self, found: Found, there: Location) -> dict[str, str]:
        return {
            "Content-Security-Policy": ARCHIVED_POLICY,
            "Referrer-Policy": "no-referrer",
            **memento.headers(there),
        }

    # Our own pages

    def _home(self, rest: str, query: str) -> Answer:
        del query
        if rest:
            return _own(not_captured(self.path), HTTPStatus.NOT_FOUND)
        return _own(home(portals(self._database)))

    def _portal(self, rest: str, query: str) -> Answer:
        first = whole_number(parse_qs(query).get("first", ["0"])[0]) or 0
        name = unquote(rest)
        portal = portal_named(self._database, name)
        return _own(portal_page(portal, articles(self._database, name, first), first))

    def _find(self, rest: str, query: str) -> Answer:
        del rest
        wanted = parse_qs(query).get("of", [""])[0].strip()
        return Answer(HTTPStatus.FOUND, {"Location": view_of(self._database, wanted).path})

    def _about_page(self, rest: str, query: str) -> Answer:
        location = Location.of(rest + (f"?{query}" if query else ""))
        if location is None:
            return _words(HTTPStatus.NOT_FOUND, "not an archived address")
        found = self._nearest(location)
        if found is not None:
            location = Location(stamp_of(found.capture.fetched_at), found.capture.url)
        return _own(self._about(location).as_json(), mime="application/json")

    def _article(self, rest: str, query: str) -> Answer:
        del query
        stored = stored_article(self._database, article_named(self._database, rest))
        capture, original = page_captures(self._database, stored)
        try:
            portal = reader_of(self._database, capture.portal, self.server.settings)
        except UnknownPortalError:  # its module is elsewhere; the row has the text all the same
            return _own(plain_article(stored.article))
        document = read_page(self.server.layout, portal, capture, original)
        origin = Origin(
            portal=stored.portal_title or capture.portal,
            captured_at=capture.fetched_at,
            version=int(str(stored.article["version"])),
        )
        policy = ARTICLE_POLICY.replace("img-src http: https:", "img-src 'none'")
        return _own(html_page(document, origin).encode("utf-8", "replace"), policy=policy)

    def _style(self, rest: str, query: str) -> Answer:
        del rest, query
        return _own(STYLE.encode(), mime="text/css")

    def _script(self, rest: str, query: str) -> Answer:
        del rest, query
        return _own(SCRIPT.encode(), mime="text/javascript")

    def _timegate(self, rest: str, query: str) -> Answer:
        url = rest + (f"?{query}" if query else "")
        moment = memento.asked_moment(self.headers.get("Accept-Datetime"))
        found = nearest(self._database, url, moment)
        if found is None:
            return self._not_captured(url)
        there = Location(stamp_of(found.capture.fetched_at), found.capture.url, PAGE)
        return Answer(HTTPStatus.FOUND, memento.gate_headers(there))

    def _timemap(self, rest: str, query: str) -> Answer:
        url = rest + (f"?{query}" if query else "")
        moments = moments_of(self._database, url)
        if not moments:
            return self._not_captured(url)
        body = memento.timemap(self.server.url, url, moments)
        return _own(body, mime="application/link-format")

    # Sending

    def _send(self, answer: Answer, *, has_body: bool = True) -> None:
        body = answer.body
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if value:
                self.send_header(name, value.replace("\r", " ").replace("\n", " "))
        if isinstance(body, list | tuple):
            self.send_header("Content-Length", str(sum(map(len, body))))
        elif answer.status not in _BODILESS:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if has_body and answer.status not in _BODILESS:
            for piece in body:
                self.wfile.write(piece)


_ROUTES: tuple[tuple[str, Callable[[_Handler, str, str], Answer]], ...] = (
    ("/timegate/", _Handler._timegate),
    ("/timemap/link/", _Handler._timemap),
    (STYLE_PATH, _Handler._style),
    (SCRIPT_PATH, _Handler._script),
    ("/-/about", _Handler._about_page),
    ("/-/article/", _Handler._article),
    ("/-/find", _Handler._find),
    ("/-/portal/", _Handler._portal),
    ("/", _Handler._home),
)


def view_of(connection: sqlite3.Connection, wanted: str, moment: str | None = None) -> Location:
    """Where the page of an article, or of an address, is shown.

    `wanted` is an id, portal/key or an address; `moment` is UTC, as in captures.fetched_at: the
    newest capture without. QueryError if nothing of it was captured.
    """
    if "://" in wanted:
        url, latest = wanted.partition("#")[0], memento.LATEST
    else:
        stored = stored_article(connection, article_named(connection, wanted))
        row = capture_row(connection, stored.article["capture_id"])
        url, latest = str(row["url"]), str(row["fetched_at"])
    found = nearest(connection, asked_from(url, url) or url, moment or latest)
    if found is None:
        raise QueryError(f"{wanted} was not captured; `portal search` finds articles")
    return Location(stamp_of(found.capture.fetched_at), found.capture.url, VIEW)


def _typed(headers: dict[str, str], answer: StoredAnswer) -> dict[str, str]:
    for name in ("content-type", "content-disposition"):
        if (value := answer.head.value(name)) is not None:
            headers[name.title()] = value
    return headers


def _own(
    body: bytes, status: int = HTTPStatus.OK, *, mime: str = "text/html", policy: str = POLICY
) -> Answer:
    headers = {
        "Content-Type": f"{mime}; charset=utf-8",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Answer(status, headers, [body])


def _words(status: int, words: str) -> Answer:
    return _own(f"{words}\n".encode(), status, mime="text/plain")
