"""Answers in odd frames, crawled: what a crawl read of each, a rebuild reads of its record, too."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.crawls import crawl, rebuilt, rows, warc_records
from tests.support.pages import article, listing
from tests.support.tables import all_rows
from tests.support.wire_server import Answer, WireServer, chunked, message, page, raw, wire_server

HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
NEXT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"


def body(number: int) -> bytes:
    return article(number).encode()


def framed(number: int, *lines: str, first: str = "HTTP/1.1 200 OK", end: str = "\r\n") -> Answer:
    """The article under these lines; `{}` in them is its length."""
    head = end.join([first, *lines, "", ""]).replace("{}", str(len(body(number))))
    return raw(head.encode() + body(number))


def in_chunks(number: int, *, end: bytes = b"\r\n", trailer: bytes = b"") -> bytes:
    return b"%x%b%b%b0%b%b%b" % (len(body(number)), end, body(number), end, end, trailer, end)


ANSWERS = {
    "bare line ends": lambda n: framed(n, "Content-Length: {}", end="\n"),
    "no reason, two spaces": lambda n: framed(n, "Content-Length: {}", first="HTTP/1.1  200"),
    "small letters": lambda n: framed(n, "content-length: {}", first="http/1.1 200 ok"),
    "the same length twice": lambda n: framed(n, "Content-Length: {}", "Content-Length: {}"),
    "a folded length": lambda n: framed(n, "Content-Length:", "\t{}"),
    "a folded type": lambda n: framed(
        n, "Content-Type: text/html;", " charset=windows-1258", "Content-Length: {}"
    ),
    "a length too short": lambda n: raw(message(body(n)) + b"<!-- more -->"),
    "two answers at once": lambda n: raw(message(body(n)) + NEXT),
    "three interim answers": lambda n: raw(HINTS * 3 + message(body(n))),
    "chunks and a length": lambda n: raw(
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n", in_chunks(n)
    ),
    "chunks with bare line ends": lambda n: raw(
        b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", in_chunks(n, end=b"\n")
    ),
    "chunks, a trailer and more": lambda n: raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n",
        in_chunks(n, trailer=b"X: 1\r\n") + b"more",
    ),
    "a coding that is none": lambda n: framed(
        n, "Transfer-Encoding: identity", "Content-Length: {}"
    ),
    "a later version": lambda n: framed(n, "Content-Length: {}", first="HTTP/1.9 200 OK"),
    "an old one that stays": lambda n: framed(
        n, "Connection: Keep-Alive", "Content-Length: {}", first="HTTP/1.0 200 OK"
    ),
    "more tokens": lambda n: framed(n, "Connection: Upgrade, CLOSE", "Content-Length: {}"),
    "lines that are no fields": lambda n: framed(n, "odd", ": x", " y", "Content-Length : {}"),
}
UNREADABLE = {
    "two lengths": lambda n: framed(n, "Content-Length: 5", "Content-Length: {}"),
    "a length below nothing": lambda n: framed(n, "Content-Length: -1"),
    "a length that is none": lambda n: framed(n, "Content-Length: 0x10"),
    "another protocol": lambda n: framed(n, "Content-Length: {}", first="ICY 200 OK"),
    "no head": lambda n: raw(body(n)),
    "a switch": lambda n: raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
    "chunks that are none": lambda n: raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n" + body(n)
    ),
    "a chunk beyond measure": lambda n: raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 99 + b"\r\n" + body(n)
    ),
}
GOOD = len(ANSWERS) + len(UNREADABLE) + 1


@dataclass(frozen=True, slots=True)
class Crawled:
    """The archive, and the server with what it sent."""

    archive: Path
    server: WireServer


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("odd")
    with wire_server(folder) as server:
        server.answer("/tin-tuc", chunked(listing(range(1, GOOD + 1)).encode()))
        server.answer(f"/tin/{GOOD}", page(article(GOOD)))
        for number, answer in enumerate([*ANSWERS.values(), *UNREADABLE.values()], start=1):
            server.answer(f"/tin/{number}", answer(number))
        assert crawl(server, folder / "archive", "-s", "RETRY_TIMES=0").code == 3
        yield Crawled(folder / "archive", server)


def test_each_is_read_and_none_that_says_nothing_holds_the_crawl_up(crawled: Crawled) -> None:
    read = {
        int(key) for (key,) in rows(crawled.archive, "SELECT key FROM articles WHERE body <> ''")
    }
    assert read == {*range(1, len(ANSWERS) + 1), GOOD}


def test_each_is_kept_to_the_byte(crawled: Crawled) -> None:
    sent = sorted((each.url, each.sent) for each in crawled.server.exchanges)
    assert sorted((r.url, r.block) for r in warc_records(crawled.archive, "response")) == sent


def test_a_rebuild_reads_the_same_of_each(crawled: Crawled) -> None:
    before = all_rows(crawled.archive)
    assert rebuilt(crawled.server, crawled.archive).code == 0
    assert all_rows(crawled.archive) == before
