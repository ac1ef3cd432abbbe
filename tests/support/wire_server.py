"""A loopback server that answers scripted bytes and notes every byte, on raw sockets.

One port is everything at once: http origin, https origin (a connection that begins with a TLS
record), forward proxy (absolute request targets) and CONNECT proxy (TLS inside the tunnel).
No HTTP library stands between a test and the wire: a test gives the exact bytes.
"""

import gzip
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

TLS_HANDSHAKE = b"\x16"
CRLF = b"\r\n"


@dataclass(slots=True, kw_only=True)
class Answer:
    """The answer to one request: pieces, each in a write of its own, and how it ends."""

    pieces: tuple[bytes, ...] = ()
    close: bool = False
    """Close the connection afterwards."""
    reset: bool = False
    """Break the connection off afterwards (RST)."""
    pause_s: float = 0.0
    """Before each piece but the first."""
    hold: threading.Event | None = None
    """Wait for it before anything is sent."""

    @property
    def sent(self) -> bytes:
        """All that goes over the wire."""
        return b"".join(self.pieces)


Script = Answer | Callable[[bytes], Answer]
"""An answer, or a function that gives one for the bytes of the request."""


@dataclass(slots=True, kw_only=True)
class WireExchange:
    """One request and its answer as the server saw them."""

    url: str
    request: bytes
    sent: bytes
    connection: int
    """Number of the connection, from 0."""
    at: float = field(default_factory=time.monotonic)

    @property
    def path(self) -> str:
        """Path and query of the address."""
        parts = urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")


def message(
    body: bytes = b"",
    *headers: str,
    status: str = "200 OK",
    protocol: str = "HTTP/1.1",
    kind: str | None = "text/html; charset=utf-8",
) -> bytes:
    """A response with Content-Length; `headers` are whole lines and come first, as given."""
    lines = [f"{protocol} {status}", *headers]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + 2 * CRLF + body


def page(body: bytes | str, *headers: str, status: str = "200 OK", **how: object) -> Answer:
    """An Answer that is one `message`; `how` goes to the Answer."""
    data = body.encode() if isinstance(body, str) else body
    return Answer(pieces=(message(data, *headers, status=status),), **how)  # type: ignore[arg-type]


def raw(*pieces: bytes, **how: object) -> Answer:
    """An Answer of exactly these bytes."""
    return Answer(pieces=pieces, **how)  # type: ignore[arg-type]


def chunked(
    body: bytes, *headers: str, size: int = 100, extension: bytes = b"", trailers: bytes = b""
) -> Answer:
    """A chunked response, head and body in writes of their own."""
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html", *headers, "Transfer-Encoding: chunked"]
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    framed = b"".join(b"%x%b\r\n%b\r\n" % (len(part), extension, part) for part in parts)
    return raw("\r\n".join(lines).encode() + 2 * CRLF, framed + b"0\r\n" + trailers + CRLF)


def gzipped(body: bytes, *headers: str) -> Answer:
    """A response whose body is coded with gzip."""
    return page(gzip.compress(body, mtime=0), "Content-Encoding: gzip", *headers)


def conditional(body: str, etag: str) -> Callable[[bytes], Answer]:
    """The page with an ETag, and 304 for a request that names it."""

    def answer(request: bytes) -> Answer:
        if f'If-None-Match: "{etag}"'.encode() in request:
            return raw(f'HTTP/1.1 304 Not Modified\r\nETag: "{etag}"\r\n\r\n'.encode())
        return page(body, f'ETag: "{etag}"')

    return answer


NOT_FOUND = page("<h1>404</h1>", status="404 Not Found")
RULES = raw(message(b"User-agent: *\nAllow: /\n", kind="text/plain"))


