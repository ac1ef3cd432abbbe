"""A firewall's or captcha's page with status 200: no article, no end of a listing, asked again."""

from pathlib import Path

import pytest

from portal_crawler.tally import BLOCKED_LIMIT
from tests.crawl.test_second_crawl import night
from tests.support.crawls import last_run, rows
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page

GATE = page("<h1>Thông báo từ chối truy cập</h1><p>Mã yêu cầu: 1f2e3d</p>")
FAILURE = page("<h2>Hệ thống đang bảo trì</h2>")


def serve(server: WireServer, numbers: range) -> None:
    server.answer("/tin-tuc", page(listing(numbers)))
    for number in numbers:
        server.answer(f"/tin/{number}", page(article(number)))


@pytest.mark.parametrize(("answer", "why"), [(GATE, "blocked"), (FAILURE, "the portal's failure")])
def test_a_page_in_the_articles_place_is_said_and_the_article_asked_for_again(
    server: WireServer, archive: Path, answer: object, why: str
) -> None:
    serve(server, range(1, 4))
    server.answer("/tin/1", answer)
    night(server, archive, code=3)
    run = last_run(archive)
    assert (run["outcome"], run["failures"], run["pages_without_title"]) == ("incomplete", 1, 0)
    assert run["reason"].startswith(f"1 pages {why}: {why} at ")
    assert rows(archive, "SELECT key FROM articles ORDER BY key") == [("2",), ("3",)]
    serve(server, range(1, 4))
    assert "/tin/1" in night(server, archive)
    assert rows(archive, "SELECT count(*) FROM articles") == [(3,)]


def test_a_gate_never_marks_an_article_gone(server: WireServer, archive: Path) -> None:
    serve(server, range(1, 4))
    night(server, archive)
    server.answer("/tin/1", GATE)
    for _ in range(3):
        night(server, archive, "--full", code=3)
    assert rows(archive, "SELECT gone_at, version FROM articles WHERE key = '1'") == [(None, 1)]
    assert last_run(archive)["articles_gone"] == 0


def test_a_gate_in_a_listings_place_is_no_end_of_it(server: WireServer, archive: Path) -> None:
    server.answer("/tin-tuc", page(listing([1], following="/tin-tuc/2")))
    server.answer("/tin-tuc/2", GATE)
    server.answer("/tin/1", page(article(1)))
    night(server, archive, code=3)
    run = last_run(archive)
    assert (run["outcome"], run["swept"]) == ("incomplete", 0)
    assert "tin-tuc: listing page 2 is none" in run["reason"]
    assert "thông báo từ chối truy cập" in run["reason"]


def test_a_portal_that_lets_nobody_in_is_left_alone_soon(server: WireServer, archive: Path) -> None:
    numbers = range(1, 3 * BLOCKED_LIMIT)
    serve(server, numbers)
    for number in numbers:
        server.answer(f"/tin/{number}", GATE)
    asked = night(server, archive, code=3)
    assert BLOCKED_LIMIT < len(asked) < 2 * BLOCKED_LIMIT
    run = last_run(archive)
    assert run["outcome"] == "incomplete"
    assert " pages blocked: blocked at " in run["reason"]
