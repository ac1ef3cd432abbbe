"""Data tables: which tables are, and the columns of their cells."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from portal_crawler.cleaning.page.visible import css_of, is_hidden

MOST_COLUMNS = 64
"""Merged cells count up to this column: no portal's table has a third as many, and a few hostile
attributes must not make a text of gigabytes."""

MOST_ROWS_MERGED = 65534
"""The bound of `rowspan` in the HTML standard."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell of a table, with its place."""

    element: etree._Element
    column: int
    """From 0; columns that merged cells cover are counted."""
    columns: int
    """How many it covers."""
    rows: int
    """How many rows it covers."""


def is_data_table(table: etree._Element) -> bool:
    """Whether a table holds data in rows and columns, and does not lay out the page.

    A layout table has tables in it, or never two cells with text beside each other. A table with
    pictures is a data table only if each picture stands in a row with several texts.
    """
    beside_each_other = has_pictures = False
    for element in table.iter("tr", "table", "img"):
        if element.tag == "tr":
            beside_each_other = beside_each_other or _filled_cells(element) > 1
        elif element.tag == "img":
            has_pictures = True
        elif element is not table:
            return False
    return beside_each_other and not (has_pictures and _sets_pictures(table))


def _sets_pictures(table: etree._Element) -> bool:
    """Whether a table sets pictures and their captions beside each other."""
    rows = [row for row in table.iter("tr") if next(row.iter("img"), None) is not None]
    return any(_filled_cells(row, beside_pictures=True) < 2 for row in rows)


def _filled_cells(row: etree._Element, *, beside_pictures: bool = False) -> int:
    cells = iter(row.iterchildren("td", "th"))
    if beside_pictures:
        cells = (cell for cell in cells if next(cell.iter("img"), None) is None)
    return sum(any(not text.isspace() for text in cell.itertext()) for cell in cells)


def placed_cells(table: etree._Element) -> Iterator[list[Placed]]:
    """The cells of each visible row, with the columns that they stand in."""
    covered: dict[int, int] = {}
    for row in table.iter("tr"):
        if is_hidden(row, css_of(row)):
            continue
        cells = []
        column = 0
        taken = {place for place, rows in covered.items() if rows > 0}
        for cell in row.iterchildren("td", "th"):
            if is_hidden(cell, css_of(cell)):
                continue
            while column in taken:
                column += 1
            columns = _span(cell.get("colspan"), MOST_COLUMNS - column) or 1
            # In HTML, 0 means all further rows.
            rows = _span(cell.get("rowspan"), MOST_ROWS_MERGED) or MOST_ROWS_MERGED
            cells.append(Placed(cell, column, columns, rows))
            if rows > 1 and column < MOST_COLUMNS:
                covered.update(dict.fromkeys(range(column, column + columns), rows))
            column += columns
        covered = {place: rows - 1 for place, rows in covered.items() if rows > 1}
        yield cells


def _span(value: str | None, most: int) -> int:
    written = (value or "").strip()
    if not written.isascii() or not written.isdigit():
        return 1
    number = int(written[:6])
    return max(1, min(number, most)) if number else 0
