"""Finds articles by the search index, newest, oldest or most relevant first.

The most relevant are those with the words of the query in a row in the title, then those with all
of them in the title, then those with them in a row elsewhere (most Vietnamese words are several
syllables, each written apart), then the others. In each of these, words that were typed without
marks and are written so come first; then the newest do.
"""

import re
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import chain, groupby, islice

from archive.errors import QueryError
from archive.models import FOLDED_INDEX, OLD_TEXTS_INDEX, TERMS_INDEX
from archive.search.candidates import Positions, candidates, is_sensitive, phrases_in_a_row
from archive.search.excerpt import Marked, excerpt, marked
from archive.search.filters import Filters
from archive.search.matching import holds, pattern
from archive.search.nodes import All, Node, Not, in_title
from archive.search.order import Candidate, newest_first, oldest_first, once
from archive.search.query import Query
from archive.search.texts import texts_of
from archive.words.numbers import (
    BEYOND_MONTHS,
    LAST_NUMBER,
    Numbers,
    month_numbers,
    month_of_number,
)

DEFAULT_LIMIT = 20
ORDERS = ("rank", "newest", "oldest")

COUNTED = 10_000
"""Articles that are counted; of more it is only said that there are more."""

COUNTED_BY_TEXTS = 1_000
"""The same where the text of each must be looked at, which takes a tenth of a second."""

