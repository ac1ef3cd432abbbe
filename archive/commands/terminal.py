"""Lays text out as wide as the terminal, with the hits of a search in bold."""

import os
import re
import shutil
import sys
from collections.abc import Iterator

from archive.output import bold
from archive.printable import printable
from archive.search.excerpt import Marked, Span

WIDTH = 80
"""Columns if there is no terminal."""

MAX_WIDTH = 100
"""Longer lines are hard to read."""

_UNBROKEN = re.compile("[/:]")
"""In an address, a path or an id."""

_NOTHING = re.compile("(?!)")


def is_bounded() -> bool:
    """Whether lines must fit a width: on a terminal, or if COLUMNS is set."""
    return sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()


def columns() -> int:
    """The width of text, in columns."""
    if not is_bounded():
        return WIDTH
    return max(40, min(MAX_WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))


def wrapped(
    text: str | Marked, indent: str = "", start: str | None = None, *, is_for_copying: bool = False
) -> list[str]:
    """The paragraph in lines of the terminal's width, its hits in bold if the terminal can.

    A word that is longer than a line is broken; of text that is for copying, no address, path or id
    is. `start` stands before the first line and `indent` before the others; without `start`,
    `indent` stands before all.
    """
    given = text if isinstance(text, Marked) else Marked(text)
    flat = printable(given.text)
    lines, line, left = [], indent if start is None else start, 0
    room = columns() - len(indent)
    whole = _UNBROKEN if is_for_copying else _NOTHING
    for number, (first, last) in enumerate(_words(flat, room, whole)):
        space = 1 if left else 0
        if number and left + space + last - first > room:
            lines.append(line)
            line, left, space = indent, 0, 0
        line += " " * space + _emphasised(flat, (first, last), given.hits)
        left += space + last - first
    return [*lines, line.rstrip()]


def _words(text: str, most: int, whole: "re.Pattern[str]") -> Iterator[Span]:
    """Where its words are; those longer than `most` in pieces, but for those that hold `whole`."""
    for word in re.finditer(r"\S+", text):
        first, last = word.span()
        length = last - first if whole.search(word[0]) else most
        yield from ((at, min(at + length, last)) for at in range(first, last, length))


def _emphasised(text: str, word: Span, hits: tuple[Span, ...]) -> str:
    """The word at a place, with the parts of it that are hits in bold."""
    start, stop = word
    out = ""
    for first, last in hits:
        if first < stop and last > start:
            first, last = max(first, start), min(last, stop)
            out += text[start:first] + bold(text[first:last])
            start = last
    return out + text[start:stop]
