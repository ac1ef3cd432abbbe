"""The replay server: answers a browser from the archive, and asks the network for nothing."""

import sqlite3
import sys
import threading
from contextlib import ExitStack, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from archive.database.reading import reading
from archive.layout import Layout
from archive.output import say
from archive.warc.records import sha1_text
from portal_crawler.replay.asked import Asked
from portal_crawler.replay.location import Location
from portal_crawler.replay.posted import posted_body
from portal_crawler.replay.reply import Reply, words
from portal_crawler.replay.routing import reply_to

HOST = "replay.localhost"
"""Browsers lead every name under localhost to this machine. Another name than other servers' here
keeps their cookies away."""

MOST_CONNECTIONS = 64
IDLE_TIMEOUT_S = 10.0
"""A connection over which nothing comes for so long makes room for others."""

_BODILESS = (204, 304)


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
        super().__init__((host, port), _Connection)

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
        """Answer a connection as ThreadingHTTPServer does, then free its place."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print an error, unless the browser hung up."""
        error = sys.exception()
        if not isinstance(error, OSError):
            say(f"replay: {type(error).__name__}: {error}")

    def is_named(self, given: str) -> bool:
        """Whether a Host header names this server, and not a foreign name that resolves to it."""
        name = urlsplit(f"//{given}").hostname or ""
        if name in (HOST, self.host):
            return True
        if self.host not in ("0.0.0.0", "::"):
            return False
        with suppress(ValueError):
            return bool(ip_address(name))
        return False


class _Connection(BaseHTTPRequestHandler):
    """One connection, with a database connection of its own."""

    protocol_version = "HTTP/1.1"
    server_version = "portal-replay"
    sys_version = ""
    timeout = IDLE_TIMEOUT_S
    wbufsize = 64 * 1024  # most answers leave with their headers, in one write
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

    def do_GET(self) -> None:
        with ExitStack() as held:
            self._send(self._reply(held))

    def do_HEAD(self) -> None:
        with ExitStack() as held:
            self._send(self._reply(held), has_body=False)

    def do_POST(self) -> None:
        if Location.of(self.path) is None:
            self.close_connection = True
            self._send(words(HTTPStatus.NOT_IMPLEMENTED, "Only archived addresses take forms."))
            return
        body = posted_body(self.headers, self.rfile)
        if body is None:
            self.close_connection = True
            why = "The request's body has no length, or more than a crawl sends."
            self._send(words(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, why))
            return
        with ExitStack() as held:
            self._send(self._reply(held, sha1_text([body])))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""

    def _reply(self, held: ExitStack, request_digest: str | None = None) -> Reply:
        server = self.server
        if not server.is_named(self._header("Host")):
            text = f"This server is {server.url}\n".encode()
            return Reply(HTTPStatus.MISDIRECTED_REQUEST, {"Content-Type": "text/plain"}, [text])
        return reply_to(
            Asked(
                target=self.path,
                header=self._header,
                layout=server.layout,
                database=self._database,
                settings=server.settings,
                server=server.url,
                request_digest=request_digest,
                held=held,
            )
        )

    def _header(self, name: str) -> str:
        return str(self.headers.get(name, ""))

    def _database(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = self._resources.enter_context(reading(self.server.layout))
        return self._db

    def _send(self, reply: Reply, *, has_body: bool = True) -> None:
        body = reply.body
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            if value:
                self.send_header(name, value.replace("\r", " ").replace("\n", " "))
        if isinstance(body, list | tuple):
            self.send_header("Content-Length", str(sum(map(len, body))))
        elif reply.status not in _BODILESS:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if has_body and reply.status not in _BODILESS:
            for piece in body:
                self.wfile.write(piece)
