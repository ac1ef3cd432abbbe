"""What a portal’s robots.txt, in each state met in the field, means for a crawl; politeness."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.crawls import crawl, rows, warc_records
from tests.support.pages import article, listing
from tests.support.wire_server import NOT_FOUND, Answer, WireServer, message, page, raw


@pytest.fixture(autouse=True)
def one_article(server: WireServer) -> None:
    server.answer("/tin-tuc", page(listing([1])))
    server.answer("/tin/1", page(article(1)))


def rules(text: str) -> Answer:
    return raw(message(text.encode(), kind="text/plain"))


@pytest.mark.parametrize(
    "robots",
    [
        NOT_FOUND,
        page("", status="410 Gone"),
        page("invalid request", status="400 Bad Request"),
        rules("User-agent: *\nDisallow:\nSitemap: http://portal.test/sitemap.xml\n"),
        rules(""),
    ],
    ids=["404", "410", "400", "nothing disallowed", "empty"],
)
def test_without_rules_all_may_be_asked_for(
    server: WireServer, archive: Path, robots: Answer
) -> None:
    server.answer("/robots.txt", robots)
    assert crawl(server, archive).code == 0
    assert server.paths() == ["/robots.txt", "/tin-tuc", "/tin/1"]


@pytest.mark.parametrize(
    "robots",
    [
        page("<h1>Busy</h1>", status="503 Service Unavailable"),
        page("<html><script>document.cookie='D1N=1'</script></html>"),
        raw(message(b"<!DOCTYPE html><title>captcha</title>", kind="text/plain")),
        page("", "Location: /", status="302 Found"),
        raw(reset=True),
        raw(close=True),
        raw(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n", pause_s=3),
    ],
    ids=["503", "gate", "page as text", "to the home page", "reset", "closed", "time-out"],
)
def test_rules_that_cannot_be_had_leave_the_host_alone(
    server: WireServer, archive: Path, robots: Answer
) -> None:
    server.answer("/robots.txt", robots)
    server.answer("/", page("<h1>Trang chủ</h1>"))
    end = crawl(server, archive, "-s", "RETRY_TIMES=0", "-s", "DOWNLOAD_TIMEOUT=1")
    assert end.code == 3
    assert "robots.txt" in end.stderr
    assert not {"/tin-tuc", "/tin/1"} & set(server.paths())


def test_what_is_disallowed_is_not_asked_for(server: WireServer, archive: Path) -> None:
    server.answer("/tin-tuc", page(listing([1, 2])))
    server.answer("/robots.txt", rules("User-agent: *\nDisallow: /tin/2\n"))
    assert crawl(server, archive).code == 0
    assert "/tin/2" not in server.paths()
    assert rows(archive, "SELECT key FROM articles") == [("1",)]


def test_a_disallowed_listing_makes_the_run_incomplete(server: WireServer, archive: Path) -> None:
    server.answer("/robots.txt", rules("User-agent: *\nDisallow: /\n"))
    end = crawl(server, archive)
    assert end.code == 3
    assert "robots.txt disallows it" in end.stderr
    assert server.paths() == ["/robots.txt"]


def test_rules_for_this_crawler_go_before_those_for_all(server: WireServer, archive: Path) -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: portal-archive\nAllow: /\n"
    server.answer("/robots.txt", rules(text))
    assert crawl(server, archive).code == 0


def test_a_redirect_to_rules_is_followed(server: WireServer, archive: Path) -> None:
    server.answer("/robots.txt", page("", "Location: /r.txt", status="301 Moved Permanently"))
    server.answer("/r.txt", rules("User-agent: *\nDisallow: /tin/\n"))
    assert crawl(server, archive).code == 0
    assert "/tin/1" not in server.paths()


def test_crawl_delay_is_kept(server: WireServer, archive: Path) -> None:
    server.answer("/robots.txt", rules("User-agent: *\nCrawl-delay: 1\n"))
    assert crawl(server, archive).code == 0
    moments = [exchange.at for exchange in server.exchanges]
    assert all(later - earlier > 0.9 for earlier, later in pairwise(moments[1:]))


def test_it_is_asked_for_once_a_run_and_recorded(server: WireServer, archive: Path) -> None:
    crawl(server, archive)
    assert server.paths().count("/robots.txt") == 1
    assert rows(archive, "SELECT url, role FROM captures WHERE role = 'robots'") == [
        (f"http://127.0.0.1:{server.port}/robots.txt", "robots")
    ]
    assert len([r for r in warc_records(archive, "response") if r.url.endswith("/robots.txt")]) == 1


def test_whoever_chooses_to_ignore_it_is_on_record(server: WireServer, archive: Path) -> None:
    server.answer("/robots.txt", rules("User-agent: *\nDisallow: /\n"))
    assert crawl(server, archive, "-s", "PORTAL_OBEY_ROBOTS=False").code == 0
    assert "/robots.txt" not in server.paths()
    assert b"robots: ignore" in warc_records(archive, "warcinfo")[0].block


def test_a_host_is_asked_for_one_thing_at_a_time(server: WireServer, archive: Path) -> None:
    server.answer("/tin-tuc", page(listing([1, 2, 3])))
    for number in (1, 2, 3):
        body = message(article(number).encode())
        server.answer(f"/tin/{number}", raw(body[:100], body[100:], pause_s=0.3))
    assert crawl(server, archive).code == 0
    moments = [exchange.at for exchange in server.exchanges if exchange.path.startswith("/tin/")]
    assert all(later - earlier > 0.25 for earlier, later in pairwise(moments))
