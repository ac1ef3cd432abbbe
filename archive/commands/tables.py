"""Tables on stdout: drawn by rich on a terminal that is wide enough, else aligned plain text."""

import sys
import textwrap
from collections.abc import Iterator, Sequence
from math import log1p

from archive.commands.terminal import columns, is_bounded
from archive.output import is_plain, takes_escapes, unguarded, write
from archive.printable import printable

Rows = Sequence[Sequence[object]]

LONG = 30
"""Characters beyond which a column is broken before others are left out for it."""

LEAST_WIDTH = 10
"""Least characters of a column that is broken, to remain readable."""


def write_table(heads: Sequence[str], rows: Rows, spare: Sequence[str] = ()) -> None:
    """Print heads and rows in columns, numbers to the right; None is an empty cell.

    If the table is wider than the terminal, long cells are broken, then the `spare` columns are
    left out in their order.
    """
    numeric = [
        bool(rows) and all(isinstance(row[column], int | None) for row in rows)
        for column in range(len(heads))
    ]
    lines = [list(heads), *([_cell(value) for value in row] for row in rows)]
    if is_bounded():
        lines, numeric = _fitting(lines, numeric, spare)
    aligned = list(_aligned(lines, numeric))
    if takes_escapes(sys.stdout) and max(map(len, aligned)) <= columns():
        _draw(lines, numeric)
        return
    for line in aligned:
        write(line)


def _fitting(
    lines: list[list[str]], numeric: list[bool], spare: Sequence[str]
) -> tuple[list[list[str]], list[bool]]:
    """The table, heads first, at most as wide as the terminal."""
    lines = _broken(lines, LONG)
    for head in spare:
        if _excess(lines) <= 0:
            break
        kept = [number for number, each in enumerate(lines[0]) if each != head]
        lines = [[line[number] for number in kept] for line in lines]
        numeric = [numeric[number] for number in kept]
    left = [line for line in lines if any(line)]  # a cell that is left out may have been broken
    return _broken(left, LEAST_WIDTH), numeric


def _excess(lines: list[list[str]]) -> int:
    """By how many characters the table is too wide."""
    return max(map(len, _aligned(lines, [True] * len(lines[0])))) - columns()


def _broken(lines: list[list[str]], least: int) -> list[list[str]]:
    """The table with its widest column broken to fit, but not below `least` characters."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    widest = widths.index(max(widths))
    room = max(least, widths[widest] - max(0, _excess(lines)))
    return [piece for line in lines for piece in _rows_of(line, widest, room)]


def _rows_of(line: list[str], column: int, room: int) -> Iterator[list[str]]:
    """The line, and below it the rest of a cell that has more than `room` characters."""
    first, *rest = textwrap.wrap(line[column], room, break_on_hyphens=False) or [""]
    yield [*line[:column], first, *line[column + 1 :]]
    for piece in rest:
        yield [piece if number == column else "" for number in range(len(line))]


def _cell(value: object) -> str:
    return "" if value is None else printable(str(value))


def _aligned(lines: list[list[str]], numeric: list[bool]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, widths, numeric, strict=True)
        yield "  ".join(
            cell.rjust(width) if number else cell.ljust(width) for cell, width, number in cells
        ).rstrip()


def _draw(lines: list[list[str]], numeric: list[bool]) -> None:
    """Draw the table on a terminal; elsewhere it is not worth importing rich."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for head, number in zip(lines[0], numeric, strict=True):
        table.add_column(Text(head), justify="right" if number else "left", no_wrap=True)
    for row in lines[1:]:
        table.add_row(*(Text(cell) for cell in row))
    sys.stdout.flush()
    Console(file=unguarded(sys.stdout), highlight=False).print(table)


BLOCKS = "▁▂▃▄▅▆▇█"


ASCII = "_.:-=+*#"
"""Bars for a terminal that cannot show blocks, and for plain text."""


def sparkline(figures: Sequence[int], bars: str) -> str:
    """A bar for each figure, on a logarithmic scale; the lowest bar stands for 0 alone."""
    most = log1p(max(figures, default=0))
    steps = len(bars) - 1
    return "".join(
        bars[0] if figure <= 0 else bars[max(1, round(steps * log1p(figure) / most))]
        for figure in figures
    )


def bars() -> str:
    """The bars that stdout can show, lowest first."""
    try:
        BLOCKS.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ASCII
    return ASCII if is_plain() else BLOCKS
