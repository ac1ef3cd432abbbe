"""Cookies of one run, for portals that declare them."""

from pathlib import Path

import pytest

from tests.support.crawls import last_run, warc_records
from tests.support.wire_server import WireServer, page
from tests.ways.serving import (
    EVERYTHING,
    SESSION,
    by_path,
    by_post_back,
    crawl_way,
    publish_articles,
    stored,
)


def cookies_sent(server: WireServer) -> dict[str, list[str]]:
    """The cookies of the requests for each path."""
    found: dict[str, list[str]] = {}
    for exchange in server.exchanges:
        lines = exchange.request.decode().split("\r\n")
        sent = [line.partition(": ")[2] for line in lines if line.startswith("Cookie: ")]
        found.setdefault(exchange.path, []).extend(sent or [""])
    return found


def test_cookies_of_a_run_are_sent_back_and_recorded_and_forgotten_at_its_end(
    server: WireServer, archive: Path
) -> None:
    by_post_back(server, EVERYTHING[:6])
    publish_articles(server, EVERYTHING[:6])
    for _ in range(2):
        assert crawl_way(server, archive, "by-post-back", "--full").code == 0
        sent = cookies_sent(server)
        assert sent["/robots.txt"] == [""]
        assert sent["/tin-tuc"] == ["", SESSION]
        assert set(sent["/tin/20"]) == {SESSION}
    requests = [record.block.decode() for record in warc_records(archive, "request")]
    assert any(f"\r\nCookie: {SESSION}\r\n" in request for request in requests)
    answers = [record.block for record in warc_records(archive, "response")]
    assert any(f"Set-Cookie: {SESSION}".encode() in answer for answer in answers)


def test_a_form_that_is_answered_by_a_redirect_is_no_page(
    server: WireServer, archive: Path
) -> None:
    by_post_back(server, EVERYTHING[:6])
    publish_articles(server, EVERYTHING[:6])
    text = server.script["/tin-tuc"][0](b"GET ").sent.partition(b"\r\n\r\n")[2]  # type: ignore[operator]
    first = page(text)

    def without_cookie(request: bytes) -> object:
        return (
            first
            if request.startswith(b"GET ")
            else page("", "Location: /dang-nhap", status="302 Found")
        )

    server.answer("/tin-tuc", without_cookie)  # type: ignore[arg-type]
    server.answer("/dang-nhap", page("<html><body><h1>Đăng nhập</h1></body></html>"))
    assert crawl_way(server, archive, "by-post-back").code == 3
    assert "was redirected to" in last_run(archive)["reason"]
    assert stored(archive) == {20, 19, 18}


def test_no_cookie_is_kept_without_the_declaration(server: WireServer, archive: Path) -> None:
    by_path(server, EVERYTHING[:6])
    publish_articles(server, EVERYTHING[:6])
    whole = server.script["/tin-tuc"][0].sent.partition(b"\r\n\r\n")[2]  # type: ignore[union-attr]
    server.answer("/tin-tuc", page(whole, f"Set-Cookie: {SESSION}"))
    assert crawl_way(server, archive, "by-path").code == 0
    assert {each for sent in cookies_sent(server).values() for each in sent} == {""}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([f"c{number}=1" for number in range(80)], 50),
        ([f"long={'x' * 5000}"], 0),
        (["a=1; Domain=.example.vn", "b=2; Domain=example.com"], 0),
        (["a=1; Domain=.0.1", "b=\x00", "=", ";;;", "c"], 2),
        (["a=1; Max-Age=0", "b=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], 0),
    ],
)
def test_the_jar_is_bounded_and_takes_nothing_for_other_hosts(given: list[str], kept: int) -> None:
    from scrapy import Request
    from scrapy.http import Response

    from portal_crawler.fetch.cookies import CookieMiddleware
    from tests.support.way_portals import ByPostBack

    class Own(ByPostBack):
        hosts = ("so.test",)
        home = "http://so.test/"
        sections = {"tin": "http://so.test/tin"}  # noqa: RUF012

    middleware = CookieMiddleware(Own)
    asked = Request("http://so.test/tin")
    answer = Response(asked.url, headers={"Set-Cookie": [each.encode() for each in given]})
    middleware.process_response(asked, answer)
    following = Request("http://so.test/tin", headers={"Cookie": "brought=along"})
    middleware.process_request(following)
    sent = (following.headers.get("Cookie") or b"").decode()
    assert "brought" not in sent
    assert len([each for each in sent.split("; ") if each]) == kept
    elsewhere = Request("http://other.test/anh.jpg")
    middleware.process_request(elsewhere)
    assert "Cookie" not in elsewhere.headers
