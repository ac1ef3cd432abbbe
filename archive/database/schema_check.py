"""Checks that the objects of archive.db are as the migrations make them.

An archive from somebody else may hold a trigger that rewrites rows, or a view in place of a table.
SQLite itself refuses a schema whose rows name another table than their SQL.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archive.database.descriptions import DESCRIPTIONS, search

MIGRATIONS = "_sqlite_migrations"
"""The table in which sqlite-utils notes the applied migrations."""

OF_THE_LIBRARY = (
    ("table", MIGRATIONS),
    ("index", f"idx_{MIGRATIONS}_migration_set_name"),
    ("index", f"sqlite_autoindex_{MIGRATIONS}_1"),
)
"""Objects that sqlite-utils makes, differently in each version; they are not compared."""

TABLES = frozenset((*DESCRIPTIONS, *search.TABLES))
"""This software's tables and views, FTS5's own included, in lower case as SQLite compares names."""

OF_EARLIER_RELEASES = frozenset({"articles_exact_text"})
"""Tables and views that a migration took away."""

SEARCH_TRIGGERS = frozenset(search.TRIGGERS)

SHOWN_NAME = 80
"""Characters shown of a name, which may have a million."""


class SchemaObject(NamedTuple):
    """A table, view, index or trigger: a row of sqlite_master."""

    kind: str
    name: str
    table: str
    sql: str
    """With single blanks as white space: earlier releases wrote it differently."""

    @property
    def is_on_ours(self) -> bool:
        """Whether it is a table or view of this software, or an index or trigger on one."""
        return self.name.lower() in TABLES or self.table.lower() in TABLES

    def __str__(self) -> str:
        shown = self.name if len(self.name) <= SHOWN_NAME else self.name[:SHOWN_NAME] + "…"
        on = "" if self.name == self.table else f" on {self.table}"
        return f"{self.kind} {shown}{on}"


def schema_objects(connection: sqlite3.Connection) -> list[SchemaObject]:
    """The objects of a database by name, without those of sqlite-utils."""
    rows = connection.execute(
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY name, type"
    )
    return [
        SchemaObject(kind, name, table, " ".join(sql.split()))
        for kind, name, table, sql in rows
        if (kind, name) not in OF_THE_LIBRARY
    ]


def digest(objects: Iterable[SchemaObject]) -> str:
    """A digest of this software's tables and views and of all objects on them."""
    ours = [one for one in objects if one.is_on_ours]
    return hashlib.sha256(repr([tuple(one) for one in ours]).encode()).hexdigest()


def unfit_for_migration(objects: Iterable[SchemaObject]) -> Iterator[str]:
    """Objects in a database of any version that a migration would trigger or fail on, in words."""
    for one in objects:
        is_ours = one.table.lower() == "articles" and one.name in SEARCH_TRIGGERS
        is_on_ours = one.kind == "trigger" and one.is_on_ours
        if (is_on_ours and not is_ours) or one.name.lower() == MIGRATIONS:
            yield f"{one} is not one of this software's"


def schema_differences(
    found: Iterable[SchemaObject], fresh: Iterable[SchemaObject]
) -> Iterator[str]:
    """How this software's objects in a database differ from those of a new one, in words."""
    made = {one.name.lower(): one for one in fresh}
    for one in found:
        ours = made.pop(one.name.lower(), None)
        if ours is None and one.is_on_ours:
            yield f"{one} is not one of this software's"
        elif ours is not None and ours != one:
            yield f"{one} is not as this software makes it"
    yield from (f"{one} is missing" for one in made.values())


def others(objects: Iterable[SchemaObject]) -> list[SchemaObject]:
    """The tables and views that this software did not make, the statistics of ANALYZE included."""
    not_theirs = {"sqlite_sequence", *OF_EARLIER_RELEASES}
    return [
        one
        for one in objects
        if one.kind in ("table", "view") and not one.is_on_ours and one.name not in not_theirs
    ]
