"""A firewall's or captcha's page with status 200: no article, no end of a listing, asked again."""

import json
import re
from pathlib import Path

import pytest

from portal_crawler.run.outcome import BLOCKED_LIMIT
from portal_crawler.run.reading.readings import MOST_WAITING
from tests.crawl.test_generic import crawl_taught, publish
from tests.crawl.test_second_crawl import night
from tests.learning.sites import site_pages, uiarticle
from tests.support.crawls import crawl, last_run, rows
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
    assert run["reason"].startswith(f"{why} (1 answer); {why} at ")
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
    assert run["reason"].startswith(
        "blocked (2 answers); tin-tuc: listing page 2 is a substitute page: blocked, "
    )
    assert "thông báo từ chối truy cập" in run["reason"]
    server.answer("/tin-tuc/2", page(listing([2])))
    server.answer("/tin/2", page(article(2)))
    assert "/tin/2" in night(server, archive)
    assert last_run(archive)["swept"] == 1


def test_a_gate_in_the_place_of_the_first_listing_page_is_said_and_nothing_is_gone(
    server: WireServer, archive: Path
) -> None:
    serve(server, range(1, 4))
    night(server, archive)
    server.answer("/tin-tuc", GATE)
    end = crawl(server, archive)
    assert end.code == 3
    assert "tin-tuc: listing page 1 is a substitute page: blocked, the page says " in end.stderr
    run = last_run(archive)
    assert (run["outcome"], run["articles_gone"], run["walked"]) == ("incomplete", 0, 0)
    assert run["reason"].startswith("blocked (1 answer); ")
    assert rows(archive, "SELECT count(*) FROM articles WHERE gone_at IS NULL") == [(3,)]
    assert json.loads(run["measures"])["blocked"] == {"answers": [1, 2]}


def test_gates_in_the_place_of_listings_raise_the_alarm_and_end_the_crawl_soon(
    server: WireServer, archive: Path
) -> None:
    numbers = range(1, 4 * BLOCKED_LIMIT)
    serve(server, numbers)
    for _ in range(3):
        night(server, archive, "--full")
    server.answer("/tin-tuc", GATE)
    for number in numbers:
        server.answer(f"/tin/{number}", GATE)
    asked = night(server, archive, "--full", code=3)
    assert len(asked) <= 1 + BLOCKED_LIMIT + MOST_WAITING  # the listing, and what waits to be read
    run = last_run(archive)
    assert re.match(r"blocked: 9\d% of the answers are refusals, usually 0%; ", run["reason"])
    assert [alarm["alarm"] for alarm in json.loads(run["alarms"])] == ["blocked"]
    assert run["articles_gone"] == 0


def test_a_gate_in_the_place_of_a_listing_that_nobody_described_is_no_end_of_it(
    server: WireServer, archive: Path
) -> None:
    """Its rows are found without a profile, and so are those of no rows."""
    publish(server, site_pages("taught", uiarticle, 20))
    server.answer("/danh-sach?p=2", GATE)
    end = crawl_taught(server, archive)
    assert end.code == 3
    assert (
        "listing page 2 is a substitute page: blocked, the page says "
        in last_run(archive)["reason"]
    )
    assert last_run(archive)["walked"] == 1  # what is behind the page was read
    assert '"page": 2' in last_run(archive)["listing_gaps"]


def test_a_gate_in_the_place_of_the_rules_is_said(server: WireServer, archive: Path) -> None:
    serve(server, range(1, 4))
    server.answer("/robots.txt", GATE)
    assert night(server, archive, code=3) == []
    reason = last_run(archive)["reason"]
    assert reason.startswith("blocked (1 answer); tin-tuc: listing page 1: ")
    assert "robots.txt answered 200 with no rules: blocked, the page says " in reason


def test_a_portal_that_lets_nobody_in_is_left_alone_soon(server: WireServer, archive: Path) -> None:
    numbers = range(1, 3 * BLOCKED_LIMIT)
    serve(server, numbers)
    for number in numbers:
        server.answer(f"/tin/{number}", GATE)
    asked = night(server, archive, code=3)
    assert BLOCKED_LIMIT < len(asked) < 2 * BLOCKED_LIMIT
    run = last_run(archive)
    assert run["outcome"] == "incomplete"
    assert re.match(r"blocked \(\d+ answers\); blocked at ", run["reason"])
