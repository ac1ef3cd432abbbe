"""The views of archive.db agree with the rows, and with the command line."""

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.commands import search, show, status
from archive.database.reading import reading
from archive.layout import Layout, article_id
from archive.models import SEARCH_TABLES, Article
from archive.status.coverage import section_counts_json
from tests.archive.building import NOT_FOUND, PORTAL, ArchiveBuilder, page
from tests.archive.test_commands import run

GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
Out = pytest.CaptureFixture[str]


def rows(layout: Layout, query: str, *values: object) -> list[tuple[Any, ...]]:
    with reading(layout) as connection:
        return [tuple(row) for row in connection.execute(query, values)]


def missing(builder: ArchiveBuilder, key: str, response: bytes = NOT_FOUND) -> bool:
    """The portal answers that there is no such article; returns whether it counts as gone now."""
    capture = builder.exchange(key, response)
    found: list[bool] = []
    builder.put(lambda: found.append(builder.store.presence.note_missing(capture)))
    return found[0]


def moved(builder: ArchiveBuilder, key: str, article: Article, to: str) -> None:
    """The address of an article turns out to lead to another one, whose content is unchanged."""
    asked = builder.exchange(to, page(article.title))
    capture = replace(asked, id=asked.id + 1, record_id="<urn:uuid:1>", asked_key=key)
    capture = replace(capture, warc_offset=asked.warc_offset + 1)
    builder.put(
        lambda: builder.store.captures.put(capture),
        lambda: builder.store.articles.put(article, capture, lambda *_: None),
    )


@pytest.fixture
def eventful(tmp_path: Path) -> Layout:
    """Three days: 1 is edited twice, 2 vanishes and comes back, 3 vanishes, 4 moves to 1."""
    first = ArchiveBuilder(tmp_path)
    for key in ("1", "2", "3", "4"):
        first.article(key, f"Tin {key}", body="Một.", published_at=f"2024-0{key}-03")
    first.article("5", "Tin 5")
    first.listing("tin-tuc", "1", "2", "3", "4", "5", "6")
    missing(first, "6")
    first.close(swept=1, section_counts=section_counts_json({"tin-tuc": 9}), listing_gaps="[]")
    second = ArchiveBuilder(tmp_path, days=1)
    second.article("1", "Tin một", body="Hai.", published_at="2024-01-03")
    missing(second, "2")
    missing(second, "3", GONE)
    second.close(listing_gaps=json.dumps([{"section": "tin-tuc", "page": 2}]))
    third = ArchiveBuilder(tmp_path, days=2)
    newest = {"body": "Hai.", "author": "Kim Chi", "published_at": "2024-01-03"}
    third.article("1", "Tin nhất", **newest)
    missing(third, "2")
    third.article("2", "Tin 2", body="Một.", published_at="2024-02-03")
    moved(third, "4", Article(url="http://p/1", title="Tin nhất", **newest), "1")
    return third.close()


def test_articles_by_month_counts_them_with_those_that_are_gone(eventful: Layout) -> None:
    found = rows(eventful, "SELECT month, articles, gone FROM articles_by_month ORDER BY month")
    assert found == [
        (None, 1, 0), ("2024-01", 1, 0), ("2024-02", 1, 0), ("2024-03", 1, 1), ("2024-04", 1, 1),
    ]  # fmt: skip


def test_articles_by_month_agrees_with_the_counts_of_search(eventful: Layout, out: Out) -> None:
    assert run(search, eventful, "tin", "--count-by", "month", "--json") == 0
    told = [json.loads(line) for line in out.readouterr().out.splitlines()]
    found = rows(eventful, "SELECT month, articles FROM articles_by_month")
    assert set(found) == {(one["month"], one["articles"]) for one in told}


def test_edits_name_the_columns_that_changed(eventful: Layout) -> None:
    found = rows(eventful, "SELECT ref, version, changed, title_before, title FROM edits")
    assert found == [
        (f"{PORTAL}/1", 2, "title, body", "Tin 1", "Tin một"),
        (f"{PORTAL}/1", 3, "title, author", "Tin một", "Tin nhất"),
    ]
    proofs = "SELECT count(*) FROM edits e JOIN captures c ON c.id = e.capture_id"
    assert rows(eventful, f"{proofs} AND c.fetched_at = e.seen_at") == [(2,)]


def test_edits_are_the_versions_that_show_lists(eventful: Layout, out: Out) -> None:
    assert run(show, eventful, f"{PORTAL}/1", "--json") == 0
    versions = json.loads(out.readouterr().out)["versions"]
    found = rows(eventful, "SELECT version, seen_at FROM edits WHERE key = '1' ORDER BY version")
    assert found == [(one["version"], one["seen_at"]) for one in versions[1:]]