class WireServer:
    """Serves `script`: the answers for a path, in turn; then the last answer again and again."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "server.pem"
        self.script: dict[str, list[Script]] = {"/robots.txt": [RULES]}
        self.exchanges: list[WireExchange] = []
        self.connects: list[bytes] = []
        """The CONNECT requests."""
        self.proxy_answer: bytes | None = None
        """Sent in place of a tunnel."""
        self._asked = threading.Condition()
        self.connections = 0
        """How many there were."""
        self._tls = _tls_context(self.certificate, folder / "key.pem")
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._socket.getsockname()[1]

    def answer(self, path: str, *answers: Script) -> None:
        """Set the answers for a path."""
        with self._asked:
            self.script[path] = list(answers)

    def paths(self) -> list[str]:
        """The requested paths so far, in order."""
        return [exchange.path for exchange in self.exchanges]

    def forget(self) -> None:
        """Empty the log."""
        self.exchanges.clear()
        self.connects.clear()
        self._begun.clear()

    def wait_for(self, path: str, timeout_s: float = 20.0) -> None:
        """Return when a path was asked for; its answer may still be held."""
        with self._asked:
            asked = self._asked.wait_for(lambda: path in self._begun, timeout_s)
        assert asked, f"{path} was not asked for within {timeout_s} s: {self._begun}"

    def serve(self) -> None:
        """Accept until the socket is closed."""
        self._begun: list[str] = []
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                number, self.connections = self.connections, self.connections + 1
                threading.Thread(target=self._talk, args=(connection, number), daemon=True).start()

    def close(self) -> None:
        """Stop accepting."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _talk(self, connection: socket.socket, number: int) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError):
            scheme = "http"
            if connection.recv(1, socket.MSG_PEEK) == TLS_HANDSHAKE:
                connection, scheme = self._tls.wrap_socket(connection, server_side=True), "https"
            reader = connection.makefile("rb")
            while request := _request(reader):
                if request.startswith(b"CONNECT "):
                    self.connects.append(request)
                    connection.sendall(self.proxy_answer or b"HTTP/1.1 200 OK\r\n\r\n")
                    if self.proxy_answer:
                        break
                    connection = self._tls.wrap_socket(connection, server_side=True)
                    reader, scheme = connection.makefile("rb"), "https"
                elif not self._reply(connection, request, scheme, number):
                    break
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    def _reply(self, connection: socket.socket, request: bytes, scheme: str, number: int) -> bool:
        """Answer one request; whether the connection goes on."""
        url = _url(request, scheme)
        exchange = WireExchange(url=url, request=request, sent=b"", connection=number)
        answer = self._next_answer(exchange)
        exchange.sent = answer.sent
        if answer.hold is not None:
            answer.hold.wait(60)
        self.exchanges.append(exchange)
        for position, piece in enumerate(answer.pieces):
            time.sleep(answer.pause_s if position else 0)
            connection.sendall(piece)
        if answer.reset:
            time.sleep(0.05)  # so that the sent bytes are read before the RST overtakes them
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        return not (answer.close or answer.reset)

    def _next_answer(self, exchange: WireExchange) -> Answer:
        with self._asked:
            answers = self.script.get(exchange.path, [NOT_FOUND])
            script = answers.pop(0) if len(answers) > 1 else answers[0]
            self._begun.append(exchange.path)
            self._asked.notify_all()
        return script(exchange.request) if callable(script) else script


@contextmanager
def wire_server(folder: Path) -> Iterator[WireServer]:
    """A server for the time of the block; its certificate lies in `folder`."""
    server = WireServer(folder)
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        yield server
    finally:
        server.close()


def _request(reader: IO[bytes]) -> bytes:
    """The next request's bytes; empty at the end of the connection."""
    lines, length = [], 0
    for line in reader:
        lines.append(line)
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
        if line == CRLF:
            return b"".join(lines) + reader.read(length)
    return b""


def _url(request: bytes, scheme: str) -> str:
    target = request.split(b" ", 2)[1].decode()
    if not target.startswith("/"):
        return target
    lines = request.split(CRLF)
    host = next(line.split(b":", 1)[1] for line in lines if line.lower().startswith(b"host:"))
    return f"{scheme}://{host.strip().decode()}{target}"


def _tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    names = "DNS:localhost,DNS:portal.test,IP:127.0.0.1"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=portal.test", "-addext", f"subjectAltName={names}",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
