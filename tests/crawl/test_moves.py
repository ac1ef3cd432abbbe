"""One article under several addresses is one row, live and in a rebuild, whatever came first."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.addresses import without_session
from archive.database.named_articles import article_named
from archive.database.reading import reading
from archive.layout import Layout, run_id
from archive.warc.exchange import Exchange
from archive.warc.writer import WarcWriter
from portal_crawler.platforms import generic, liferay6, vccorp
from portal_crawler.reprocessing.identity import identity, is_front
from tests.learning.sites import MadePage, nukeviet, site_pages
from tests.support.crawls import (
    ROOT,
    Ended,
    ended,
    last_run,
    next_night,
    rows,
    start_crawl,
    warc_files,
    warc_records,
    wire_environment,
)
from tests.support.moving import Moving
from tests.support.pages import SENTENCE, article
from tests.support.wire_server import Answer, WireServer, page

MODULES = ("-s", "SPIDER_MODULES=tests.support.moving")
OLD, NEW = "/Tin-tuc/khai-giang-92.html", "/thong-bao/khai-giang-92.html"
OTHER = "/thong-bao/hop-bao-93.html"
TABLES = {
    "articles": "search_id rules",
    "article_versions": "rules",
    "sightings": "",
    "captures": "",
    "images": "",
}
"""Compared with a rebuild's, but for these columns."""


def listed(server: WireServer, section: str, *paths: str) -> None:
    items = "".join(
        f'<li class="row"><a href="{path}">Tin {path.partition(".")[0][-2:]}</a>'
        f'<span class="date">05/03/2024 08:00</span></li>'
        for path in paths
    )
    server.answer(f"/{section}", page(f"<html><body><ul>{items}</ul></body></html>"))


def moved(path: str, status: str = "301 Moved Permanently") -> Answer:
    return page("", f"Location: {path}", status=status)


def serve(server: WireServer, tin_tuc: tuple[str, ...], thong_bao: tuple[str, ...]) -> None:
    listed(server, "tin-tuc", *tin_tuc)
    listed(server, "thong-bao", *thong_bao)
    server.answer(OTHER, page(article(93)))


def night(server: WireServer, archive: Path, *arguments: str, **own: str) -> Ended:
    env = wire_environment(server, **{**next_night(archive), **own})
    process = start_crawl(archive, *MODULES, *arguments, env=env, portals=("moving",))
    return ended(process)