UNDATED = month_numbers(0)
_CURRENT = (
    "SELECT id, portal, key, url, gone_at, published_at, title, lead, body, author, repaired_words"
    " FROM articles WHERE id = ?1 AND ?2 IS NULL"
)
_VERSION = (
    "SELECT a.id, a.portal, a.key, a.url, a.gone_at, v.published_at, v.title, v.lead, v.body,"
    " v.author, '' AS repaired_words FROM article_versions v JOIN articles a"
    " ON a.id = v.article_id WHERE v.article_id = ?1 AND v.version = ?2"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A search index, and the rows that it is of."""

    index: str
    joined: str
    """From the index `t` to articles `a`."""
    rows: str
    """The same rows without the index."""
    number: str
    date: str
    version: str


_BY_NUMBER = "articles a INDEXED BY idx_articles_search_id_published_at_portal"
"""SQLite would take the narrower index, and read each row's text on its way to the date."""

_NEWEST_TEXTS = _Table(
    index=TERMS_INDEX,
    joined=f"CROSS JOIN {_BY_NUMBER} ON a.search_id = t.rowid",
    rows=_BY_NUMBER,
    number="a.search_id",
    date="a.published_at",
    version="NULL",
)
_OLD_TEXTS = _Table(
    index=OLD_TEXTS_INDEX,
    joined="CROSS JOIN article_versions v ON v.search_id = t.rowid"
    " JOIN articles a ON a.id = v.article_id",
    rows="article_versions v JOIN articles a ON a.id = v.article_id",
    number="v.search_id",
    date="v.published_at",
    version="v.version",
)


FIRST_LOOK = 60
"""Candidates whose texts are looked at before the index that keeps positions is asked."""

_IN_A_ROW = (
    f"(SELECT rowid FROM {FOLDED_INDEX} WHERE {FOLDED_INDEX} MATCH :positions"  # noqa: S608
    f" UNION ALL SELECT rowid FROM {TERMS_INDEX} WHERE {TERMS_INDEX} MATCH :beside)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found."""

    rank: int
    id: int
    portal: str
    key: str
    published_at: str | None
    title: Marked
    url: str
    snippet: Marked
    gone_at: str | None
    version: int | None
    """The version whose text was found; None for the article as it is now."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many articles there are."""

    number: int
    is_more: bool
    """There are more than `number`."""


@dataclass(frozen=True, slots=True)
class _Tier:
    node: Node
    as_written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStatement:
    """The parts of a statement of SQL that gives articles `a`."""

    source: str
    """FROM: the index `t`, if it is asked, and the articles."""
    number: str
    """The number of an article in the index."""
    where: str
    values: dict[str, object]
    are_hits: bool
    """All that it gives are hits; else they are candidates."""
    expression: str
    """Of the index; empty if it is not asked."""


@dataclass(frozen=True)
class Search:
    """A query, or none, over one connection. Raises QueryError if a filter makes no sense."""

    connection: sqlite3.Connection
    query: Query | None
    filters: Filters

    def __post_init__(self) -> None:
        self.filters.check(self.connection)

    @property
    def _node(self) -> Node | None:
        return self.filters.narrowed(self.query.node if self.query else None)

    def hits(self, order: str, *, limit: int, offset: int = 0) -> Iterator[Hit]:
        """The hits of one page, in order."""
        if limit < 1 or offset < 0:
            raise QueryError("--limit takes 1 or more, --offset 0 or more")
        first, last = min(offset, sys.maxsize), min(offset + limit, sys.maxsize)
        found = islice(self.found(order), first, last)
        for rank, candidate in enumerate(found, start=offset + 1):
            yield self._hit(candidate, rank)

    def found(self, order: str) -> Iterator[Candidate]:
        """All hits in order, each article once."""
        found = self._in_order(order)
        return once(found) if order == "rank" or self.filters.with_versions else found

    def count(self, most: int = COUNTED) -> Count:
        """How many articles are found, counted to a bound."""
        return self._count(self._node, most)

    def count_in_a_row(self, most: int = COUNTED) -> Count | None:
        """How many have the words in a row; None if the query is not of several plain words."""
        row = self._row()
        return None if row is None else self._count(self.filters.narrowed(row), most)

    @property
    def statements(self) -> tuple[SearchStatement, ...]:
        """What gives the hits, or all candidates: those by their newest texts, then by old ones."""
        return self._statements(self._node)

    def _statements(self, node: Node | None) -> tuple[SearchStatement, ...]:
        tier = _Tier(node) if node is not None else None
        numbers = Numbers(self.filters.numbers.first, LAST_NUMBER)
        return tuple(self._statement(table, tier, numbers) for table in self._tables)

    @property
    def _tables(self) -> tuple[_Table, ...]:
        return (_NEWEST_TEXTS, _OLD_TEXTS) if self.filters.with_versions else (_NEWEST_TEXTS,)

    def _row(self) -> Node | None:
        if self.query is None or self.query.in_a_row is None:
            return None
        node = self.query.node
        left_out = (
            [part for part in node.parts if isinstance(part, Not)] if isinstance(node, All) else []
        )
        return All((self.query.in_a_row, *left_out)) if left_out else self.query.in_a_row

    def _in_order(self, order: str) -> Iterator[Candidate]:
        node = self._node
        if node is None or order != "rank":
            yield from self._matching(_Tier(node) if node else None, is_oldest=order == "oldest")
            return
        for tier in self._tiers(node):
            yield from self._matching(tier, is_oldest=False)

    def _tiers(self, node: Node) -> Iterator[_Tier]:
        row = self._row()
        whole = [node] if row is None else [self.filters.narrowed(row) or row, node]
        for each in [*map(in_title, whole), *whole]:
            if is_sensitive(each):
                yield _Tier(each, as_written=True)
            yield _Tier(each)

    def _count(self, node: Node | None, most: int) -> Count:
        statement, *older = self._statements(node)
        if statement.are_hits and not older:
            found = self.connection.execute(
                f"SELECT count(*) FROM (SELECT 1 {statement.source}"  # noqa: S608
                f" WHERE {statement.where} LIMIT {most + 1})",
                statement.values,
            ).fetchone()[0]
        else:
            tier = _Tier(node) if node is not None else None
            most = most if statement.are_hits else min(most, COUNTED_BY_TEXTS)
            found = sum(1 for _ in islice(once(self._matching(tier, is_oldest=False)), most + 1))
        return Count(min(found, most), found > most)

    def _matching(self, tier: _Tier | None, *, is_oldest: bool) -> Iterator[Candidate]:
        """The articles of a tier by date.

        Where the index finds more than the tier asks for, their texts are looked at; if most of
        the first ones are no hits, the index that keeps positions is asked, too.
        """
        found = self._by_date(tier, None, is_oldest=is_oldest)
        if tier is None or candidates(tier.node, as_written=tier.as_written).are_hits:
            yield from found
            return
        tried: list[Candidate] = []
        hits = 0
        for candidate in islice(found, FIRST_LOOK):
            tried.append(candidate)
            if self._holds(candidate, tier):
                hits += 1
                yield candidate
        positions = phrases_in_a_row(tier.node) if hits * 2 < len(tried) == FIRST_LOOK else None
        if positions is not None:
            known = set(tried)
            again = self._by_date(tier, positions, is_oldest=is_oldest)
            found = (each for each in again if each not in known)
        yield from (each for each in found if self._holds(each, tier))

    def _by_date(
        self, tier: _Tier | None, positions: Positions | None, *, is_oldest: bool
    ) -> Iterator[Candidate]:
        """The articles that may be of a tier, by date."""
        wanted = self.filters.numbers
        ranges = [Numbers(max(wanted.first, UNDATED.last + 1), min(wanted.last, BEYOND_MONTHS - 1))]
        if wanted.first <= UNDATED.last:
            ranges.append(UNDATED)
        key = oldest_first if is_oldest else newest_first

        def found(numbers: Numbers) -> Iterator[Candidate]:
            return self._candidates(tier, positions, numbers, is_oldest=is_oldest)

        months = chain.from_iterable(
            sorted(month, key=key)
            for numbers in ranges
            for _, month in groupby(found(numbers), lambda each: month_of_number(each.number))
        )
        beyond = sorted(found(Numbers(BEYOND_MONTHS, LAST_NUMBER)), key=key)
        return merge(beyond, months, key=key)

    def _candidates(
        self, tier: _Tier | None, positions: Positions | None, numbers: Numbers, *, is_oldest: bool
    ) -> Iterator[Candidate]:
        """The articles that may be of a tier, by their numbers in the search indexes."""
        found = [
            self._of_table(table, self._statement(table, tier, numbers, positions), is_oldest)
            for table in self._tables
        ]
        return merge(*found, key=lambda each: each.number, reverse=not is_oldest)

    def _of_table(
        self, table: _Table, statement: SearchStatement, is_oldest: bool
    ) -> Iterator[Candidate]:
        rows = self.connection.execute(
            f"SELECT a.id, {statement.number}, {table.date}, {table.version} {statement.source}"
            f" WHERE {statement.where} ORDER BY 2 {'ASC' if is_oldest else 'DESC'}",
            statement.values,
        )
        return (Candidate(*row) for row in rows)

    def _statement(
        self,
        table: _Table,
        tier: _Tier | None,
        numbers: Numbers,
        positions: Positions | None = None,
    ) -> SearchStatement:
        conditions, given = self.filters.conditions(table.date)
        looked_up = None if tier is None else candidates(tier.node, as_written=tier.as_written)
        expressions = [self.filters.expression, looked_up and looked_up.expression]
        expression = " AND ".join(f"({each})" for each in expressions if each)
        number = "t.rowid" if expression else table.number
        matches = f"t.{table.index} MATCH :expression AND " if expression else ""
        if positions is not None and table is _NEWEST_TEXTS:
            matches += f"+{number} IN {_IN_A_ROW} AND "  # one look-up, not one for each
        return SearchStatement(
            source=f"FROM {table.index} t {table.joined}" if expression else f"FROM {table.rows}",
            number=number,
            where=f"{matches}{number} BETWEEN :first AND :last AND {conditions}",
            values={
                **given,
                "first": numbers.first,
                "last": numbers.last,
                "expression": expression,
                "positions": positions and positions.expression,
                "beside": positions and positions.beside_numbers,
            },
            are_hits=looked_up is None or looked_up.are_hits,
            expression=expression,
        )

    def _holds(self, candidate: Candidate, tier: _Tier) -> bool:
        row = self.row_of(candidate)
        texts = texts_of(row, is_exact=self.query is not None and self.query.is_exact)
        return holds(tier.node, texts, as_written=tier.as_written)

    def row_of(self, candidate: Candidate) -> sqlite3.Row:
        """The row of an article that was found, with the text of the version that was found."""
        values = (candidate.id, candidate.version)
        query = _CURRENT if candidate.version is None else _VERSION
        row: sqlite3.Row = self.connection.execute(query, values).fetchone()
        return row

    def _hit(self, candidate: Candidate, rank: int) -> Hit:
        row = self.row_of(candidate)
        texts = [(row[column], self.patterns(column)) for column in ("lead", "body")]
        texts += [(line, self.patterns()) for line in (row["repaired_words"] or "").split("\n")]
        title = marked(row["title"], self.patterns("title"))
        if not title.hits:
            texts.append((row["author"], self.patterns("author")))
        return Hit(
            rank=rank,
            id=row["id"],
            portal=row["portal"],
            key=row["key"],
            published_at=row["published_at"],
            title=title,
            url=row["url"],
            snippet=excerpt(texts),
            gone_at=row["gone_at"],
            version=candidate.version,
        )

    def patterns(self, column: str | None = None) -> tuple["re.Pattern[str]", ...]:
        """Finds what was asked for in text in lower case: each phrase, and all words in a row.

        `column`: only what was asked for in this column, or in any.
        """
        return tuple(
            found for name, found in self._patterns if None in (name, column) or name == column
        )

    @cached_property
    def _patterns(self) -> tuple[tuple[str | None, "re.Pattern[str]"], ...]:
        if self.query is None:
            return ()
        row = self.query.in_a_row
        held = (*self.query.phrases, *(() if row is None else (row,)))
        return tuple((phrase.column, pattern(phrase)) for phrase in held)
