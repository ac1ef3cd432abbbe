"""Counts the articles of a database of any version or origin, and names their portals."""

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from archive.database.distrust import distrust
from archive.database.reading import read_only

T = TypeVar("T")

TABLES = "articles", "article_versions"

COUNTING_S = 60.0
"""Counting a million rows takes a second."""

_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Holdings:
    """The numbers of articles and versions."""

    articles: int
    versions: int

    def is_less_than(self, other: "Holdings") -> bool:
        """Whether there are fewer articles, or fewer versions of them."""
        return self.articles < other.articles or self.versions < other.versions

    def words(self) -> str:
        """`410 articles, 433 versions`."""
        return f"{self.articles} articles, {self.versions} versions"


def holdings(connection: sqlite3.Connection) -> Holdings:
    """The holdings of an open database; sqlite3.Error passes through."""
    counts = (connection.execute(f"SELECT count(*) FROM {table}") for table in TABLES)  # noqa: S608
    articles, versions = (count.fetchone()[0] for count in counts)
    return Holdings(articles, versions)


def known_holdings(database: Path) -> Holdings | None:
    """The holdings of a file of any version; None if it is not a readable archive database."""
    return _read(database, TABLES, holdings)


def portals_with_rows(database: Path) -> set[str]:
    """The portals with articles or sightings; empty if it is not a readable archive database."""
    return _read(database, ("portals", "articles", "sightings"), _portals) or set()


def _portals(found: sqlite3.Connection) -> set[str]:
    rows = found.execute(
        "SELECT name FROM portals WHERE EXISTS (SELECT 1 FROM articles WHERE portal = name)"
        " OR EXISTS (SELECT 1 FROM sightings WHERE portal = name)"
    )
    return {name for (name,) in rows if isinstance(name, str)}


def _read(
    database: Path, tables: Sequence[str], read: Callable[[sqlite3.Connection], T]
) -> T | None:
    """The value read from a file with these tables; None of any other file."""
    if not database.is_file():
        return None
    ends_at = time.monotonic() + COUNTING_S
    try:
        with closing(sqlite3.connect(read_only(database), uri=True)) as found:
            distrust(found)
            found.set_progress_handler(lambda: time.monotonic() > ends_at, _STEPS)
            return read(found) if _has_tables(found, tables) else None
    except sqlite3.Error:
        return None


def _has_tables(found: sqlite3.Connection, tables: Sequence[str]) -> bool:
    """Whether all are plain tables: a view of that name may hold anything."""
    (count,) = found.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
        " AND name IN (SELECT value FROM json_each(?)) AND sql NOT LIKE 'CREATE VIRTUAL%'",
        (json.dumps(tables),),
    ).fetchone()
    return bool(count == len(tables))
