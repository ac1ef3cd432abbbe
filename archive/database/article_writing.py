"""Writes rows of articles: their texts, which the full-text indexes hold, all at once.

Each statement that fires a trigger of such an index makes FTS5 write out what it has: row by row,
that is a piece of index for each article, merged with others later, at two to three times the cost.
So rows are written without their texts first, and the texts in one statement at the end of the
transaction.
"""

import sqlite3
from functools import lru_cache

from archive.database.statements import KNOWN_STATEMENTS, Row, insertion
from archive.models import SEARCHED

MOST_WAITING = 500
"""Texts in memory: a transaction can be of all articles of a portal."""

_TABLE = f"CREATE TEMP TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, {', '.join(SEARCHED)})"
"""Made when it is needed: who only looks may make none, and a rollback takes it away."""

_PUT = insertion("temp.texts", ("id", *SEARCHED)).replace("INSERT", "INSERT OR REPLACE", 1)
_WRITE = (
    f"UPDATE articles SET {', '.join(f'{name} = texts.{name}' for name in SEARCHED)}"  # noqa: S608
    " FROM temp.texts WHERE articles.id = texts.id"
)
_UNTIL_THEN = {"title": ""}
"""What stands in the column of a new row that may not be NULL."""


class ArticleWriting:
    """Over one connection, inside its transactions."""

    def __init__(self, connection: sqlite3.Connection, *, is_indexed: bool) -> None:
        """Texts of a database that is not indexed yet are written with their rows."""
        self.connection = connection
        self._is_indexed = is_indexed
        self._waiting: set[object] = set()
        """Ids of articles."""
        self.connection.execute("PRAGMA temp_store = MEMORY")

    def insert(self, row: Row) -> None:
        """Insert an article."""
        first = row
        if self._is_indexed:
            texts = {name: _UNTIL_THEN.get(name) for name in SEARCHED}
            first = {**row, **texts}
        self.connection.execute(insertion("articles", tuple(first)), tuple(first.values()))
        if self._is_indexed:
            self._let_wait(row)

    def update(self, row: Row) -> None:
        """Bring an article up to date: the columns that the row has, with its id among them.

        Those that are as they were are not written again, nor are the indexes that hold them.
        """
        held = self.connection.execute(_selection(tuple(row)), (row["id"],)).fetchone()
        new = {name: row[name] for name, was in zip(row, held, strict=True) if row[name] != was}
        if "last_seen_at" in new and str(row["last_seen_at"]) < held["last_seen_at"]:
            del new["last_seen_at"]
        if self._is_indexed:
            if row["id"] in self._waiting or not new.keys().isdisjoint(SEARCHED):
                self._let_wait(row)
            new = {name: value for name, value in new.items() if name not in SEARCHED}
        if new:
            self.connection.execute(_update(tuple(new)), (*new.values(), row["id"]))

    def end(self) -> None:
        """Write the texts that wait. Who reads texts in the same transaction asks for it before."""
        if self._waiting:
            self.connection.execute(_WRITE)
            self.connection.execute("DELETE FROM temp.texts")
            self._waiting.clear()

    def undone(self) -> None:
        """The transaction was rolled back, and the texts with it."""
        self._waiting.clear()

    def _let_wait(self, row: Row) -> None:
        if not self._waiting:
            self.connection.execute(_TABLE)
        self.connection.execute(_PUT, (row["id"], *(row[name] for name in SEARCHED)))
        self._waiting.add(row["id"])
        if len(self._waiting) >= MOST_WAITING:
            self.end()


@lru_cache(maxsize=KNOWN_STATEMENTS)
def _selection(columns: tuple[str, ...]) -> str:
    return f"SELECT {', '.join(columns)} FROM articles WHERE id = ?"  # noqa: S608


@lru_cache(maxsize=KNOWN_STATEMENTS)
def _update(columns: tuple[str, ...]) -> str:
    updates = ", ".join(f"{name} = ?" for name in columns)
    return f"UPDATE articles SET {updates} WHERE id = ?"  # noqa: S608
