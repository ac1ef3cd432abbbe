"""Tables on stdout: drawn by rich on a terminal that is wide enough, else aligned plain text."""

import os
import sys
from collections.abc import Iterator, Sequence
from math import log1p

from archive.commands.terminal import columns, is_rich, printable, write

Rows = Sequence[Sequence[object]]


def write_table(heads: Sequence[str], rows: Rows, spare: Sequence[str] = ()) -> None:
    """Print heads and rows in columns, numbers to the right; None is an empty cell.

    Of a table that is wider than the terminal the `spare` columns are left out, in their order.
    """
    if spare and sys.stdout.isatty() and _width(heads, rows) > columns():
        left_out = heads.index(spare[0])
        kept = [number for number in range(len(heads)) if number != left_out]
        narrower = [[row[number] for number in kept] for row in rows]
        write_table([heads[number] for number in kept], narrower, spare[1:])
        return
    cells = [[_cell(value) for value in row] for row in rows]
    numeric = [
        bool(rows) and all(isinstance(row[column], int | None) for row in rows)
        for column in range(len(heads))
    ]
    lines = list(_aligned([list(heads), *cells], numeric))
    if is_rich() and max(map(len, lines)) <= columns():
        _draw(heads, cells, numeric)
        return
    for line in lines:
        write(line)


def _width(heads: Sequence[str], rows: Rows) -> int:
    lines = [list(heads), *([_cell(value) for value in row] for row in rows)]
    return max(map(len, _aligned(lines, [True] * len(heads))))


def _cell(value: object) -> str:
    return "" if value is None else printable(str(value))


def _aligned(lines: list[list[str]], numeric: list[bool]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, widths, numeric, strict=True)
        yield "  ".join(
            cell.rjust(width) if number else cell.ljust(width) for cell, width, number in cells
        ).rstrip()


def _draw(heads: Sequence[str], cells: list[list[str]], numeric: list[bool]) -> None:
    """On a terminal only: importing rich takes longer than a whole search."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for head, number in zip(heads, numeric, strict=True):
        table.add_column(Text(head), justify="right" if number else "left", no_wrap=True)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    sys.stdout.flush()
    Console(highlight=False).print(table)


BLOCKS = "▁▂▃▄▅▆▇█"


ASCII = "_.:-=+*#"
"""Where the terminal cannot show blocks, or plain text was asked for."""


def sparkline(figures: Sequence[int], bars: str) -> str:
    """The lowest bar is nothing at all; a first crawl's thousands do not flatten what follows."""
    most = log1p(max(figures, default=0))
    steps = len(bars) - 1
    return "".join(
        bars[0] if figure <= 0 else bars[max(1, round(steps * log1p(figure) / most))]
        for figure in figures
    )


def bars() -> str:
    """What stdout can show."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    try:
        BLOCKS.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return ASCII
    return ASCII if plain else BLOCKS
