"""A part of the table, and how it is written for a terminal and for a README."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

GAP = "  "
WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows of words under headings; a row of one cell and a reason says why it has no figures."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: frozenset[int] = frozenset((0,))
    """The columns of words; all others are figures, set to the right."""
    notes: tuple[str, ...] = ()
    """Sentences below it."""


def met(reached: bool) -> str:
    """Beside a target."""
    return "reached" if reached else "missed"


def in_terminal(section: Section) -> Iterator[str]:
    """Lines in columns."""
    full = [row for row in section.rows if len(row) == len(section.headings)]
    widths = [max(map(len, column)) for column in zip(section.headings, *full, strict=True)]
    widths[0] = max([widths[0], *(len(row[0]) for row in section.rows)])
    yield section.title
    yield _aligned(section.headings, widths, section.words)
    yield GAP.join("─" * width for width in widths)
    for row in section.rows:
        if len(row) == len(section.headings):
            yield _aligned(row, widths, section.words)
        else:
            yield f"{row[0]:{widths[0]}}{GAP}{row[1]}"
    for note in section.notes:
        yield from textwrap.wrap(note, WIDTH)


def _aligned(row: Sequence[str], widths: Sequence[int], words: frozenset[int]) -> str:
    cells = (
        cell.ljust(width) if number in words else cell.rjust(width)
        for number, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return GAP.join(cells).rstrip()


def in_markdown(section: Section) -> Iterator[str]:
    """A table, its title before it and the notes behind it."""
    yield f"**{section.title}**"
    yield ""
    yield _piped(section.headings)
    yield (
        "|"
        + "|".join(
            "---" if number in section.words else "---:" for number in range(len(section.headings))
        )
        + "|"
    )
    for row in section.rows:
        cells = row if len(row) == len(section.headings) else _with_reason(row, section)
        yield _piped(cells)
    yield ""
    yield from section.notes
    yield ""


def _with_reason(row: tuple[str, ...], section: Section) -> tuple[str, ...]:
    return (f"{row[0]} ({row[1]})", *("",) * (len(section.headings) - 1))


def _piped(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
