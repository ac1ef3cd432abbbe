"""A server that must stay unasked, over TCP and UDP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Trap:
    """Notes the first bytes of each connection and each datagram."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        for listen in (self._accept, self._receive):
            threading.Thread(target=listen, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._tcp.accept()
                connection.settimeout(1)
                with connection, suppress(TimeoutError):
                    self.asked.append(connection.recv(200))

    def _receive(self) -> None:
        with suppress(OSError):
            while True:
                self.asked.append(self._udp.recv(200))

    def close(self) -> None:
        """Listen no more."""
        for listening in (self._tcp, self._udp):
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()


@contextmanager
def trap() -> Iterator[Trap]:
    """A trap for the time of the block."""
    listening = Trap()
    try:
        yield listening
    finally:
        listening.close()
