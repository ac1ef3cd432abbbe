"""Comma-separated values on stdout that a spreadsheet opens without running anything."""

import csv
import sys
from collections.abc import Iterable

from archive.spreadsheet import disarmed


def write_csv(names: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a line of names and a line for each row; None is an empty cell."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(map(_disarmed, row) for row in rows)


def _disarmed(value: object) -> object:
    return disarmed(value) if isinstance(value, str) else value
