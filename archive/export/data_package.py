"""Describes exported tables in a datapackage.json beside them (Frictionless Data, version 1).

https://specs.frictionlessdata.io/tabular-data-package/
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from archive.errors import QueryError
from archive.export.columns import COLUMNS, Column, Kind
from archive.filesystem.publishing import publish
from archive.filesystem.regular import regular
from archive.moments import utc_text
from archive.printable import printable

NAME = "datapackage.json"

MOST_BYTES = 16 * 1024 * 1024
"""Of a datapackage.json that is there already."""

_UNDO = (
    "A cell of text that a spreadsheet would run or change begins with an added apostrophe, and so "
    "does one that begins with an apostrophe itself: remove one apostrophe from each cell that "
    "begins with one."
)
_FORMS: dict[str, dict[str, str]] = {
    "csv": {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "description": _UNDO},
    "jsonl": {"format": "jsonl", "mediatype": "application/jsonl", "encoding": "utf-8"},
    "parquet": {"format": "parquet", "mediatype": "application/vnd.apache.parquet"},
}
_TYPES = {
    Kind.TEXT: "string",
    Kind.CLAIMED: "string",
    Kind.DAY: "date",
    Kind.MOMENT: "datetime",
    Kind.NUMBER: "integer",
    Kind.TEXTS: "array",
    Kind.PARTS: "array",
}
_TYPES_IN_PARQUET = {Kind.CLAIMED: "datetime", Kind.TEXTS: "any", Kind.PARTS: "any"}
"""frictionless takes a list of Parquet for no array."""
_PATH = re.compile(r"(?![./~])(?!.*\.\.).+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An exported table."""

    path: Path
    form: str
    """csv, jsonl or parquet."""
    title: str
    made_at: datetime


def check(path: Path) -> None:
    """Raise QueryError if no datapackage.json can describe a table at this path.

    Raises ArchiveUnwritableError if that is a link, a pipe or a device.
    """
    is_text = path.name.isprintable()  # bytes that are not UTF-8 are not, nor are line breaks
    if not is_text or not _PATH.fullmatch(path.name):
        raise QueryError(
            f"{NAME} cannot name {path.name}; give a name in UTF-8, without '..', and with no dot "
            "or ~ before it"
        )
    _read(path.with_name(NAME))


def describe(table: Table) -> None:
    """Write datapackage.json beside a table, or add the table to the one that is there.

    Raises QueryError if that is none, ArchiveUnwritableError if the disk refuses.
    """
    path = table.path.with_name(NAME)
    with _turn(path.parent):
        package = _read(path)
        others = [one for one in package["resources"] if one.get("path") != table.path.name]
        package["resources"] = [*others, _resource(table, {one.get("name") for one in others})]
        publish(path, json.dumps(package, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Another export into the folder waits."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read(path: Path) -> dict[str, Any]:
    """The data package at a path, or one without tables."""
    if not os.path.lexists(path):
        return {"profile": "tabular-data-package", "resources": []}
    try:
        with open(path, "rb", opener=regular) as file:
            data = file.read(MOST_BYTES + 1)
        package = json.loads(data) if len(data) <= MOST_BYTES else {}
        is_package = all(isinstance(one, dict) for one in package["resources"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        is_package = False
    if not is_package:
        raise QueryError(
            f"{path} is no data package that a table can be added to; move it away, or name a file "
            "in another folder with -o"
        )
    return dict(package)


def _resource(table: Table, taken: set[object]) -> dict[str, Any]:
    return {
        "name": _name(table.path.name, taken),
        "path": table.path.name,
        "profile": "tabular-data-resource",
        "title": printable(table.title),
        **_FORMS[table.form],
        "created": utc_text(table.made_at),
        "software": f"portal-archive {version('portal-archive')}",
        "schema": {
            "fields": [_field(column, table.form) for column in COLUMNS],
            "primaryKey": "ref",
            "missingValues": [""],
        },
    }


def _name(file_name: str, taken: set[object]) -> str:
    """The file's name in the letters that a data package allows, with a number if it is taken."""
    plain = re.sub(r"[^-a-z0-9._]+", "-", file_name.lower())
    names = (f"{plain}{suffix}" for suffix in ("", *(f"-{n}" for n in range(2, len(taken) + 2))))
    return next(name for name in names if name not in taken)


def _field(column: Column, form: str) -> dict[str, Any]:
    types = _TYPES | _TYPES_IN_PARQUET if form == "parquet" else _TYPES
    field: dict[str, Any] = {
        "name": column.name,
        "type": types[column.kind],
        "description": column.meaning.en,
        "description_vi": column.meaning.vi,
        "source": column.source,
    }
    if column.name == "ref":
        field["constraints"] = {"required": True, "unique": True}
    return field
