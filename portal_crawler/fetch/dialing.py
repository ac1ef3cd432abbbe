"""Connects to the addresses of a host, and through a proxy's tunnel."""

import asyncio
import socket
from collections.abc import Sequence

from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError

from portal_crawler.fetch.ip_addresses import Address

NEXT_ADDRESS_S = 0.3
"""Seconds until the next address is tried beside one that does not answer (RFC 8305 §5)."""

MAX_PROXY_HEAD_BYTES = 64 * 1024
"""The longest answer to CONNECT; proxies send a hundred bytes."""


async def connected(
    addresses: Sequence[Address], port: int, bind_host: str | None = None
) -> socket.socket:
    """A socket that is connected to the first address that answers; `addresses` is not empty.

    Raises DownloadConnectionRefusedError or DownloadFailedError if none does.
    """
    trying: set[asyncio.Task[socket.socket]] = set()
    waiting = list(addresses)
    errors: list[OSError] = []
    try:
        while waiting or trying:
            if waiting:
                trying.add(asyncio.ensure_future(_connected(waiting.pop(0), port, bind_host)))
            done, _ = await asyncio.wait(
                trying,
                timeout=NEXT_ADDRESS_S if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                trying.remove(task)
                try:
                    return await task
                except OSError as error:
                    errors.append(error)
    finally:
        for task in trying:
            task.cancel()
            task.add_done_callback(_close_late)
    raise _failure(errors)


async def _connected(address: Address, port: int, bind_host: str | None) -> socket.socket:
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        if bind_host is not None:
            sock.bind((bind_host, 0))
        await asyncio.get_running_loop().sock_connect(sock, (str(address), port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def _close_late(task: "asyncio.Task[socket.socket]") -> None:
    """Close a connection whose address was slower than another."""
    if not task.cancelled() and task.exception() is None:
        task.result().close()


def _failure(errors: Sequence[OSError]) -> DownloadFailedError | DownloadConnectionRefusedError:
    words = "; ".join(dict.fromkeys(map(str, errors)))
    if all(isinstance(error, ConnectionRefusedError) for error in errors):
        return DownloadConnectionRefusedError(f"the connection was refused: {words}")
    return DownloadFailedError(f"no connection could be made: {words}")


async def open_tunnel(sock: socket.socket, place: str, credentials: bytes | None) -> None:
    """Ask the proxy at the other end of `sock` for a tunnel to `place`, a host and its port.

    Raises DownloadFailedError if it refuses.
    """
    loop = asyncio.get_running_loop()
    lines = [b"CONNECT %s HTTP/1.1" % place.encode(), b"Host: %s" % place.encode()]
    if credentials is not None:
        lines.append(b"Proxy-Authorization: " + credentials)
    await loop.sock_sendall(sock, b"\r\n".join([*lines, b"", b""]))
    said = b""
    # The server behind the proxy sends nothing before we do: all bytes are the proxy's.
    while b"\r\n\r\n" not in said and len(said) < MAX_PROXY_HEAD_BYTES:
        piece = await loop.sock_recv(sock, 4096)
        if not piece:
            break
        said += piece
    status = said.split(b"\r\n", 1)[0]
    if status.split(b" ")[1:2] != [b"200"]:
        raise DownloadFailedError(f"the proxy opens no tunnel to {place}: {_shown(status)}")


def _shown(status: bytes) -> str:
    return status[:100].decode("latin-1") or "it closed the connection"
