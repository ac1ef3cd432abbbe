"""Whose the objects of archive.db are, and whether ours are as the migrations make them.

Whoever hands on an archive can hand on a trigger that rewrites rows, or a view where a table was.
SQLite itself refuses a schema whose rows name another table than their SQL.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archive.database.descriptions import DESCRIPTIONS
from archive.models import SEARCH_TABLES

MIGRATIONS = "_sqlite_migrations"
"""Where sqlite-utils notes which migrations were applied."""

OF_THE_LIBRARY = (
    ("table", MIGRATIONS),
    ("index", f"idx_{MIGRATIONS}_migration_set_name"),
    ("index", f"sqlite_autoindex_{MIGRATIONS}_1"),
)
"""What sqlite-utils makes for itself, otherwise in each version: not compared."""

TABLES = frozenset(
    (
        MIGRATIONS,
        *DESCRIPTIONS,
        *(
            f"{table}{part}"
            for table in SEARCH_TABLES
            for part in ("", "_text", "_data", "_idx", "_docsize", "_config")
        ),
    )
)
"""Our tables and views, those that FTS5 keeps included, in lower case as SQLite compares names."""

SEARCH_TRIGGERS = frozenset(
    f"{table}_{event}" for table in SEARCH_TABLES for event in ("insert", "delete", "update")
)

SHOWN_NAME = 80
"""Characters of a name; it can have a million."""


class SchemaObject(NamedTuple):
    """A table, view, index or trigger: a row of sqlite_master."""

    kind: str
    name: str
    table: str
    sql: str
    """With one blank for each run of white space: earlier versions of ours left others."""

    @property
    def is_on_ours(self) -> bool:
        """Whether it is one of our tables or views, or an index or trigger on one."""
        return self.name.lower() in TABLES or self.table.lower() in TABLES

    def __str__(self) -> str:
        shown = self.name if len(self.name) <= SHOWN_NAME else self.name[:SHOWN_NAME] + "…"
        on = "" if self.name == self.table else f" on {self.table}"
        return f"{self.kind} {shown}{on}"


def schema_objects(connection: sqlite3.Connection) -> list[SchemaObject]:
    """All of a database but what sqlite-utils makes for itself, in the order of their names."""
    rows = connection.execute(
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY name, type"
    )
    return [
        SchemaObject(kind, name, table, " ".join(sql.split()))
        for kind, name, table, sql in rows
        if (kind, name) not in OF_THE_LIBRARY
    ]


def digest(objects: Iterable[SchemaObject]) -> str:
    """Over those that are ours or on ours, as they stand."""
    ours = [one for one in objects if one.is_on_ours]
    return hashlib.sha256(repr([tuple(one) for one in ours]).encode()).hexdigest()


def unfit_for_migration(objects: Iterable[SchemaObject]) -> Iterator[str]:
    """What a migration would set off, or stumble over, in a database of any version, in words."""
    for one in objects:
        is_ours = one.table.lower() == "articles" and one.name in SEARCH_TRIGGERS
        is_on_ours = one.kind == "trigger" and one.is_on_ours
        if (is_on_ours and not is_ours) or one.name.lower() == MIGRATIONS:
            yield f"{one} is none of this software's"


def differences(found: Iterable[SchemaObject], fresh: Iterable[SchemaObject]) -> Iterator[str]:
    """What a database has otherwise than a fresh one, as far as it is ours or on ours, in words."""
    made = {one.name.lower(): one for one in fresh}
    for one in found:
        ours = made.pop(one.name.lower(), None)
        if ours is None and one.is_on_ours:
            yield f"{one} is none of this software's"
        elif ours is not None and ours != one:
            yield f"{one} is not as this software makes it"
    yield from (f"{one} is not there" for one in made.values())


def others(objects: Iterable[SchemaObject]) -> list[SchemaObject]:
    """The tables and views that are somebody's own, the statistics of ANALYZE among them."""
    return [
        one
        for one in objects
        if one.kind in ("table", "view") and not one.is_on_ours and one.name != "sqlite_sequence"
    ]
