"""Reads the articles that a search found as rows of an exported table, one after the other."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from archive.database.article_rows import PART_COLUMNS
from archive.export.columns import COLUMNS, Kind
from archive.search.order import Candidate

Row = dict[str, Any]
"""Values by the names of COLUMNS: text, int or None; a list of texts, or of dicts of texts."""

_READ = [column for column in COLUMNS if column.expression is not None]
_JSON = [column.name for column in _READ if column.kind is Kind.TEXTS]


def _statement(texts: str, join: str) -> str:
    values = ", ".join(
        f"{str(column.expression).format(texts=texts)} AS {column.name}" for column in _READ
    )
    return (
        f"SELECT a.id, a.key, {values} FROM articles a {join}"  # noqa: S608
        " LEFT JOIN portals p ON p.name = a.portal"
        f" LEFT JOIN captures s ON s.id = {texts}.capture_id"
        " LEFT JOIN captures c ON c.id = coalesce(s.revisit_of, s.id)"
        " WHERE a.id = :id"
    )


_CURRENT = _statement("a", "")
_VERSION = _statement(
    "v", "JOIN article_versions v ON v.article_id = a.id AND v.version = :version"
)
_SECTIONS = (
    "SELECT DISTINCT section FROM sightings WHERE portal = ? AND key = ? AND section IS NOT NULL"
    " ORDER BY section"
)
_PARTS = {
    column.name: f"SELECT {', '.join(PART_COLUMNS[column.name][1:])} FROM {column.name}"  # noqa: S608
    " WHERE article_id = ? ORDER BY position"
    for column in COLUMNS
    if column.kind is Kind.PARTS
}


def rows(connection: sqlite3.Connection, found: Iterable[Candidate]) -> Iterator[Row]:
    """A row for each article that was found, with the texts of the version that was found.

    Raises ValueError if the database holds a list that is not one of JSON.
    """
    for candidate in found:
        query = _CURRENT if candidate.version is None else _VERSION
        values = {"id": candidate.id, "version": candidate.version}
        stored = connection.execute(query, values).fetchone()
        if stored is not None:
            yield _row(connection, stored)


def _row(connection: sqlite3.Connection, stored: sqlite3.Row) -> Row:
    row: Row = {column.name: stored[column.name] for column in _READ}
    row |= {name: json.loads(row[name]) for name in _JSON}
    named = (stored["portal"], stored["key"])
    row["sections"] = [section for (section,) in connection.execute(_SECTIONS, named)]
    for table, query in _PARTS.items():
        row[table] = [dict(part) for part in connection.execute(query, (stored["id"],))]
    return row
