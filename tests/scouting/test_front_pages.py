"""Front pages that lead on to another page, menus that are crowded, themes that no layout knows."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal_crawler.cleaning.listings.article_keys import article_key
from portal_crawler.portals.reader import FetchedPage
from portal_crawler.portals.scope import host_and_port
from portal_crawler.scouting.address import addresses_of, name_of
from portal_crawler.scouting.links import links_of, listing_candidates, neighbours
from portal_crawler.scouting.splash import ways_on
from tests.scouting.sites import menu, new, own_portal, portal, unknown_site
from tests.support.wire_server import Answer, WireServer, page, raw

ROOT = "http://so.example/"
AT = datetime(2026, 11, 1, tzinfo=UTC)
LONG = "<p>Sở tổ chức hội nghị với sự tham dự của các phòng và đơn vị trực thuộc.</p>" * 9


def ways(inner: str) -> tuple[str, ...]:
    body = f"<html><head><title>Sở</title>{inner}</html>".encode()
    return ways_on(FetchedPage(body=body, url=ROOT, fetched_at=AT, content_type="text/html"))


@pytest.mark.parametrize(
    ("inner", "path"),
    [
        ('<meta http-equiv="Refresh" content="0; URL=\'/trang-chu.html\'">', "trang-chu.html"),
        ('<meta http-equiv="refresh" content="3;url=home/">', "home/"),
        ('<script>window.location.href = "/Pages/default.aspx";</script>', "Pages/default.aspx"),
        ("<script>location.replace('/vi/home')</script>", "vi/home"),
        ("<body onload=\"top.location='/home'\">", "home"),
        ("<body><iframe src='/main.htm' width='100%'></iframe>", "main.htm"),
        ("<body><a href='/vi'><img alt='Tiếng Việt' src='/a.png'></a><a href='/en'>EN</a>", "vi"),
        ("<body><a href='/en'>English</a><a href='/trang'>Tiếng Việt</a>", "trang"),
        ("<body><a href='/?language=vi'><img src='/a.png'></a><a href='/?language=en'>", None),
    ],
)
def test_a_page_that_only_leads_on_names_the_next_one(inner: str, path: str | None) -> None:
    assert ways(inner) == (f"{ROOT}{'?language=vi' if path is None else path}",)


def test_each_frame_of_a_frameset_is_looked_at() -> None:
    frames = "<frameset cols='20%,*'><frame src='menu.htm'><frame src='main.htm'></frameset>"
    assert ways(frames) == (f"{ROOT}menu.htm", f"{ROOT}main.htm")


@pytest.mark.parametrize(
    "inner",
    [
        '<meta http-equiv="refresh" content="300; url=/khac">',
        '<meta http-equiv="refresh" content="0; url=/">',
        f"<script>function di() {{ location.href = '/tim-kiem'; }}</script><body>{LONG}",
        f"<body>{LONG}<a href='/vi'>Tiếng Việt</a>",
        "<body>" + "<a href='/vi'>Tiếng Việt</a><a href='/x'>Mục</a>" * 9,
    ],
)
def test_a_page_that_is_read_itself_leads_nowhere(inner: str) -> None:
    assert ways(inner) == ()


def test_a_portal_behind_a_refresh_and_a_choice_of_languages_is_found(
    server: WireServer, tmp_path: Path
) -> None:
    root = unknown_site(server)
    server.answer("/tin?muc=5", *server.script["/tin"])
    server.answer("/", page('<meta http-equiv="refresh" content="1; url=/chon">'))
    server.answer("/chon", page("<a href='/vi/'>Tiếng Việt</a> <a href='/en/'>English</a>"))
    server.answer("/vi/", page(menu([("/tin?muc=5", "Chỉ đạo điều hành")])))
    assert new(server, tmp_path, root, "--name", "vi-du").code == 0
    written = own_portal(tmp_path, "vi-du")
    assert (written.home, written.sections) == (
        f"{root}/",
        {"chi-dao-dieu-hanh": f"{root}/tin?muc=5"},
    )
    assert written.title == "Sở Thông tin và Truyền thông Ví Dụ"


def test_both_names_of_a_site_that_leads_to_www_are_declared(
    server: WireServer, tmp_path: Path
) -> None:
    unknown_site(server)
    front = server.script["/"][0]
    assert isinstance(front, Answer)
    head = b"HTTP/1.1 301 Moved\r\nLocation: http://www.so.example/\r\nContent-Length: 0\r\n\r\n"
    server.answer("/", lambda request: front if b"Host: www." in request else raw(head))
    assert new(server, tmp_path, "http://so.example", "--name", "vi-du").code == 0
    assert own_portal(tmp_path, "vi-du").hosts == ("www.so.example", "so.example")


def test_a_front_page_that_leads_to_another_host_is_reported(
    server: WireServer, tmp_path: Path
) -> None:
    server.answer("/", page('<meta http-equiv="refresh" content="0; url=http://moi.example/">'))
    done = new(server, tmp_path / "own", f"http://127.0.0.1:{server.port}/", "--name", "vi-du")
    assert done.code == 2
    assert "leads to another host, http://moi.example/; if that is the portal" in done.stderr


def test_the_sections_of_news_come_before_the_entries_of_a_crowded_menu() -> None:
    crowd = [(f"/linh-vuc/muc-{number}", f"Hoạt động số {number}") for number in range(200)]
    sections = [
        ("/tin-hoat-dong", "Tin hoạt động"),
        ("/tin-khcn", "Tin KH&amp;CN"),
        ("/chi-dao", "Chỉ đạo điều hành"),
        ("/thong-bao", "Thông báo"),
    ]
    links = links_of(menu([*crowd, *sections]).encode(), ROOT, "text/html; charset=utf-8")
    found = listing_candidates(links, article_key, lambda url: url.startswith(ROOT))
    assert {link.url.removeprefix(ROOT[:-1]) for link in found[:4]} == dict(sections).keys()


def test_a_site_with_a_platforms_signs_and_a_theme_of_its_own_is_read_generally(
    server: WireServer, tmp_path: Path
) -> None:
    sign = (
        '<meta name="generator" content="NukeViet v4.5"><script>var nv_base_siteurl="/";</script>'
    )
    root = unknown_site(server, head=sign)
    done = new(server, tmp_path, root, "--name", "vi-du")
    assert done.code == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert "the pages have the signs of nukeviet, but not its layout" in words
    assert own_portal(tmp_path, "vi-du").platform == "generic"
    assert portal(server, "check", "vi-du", "--portals", str(tmp_path)).code == 0


def test_a_host_with_vietnamese_letters_is_asked_as_it_is_sent_and_named_without_marks() -> None:
    (address,) = addresses_of("http://sởkhcn.làocai.vn/vi")
    assert address == "http://xn--skhcn-5c2b.xn--locai-rqa.vn/vi"
    assert host_and_port("http://sởkhcn.làocai.vn/") == host_and_port(address)
    assert name_of("xn--skhcn-5c2b.xn--locai-rqa.vn") == "laocai-sokhcn"


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([("/muc/a", "Tin tức"), ("/muc/b", "Sáng tạo"), ("/muc/c", "Thông báo")], ["/muc/b"]),
        ([("/a", "Tin tức"), ("/b", "Sáng tạo"), ("/c", "Thông báo")], ["/b"]),
        ([("/b", "Sáng tạo"), ("/a", "Tin tức"), ("/d", "Bản đồ")], []),
        ([("/muc/a", "Tin tức"), ("/muc/b", "Sáng tạo"), ("/muc/d", "Văn bản")], ["/muc/b"]),
        ([("/muc/a", "Tin tức"), ("/khac/b", "Sáng tạo"), ("/muc/c", "Thông báo")], []),
        ([("/muc/a", "Tin tức"), *((f"/muc/x{n}", f"Xã thứ {n}") for n in range(20))], []),
    ],
)
def test_entries_beside_listings_in_one_menu_may_be_listings(
    entries: list[tuple[str, str]], found: list[str]
) -> None:
    links = links_of(menu(entries).encode(), ROOT, "text/html; charset=utf-8")
    listings = [ROOT[:-1] + url for url, text in entries if text in ("Tin tức", "Thông báo")]
    beside = neighbours(links, listings, article_key, lambda url: url.startswith(ROOT))
    assert [link.url.removeprefix(ROOT[:-1]) for link in beside] == found


def test_a_section_without_a_word_of_news_is_found_and_what_was_not_looked_at_is_named(
    server: WireServer, tmp_path: Path
) -> None:
    root = unknown_site(server)
    one = server.script["/tin"][0]
    assert isinstance(one, Answer)
    body = one.pieces[0].split(b"\r\n\r\n", 1)[1]
    server.answer("/muc/tin", one)
    server.answer("/muc/sang-tao", page(body.replace(b"/bai-viet-7", b"/bai-viet-8")))
    entries = [("/muc/tin", "Tin tức"), ("/muc/sang-tao", "Đổi mới sáng tạo")]
    others = [(f"/muc/tin-{word}", f"Tin {word}") for word in ("an", "be", "ca", "do", "en")]
    server.answer("/", page(menu(entries)))
    new(server, tmp_path / "one", root, "--name", "vi-du")
    assert own_portal(tmp_path / "one", "vi-du").sections == {
        "tin": f"{root}/muc/tin",
        "sang-tao": f"{root}/muc/sang-tao",
    }
    server.answer("/", page(menu([*entries, *others])))
    done = new(server, tmp_path / "two", root, "--name", "vi-du")
    words = " ".join(done.stdout.split())
    assert "may list news and were not looked at; add those that do to `sections`:" in words
    assert f"Đổi mới sáng tạo {root}/muc/sang-tao" in words
