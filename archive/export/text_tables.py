"""Tables as text: CSV by RFC 4180 for spreadsheets, and a JSON object a line. Pure."""

import csv
import json
from collections.abc import Iterable, Iterator

from archive.export.columns import COLUMNS, NAMES, Column, Kind
from archive.export.found_articles import Row
from archive.spreadsheet import disarmed, kept_as_text

BYTE_ORDER_MARK = "\ufeff"
"""By it Excel reads a file as UTF-8."""


class _Line:
    """Takes a line from csv.writer, which returns what this returns."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """The names of the columns and a line for each row, behind a byte order mark.

    Lists are JSON; None is an empty cell. Cells of text are as archive.spreadsheet makes them.
    """
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield BYTE_ORDER_MARK
    yield str(writer.writerow(NAMES))
    for row in rows:
        yield str(writer.writerow([_cell(column, row[column.name]) for column in COLUMNS]))


def _cell(column: Column, value: object) -> object:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return value
    return kept_as_text(value) if column.kind is Kind.TEXT else disarmed(value)


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """A JSON object for each row, with the columns as keys in their order."""
    for row in rows:
        yield json.dumps({name: row[name] for name in NAMES}, ensure_ascii=False) + "\n"
