"""The search index of articles: their numbers in it, and their terms. It follows from their rows.

Table articles_terms has the articles as they are now, old_texts_terms their earlier versions. Both
keep no text: to take an article out, its terms are named again.
"""

import sqlite3
from collections.abc import Iterable, Iterator

from archive.models import OLD_TEXTS_INDEX, SEARCH_TABLES, SEARCHED, TERMS_INDEX, TRIGGERED_TABLES
from archive.words.numbers import rooms_of
from archive.words.terms import terms_of
from archive.words.texts import searched_of

INDEXED = (*SEARCHED, "category", "published_at")
"""Columns of an article that its terms or its number follow from. Its portal never changes."""

_ARTICLES = f"SELECT id, portal, search_id, {', '.join(INDEXED)} FROM articles"  # noqa: S608
_OF_VERSIONS = "FROM article_versions v JOIN articles a ON a.id = v.article_id"
_OLD_TEXTS = (
    "SELECT v.rowid AS id, a.portal, a.category, v.search_id, v.title, v.lead, v.body, v.author,"
    f" v.published_at, '' AS repaired_words {_OF_VERSIONS}"
)
BULK_BYTES = 32 * 1024 * 1024
"""Terms in memory while an index is filled: FTS5 writes them out at once. Its default of 1 MB makes
it write and merge so many pieces that the index takes twice as long."""

USUAL_BYTES = 1024 * 1024

_NOT_YET = "WHERE v.version < a.version AND v.search_id IS NULL"


class SearchIndex:
    """Over one connection, inside its transactions; sqlite3.Error passes through."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def take_out(self, article: int) -> None:
        """Take the terms of an article out, before its row is written again or deleted."""
        row = self._db.execute(f"{_ARTICLES} WHERE id = ?", (article,)).fetchone()
        if row is not None and row["search_id"] is not None:
            self._delete(TERMS_INDEX, row)

    def take_old_texts_out(self, article: int) -> None:
        """Take the terms of an article's earlier versions out, before their rows are deleted or the
        article's category changes; `put_in` puts them in again."""
        rows = self._db.execute(
            f"{_OLD_TEXTS} WHERE v.article_id = ? AND v.search_id IS NOT NULL", (article,)
        )
        for row in rows.fetchall():
            self._delete(OLD_TEXTS_INDEX, row)
        self._db.execute(
            "UPDATE article_versions SET search_id = NULL WHERE article_id = ?", (article,)
        )

    def put_in(self, article: int, *, has_old_texts: bool) -> None:
        """Put in the terms of an article whose row is written and numbered, and its old texts."""
        row = self._db.execute(f"{_ARTICLES} WHERE id = ?", (article,)).fetchone()
        if row is None:  # deleted in the same transaction
            return
        self._put(TERMS_INDEX, row["search_id"], row)
        if has_old_texts:
            rows = self._db.execute(f"{_OLD_TEXTS} {_NOT_YET} AND a.id = ?", (article,)).fetchall()
            self._put_old_texts(rows)

    def free_numbers(self, rows: Iterable[sqlite3.Row]) -> Iterator[tuple[int, int]]:
        """A number that no article has, and the id, of each row with an id and a date."""
        return self._numbered(rows, "articles")

    def fill(self) -> None:
        """Number all articles by their dates, and make the index again."""
        for table in (TERMS_INDEX, OLD_TEXTS_INDEX):
            self._db.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")  # noqa: S608
        for table in ("articles", "article_versions"):
            self._db.execute(
                f"UPDATE {table} SET search_id = NULL WHERE search_id IS NOT NULL"  # noqa: S608
            )
        rows = self._db.execute("SELECT id, published_at FROM articles ORDER BY published_at, id")
        self._db.executemany(
            "UPDATE articles SET search_id = ? WHERE id = ?", list(self.free_numbers(rows))
        )
        for table in TRIGGERED_TABLES:
            self._command(table, "rebuild")
        for table in (TERMS_INDEX, OLD_TEXTS_INDEX):
            self._command(table, "hashsize", BULK_BYTES)
        for row in self._db.execute(f"{_ARTICLES} ORDER BY search_id"):
            self._put(TERMS_INDEX, row["search_id"], row)
        old = self._db.execute(f"SELECT v.rowid {_OF_VERSIONS} {_NOT_YET} ORDER BY v.published_at")
        for (version,) in old.fetchall():
            row = self._db.execute(f"{_OLD_TEXTS} WHERE v.rowid = ?", (version,)).fetchone()
            self._put_old_texts([row])
        for table in (TERMS_INDEX, OLD_TEXTS_INDEX):
            self._command(table, "hashsize", USUAL_BYTES)
        for table in SEARCH_TABLES:
            self._command(table, "optimize")

    def _command(self, table: str, command: str, value: int | None = None) -> None:
        self._db.execute(
            f"INSERT INTO {table} ({table}, rank) VALUES (?, ?)",  # noqa: S608
            (command, value),
        )

    def _delete(self, table: str, row: sqlite3.Row) -> None:
        self._db.execute(
            f"INSERT INTO {table} ({table}, rowid, terms) VALUES ('delete', ?, ?)",  # noqa: S608
            (row["search_id"], terms_of(searched_of(row))),
        )

    def _put(self, table: str, number: int, row: sqlite3.Row) -> None:
        self._db.execute(
            f"INSERT INTO {table} (rowid, terms) VALUES (?, ?)",  # noqa: S608
            (number, terms_of(searched_of(row))),
        )

    def _put_old_texts(self, rows: list[sqlite3.Row]) -> None:
        for (number, _), row in zip(self._numbered(rows, "article_versions"), rows, strict=True):
            self._db.execute(
                "UPDATE article_versions SET search_id = ? WHERE rowid = ?", (number, row["id"])
            )
            self._put(OLD_TEXTS_INDEX, number, row)

    def _numbered(self, rows: Iterable[sqlite3.Row], table: str) -> Iterator[tuple[int, int]]:
        free: dict[int, int] = {}
        for row in rows:
            day = row["published_at"]
            for first, last in rooms_of(day if isinstance(day, str) else None):
                if first not in free:
                    free[first] = self._free(table, first, last)
                if free[first] <= last:
                    yield free[first], row["id"]
                    free[first] += 1
                    break

    def _free(self, table: str, first: int, last: int) -> int:
        taken = self._db.execute(
            f"SELECT max(search_id) FROM {table} WHERE search_id BETWEEN ? AND ?",  # noqa: S608
            (first, last),
        ).fetchone()[0]
        return first if taken is None else int(taken) + 1
