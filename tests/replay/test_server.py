"""The replay server over an archive of two nights, asked as a browser and as programs ask."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crawls import crawl
from tests.support.pages import article, listing
from tests.support.replay import Replay
from tests.support.seconds import next_second
from tests.support.wire_server import (
    Answer,
    WireServer,
    conditional,
    message,
    page,
    raw,
    wire_server,
)

WITH = ("-s", "PORTAL_REQUISITES=True", "--full")
CSS = "p{background:url(/nen.png)}"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireServer]:
    with wire_server(tmp_path_factory.mktemp("site")) as server:
        yield server


@pytest.fixture(scope="module")
def archive(site: WireServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights: article 1 is edited on the second, all else answers 304 then."""
    folder = tmp_path_factory.mktemp("replay") / "archive"
    site.answer("/tin-tuc", conditional(styled(listing([1, 2])), '"l"'))
    site.answer(
        "/tin/1",
        page(styled(article(1))),
        page(styled(article(1)).replace("<p>", "<p>Bản sửa. ", 1)),
    )
    site.answer("/tin/2", conditional(styled(article(2)), '"2"'))
    site.answer("/kieu.css", style)
    site.answer("/nen.png", raw(message(PICTURE, kind="image/png")))

    for _ in range(2):
        end = crawl(site, folder, *WITH)
        assert end.code == 0, end.stderr
        next_second()
    return folder


def style(request: bytes) -> Answer:
    if b'If-None-Match: "k"' in request:
        return page("", 'ETag: "k"', status="304 Not Modified")
    return raw(message(CSS.encode(), 'ETag: "k"', kind="text/css"))


def styled(markup: str) -> str:
    links = '<link rel=stylesheet href="/kieu.css"><link rel=icon href="/nen.png">'
    return markup.replace("<meta", f"{links}<meta", 1).replace(
        "</body>", '<img src="/khong-co.png"><a target=_blank href="/tin/2">2</a></body>'
    )


@pytest.fixture(scope="module")
def replay(archive: Path, site: WireServer) -> Iterator[Replay]:
    running = Replay(archive, site)
    site.forget()
    yield running
    assert site.paths() == [], "replay asks the network for nothing"
    running.end()


def test_the_first_page_lists_the_portals(replay: Replay) -> None:
    status, headers, body = replay.get("/")
    assert status == 200
    assert '<a href="/-/portal/wire">' in body.decode()
    assert "default-src 'none'" in headers["content-security-policy"]


def test_a_portals_articles_lead_to_their_pages(replay: Replay) -> None:
    body = replay.get("/-/portal/wire")[2].decode()
    links = re.findall(r'href="(/\d{14}/[^"]+)"', body)
    assert {link.split("/", 2)[2] for link in links} == {f"{replay.site}/tin/{n}" for n in (1, 2)}
    status, _, view = replay.get(links[0])
    assert status == 200
    assert b"<iframe" in view


def test_each_night_shows_its_own_page_with_its_style_and_picture(replay: Replay) -> None:
    about = about_of(replay, "/tin/1")
    stamps = [moment[1].split("/")[1] for _, day in about["calendar"] for moment in day]
    assert len(stamps) == 2
    for stamp, is_edited in zip(stamps, (False, True), strict=True):
        prefix = f"/{stamp}mp_/{replay.site}"
        status, headers, body = replay.get(f"{prefix}/tin/1")
        assert status == 200
        assert ("Bản sửa." in body.decode()) is is_edited
        assert f'href="{prefix}/kieu.css"' in body.decode()
        assert f'target="_self" href="{prefix}/tin/2"' in body.decode()
        assert "script-src 'none'" in headers["content-security-policy"]
        status, headers, body = replay.get(f"{prefix}/kieu.css")
        assert (status, headers["content-type"]) == (200, "text/css; charset=utf-8")
        assert body.decode() == f'p{{background:url("{prefix}/nen.png")}}'
        assert replay.get(f"{prefix}/nen.png")[::2] == (200, PICTURE)


def test_a_browser_keeps_the_parts_of_a_page_and_not_the_page(replay: Replay) -> None:
    picture = replay.get(f"/2100mp_/{replay.site}/nen.png", Sec_Fetch_Dest="image")[1]
    assert (picture["cache-control"], picture["vary"]) == ("private, max-age=60", "Sec-Fetch-Dest")
    shown = replay.get(f"/2100mp_/{replay.site}/tin/1", Sec_Fetch_Dest="iframe")[1]
    assert "cache-control" not in shown


def about_of(replay: Replay, path: str, stamp: str = "2100") -> dict[str, list[list[list[str]]]]:
    about: dict[str, list[list[list[str]]]] = json.loads(
        replay.get(f"/-/about/{stamp}mp_/{replay.site}{path}")[2]
    )
    return about


