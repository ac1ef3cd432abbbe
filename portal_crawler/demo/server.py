"""Serves the demo portals on loopback, as a forward proxy for addresses that do not exist.

The pages are package data: `pages/INDEX.jsonl` names the address, file and content type of each.
"""

import hashlib
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from socket import socket
from urllib.parse import parse_qsl, unquote, urlsplit

LAST_MODIFIED = "Wed, 01 Jan 2025 00:00:00 GMT"
# An idle keep-alive connection must not hold a thread for the rest of a long process.
IDLE_TIMEOUT_S = 30.0
# How soon the server notices the end of its block; with the default every test waits 0.5 s.
SHUTDOWN_POLL_S = 0.05
NOT_FOUND_BODY = (
    b'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>404</title></head>'
    b"<body><h1>404</h1></body></html>"
)

PageKey = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPage:
    """One answer of a demo portal; `body` has the bytes as they are sent."""

    url: str
    status: int
    content_type: str
    body: bytes

    @property
    def etag(self) -> str:
        """A strong validator: the digest of the body."""
        return f'"{hashlib.sha1(self.body, usedforsecurity=False).hexdigest()}"'


NOT_FOUND = DemoPage(
    url="",
    status=HTTPStatus.NOT_FOUND,
    content_type="text/html; charset=utf-8",
    body=NOT_FOUND_BODY,
)


def demo_pages() -> list[DemoPage]:
    """All pages of the index, in its order."""
    root = files("portal_crawler.demo") / "pages"
    lines = (root / "INDEX.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [
        DemoPage(
            url=row["url"],
            status=row.get("status", HTTPStatus.OK),
            content_type=row["type"],
            body=root.joinpath(row["member"]).read_bytes(),
        )
        for row in rows
    ]


def page_key(url: str) -> PageKey:
    """The key of a page, equal for all spellings of an address: host, unquoted path, parameters in
    any order."""
    parts = urlsplit(url)
    parameters = sorted(parse_qsl(parts.query, keep_blank_values=True))
    return parts.netloc.lower(), unquote(parts.path) or "/", tuple(parameters)


class DemoServer(ThreadingHTTPServer):
    """A server on a free port of loopback, which ignores clients that hang up."""

    def __init__(self, pages: list[DemoPage]) -> None:
        self.pages = {page_key(page.url): page for page in pages}
        super().__init__(("127.0.0.1", 0), DemoRequestHandler)

    @property
    def proxy_url(self) -> str:
        """The address to name as `http_proxy`."""
        return f"http://127.0.0.1:{self.server_port}"

    def page(self, url: str) -> DemoPage:
        """The page at `url`, or the 404 page."""
        return self.pages.get(page_key(url), NOT_FOUND)

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """Ignore a client that hung up; other errors are printed on stderr as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class DemoRequestHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD in absolute form (as a proxy) and in origin form (by Host)."""

    protocol_version = "HTTP/1.1"
    server_version = "DemoPortals"
    sys_version = ""
    timeout = IDLE_TIMEOUT_S
    # Head and body leave in one write; apart they wait for each other's acknowledgement.
    wbufsize = -1
    server: DemoServer

    def do_GET(self) -> None:
        """Send the page, or 304 if the client already has it."""
        page = self.server.page(self.requested_url())
        if self.send_head(page) != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(page.body)

    def do_HEAD(self) -> None:
        """Send the headers of GET without the body."""
        self.send_head(self.server.page(self.requested_url()))

    def requested_url(self) -> str:
        """The absolute URL of the request."""
        if self.path.startswith("/"):
            return f"http://{self.headers.get('Host', '')}{self.path}"
        return self.path

    def is_known_to_client(self, page: DemoPage) -> bool:
        """Whether If-None-Match has the page's ETag (weak comparison, RFC 9110 §13.1.2)."""
        tags = self.headers.get("If-None-Match", "").split(",")
        return any(tag.strip().removeprefix("W/") in (page.etag, "*") for tag in tags)

    def send_head(self, page: DemoPage) -> int:
        """Send the status line and headers, for a 304 only validators; gives the status."""
        is_known = page.status == HTTPStatus.OK and self.is_known_to_client(page)
        status = HTTPStatus.NOT_MODIFIED if is_known else page.status
        self.send_response(status)
        if page.status == HTTPStatus.OK:
            self.send_header("ETag", page.etag)
            self.send_header("Last-Modified", LAST_MODIFIED)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        return status

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: stderr belongs to the command that runs the demo."""


@contextmanager
def demo_proxy() -> Iterator[str]:
    """Serve the demo portals while the block runs; gives the proxy's URL."""
    with DemoServer(demo_pages()) as server:
        thread = threading.Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": SHUTDOWN_POLL_S},
            name="demo-proxy",
            daemon=True,
        )
        thread.start()
        try:
            yield server.proxy_url
        finally:
            server.shutdown()
            thread.join()
