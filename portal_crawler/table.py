"""A plain table on stdout: aligned columns, and no more."""

from collections.abc import Sequence


def table_lines(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """The heads and rows in columns, numbers to the right; None is an empty cell."""
    cells = [[head.replace("_", " ") for head in heads]]
    cells += [["" if value is None else str(value) for value in row] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(heads))]
    right = [
        bool(rows) and all(isinstance(row[column], int) for row in rows)
        for column in range(len(heads))
    ]
    return [
        "  ".join(
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in cells
    ]


def write_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print it."""
    for line in table_lines(heads, rows):
        print(line)  # noqa: T201  data
