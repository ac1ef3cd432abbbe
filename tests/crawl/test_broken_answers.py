"""Answers that broke off: what a crawl did with each, a rebuild and a catch-up do, too."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.crawls import crawl, rebuilt, rows
from tests.support.pages import article, listing
from tests.support.tables import all_rows
from tests.support.wire_server import NOT_FOUND, Answer, WireServer, page, raw, wire_server

BUSY = page("busy", status="503 Service Unavailable")
GONE = page("<h1>410</h1>", status="410 Gone")
SILENCE = raw(close=True)


def broken(answer: Answer, cut: int = 4) -> Answer:
    """The answer less its last bytes."""
    return raw(answer.sent[:-cut], close=True)


def half(number: int) -> Answer:
    """An article's page that breaks off in its body."""
    return broken(page(article(number)), cut=90)


HALF_A_HEAD = raw(b"HTTP/1.1 404 Not Found\r\nContent-Ty", close=True)
HALF_A_GOOD_HEAD = raw(b"HTTP/1.1 200 OK\r\nContent-Ty", close=True)


def bad_chunks(number: int) -> Answer:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return raw(head + b"40\r\n" + article(number).encode()[:64] + b"\r\nno size\r\n", close=True)


Case = Callable[[int], tuple[Answer, ...]]

MISSING_ONCE: dict[str, Case] = {
    "a 404 that broke off, then the page": lambda n: (broken(NOT_FOUND), page(article(n))),
    "a 404 that broke off, then nothing": lambda n: (broken(NOT_FOUND), SILENCE),
    "a 404 that broke off each time": lambda n: (broken(NOT_FOUND),),
    "a 410 that broke off, then a failure": lambda n: (broken(GONE), BUSY),
    "a 410 that broke off each time": lambda n: (broken(GONE),),
    "half a 404's head": lambda n: (HALF_A_HEAD,),
    "a 404 that broke off, then half a page": lambda n: (broken(NOT_FOUND), half(n)),
}
PAGES: dict[str, Case] = {
    "half a page, then nothing": lambda n: (half(n), SILENCE),
    "half a page, then a failure": lambda n: (half(n), BUSY),
    "half a page each time": lambda n: (half(n),),
    "half a page, then the page": lambda n: (half(n), page(article(n))),
    "half a head": lambda n: (HALF_A_GOOD_HEAD,),
    "chunks that are none": lambda n: (bad_chunks(n),),
    "chunks that are none, then half a page": lambda n: (bad_chunks(n), half(n)),
}
ONE_NIGHT = 80
"""An article that is missing for the first time, and says so twice."""


def numbered(cases: dict[str, Case], first: int) -> dict[int, tuple[Answer, ...]]:
    return {number: case(number) for number, case in enumerate(cases.values(), start=first)}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireServer]:
    with wire_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def nights(server: WireServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All articles are had; the second night each is missing once; then their answers break off."""
    archive = tmp_path_factory.mktemp("broken") / "archive"
    known = {**numbered(MISSING_ONCE, 1), **numbered(PAGES, 20)}
    new = {**numbered(PAGES, 40), ONE_NIGHT: (broken(NOT_FOUND), NOT_FOUND)}
    server.answer("/tin-tuc", page(listing(known, following="/tin-tuc?p=2")))
    server.answer("/tin-tuc?p=2", page(listing([ONE_NIGHT])))
    for number in (*known, ONE_NIGHT):
        server.answer(f"/tin/{number}", page(article(number)))
    assert crawl(server, archive).code == 0
    for number in known:
        server.answer(f"/tin/{number}", NOT_FOUND)
    assert crawl(server, archive, "--full", "--pages", "1").code == 0
    server.answer("/tin-tuc", page(listing({**known, **new}, following="/tin-tuc?p=2")))
    server.answer("/tin-tuc?p=2", broken(page(listing([91, 92])), cut=60))
    for number, answers in {**known, **new}.items():
        server.answer(f"/tin/{number}", *answers)
    assert crawl(server, archive).code == 3
    return archive


def test_what_broke_off_says_the_same_live_and_in_a_rebuild(
    server: WireServer, nights: Path
) -> None:
    before = all_rows(nights)
    assert rebuilt(server, nights).code == 0
    assert all_rows(nights) == before


def test_an_article_whose_404_broke_off_is_not_gone(nights: Path) -> None:
    keys = {str(ONE_NIGHT), *map(str, numbered(MISSING_ONCE, 1))}
    gone = {key for (key,) in rows(nights, "SELECT key FROM articles WHERE gone_at IS NOT NULL")}
    assert gone.isdisjoint(keys)
