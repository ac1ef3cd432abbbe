"""What the reading commands write: no control characters of pages, bold only where wanted."""

import os
import re
import shutil
import sys
from collections.abc import Mapping

from archive.printable import printable as printable  # for the commands
from archive.printable import printable_json
from archive.search.excerpt import Marked, Span

WIDTH = 80
"""Columns where no terminal says otherwise."""

MAX_WIDTH = 100
"""Longer lines are hard to read."""

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def is_rich() -> bool:
    """Whether stdout is a terminal that takes escape sequences, and the user wants them."""
    if os.environ.get("NO_COLOR"):
        return False
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def is_bounded() -> bool:
    """Whether lines must fit: on a terminal, or where COLUMNS asks for it."""
    return sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()


def columns() -> int:
    """How wide text is to be."""
    if not is_bounded():
        return WIDTH
    return max(40, min(MAX_WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))


def write(line: str = "") -> None:
    """One line of data."""
    sys.stdout.write(line + "\n")


def write_json(values: Mapping[str, object]) -> None:
    """One JSON object, on a line of its own, its text as it is."""
    write(printable_json(values))


def say(words: str) -> None:
    """One line to the person, which is no data."""
    sys.stdout.flush()
    sys.stderr.write(printable(words) + "\n")


def bold(text: str) -> str:
    """The text set off, where the terminal can."""
    return f"{_BOLD}{text}{_PLAIN}" if is_rich() else text


def wrapped(text: str | Marked, indent: str = "", start: str | None = None) -> list[str]:
    """The paragraph in lines of the terminal's width, its hits bold where the terminal can.

    A word that is longer than a line, an address say, is broken.
    `start` stands before the first line, `indent` before the others, and before all without it.
    """
    given = text if isinstance(text, Marked) else Marked(text)
    flat = printable(given.text)
    lines, line, left = [], indent if start is None else start, 0
    room = columns() - len(indent)
    for number, word in enumerate(re.finditer(rf"\S{{1,{room}}}", flat)):
        space = 1 if left else 0
        if number and left + space + len(word[0]) > room:
            lines.append(line)
            line, left, space = indent, 0, 0
        line += " " * space + _emphasised(flat, word.span(), given.hits)
        left += space + len(word[0])
    return [*lines, line.rstrip()]


def _emphasised(text: str, word: Span, hits: tuple[Span, ...]) -> str:
    """The word at a place, the parts of it that are hits in bold."""
    start, stop = word
    out = ""
    for first, last in hits:
        if first < stop and last > start:
            first, last = max(first, start), min(last, stop)
            out += text[start:first] + bold(text[first:last])
            start = last
    return out + text[start:stop]
