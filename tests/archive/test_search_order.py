"""The order of what is found is the one that is promised, and costs time as there are hits."""

import random
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.database.reading import reading
from archive.layout import Layout
from archive.search.find import WEIGHTS, Filters, search, statement
from archive.search.query import parsed
from archive.search.vietnamese import folded
from tests.archive.building import ArchiveBuilder

QUERIES = (
    "đường",
    "duong",
    "đường số",
    "duong so",
    "đường so",
    "so đường",
    '"duong so"',
    '"đường số" hoa',
    "hoà hoa",
)
WORDS = ("đường", "dương", "số", "so", "hoà", "hòa", "hoa", "tin")
DAYS = (None, "2021-01-01", "2021-03-01T08:00:00+07:00", "2022")


def random_archive(folder: Path, seed: int) -> Layout:
    chance = random.Random(seed)

    def text(most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(1, most)))

    builder = ArchiveBuilder(folder)
    for number in range(60):
        builder.article(
            str(number),
            text(5),
            lead=chance.choice([None, text(6)]),
            body=chance.choice([None, text(12)]),
            author=chance.choice([None, text(2)]),
            published_at=chance.choice(DAYS),
        )
    return builder.close()


def found_alone(connection: sqlite3.Connection, table: str, match: str) -> dict[int, float]:
    """What one index finds, with its scores, in a statement of its own."""
    rows = connection.execute(
        f"SELECT rowid, bm25({table}, {WEIGHTS}) FROM {table} WHERE {table} MATCH ?", (match,)
    )
    return {row[0]: row[1] for row in rows}


def promised_order(connection: sqlite3.Connection, text: str, *, exact: bool) -> list[int]:
    """Each index and the text of each article looked at by itself, and sorted here."""
    query = parsed(text, exact=exact)
    matches = {"articles_exact": query.exact_match, "articles_folded": query.folded_match}
    scores: dict[int, list[float]] = defaultdict(list)
    asked = [(table, match) for table, match in matches.items() if match is not None]
    for table, match in asked:
        for identifier, score in found_alone(connection, table, match).items():
            scores[identifier].append(score)
    ids = [identifier for identifier, each in scores.items() if len(each) == len(asked)]
    write: Callable[[str], str] = str.lower if exact else folded
    row_of_words = write(" ".join(word.text for word in query.words))

    def in_a_row(written: str | None) -> bool:
        return f" {row_of_words} " in f" {write(written or '')} "

    def place(identifier: int) -> tuple[int, float]:
        row = connection.execute("SELECT * FROM articles WHERE id = ?", (identifier,)).fetchone()
        all_in_title = all(
            identifier in found_alone(connection, table, f"{{title}} : ({match})")
            for table, match in asked
        )
        if all_in_title:
            return (0 if in_a_row(row["title"]) else 1), sum(scores[identifier])
        elsewhere = any(in_a_row(row[column]) for column in ("title", "lead", "body", "author"))
        return (2 if elsewhere else 3), sum(scores[identifier])

    def day(identifier: int) -> str:
        sql = "SELECT coalesce(published_at, '') FROM articles WHERE id = ?"
        return str(connection.execute(sql, (identifier,)).fetchone()[0])

    newest_first = sorted(sorted(ids), key=day, reverse=True)
    return sorted(newest_first, key=place)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_is_that_of_looking_at_each_article_by_itself(tmp_path: Path, seed: int) -> None:
    with reading(random_archive(tmp_path, seed)) as connection:
        for text in QUERIES:
            for exact in (False, True):
                query = parsed(text, exact=exact)
                ids = [row[0] for row in connection.execute(*statement(query, Filters()))]
                assert ids == promised_order(connection, text, exact=exact), (text, exact)
                shown = search(connection, query, Filters(limit=1000)).hits
                assert [hit.id for hit in shown] == [i for i in ids if i in {h.id for h in shown}]


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters(portal="hanoi-sotttt", published_from="2021", published_to="2022-06")],
    ids=["all", "narrowed"],
)
def test_no_part_of_a_search_is_looked_through_once_for_each_hit(
    good: Layout, text: str, filters: Filters
) -> None:
    """Of each nest of loops the outermost alone may scan: what is inside must be looked up.

    An index that SQLite makes by itself does not count: whether it does differs by version.
    """
    sql, values = statement(parsed(text), filters)
    with reading(good) as connection:
        connection.execute("PRAGMA automatic_index = OFF")
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    loops: dict[int, list[str]] = defaultdict(list)
    for _, parent, _, words in plan:
        assert "CORRELATED" not in words
        if words.startswith(("SCAN", "SEARCH")):
            loops[parent].append(words)
    assert len(loops) >= 4
    for nest in loops.values():
        assert all(words.startswith("SEARCH") for words in nest[1:]), nest