def stored(archive: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        connection.row_factory = sqlite3.Row
        return {
            table: sorted(
                [tuple(row[name] for name in row.keys() if name not in left.split())  # noqa: SIM118
                 for row in connection.execute(f"SELECT * FROM {table}")], key=repr,
            )
            for table, left in TABLES.items()
        }  # fmt: skip


def command(server: WireServer, *words: str) -> Ended:
    process = subprocess.Popen(
        [sys.executable, "-m", "portal_crawler.cli", *words], cwd=ROOT,
        env=wire_environment(server), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    return ended(process)


def agrees(server: WireServer, archive: Path) -> bool:
    """A rebuild makes the same rows, which the pages bear out; and nothing is damaged."""
    before = stored(archive)
    end = command(server, "rebuild", "--archive", str(archive), *MODULES)
    assert end.code == 0, end.stderr
    after = stored(archive)
    assert {table: after[table] for table in TABLES} == before
    deep = command(server, "verify", "--deep", "--archive", str(archive), *MODULES)
    assert (deep.code, deep.stdout) == (0, "")
    return True


def articles(archive: Path) -> dict[str, tuple[str | None, list[str]]]:
    """By key whether gone, and the problems of a move."""
    found = rows(archive, "SELECT key, gone_at IS NOT NULL, problems FROM articles")
    return {
        key: (gone, [code for code in json.loads(codes) if code.startswith("moved-to:")])
        for key, gone, codes in found
    }


THERE: tuple[bool, list[str]] = (False, [])


@pytest.mark.parametrize("last", ["tin-tuc", "thong-bao"])
def test_an_address_that_redirects_to_another_listed_one_is_one_article(
    server: WireServer, archive: Path, last: str
) -> None:
    serve(server, (OLD,), (NEW, OTHER))
    server.answer(OLD, moved(NEW))
    server.answer(NEW, page(article(92)))
    assert night(server, archive, MOVING_LAST=last).code == 0
    assert articles(archive) == {NEW: THERE, OTHER: THERE}
    seen = rows(archive, "SELECT DISTINCT key, section FROM sightings WHERE key = ?", NEW)
    assert sorted(seen) == [(NEW, "thong-bao"), (NEW, "tin-tuc")]
    server.forget()
    assert night(server, archive, MOVING_LAST=last).code == 0
    assert not {OLD, NEW} & set(server.paths())
    assert last_run(archive)["listed"] == 2
    assert night(server, archive, "--full", MOVING_LAST=last).code == 0
    assert articles(archive) == {NEW: THERE, OTHER: THERE}
    assert rows(archive, "SELECT max(version) FROM articles") == [(1,)]
    assert agrees(server, archive)


def test_an_article_that_is_listed_by_its_old_address_alone_is_looked_at_again(
    server: WireServer, archive: Path
) -> None:
    serve(server, (OLD,), (OTHER,))
    server.answer(OLD, moved(NEW))
    server.answer(NEW, page(article(92)))
    assert night(server, archive).code == 0
    server.answer(NEW, page(article(92, body=SENTENCE * 5)))
    assert night(server, archive, "--full").code == 0
    assert rows(archive, "SELECT key, version FROM articles ORDER BY key") == [(OTHER, 1), (NEW, 2)]
    server.answer(OLD, page("", status="410 Gone"))
    assert night(server, archive, "--full").code == 0
    assert articles(archive) == {NEW: (True, []), OTHER: THERE}
    assert agrees(server, archive)


def test_a_known_article_that_moves_keeps_its_key(server: WireServer, archive: Path) -> None:
    serve(server, (OLD,), (OTHER,))
    server.answer(OLD, page(article(92)))
    assert night(server, archive).code == 0
    server.answer(OLD, moved(NEW))
    server.answer(NEW, page(article(92, body=SENTENCE * 5)))
    listed(server, "thong-bao", NEW, OTHER)
    for _ in range(2):
        assert night(server, archive, "--full").code == 0
        assert articles(archive) == {OLD: THERE, OTHER: THERE}
    (url, version) = rows(archive, "SELECT url, version FROM articles WHERE key = ?", OLD)[0]
    assert (url.endswith(NEW), version) == (True, 2)
    assert agrees(server, archive)


@pytest.mark.parametrize("last", ["tin-tuc", "thong-bao"])
def test_two_known_articles_that_turn_out_to_be_one(
    server: WireServer, archive: Path, last: str
) -> None:
    serve(server, (OLD,), (NEW, OTHER))
    server.answer(OLD, page(article(92)))
    server.answer(NEW, page(article(92)))
    assert night(server, archive, MOVING_LAST=last).code == 0
    assert len(articles(archive)) == 3
    server.answer(OLD, moved(NEW))
    for _ in range(2):
        assert night(server, archive, "--full", MOVING_LAST=last).code == 0
        assert articles(archive) == {
            OLD: (True, [f"moved-to:{NEW}"]), NEW: THERE, OTHER: THERE,
        }  # fmt: skip
    assert agrees(server, archive)


def test_one_that_moved_and_is_back_is_there_again(server: WireServer, archive: Path) -> None:
    serve(server, (OLD,), (NEW,))
    server.answer(OLD, page(article(92)))
    server.answer(NEW, page(article(92)))
    assert night(server, archive).code == 0
    server.answer(OLD, moved(NEW))
    assert night(server, archive, "--full").code == 0
    server.answer(OLD, page(article(92, body=SENTENCE * 5)))
    assert night(server, archive, "--full").code == 0
    assert articles(archive) == {OLD: THERE, NEW: THERE}
    assert night(server, archive, "--full").code == 0
    assert articles(archive) == {OLD: THERE, NEW: THERE}
    assert agrees(server, archive)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temp", "308 Perm"])
def test_a_chain_decides_by_its_end(server: WireServer, archive: Path, status: str) -> None:
    serve(server, (OLD,), (NEW,))
    server.answer(OLD, moved("/cu/khai-giang-92.html", status))
    server.answer("/cu/khai-giang-92.html", moved(NEW, status))
    server.answer(NEW, page(article(92)))
    assert night(server, archive).code == 0
    assert articles(archive) == {NEW: THERE}
    (known,) = rows(archive, "SELECT id, url FROM articles")
    with reading(Layout(archive)) as connection:
        for path in (OLD, "/cu/khai-giang-92.html", NEW):
            address = known[1].replace(NEW, f"{path}?utm_source=zalo#a").replace("http:", "https:")
            assert article_named(connection, address) == known[0]
        assert article_named(connection, OLD) == known[0]
    told = [
        record.block for record in warc_records(archive, "metadata")
        if b"asked-key: " in record.block
    ]  # fmt: skip
    assert len(told) == 1
    assert f"asked-key: {OLD}\r\n".encode() in told[0]
    assert b"/cu/khai-giang-92.html\r\n" in told[0].partition(b"redirected-from: ")[2]
    assert agrees(server, archive)


def test_a_loop_of_redirects_is_a_failure_and_no_article(server: WireServer, archive: Path) -> None:
    serve(server, (OLD,), (OTHER,))
    server.answer(OLD, moved(NEW))
    server.answer(NEW, moved(OLD))
    assert night(server, archive).code == 3
    assert articles(archive) == {OTHER: THERE}
    assert agrees(server, archive)


@pytest.mark.parametrize("front", ["/", "/tin-tuc", "/thong-bao"])
def test_a_redirect_to_the_home_page_or_a_listing_is_an_article_that_is_missing(
    server: WireServer, archive: Path, front: str
) -> None:
    serve(server, (OLD, NEW), (OTHER,))
    titled = "<h1>Trang chủ</h1><div class=body>" + SENTENCE * 5 + "</div>"
    server.answer("/", page(titled))
    server.answer(OLD, page(article(92)))
    server.answer(NEW, moved(front))
    assert night(server, archive).code == 0
    assert articles(archive) == {OLD: THERE, OTHER: THERE}
    server.answer(OLD, moved(front))
    assert night(server, archive, "--full").code == 0
    assert night(server, archive, "--full").code == 0
    assert articles(archive) == {OLD: (True, []), OTHER: THERE}
    assert agrees(server, archive)


def test_a_redirect_to_another_host_changes_nothing(server: WireServer, archive: Path) -> None:
    serve(server, (OLD,), (OTHER,))
    server.answer(OLD, page(article(92)))
    assert night(server, archive).code == 0
    server.answer(OLD, moved(f"http://localhost:{server.port}{NEW}"))
    assert night(server, archive, "--full").code == 0
    assert articles(archive) == {OLD: THERE, OTHER: THERE}
    assert agrees(server, archive)


def test_a_killed_crawls_moves_are_made_up_for(server: WireServer, archive: Path) -> None:
    serve(server, (OLD,), (NEW, OTHER))
    server.answer(OLD, page(article(92)))
    server.answer(NEW, page(article(92)))
    assert night(server, archive).code == 0
    server.answer(OLD, moved(NEW))
    server.forget()
    env = wire_environment(server, **next_night(archive))
    process = start_crawl(
        archive, *MODULES, "--full", "-s", "DOWNLOAD_DELAY=0.3", env=env, portals=("moving",)
    )
    server.wait_for(OTHER)
    process.kill()
    process.communicate()
    assert night(server, archive).code == 0
    assert articles(archive) == {OLD: (True, [f"moved-to:{NEW}"]), NEW: THERE, OTHER: THERE}
    assert agrees(server, archive)


# Ids of sessions


def test_an_id_of_a_session_makes_no_row_of_its_own(server: WireServer, archive: Path) -> None:
    for number, session in enumerate(("A" * 32, "b" * 32, "0" * 32)):
        named = [f"{path};jsessionid={session}" for path in (OLD, OTHER)]
        listed(server, "tin-tuc", *named)
        listed(server, "thong-bao", OTHER)
        for path, which in zip(named, (92, 93), strict=True):
            server.answer(path, page(article(which)))
        server.answer(OTHER, page(article(93)))
        assert night(server, archive, *(["--full"] if number else [])).code == 0
        assert articles(archive) == {OLD: THERE, OTHER: THERE}
        assert rows(archive, "SELECT count(*) FROM sightings") == [(3,)]
    assert rows(archive, "SELECT url FROM articles WHERE url LIKE '%session%'") == []
    assert len(rows(archive, "SELECT 1 FROM captures WHERE url LIKE '%;jsessionid=%'")) >= 3
    assert agrees(server, archive)


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("http://a/b-1.html;jsessionid=AB12.node1", "http://a/b-1.html"),
        ("http://a/b-1.html;JSESSIONID=AB12!-12", "http://a/b-1.html"),
        ("http://a;x/b;JSessionId=AB/c;v=1.html", "http://a;x/b/c;v=1.html"),
        ("http://a/b%3Bjsessionid=AB?x=1", "http://a/b?x=1"),
        ("http://a/(S(abcdefghijklmnopqrstuvwx))/b.aspx", "http://a/b.aspx"),
        ("http://a/b?id=1&PHPSESSID=abc", "http://a/b?id=1"),
        ("http://a/b?jsessionid=abc&id=1", "http://a/b?id=1"),
        ("http://a/b?phpsessid=abc", "http://a/b"),
        ("http://a/b?sid=92", "http://a/b?sid=92"),
        ("http://a/b?sid=0123456789abcdef0123456789abcdef&id=1", "http://a/b?id=1"),
        ("http://a/b?id=1&&x", "http://a/b?id=1&&x"),
        ("http://a/tin;tuc-5.html", "http://a/tin;tuc-5.html"),
        ("http://a/news;id=5", "http://a/news;id=5"),
        ("http://a/b?", "http://a/b?"),
    ],
)
def test_what_of_an_address_is_a_sessions(url: str, bare: str) -> None:
    assert without_session(url) == bare
    assert without_session(bare) == bare


