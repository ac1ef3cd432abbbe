"""The SQL that writes one row, built once for each table and its columns."""

import dataclasses
import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

KNOWN_STATEMENTS = 64
"""There are a dozen tables, each written in one or two ways."""

Row = dict[str, object]
"""Values by column, in the order of the columns in the statement."""


@lru_cache(maxsize=KNOWN_STATEMENTS)
def insertion(table: str, columns: tuple[str, ...]) -> str:
    """The statement that inserts a row, with a `?` for each column."""
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608


@lru_cache(maxsize=KNOWN_STATEMENTS)
def upsertion(table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    """As `insertion`; a row of the same key takes the new values."""
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    conflict = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates}"
    return insertion(table, columns) + conflict


def upsert(connection: sqlite3.Connection, table: str, row: Row, key: tuple[str, ...]) -> None:
    """Insert a row; one of the same key takes the new values."""
    connection.execute(upsertion(table, tuple(row), key), tuple(row.values()))


@lru_cache(maxsize=KNOWN_STATEMENTS)
def _reading(kind: type) -> tuple[tuple[str, ...], Callable[[Any], Sequence[object]]]:
    names = tuple(field.name for field in dataclasses.fields(kind))
    return names, attrgetter(*names)


def columns_of_value(value: Any) -> Row:
    """The fields of a flat dataclass with at least two of them, by name.

    `dataclasses.asdict` copies each value, which takes ten times as long.
    """
    names, values = _reading(type(value))  # type: ignore[arg-type]  # mypy: a class has no hash
    return dict(zip(names, values(value), strict=True))
