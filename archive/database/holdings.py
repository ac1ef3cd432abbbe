"""Counts the articles and versions of a database of any version or origin."""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.database.distrust import distrust
from archive.database.reading import read_only

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
    if not database.is_file():
        return None
    ends_at = time.monotonic() + COUNTING_S
    try:
        with closing(sqlite3.connect(read_only(database), uri=True)) as found:
            distrust(found)
            found.set_progress_handler(lambda: time.monotonic() > ends_at, _STEPS)
            return holdings(found) if _has_tables(found) else None
    except sqlite3.Error:
        return None


def _has_tables(found: sqlite3.Connection) -> bool:
    """Whether both are plain tables: a view of that name may hold anything."""
    (count,) = found.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)"
        " AND sql NOT LIKE 'CREATE VIRTUAL%'",
        TABLES,
    ).fetchone()
    return bool(count == len(TABLES))