def test_keys_hold_no_session() -> None:
    session = ";jsessionid=0123456789ABCDEF0123456789ABCDEF"
    for key, url in (
        (generic.article_key, "http://a/tin-tuc/le-khai-giang-nam"),
        (vccorp.article_key, "http://a/tin-tuc-197241227103318952.htm"),
        (liferay6.article_key, "http://a/vi/tin/-/view_content/123-tin.html"),
    ):
        assert key(url + session) == key(url)
        assert key(url) is not None


# The rule


class Past:
    """Pages by address, in the order of time."""

    def __init__(self, **pages: str) -> None:
        self.pages = pages

    def first_key(self, url: str) -> str | None:
        return self.pages.get(url)

    def has_page(self, key: str) -> bool:
        return key in self.pages.values()


@pytest.mark.parametrize(
    ("past", "asked", "url", "key"),
    [
        (Past(), "old", "new", "new"),
        (Past(), "old", "no-article", "old"),
        (Past(old="old"), "old", "new", "old"),
        (Past(new="new"), "old", "new", "new"),
        (Past(old="old", new="new"), "old", "new", "new"),
        (Past(new="first"), "new", "new", "first"),
        (Past(old="old", new="old"), "new", "new", "old"),
        (Past(other="new", old="old"), "old", "new", "new"),
    ],
)
def test_the_key_of_an_address(past: Past, asked: str, url: str, key: str) -> None:
    def rule(address: str) -> str | None:
        return None if address == "no-article" else address

    assert identity(asked, url, rule, past, redirected=True) == key


