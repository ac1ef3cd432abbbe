"""Connections: made to whom answers, given up in time, and kept within bounds."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError
from scrapy.settings import Settings

from portal_crawler.fetch.connection import Connection
from portal_crawler.fetch.dialing import connected
from portal_crawler.fetch.encryption import context_of
from portal_crawler.fetch.pool import MOST_KEPT, Pool, Route
from portal_crawler.fetch.resolver import CheckedResolver

HERE = "127.0.0.1"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until the other side goes."""
    await reader.read()
    writer.close()


async def close_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.close()


async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await close_at_once(reader, writer)


@asynccontextmanager
async def served(talk: Talk) -> AsyncIterator[int]:
    """The port of a server that does so with each connection."""
    server = await asyncio.start_server(talk, HERE, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def pool_of(**settings: object) -> Pool:
    resolver = CheckedResolver(Settings(settings))
    resolver.allow([HERE])
    return Pool(resolver, Settings(settings), {})


def nobody() -> int:
    """A port at which nobody listens."""
    with socket.create_server((HERE, 0)) as listening:
        return int(listening.getsockname()[1])


def test_where_nobody_listens_the_connection_is_refused() -> None:
    with pytest.raises(DownloadConnectionRefusedError, match="refused"):
        asyncio.run(connected([ip_address(HERE)], nobody()))


def test_where_nobody_answers_each_reason_is_told() -> None:
    """The first address is of a family that the bound one cannot reach."""
    addresses = [ip_address("::1"), ip_address(HERE)]
    with pytest.raises(DownloadFailedError, match=r"made: .+; .*Connect call failed"):
        asyncio.run(connected(addresses, nobody(), bind_host=HERE))


@pytest.mark.parametrize("proxied", [False, True], ids=["handshake", "tunnel"])
def test_what_waits_for_an_encrypted_connection_is_given_up_in_time(*, proxied: bool) -> None:
    gone: list[bool] = []

    async def wait_for_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await say_nothing(reader, writer)
        gone.append(True)

    async def dial() -> None:
        async with served(wait_for_the_end) as port:
            route = Route(True, HERE, port, proxy=(HERE, port) if proxied else None)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await pool_of().dialed(route)
            while not gone:
                await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(dial(), 5))


@pytest.mark.parametrize(
    ("talk", "words"),
    [(close_at_once, "the server closed the connection"), (speak_plainly, "wrong version number")],
)
def test_a_handshake_that_fails_is_said_in_words(talk: Talk, words: str) -> None:
    async def dial() -> None:
        async with served(talk) as port:
            await pool_of().dialed(Route(True, HERE, port))

    with pytest.raises(DownloadFailedError, match=f"could be made: {words}$"):
        asyncio.run(dial())


def test_connections_that_are_kept_have_a_bound_however_many_hosts_there_are() -> None:
    async def keep() -> tuple[list[bool], bool]:
        async with served(say_nothing) as port:
            pool, made = pool_of(), []
            for number in range(MOST_KEPT + 6):
                connection = await pool.dialed(Route(False, HERE, port))
                pool.keep(Route(False, f"{number}.portal.test", port), connection)
                made.append(connection)
            is_open = [each.is_open for each in made]
            pool.close()
            return is_open, any(each.is_open for each in made)

    is_open, is_any_left = asyncio.run(keep())
    assert is_open == [False] * 6 + [True] * MOST_KEPT
    assert not is_any_left


def test_a_kept_connection_that_was_said_something_over_is_not_given_again() -> None:
    async def talk_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 408 Request Timeout\r\n\r\n")
        await say_nothing(reader, writer)

    async def ask_again() -> Connection | None:
        async with served(talk_on) as port:
            pool, route = pool_of(), Route(False, HERE, port)
            connection = await pool.dialed(route)
            pool.keep(route, connection)
            connection._transport.write(b"x")
            while connection.is_open:
                await asyncio.sleep(0.01)
            return pool.kept(route)

    assert asyncio.run(ask_again()) is None


@pytest.mark.parametrize(
    ("name", "version"),
    [("TLSv1.2", ssl.TLSVersion.TLSv1_2), ("TLSv1.3", ssl.TLSVersion.TLSv1_3)],
)
def test_the_settings_for_tls_are_heeded(name: str, version: ssl.TLSVersion) -> None:
    settings = {"DOWNLOAD_TLS_MIN_VERSION": name, "DOWNLOAD_TLS_MAX_VERSION": name}
    context = context_of(Settings(settings))
    assert (context.minimum_version, context.maximum_version) == (version, version)
    few = context_of(Settings({"DOWNLOADER_CLIENT_TLS_CIPHERS": "ECDHE-RSA-AES128-GCM-SHA256"}))
    assert len(few.get_ciphers()) < len(context_of(Settings()).get_ciphers())
