"""What a crawl that was killed had captured counts in its own run, whoever reads it back."""

import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crawls import (
    crawl,
    next_night,
    rebuilt,
    rows,
    start_crawl,
    verified,
    wire_environment,
)
from tests.support.pages import article, listing
from tests.support.tables import all_rows
from tests.support.wire_server import NOT_FOUND, WireServer, conditional, page, wire_server

GONE = page("<h1>410</h1>", status="410 Gone")
UNTITLED = page("<html><body><p>Xin chào</p></body></html>")

KILLED = (
    "SELECT outcome, listed, articles_new, articles_changed, articles_unchanged, articles_gone,"
    " dead_links, pages_without_title, problems, requests FROM runs"
    " WHERE outcome = 'interrupted'"
)
TRUE_FIGURES = ("interrupted", 10, 2, 1, 3, 1, 1, 1, 1, 11)
"""Of the killed crawl: 8 and 9 are new, 9 has no date, 2 is changed, 5 is gone, 10 is a dead link,
11 has no headline; listing and robots.txt came, too. The last article's answer never did."""

LAST = 12


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireServer]:
    with wire_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def killed(server: WireServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A night that was complete, and one that SIGKILL ended; the bytes that this one got."""
    archive = tmp_path_factory.mktemp("killed") / "archive"
    server.answer("/tin-tuc", page(listing(range(1, 6))))
    for number in range(1, 6):
        server.answer(f"/tin/{number}", conditional(article(number), "same"))
    assert crawl(server, archive).code == 0
    hold = threading.Event()
    server.answer("/tin-tuc", page(listing([1, 2, 3, 4, 5, 8, 9, 10, 11, LAST])))
    server.answer("/tin/2", page(article(2, title="Tin đã sửa")))
    server.answer("/tin/5", GONE)
    server.answer("/tin/8", page(article(8)))
    server.answer("/tin/9", page(article(9, date=None)))
    server.answer("/tin/10", NOT_FOUND)
    server.answer("/tin/11", UNTITLED)
    server.answer(f"/tin/{LAST}", page(article(LAST), hold=hold))
    server.forget()
    env = wire_environment(server, **next_night(archive))
    process = start_crawl(archive, "--full", env=env)
    server.wait_for(f"/tin/{LAST}")
    time.sleep(1.0)  # the answers before it may still be on their way
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    sent = sum(len(each.sent) for each in server.exchanges)
    hold.set()
    return archive, sent


@pytest.fixture
def archive(killed: tuple[Path, int], tmp_path: Path) -> Path:
    shutil.copytree(killed[0], tmp_path / "archive")
    return tmp_path / "archive"


def test_the_next_crawl_counts_what_it_stored_of_a_killed_one_in_that_ones_run(
    server: WireServer, archive: Path, killed: tuple[Path, int]
) -> None:
    assert crawl(server, archive).code == 0
    assert rows(archive, KILLED) == [TRUE_FIGURES]
    assert rows(archive, "SELECT bytes FROM runs WHERE outcome = 'interrupted'") == [(killed[1],)]
    assert rows(archive, "SELECT sum(articles_new) FROM runs") == [(8,)]
    assert rows(archive, "SELECT count(*) FROM articles") == [(8,)]
    before = all_rows(archive)
    assert rebuilt(server, archive, "--jobs", "2").code == 0
    assert all_rows(archive) == before
    assert verified(archive).code == 0


def test_a_rebuild_before_the_next_crawl_says_the_same(server: WireServer, archive: Path) -> None:
    assert rebuilt(server, archive).code == 0
    assert rows(archive, KILLED) == [TRUE_FIGURES]
    assert crawl(server, archive).code == 0
    assert rows(archive, KILLED) == [TRUE_FIGURES]
