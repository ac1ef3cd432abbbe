"""Writes rows of articles, and their texts for the search indexes all at once.

Each statement that fires a trigger of an FTS5 index makes FTS5 write a piece of the index. A piece
for each article, merged later, costs two to three times as much. Rows are therefore written without
their texts, and all texts in one statement at the end of the transaction.
"""

import sqlite3
from functools import lru_cache

from archive.database.search_index import INDEXED, SearchIndex
from archive.database.statements import KNOWN_STATEMENTS, Row, insertion

MOST_WAITING = 500
"""Most texts held in memory: a transaction can cover all articles of a portal."""

_TABLE = f"CREATE TEMP TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, {', '.join(INDEXED)})"
"""Created when needed: a reader may not create it, and a rollback removes it."""

_PUT = insertion("temp.texts", ("id", *INDEXED)).replace("INSERT", "INSERT OR REPLACE", 1)
_NUMBERS = "CREATE TEMP TABLE IF NOT EXISTS numbers (id INTEGER PRIMARY KEY, search_id INTEGER)"
_WRITE = (
    f"UPDATE articles SET {', '.join(f'{name} = texts.{name}' for name in INDEXED)},"  # noqa: S608
    " search_id = numbers.search_id"
    " FROM temp.texts JOIN temp.numbers USING (id) WHERE articles.id = texts.id"
)
_MOVED = "SELECT id FROM articles a JOIN temp.texts t USING (id) WHERE a.category IS NOT t.category"
"""Articles whose category changes: the search index has it with their earlier versions, too."""

_UNTIL_THEN = {"title": ""}
"""Values of columns that may not be NULL, until the texts are written."""


class ArticleWriting:
    """Table articles over one connection, inside its transactions."""

    def __init__(self, connection: sqlite3.Connection, *, is_indexed: bool) -> None:
        """In a database that is not indexed yet, texts are written with their rows."""
        self.connection = connection
        self._is_indexed = is_indexed
        self._index = SearchIndex(connection)
        self._waiting: dict[int, bool] = {}
        """By the id of each article whose texts wait: whether the indexes hold it already."""
        self._updated: set[int] = set()
        """Of these, the ids of articles that may have earlier versions."""
        self.connection.execute("PRAGMA temp_store = MEMORY")

    def insert(self, row: Row) -> None:
        """Insert an article."""
        first = row
        if self._is_indexed:
            texts = {name: _UNTIL_THEN.get(name) for name in INDEXED}
            first = {**row, **texts}
        self.connection.execute(insertion("articles", tuple(first)), tuple(first.values()))
        if self._is_indexed:
            self._let_wait(row, is_held=False)

    def update(self, row: Row) -> None:
        """Update the columns of an article that `row` holds, its id included.

        Unchanged columns and the indexes over them are not written again.
        """
        held = self.connection.execute(_selection(tuple(row)), (row["id"],)).fetchone()
        new = {name: row[name] for name, was in zip(row, held, strict=True) if row[name] != was}
        if "last_seen_at" in new and str(row["last_seen_at"]) < held["last_seen_at"]:
            del new["last_seen_at"]
        if self._is_indexed:
            if row["id"] in self._waiting or not new.keys().isdisjoint(INDEXED):
                self._updated.add(row["id"])  # type: ignore[arg-type]
                self._let_wait(row, is_held=True)
            new = {name: value for name, value in new.items() if name not in INDEXED}
        if new:
            self.connection.execute(_update(tuple(new)), (*new.values(), row["id"]))

    def end(self) -> None:
        """Write the waiting texts; call it before reading texts in the same transaction."""
        if not self._waiting:
            return
        moved = {row["id"] for row in self.connection.execute(_MOVED)}
        for article, is_held in self._waiting.items():
            if is_held:
                self._index.take_out(article)
            if article in moved and article in self._updated:
                self._index.take_old_texts_out(article)
        self.connection.execute(_NUMBERS)
        dates = self.connection.execute(
            "SELECT id, published_at FROM temp.texts ORDER BY published_at, id"
        )
        self.connection.executemany(
            "INSERT INTO temp.numbers (search_id, id) VALUES (?, ?)",
            list(self._index.free_numbers(dates.fetchall())),
        )
        self.connection.execute(_WRITE)
        for article in self._waiting:
            self._index.put_in(article, has_old_texts=article in self._updated)
        self.connection.execute("DELETE FROM temp.texts")
        self.connection.execute("DELETE FROM temp.numbers")
        self.undone()

    def undone(self) -> None:
        """Forget the waiting texts: the transaction was rolled back."""
        self._waiting.clear()
        self._updated.clear()

    def _let_wait(self, row: Row, *, is_held: bool) -> None:
        if not self._waiting:
            self.connection.execute(_TABLE)
        self.connection.execute(_PUT, (row["id"], *(row[name] for name in INDEXED)))
        self._waiting.setdefault(row["id"], is_held)  # type: ignore[arg-type]
        if len(self._waiting) >= MOST_WAITING:
            self.end()


@lru_cache(maxsize=KNOWN_STATEMENTS)
def _selection(columns: tuple[str, ...]) -> str:
    return f"SELECT {', '.join(columns)} FROM articles WHERE id = ?"  # noqa: S608


@lru_cache(maxsize=KNOWN_STATEMENTS)
def _update(columns: tuple[str, ...]) -> str:
    updates = ", ".join(f"{name} = ?" for name in columns)
    return f"UPDATE articles SET {updates} WHERE id = ?"  # noqa: S608