def test_a_night_on_which_nothing_had_changed_shows_the_page_before(replay: Replay) -> None:
    moments = [moment for _, day in about_of(replay, "/tin/2")["calendar"] for moment in day]
    assert len(moments) == 2
    pages = {replay.get(moment[1].replace("/http", "mp_/http"))[0] for moment in moments}
    assert pages == {200}


def test_the_bytes_as_they_were(replay: Replay) -> None:
    status, _, body = replay.get(f"/2100id_/{replay.site}/kieu.css")
    assert (status, body.decode()) == (200, CSS)


def test_a_page_that_was_not_captured_says_so(replay: Replay) -> None:
    status, headers, body = replay.get(f"/2100mp_/{replay.site}/khong")
    assert status == 404
    assert b"not captured" in body
    assert headers["content-type"] == "text/html; charset=utf-8"


def test_a_picture_that_was_not_captured_says_so(replay: Replay) -> None:
    status, headers, body = replay.get(f"/2100mp_/{replay.site}/xa.png", Sec_Fetch_Dest="image")
    assert (status, headers["content-type"]) == (404, "image/svg+xml")
    assert b"not captured" in body


def test_an_error_of_the_portal_is_shown_as_it_was(replay: Replay) -> None:
    assert replay.get(f"/2100mp_/{replay.site}/khong-co.png")[0] == 404


def test_an_article_is_found_by_its_name_and_address(replay: Replay) -> None:
    site = replay.site
    for wanted in (
        "wire/1", "1", f"{site}/tin/1", f"{site}/tin/1%23duoi", f"{site}/tin/1%3Futm_source=a",
        f"%3C{site}/tin/1/%3E", f"{site}/tin/1".replace("http", "https"), f"{site}/en/tin/1",
    ):  # fmt: skip
        status, headers, _ = replay.get(f"/-/find?of={wanted}")
        assert status == 302
        assert headers["location"].endswith(f"/{replay.site}/tin/1")
    assert replay.get("/-/find?of=wire/99")[0] == 404


def test_the_clean_text_of_an_article(replay: Replay) -> None:
    status, headers, body = replay.get(str(about_of(replay, "/tin/1")["article"]))
    assert status == 200
    assert "<h1>" in body.decode()
    assert "img-src 'none'" in headers["content-security-policy"]


def test_another_host_name_gets_nothing(replay: Replay) -> None:
    for host in ("so.example", "127.0.0.1.evil.example", "", "localhost"):
        status, _, body = replay.get("/", Host=host)
        assert status == 421
        assert replay.url.encode() in body


def test_memento(replay: Replay) -> None:
    url = f"{replay.site}/tin/1"
    status, headers, body = replay.get(f"/timemap/link/{url}")
    assert (status, headers["content-type"]) == (200, "application/link-format; charset=utf-8")
    mementos = re.findall(r'<([^>]+)>; rel="memento"; datetime="([^"]+)"', body.decode())
    assert len(mementos) == 2
    for place, moment in mementos:
        status, headers, _ = replay.get(f"/timegate/{url}", Accept_Datetime=moment)
        assert status == 302
        assert place.endswith(headers["location"])
        assert headers["vary"] == "accept-datetime"
        shown = replay.get(headers["location"])[1]
        assert shown["memento-datetime"] == moment
        assert f'<{url}>; rel="original"' in shown["link"]
    newest = replay.get(f"/timegate/{url}")[1]["location"]
    assert mementos[-1][0].endswith(newest)
    assert replay.get("/timegate/http://khong.example/")[0] == 404
    assert replay.get("/timemap/link/http://khong.example/")[0] == 404


@pytest.mark.parametrize(
    "path",
    ["/x", "/../../etc/passwd", "/-/article/abc", "/-/article/1", "/-/portal/%ff?first=-1",
     "/-/portal/wire?first=99999999999999999999", "/-/find", "/-/about/2100mp_/http://a.vn/",
     "/2100mp_/http://[/", "/99999999999999mp_/http://a.vn/", "/timegate/", "/timemap/link/x",
     "/2100/http://127.0.0.1%0d%0aX:y/", "/2100id_/http://a.vn/" + "x" * 9000],
)  # fmt: skip
def test_odd_requests_are_answered(replay: Replay, path: str) -> None:
    status, headers, _ = replay.get(path)
    assert status in (200, 302, 404)
    assert "x" not in headers


def test_only_reading_is_possible(replay: Replay) -> None:
    assert replay.get("/", "POST")[0] == 501
    status, headers, body = replay.get("/", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 500