def test_gone_has_the_articles_that_search_finds_gone(eventful: Layout, out: Out) -> None:
    assert run(search, eventful, "tin", "--gone", "--json") == 0
    told = {json.loads(line)["id"] for line in out.readouterr().out.splitlines()}
    found = rows(eventful, "SELECT article_id, key, moved_to, gone_at > last_seen_at FROM gone")
    assert {row[0] for row in found} == told
    assert sorted(row[1:] for row in found) == [("3", None, 1), ("4", "1", 1)]


def test_events_are_in_the_order_in_which_they_were_seen(eventful: Layout) -> None:
    query = "SELECT kind, e.key, detail, c.fetched_at = at FROM events e"
    found = rows(eventful, f"{query} JOIN captures c ON c.id = e.capture_id ORDER BY at, kind")
    assert found == [
        ("edited", "1", "title, body", 1),
        ("vanished", "3", "410", 1),
        ("edited", "1", "title, author", 1),
        ("vanished", "2", "404", 1),
        ("come back", "2", None, 1),
        ("vanished", "4", "moved-to:1", 1),
    ]


def test_coverage_agrees_with_status(eventful: Layout, out: Out) -> None:
    assert run(status, eventful, "--json") == 0
    told = json.loads(out.readouterr().out)
    ((*found, count, settled, dead),) = rows(
        eventful,
        "SELECT articles, gone, with_problems, portal_count, accounted_for, dead_links"
        " FROM coverage",
    )
    assert found == [told["articles"], told["gone"], told["with_problems"]]
    assert (settled, dead) == (told["settled"], told["dead_links"]) == (5, 1)
    assert settled / count == told["coverage"]


def test_coverage_says_how_far_the_archive_goes(eventful: Layout) -> None:
    columns = "edited, without_date, first_published_at, last_published_at, listing_gaps"
    assert rows(eventful, f"SELECT {columns} FROM coverage") == [
        (1, 1, "2024-01-03", "2024-04-03", 1)
    ]
    moments = "first_captured_at, last_captured_at, last_full_crawl_at"
    ((first, last, full),) = rows(eventful, f"SELECT {moments} FROM coverage")
    assert (first[:10], last[:10], full[:10]) == ("2026-11-20", "2026-11-22", "2026-11-20")


def test_a_portal_without_counts_or_articles_has_a_row_of_coverage(tmp_path: Path) -> None:
    layout = ArchiveBuilder(tmp_path).close()
    columns = "articles, portal_count, accounted_for, last_published_at, last_full_crawl_at"
    assert rows(layout, f"SELECT {columns} FROM coverage") == [(0, None, None, None, None)]


@pytest.mark.parametrize("seed", range(4))
def test_events_are_the_changes_of_gone_at_as_they_happened(seed: int, tmp_path: Path) -> None:
    drawn = random.Random(seed)
    told: list[tuple[str, str, str]] = []
    for day in range(12):
        builder = ArchiveBuilder(tmp_path, days=day)
        acts: list[Callable[[str], object]] = [
            lambda key: builder.article(key, "Tin"),  # noqa: B023
            lambda key: missing(builder, key),  # noqa: B023
            lambda key: missing(builder, key, GONE),  # noqa: B023
            lambda key: missing(builder, key, b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n-"),  # noqa: B023
            lambda key: builder.exchange(key, b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"),  # noqa: B023
        ]
        for key in drawn.choices("1234", k=6):
            before = gone_at(builder, key)
            drawn.choices(acts, (4, 4, 1, 2, 1))[0](key)
            after = gone_at(builder, key)
            if before != after:
                kind = "come back" if after is None else "vanished"
                told.append((builder.now.strftime("%Y-%m-%dT%H:%M:%SZ"), kind, key))
        layout = builder.close()
    assert rows(layout, "SELECT at, kind, key FROM events ORDER BY at") == told
    assert told


def gone_at(builder: ArchiveBuilder, key: str) -> str | None:
    with closing(sqlite3.connect(builder.layout.database)) as connection:
        query = "SELECT gone_at FROM articles WHERE id = ?"
        row = connection.execute(query, (article_id(PORTAL, key),)).fetchone()
    return row[0] if row is not None else None


@pytest.fixture
def out(capsys: Out) -> Out:
    return capsys


@pytest.mark.parametrize("view", ["articles_by_month", "coverage", "edits", "events", "gone"])
def test_no_view_reads_whole_tables_or_full_text(view: str, eventful: Layout) -> None:
    ((sql,),) = rows(eventful, "SELECT sql FROM sqlite_master WHERE name = ?", view)
    assert not any(table in sql for table in SEARCH_TABLES)
    plan = rows(eventful, f"EXPLAIN QUERY PLAN SELECT * FROM {view} WHERE portal = ?", PORTAL)
    whole = {f"SCAN {alias}" for alias in ("a", "articles", "c", "new", "old", "s")}
    assert not whole & {row[3] for row in plan}
