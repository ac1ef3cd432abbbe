"""Tables as Parquet, by pyarrow: moments, days and lists have types of their own."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from archive.database.article_rows import PART_COLUMNS
from archive.export.columns import COLUMNS, Column, Kind
from archive.export.found_articles import Row

MOST_ROWS = 5_000
MOST_CHARACTERS = 8 * 1024 * 1024
"""Of leads and bodies in a row group. Both bound the memory that writing and reading take."""

_REPEATED = [
    "portal", "portal_title", "province", "author", "source", "category", "language", "warc_file",
]  # fmt: skip
"""Columns whose values are written once for a group: those of others hardly repeat."""

_MOMENT = pa.timestamp("ms", tz="UTC")
_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.CLAIMED: _MOMENT,
    Kind.DAY: pa.date32(),
    Kind.MOMENT: _MOMENT,
    Kind.NUMBER: pa.int64(),
    Kind.TEXTS: pa.list_(pa.string()),
}


def _type(column: Column) -> pa.DataType:
    if column.kind is not Kind.PARTS:
        return _TYPES[column.kind]
    return pa.list_(pa.struct([(name, pa.string()) for name in PART_COLUMNS[column.name][1:]]))


def _described(column: Column) -> dict[str, str]:
    return {"description": column.meaning.en, "description_vi": column.meaning.vi}


def _field(column: Column) -> pa.Field:
    is_optional = column.name != "ref"
    return pa.field(column.name, _type(column), is_optional, _described(column))


SCHEMA = pa.schema([_field(column) for column in COLUMNS])


def write_parquet(file: Any, rows: Iterable[Row]) -> None:
    """Write the rows in groups of a bounded size.

    Raises ValueError or TypeError for a value that does not fit the type of its column.
    """
    options = {"compression": "zstd", "use_dictionary": _REPEATED}
    with pq.ParquetWriter(file, SCHEMA, **options) as writer:
        for group in _groups(rows):
            writer.write_table(pa.Table.from_pylist(group, SCHEMA), row_group_size=len(group))


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    characters = 0
    for row in rows:
        group.append(_typed(row))
        characters += len(row["lead"] or "") + len(row["body"] or "")
        if len(group) == MOST_ROWS or characters >= MOST_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _typed(row: Row) -> Row:
    return row | {
        column.name: _moment(column.kind, row[column.name])
        for column in COLUMNS
        if column.kind in (Kind.DAY, Kind.CLAIMED, Kind.MOMENT)
    }


def _moment(kind: Kind, text: str | None) -> date | None:
    """None also for a claimed moment that is a day alone."""
    if text is None or (kind is Kind.CLAIMED and len(text) == len("2026-11-23")):
        return None
    return date.fromisoformat(text) if kind is Kind.DAY else datetime.fromisoformat(text)