@pytest.mark.parametrize(
    ("past", "asked", "url", "key"),
    [
        (Past(), "listed", "new", "listed"),
        (Past(new="first"), "listed", "new", "first"),
        (Past(other="new"), "listed", "new", "new"),
        (Past(old="listed"), "listed", "new", "listed"),
        (Past(), "listed", "no-article", "listed"),
    ],
)
def test_an_address_that_no_redirect_led_to_has_the_key_of_its_listing(
    past: Past, asked: str, url: str, key: str
) -> None:
    def rule(address: str) -> str | None:
        return None if address == "no-article" else address

    assert identity(asked, url, rule, past, redirected=False) == key


def test_a_front_page_is_no_articles() -> None:
    home = Moving.home
    fronts = (home, home.rstrip("/"), f"{home}tin-tuc", f"{home}thong-bao/", f"{home};jsessionid=1")
    assert [is_front(Moving, url) for url in fronts] == [True] * 5
    assert not is_front(Moving, f"{home}thong-bao?p=2")
    assert not is_front(Moving, home.rstrip("/") + NEW)


# What was there before


def write_as_before(archive: Path, pages: list[tuple[str, str, bytes]]) -> None:
    """Exchanges of article pages, (address, key, answer), as releases before this wrote them."""
    begun = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    run = run_id(begun, 1)
    lines = [("portal", "moving"), ("run", str(run))]
    writer = WarcWriter(Layout(archive), "moving", lines, clock=lambda: begun)
    for number, (url, key, answer) in enumerate(pages):
        exchange = Exchange(
            url=url, role="article", run_id=run, portal="moving", key=key, section="tin-tuc",
            started_at=begun + timedelta(seconds=number), request=b"GET / HTTP/1.1\r\n\r\n",
        )  # fmt: skip
        exchange.response.write(answer)
        writer.write_exchange(exchange)
    writer.close()


