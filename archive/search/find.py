"""Finds articles in the archive's two full-text indexes, the most relevant first.

The order: articles with the words of the query in a row in the title, then those with all of them
in the title, then those with them in a row elsewhere (most Vietnamese words are several syllables,
each written apart), then the others. Within each by BM25, where a word in the title counts ten
times, in the lead four times and in the byline twice as much as in the body; among equals the
newest come first. BM25 scores every article found: with a million articles and common words that
takes seconds.
"""

import re
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from archive.errors import QueryError
from archive.field_spec import specs_of
from archive.models import EXACT_INDEX, FOLDED_INDEX, SEARCHED, Article
from archive.search.excerpt import Marked, excerpt, marked
from archive.search.query import Query
from archive.search.vietnamese import lowered

DEFAULT_LIMIT = 20

WEIGHTS = ", ".join(str(specs_of(Article)[name].search_weight) for name in SEARCHED)

_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The filters of a search. Dates are YYYY, YYYY-MM or YYYY-MM-DD, both ends included.

    An article without a date of publication is found only if no date is given.
    """

    portal: str | None = None
    published_from: str | None = None
    published_to: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found."""

    rank: int
    id: int
    portal: str
    published_at: str | None
    title: Marked
    url: str
    snippet: Marked


@dataclass(frozen=True, slots=True)
class Found:
    """The most relevant articles, and whether there are more than the limit."""

    hits: tuple[Hit, ...]
    more: bool


def search(connection: sqlite3.Connection, query: Query, filters: Filters) -> Found:
    """Look the query up; raises QueryError if a filter makes no sense."""
    _check(connection, filters)
    sql, values = statement(query, filters)
    ids = [row[0] for row in connection.execute(sql, values)]
    patterns = query.patterns
    hits: list[Hit] = []
    for row in _articles(connection, query, ids):
        if len(hits) == filters.limit:
            return Found(tuple(hits), more=True)
        hits.append(_hit(row, patterns, len(hits) + 1))
    return Found(tuple(hits), more=False)


def matching(
    connection: sqlite3.Connection, query: Query | None, filters: Filters
) -> Iterator[int]:
    """The ids of all articles that match the query, if there is one, and the filters.

    `limit` has no effect. Raises QueryError if a filter makes no sense.
    """
    _check(connection, filters)
    if query is None:
        values: dict[str, object] = {}
        sql = f"SELECT id FROM articles WHERE {_conditions(filters, values)} ORDER BY id"  # noqa: S608
        yield from (row["id"] for row in connection.execute(sql, values))
        return
    sql, values = statement(query, filters)
    ids = [row[0] for row in connection.execute(sql, values)]
    yield from (row["id"] for row in _articles(connection, query, ids))


def statement(query: Query, filters: Filters) -> tuple[str, dict[str, object]]:
    """The SQL that gives the ids of the matches in their order, and its values.

    No part is joined with another by looking through it once for each row: SQLite before 3.41
    makes no index for a materialized part, and the time would grow with the square of the hits.
    """
    matches = {
        table: expression
        for table, expression in (
            (EXACT_INDEX, query.exact_match),
            (FOLDED_INDEX, query.folded_match),
        )
        if expression is not None
    }
    phrase_table = EXACT_INDEX if query.exact else FOLDED_INDEX
    values: dict[str, object] = {
        "phrase": query.whole_phrase,
        "phrase_title": f"{{title}} : {query.whole_phrase}",
    }
    for table, expression in matches.items():
        values[table] = expression
        values[f"{table}_title"] = f"{{title}} : ({expression})"
    in_title = " AND ".join(_is_among(table, f"{table}_title") for table in matches)
    sql = (
        f"WITH {_hits_of_all(matches)} SELECT articles.id FROM hits"  # noqa: S608
        " CROSS JOIN articles ON articles.id = hits.id"
        f" WHERE {_conditions(filters, values)} ORDER BY CASE WHEN {in_title}"
        f" THEN 2 + ({_is_among(phrase_table, 'phrase_title')})"
        f" ELSE {_is_among(phrase_table, 'phrase')} END DESC,"
        " hits.score, articles.published_at DESC, articles.id"
    )
    return sql, values


def _hits_of_all(tables: Collection[str]) -> str:
    """Parts of a WITH: the hits of each table, and `hits`, the articles that all of them found."""
    each = ", ".join(
        f"{table}_hits AS MATERIALIZED (SELECT rowid AS id, bm25({table}, {WEIGHTS}) AS score"  # noqa: S608
        f" FROM {table} WHERE {table} MATCH :{table})"
        for table in tables
    )
    together = " UNION ALL ".join(f"SELECT id, score FROM {table}_hits" for table in tables)  # noqa: S608
    return (
        f"{each}, hits AS MATERIALIZED (SELECT id, sum(score) AS score FROM ({together})"  # noqa: S608
        f" GROUP BY id HAVING count(*) = {len(tables)})"
    )


def _is_among(table: str, value: str) -> str:
    return f"hits.id IN (SELECT rowid FROM {table} WHERE {table} MATCH :{value})"  # noqa: S608


def _conditions(filters: Filters, values: dict[str, object]) -> str:
    conditions = ["1"]
    if filters.portal is not None:
        conditions.append("articles.portal = :portal")
        values["portal"] = filters.portal
    for name, day, sign in (
        ("published_from", filters.published_from, ">="),
        ("published_to", filters.published_to, "<="),
    ):
        if day is not None:
            conditions.append(f"substr(articles.published_at, 1, {len(day)}) {sign} :{name}")
            values[name] = day
    return " AND ".join(conditions)


def _check(connection: sqlite3.Connection, filters: Filters) -> None:
    if filters.limit < 1:
        raise QueryError(f"a limit of {filters.limit} shows nothing; give 1 or more")
    for day in (filters.published_from, filters.published_to):
        if day is not None and not _is_day(day):
            raise QueryError(f"{day} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    first, last = filters.published_from, filters.published_to
    if first and last and first[: len(last)] > last[: len(first)]:
        raise QueryError(f"no day lies between {first} and {last}; swap them")
    if filters.portal is not None:
        check_portal(connection, filters.portal)


def check_portal(connection: sqlite3.Connection, name: str) -> None:
    """Raise QueryError, with the names of its portals, if the archive has no such portal."""
    names = [row[0] for row in connection.execute("SELECT name FROM portals ORDER BY name")]
    if name not in names:
        held = f"it holds {', '.join(names)}" if names else "it holds none yet"
        raise QueryError(f"no portal {name} in this archive; {held}")


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _articles(
    connection: sqlite3.Connection, query: Query, ids: list[int]
) -> Iterator[sqlite3.Row]:
    """The rows of articles that hold every phrase with the diacritics that were typed."""
    patterns = [term.pattern for term in query.to_check]
    for identifier in ids:
        row = connection.execute("SELECT * FROM articles WHERE id = ?", (identifier,)).fetchone()
        texts = [lowered(row[column]) for column in SEARCHED if row[column]] if patterns else []
        if all(any(pattern.search(text) for text in texts) for pattern in patterns):
            yield row


def _hit(row: sqlite3.Row, patterns: tuple[re.Pattern[str], ...], rank: int) -> Hit:
    meant = (row["repaired_words"] or "").split("\n")
    return Hit(
        rank=rank,
        id=row["id"],
        portal=row["portal"],
        published_at=row["published_at"],
        title=marked(row["title"], patterns),
        url=row["url"],
        snippet=excerpt((row["lead"], row["body"], *meant), patterns),
    )
