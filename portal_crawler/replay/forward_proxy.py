"""A forward proxy that answers from the archive alone, with the bytes as they were."""

import ssl
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from archive.database.reading import reading
from archive.database.replayed import nearest
from archive.errors import ArchiveError
from archive.imports.stored import stored_answer
from archive.layout import Layout
from archive.moments import now
from archive.warc.records import sha1_text
from portal_crawler.references.requisites import asked_from
from portal_crawler.replay.posted import posted_body

NOT_CAPTURED = "X-Not-Captured"
"""The header of an answer that the archive does not hold."""

MOST_LACKING = 1_000
"""The most requests without an answer that are kept for one page."""

IDLE_TIMEOUT_S = 30.0
CERTIFICATE_DAYS = 2

_NOT_SENT = frozenset((
    "alt-svc", "clear-site-data", "connection", "content-encoding", "content-length", "keep-alive",
    "nel", "proxy-authenticate", "report-to", "reporting-endpoints", "strict-transport-security",
    "trailer", "transfer-encoding", "upgrade",
))  # fmt: skip
"""Headers that concern the connection, a coding that is removed, or things outside the page."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A request that the archive has no answer to."""

    url: str
    destination: str
    """Sec-Fetch-Dest, as `worker`; empty if Chromium did not say."""
    referer: str


class ArchiveProxy(ThreadingHTTPServer):
    """A proxy on loopback that answers from the archive and requests nothing from the network."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.moment = ""
        """The moment, like captures.fetched_at, as of which requests are answered."""
        self.lacking: list[Lacking] = []
        """Requests without an answer since the list was cleared."""
        self.tls = _context()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """The proxy's address, for Chromium's --proxy-server."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore the error: the browser hung up or refused the answer."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_TIMEOUT_S
    wbufsize = -1
    disable_nagle_algorithm = True
    server: ArchiveProxy

    def setup(self) -> None:
        super().setup()
        self._origin = ""
        self._resources = ExitStack()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self._resources.close()
        self.connection.close()

    def do_CONNECT(self) -> None:
        """Go on as the https server of any host."""
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.wfile.flush()
        self._origin = f"https://{self.path.removesuffix(':443')}"
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.close_connection = False

    def do_GET(self) -> None:
        self._answer(has_body=True)

    def do_HEAD(self) -> None:
        self._answer(has_body=False)

    def do_POST(self) -> None:
        body = posted_body(self.headers, self.rfile)
        if body is None:
            self._refuse()
        else:
            self._answer(has_body=True, request_digest=sha1_text([body]))

    def do_OPTIONS(self) -> None:
        self._refuse()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""

    def _refuse(self) -> None:
        """An answer to such a request was not captured. Its body is not read."""
        self.close_connection = True
        self._lack(HTTPStatus.NOT_FOUND, ("Connection", "close"))

    def _answer(self, *, has_body: bool, request_digest: str | None = None) -> None:
        address = self._address
        with reading(self.server.layout) as connection:
            url = asked_from(address, address)
            found = None
            if url is not None:
                found = nearest(connection, url, self.server.moment, request_digest)
        if found is None:
            self._lack(HTTPStatus.NOT_FOUND)
            return
        try:
            answer = stored_answer(self.server.layout, found.capture, found.original)
        except ArchiveError:
            self._lack(HTTPStatus.BAD_GATEWAY)
            return
        headers = [(name, value) for name, value in answer.head.headers if name not in _NOT_SENT]
        self._send(found.status, headers, answer.body if has_body else b"")

    @property
    def _address(self) -> str:
        return f"{self._origin}{self.path}"

    def _lack(self, status: int, *headers: tuple[str, str]) -> None:
        """Send an empty answer that says so, and keep the request."""
        if len(self.server.lacking) < MOST_LACKING:
            destination = self.headers.get("Sec-Fetch-Dest", "")
            referer = self.headers.get("Referer", "")
            self.server.lacking.append(Lacking(self._address, destination, referer))
        self._send(status, [(NOT_CAPTURED, "yes"), *headers], b"")

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _context() -> ssl.SSLContext:
    """A TLS context with a certificate made now, which the browser accepts by a switch."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal replay")])
    begun = now() - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=1 + CERTIFICATE_DAYS)).sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        both = Path(folder) / "both.pem"
        both.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(both)
    return context