def test_an_archive_of_before_gets_no_second_row_and_loses_no_version(
    server: WireServer, archive: Path
) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    session = "/Tin-tuc/phien-95.html;jsessionid=" + "A" * 32
    both = page(article(92)).sent
    write_as_before(
        archive,
        [
            (origin + OLD, OLD, moved(NEW).sent),
            (origin + NEW, OLD, both),
            (origin + NEW, NEW, both),
            (origin + session, session, page(article(95)).sent),
            (origin + OTHER, OTHER, page(article(93, body=SENTENCE)).sent),
            (origin + OTHER, OTHER, page(article(93)).sent),
        ],
    )
    assert agrees_with_nothing(server, archive) == {OLD, NEW, session, OTHER}
    again = "/Tin-tuc/phien-95.html;jsessionid=" + "B" * 32
    serve(server, (OLD, again), (NEW, OTHER))
    server.answer(OLD, moved(NEW))
    server.answer(NEW, page(article(92)))
    server.answer(again, page(article(95)))
    versions = "SELECT key, version FROM articles ORDER BY key"
    before = rows(archive, versions)
    assert dict(before)[OTHER] == 2
    for _ in range(2):
        assert night(server, archive, "--full").code == 0
        assert rows(archive, versions) == before
        assert articles(archive) == {
            OLD: THERE, NEW: (True, [f"moved-to:{OLD}"]), session: THERE, OTHER: THERE,
        }  # fmt: skip
    assert agrees(server, archive)


def agrees_with_nothing(server: WireServer, archive: Path) -> set[str]:
    """Make the rows of an archive that has only WARC files; their keys."""
    rebuilt = command(server, "rebuild", "--archive", str(archive), *MODULES)
    assert rebuilt.code == 0, rebuilt.stderr
    return set(articles(archive))


# A site that teaches its layout


def test_a_site_that_moves_its_articles_and_teaches_its_layout(
    server: WireServer, archive: Path
) -> None:
    pages = site_pages("taught", nukeviet, 14)
    for made in pages:
        server.answer(new_path(made), page(made.html))
        server.answer(old_path(made), moved(new_path(made)))
    server.answer(old_path(pages[0]), page(pages[0].html))
    server.answer("/danh-sach", page(linked(pages, old_path)))
    modules = ("-s", "SPIDER_MODULES=tests.support.taught")
    env = wire_environment(server)
    assert ended(start_crawl(archive, *modules, env=env, portals=("taught",))).code == 0
    assert len(articles(archive)) == 14
    server.answer(old_path(pages[0]), moved(new_path(pages[0])))
    server.answer("/danh-sach", page(linked(pages, new_path)))
    env = wire_environment(server, **next_night(archive))
    full = start_crawl(archive, *modules, "--full", env=env, portals=("taught",))
    assert ended(full).code == 0
    first = [path(pages[0]).removesuffix(".html").lower() for path in (old_path, new_path)]
    found = articles(archive)
    assert [found.pop(key) for key in first] == [(True, [f"moved-to:{first[1]}"]), THERE]
    assert found == {new_path(made).removesuffix(".html"): THERE for made in pages[1:]}
    before = stored(archive)
    assert command(server, "rebuild", "--archive", str(archive), *modules).code == 0
    assert stored(archive) == before


def new_path(made: MadePage) -> str:
    return f"/thong-bao/tin-ve-bai-viet-{made.story.number}.html"


def old_path(made: MadePage) -> str:
    return f"/Tin-tuc/tin-ve-bai-viet-{made.story.number}.html"


def linked(pages: list[MadePage], path: Callable[[MadePage], str]) -> str:
    items = "".join(
        f'<div class="item"><h3><a href="{path(made)}">{made.story.title}</a></h3></div>'
        for made in pages
    )
    return f"<main>{items}</main>"


# Files of others


@pytest.mark.parametrize("known", [(), (OLD,), (OLD, NEW)], ids=["new", "old", "both"])
def test_an_import_comes_to_the_rows_of_a_crawl(
    server: WireServer, archive: Path, tmp_path: Path, known: tuple[str, ...]
) -> None:
    serve(server, (OLD,), (NEW, OTHER))
    server.answer(NEW, page("", status="404 Not Found"))
    server.answer(OLD, page("", status="404 Not Found"))
    for path in known:
        server.answer(path, page(article(92)))
    assert night(server, archive).code == 0
    server.answer(OLD, moved(NEW))
    server.answer(NEW, page(article(92, body=SENTENCE * 4)))
    assert night(server, archive, "--full").code == 0
    other = tmp_path / "other"
    for path in warc_files(archive):
        taken = command(server, "import", "--archive", str(other), *MODULES, str(path))
        assert taken.code == 0, taken.stderr
    states = "SELECT key, version, gone_at, title, body FROM articles ORDER BY key"
    assert rows(other, states) == rows(archive, states)
    assert {key: found[1] for key, found in articles(other).items()} == {
        key: found[1] for key, found in articles(archive).items()
    }
    assert agrees(server, other)
