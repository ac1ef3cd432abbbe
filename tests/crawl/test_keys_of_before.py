"""An article keeps the key of its first exchange, whatever the rules of a later release say."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from portal_crawler.platforms.generic import article_key
from tests.crawl.test_generic import content, portal
from tests.learning.sites import MadePage, nukeviet, site_pages
from tests.support.crawls import (
    Ended,
    ended,
    next_night,
    rows,
    start_crawl,
    warc_files,
    wire_environment,
)
from tests.support.taught_before import TaughtBefore
from tests.support.wire_server import NOT_FOUND, WireServer, page

BEFORE, NOW = "tests.support.taught_before", "tests.support.taught"
GUID = "0f8fad5b-d9cb-469f-a165-7086cc28950e"
PATHS = (
    "/vi/news/tin-trong-nganh/so-khai-truong-thu-vien-moi-12.html",
    "/Pages/Xem-Tin.aspx?ItemID=12",
    "/index.php?id=7&mod=news",
    "/index.php?nv=news&op=tin/so-khai-truong-8&id=8",
    "/lich/lich-lam-viec-cua-so-20231112.html",
    "/index.php/tin-t-c/1234-so-khai-truong-thu-vien",
    "/tin-tuc/Sở-khai-trương-thư-viện",
    f"/tid/Thu-Vien/newsid/{GUID}",
    "/thong-bao/van-ban-quy-pham-phap-luat",
    "/thong-bao/so-khai-truong-thu-vien-654321.html",
    *(f"/thong-bao/{word}-khai-truong-thu-vien-{n}.html"
      for n, word in enumerate(("so", "phong", "ban", "doan", "hoi"), 45)),
)  # fmt: skip
MOVED, TARGET = "/tin-cu/so-doi-dia-chi-lam-viec.html", "/tin-moi/so-doi-dia-chi-lam-viec.html"
DEAD = "/thong-bao/so-go-bo-bai-viet-99.html"

ARTICLES = "SELECT key, version, gone_at, url FROM articles ORDER BY key"


def serve_numbered(server: WireServer, pages: list[MadePage]) -> None:
    """Rows with ids that they show together, and with ids that their addresses name."""
    made_of = dict(zip((PATHS[0], PATHS[7], *PATHS[-5:]), pages, strict=False))
    items = ""
    for path, made in made_of.items():
        server.answer(path, page(made.html))
        items += f'<div class="item"><h3><a href="{path}">{made.story.title}</a></h3></div>'
    server.answer("/danh-sach", page(f"<main>{items}</main>"))


def serve(server: WireServer, pages: list[MadePage]) -> None:
    paths = (*PATHS, TARGET)
    for path, made in zip(paths, pages, strict=True):
        server.answer(quote(path, safe="/?=&;"), page(made.html))
    server.answer(MOVED, page("", f"Location: {TARGET}", status="301 Moved Permanently"))
    server.answer(DEAD, NOT_FOUND)
    titles = [made.story.title for made in pages]
    items = "".join(
        f'<div class="item"><h3><a href="{path}">{title}</a></h3></div>'
        for path, title in zip(
            (*PATHS, MOVED, DEAD), (*titles, "Sở gỡ bỏ một bài viết"), strict=True
        )
    )
    server.answer("/danh-sach", page(f"<main>{items}</main>"))


def night(server: WireServer, archive: Path, module: str, *arguments: str) -> Ended:
    env = wire_environment(server, **next_night(archive))
    words = ("-s", f"SPIDER_MODULES={module}", *arguments)
    return ended(start_crawl(archive, *words, env=env, portals=("taught",)))


def keys(archive: Path, table: str) -> set[str]:
    """The keys in a table; a redirect has the key of the address that led to the article."""
    own = {"captures": "role = 'article' AND status < 300 OR status > 399", "sightings": "1"}
    found = rows(archive, f"SELECT key FROM {table} WHERE key IS NOT NULL AND ({own[table]})")
    return {key for (key,) in found}


def without_rules(archive: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows, without the fingerprints of the rules by which old versions were read."""
    found = content(archive)
    return {
        table: [{name: row[name] for name in row if name != "rules"} for row in rows]
        for table, rows in found.items()
    }


@pytest.fixture
def pages() -> list[MadePage]:
    return site_pages("taught", nukeviet, len(PATHS) + 1)


def rebuild(server: WireServer, archive: Path) -> None:
    words = ("rebuild", "--archive", str(archive), "-s", f"SPIDER_MODULES={NOW}")
    end = portal(server, *words)
    assert end.code == 0, end.stderr


def test_the_rules_differ() -> None:
    """Or the tests below show nothing."""
    addresses = [f"http://a{quote(path, safe='/?=&;')}" for path in PATHS]
    same = [path for path, url in zip(PATHS, addresses, strict=True)
            if TaughtBefore.article_key(url) == article_key(url)]  # fmt: skip
    assert len(same) <= 7


def test_an_archive_of_the_release_before_keeps_all_keys_and_gets_no_second_row(
    server: WireServer, archive: Path, pages: list[MadePage]
) -> None:
    serve(server, pages)
    assert night(server, archive, BEFORE).code == 0
    edited = page(pages[0].html.replace(b"</p>", " Và thư viện huyện.</p>".encode(), 1))
    server.answer(PATHS[0], edited)
    assert night(server, archive, BEFORE, "--full").code == 0
    before, known = rows(archive, ARTICLES), keys(archive, "captures")
    assert len(before) == len(PATHS) + 1
    assert [version for _, version, *_ in before].count(2) == 1
    assert night(server, archive, NOW, "--full").code == 0
    assert rows(archive, ARTICLES) == before
    assert keys(archive, "captures") == keys(archive, "sightings") == known
    assert rows(
        archive, "SELECT articles_new, articles_changed FROM runs ORDER BY id DESC LIMIT 1"
    ) == [(0, 0)]
    crawled = without_rules(archive)
    rebuild(server, archive)
    assert rows(archive, ARTICLES) == before
    assert without_rules(archive) == crawled


def test_what_that_release_captured_is_rebuilt_under_its_keys(
    server: WireServer, archive: Path, pages: list[MadePage]
) -> None:
    serve(server, pages)
    assert night(server, archive, BEFORE).code == 0
    before, known = rows(archive, ARTICLES), keys(archive, "captures")
    rebuild(server, archive)
    assert rows(archive, ARTICLES) == before
    assert keys(archive, "sightings") == known
    server.forget()
    assert night(server, archive, NOW).code == 0
    assert rows(archive, ARTICLES) == before
    assert server.paths() == ["/robots.txt", "/danh-sach"], "nothing is due, or new"


def test_an_import_of_a_crawl_comes_to_its_keys(
    server: WireServer, archive: Path, tmp_path: Path, pages: list[MadePage]
) -> None:
    serve_numbered(server, pages)
    assert night(server, archive, NOW).code == 0
    known = dict(rows(archive, "SELECT url, key FROM articles"))
    assert set(known.values()) == {"news/12", GUID, *(f"thong-bao/{n}" for n in range(45, 50))}
    before = without_rules(archive)
    rebuild(server, archive)
    assert without_rules(archive) == before
    other = tmp_path / "other"
    for path in warc_files(archive):
        words = ("import", "--archive", str(other), "-s", f"SPIDER_MODULES={NOW}", str(path))
        assert portal(server, *words).code == 0
    assert dict(rows(other, "SELECT url, key FROM articles")) == known
