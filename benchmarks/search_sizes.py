"""How large the search indexes of an archive are beside its text."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.models import OLD_TEXTS_INDEX, SEARCH_TABLES, SEARCHED

GOAL = 1.2
"""Times the text, the index of old texts aside."""

_BYTES = " + ".join(f"coalesce(length(CAST({name} AS BLOB)), 0)" for name in SEARCHED)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes."""

    text: int
    """Of the columns of articles that are searched."""
    indexes: dict[str, int]
    """By the name of the index."""

    @property
    def ratio(self) -> float:
        """Of all indexes but that of old texts, to the text."""
        whole = sum(size for name, size in self.indexes.items() if name != OLD_TEXTS_INDEX)
        return whole / self.text


def sizes(database: Path) -> Sizes:
    """Of an archive's database."""
    with closing(sqlite3.connect(database)) as connection:
        query = f"SELECT sum({_BYTES}) FROM articles"  # noqa: S608
        text = connection.execute(query).fetchone()[0]
        return Sizes(text, {name: _size(connection, name) for name in SEARCH_TABLES})


def _size(connection: sqlite3.Connection, table: str) -> int:
    query = "SELECT sum(pgsize) FROM dbstat WHERE name GLOB ?"
    return int(connection.execute(query, (f"{table}_*",)).fetchone()[0])
