"""Checks that the search indexes hold each article and each earlier version once.

Only numbers are compared, no texts, so that a million articles take seconds.
"""

import sqlite3
from collections.abc import Iterator

from archive.database.sqlite_errors import primary_code
from archive.integrity.row_checks import PlacedProblem
from archive.models import OLD_TEXTS_INDEX, TERMS_INDEX, TRIGGERED_TABLES
from archive.words.terms import PORTAL

SEARCH_INDEX = "search-index"

_NUMBERED = {
    TERMS_INDEX: ("articles", "SELECT search_id AS n FROM articles WHERE portal = :portal"),
    OLD_TEXTS_INDEX: (
        "earlier versions",
        "SELECT v.search_id AS n FROM article_versions v JOIN articles a ON a.id = v.article_id"
        " WHERE a.portal = :portal AND v.version < a.version",
    ),
}
"""By index what it is of, and the numbers that it must hold."""


def search_problems(connection: sqlite3.Connection) -> Iterator[PlacedProblem]:
    """What search does not find, or would find although it is not there: code, place and words."""
    for table, what, rows, index, values in _compared(connection):
        try:
            lacking = _number(connection, rows, index, values)
            unknown = _number(connection, index, rows, values)
        except sqlite3.DatabaseError as error:
            if primary_code(error) != sqlite3.SQLITE_CORRUPT:
                raise
            yield SEARCH_INDEX, table, "the search index is damaged and cannot be read"
            return
        if lacking:
            yield SEARCH_INDEX, table, f"{lacking:,} {what} are missing in the search index"
        if unknown:
            yield SEARCH_INDEX, table, f"{unknown:,} {what} in the search index have no row"


def _compared(
    connection: sqlite3.Connection,
) -> Iterator[tuple[str, str, str, str, dict[str, str]]]:
    """Table, what it is of, and the numbers of rows and of the index as SQL with its values."""
    for (portal,) in connection.execute("SELECT name FROM portals ORDER BY name").fetchall():
        values = {"portal": portal, "term": f'"{PORTAL}{portal}"'}
        for table, (what, rows) in _NUMBERED.items():
            index = f"SELECT rowid AS n FROM {table} WHERE {table} MATCH :term"  # noqa: S608
            yield table, f"{what} of {portal}", rows, index, values
    for table in TRIGGERED_TABLES:
        index = f"SELECT id AS n FROM {table}_docsize"  # noqa: S608
        yield table, "articles", "SELECT search_id AS n FROM articles", index, {}


def _number(connection: sqlite3.Connection, some: str, others: str, values: dict[str, str]) -> int:
    """How many numbers are none, or not among the others."""
    found = connection.execute(
        f"SELECT count(*) FROM ({some}) WHERE n IS NULL OR n NOT IN"  # noqa: S608
        f" (SELECT n FROM ({others}) WHERE n IS NOT NULL)",
        values,
    ).fetchone()
    return int(found[0])
