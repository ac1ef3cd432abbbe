"""The speed of the crawled portal's server, to be sure that it does not limit the crawls."""

import socket
import time
from collections.abc import Sequence
from urllib.parse import urlsplit


def pages_a_second(proxy: str, addresses: Sequence[str]) -> float:
    """Ask for all addresses in order over one connection, and look at lengths alone."""
    parts = urlsplit(proxy)
    started = time.monotonic()
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for address in addresses:
            host = urlsplit(address).netloc
            connection.sendall(f"GET {address} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            _read_answer(connection)
    return len(addresses) / (time.monotonic() - started)


def _read_answer(connection: socket.socket) -> None:
    received = bytearray()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _some(connection)
    fields = received[:end].lower().partition(b"\r\ncontent-length:")[2]
    missing = end + 4 + int(fields.partition(b"\r\n")[0]) - len(received)
    while missing > 0:
        missing -= len(_some(connection))


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(1 << 18)
    if not data:
        raise ConnectionError("the server closed the connection that it was asked to keep")
    return data
