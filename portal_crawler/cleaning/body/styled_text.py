"""Stretches of text with one look: what is set off inside a paragraph."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from portal_crawler.cleaning.words.text import clean


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a block's text with one look. The runs of a block join to its text."""

    text: str
    """A line break that the page sets is a single "\\n"; in the block's text it is a space."""
    italic: bool = False
    bold: bool = False
    shift: str = ""
    """sup or sub."""
    href: str = ""
    """As it stands in the page."""


BREAK = Run("\n")
"""A line break of the page, told from a text that is the same by its identity."""


def cleaned_runs(marked: list[Run], text: str) -> tuple[Run, ...]:
    """Runs whose texts join to the cleaned one; a single one where that cannot be.

    Letters that are composed across two runs, or spaces of odd kinds, can make it so.
    """
    runs: list[Run] = []
    last = " "
    for run in marked:
        # The bars keep the spaces at both ends, of which one is as good as many.
        piece = "\n" if run is BREAK else clean(f"|{run.text}|")[1:-1]
        if piece == "\n" and runs:
            runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
        elif last.isspace():
            piece = piece.lstrip()
        if piece:
            runs.append(replace(run, text=piece))
            last = piece[-1]
    while runs and not runs[-1].text.strip():
        runs.pop()
    if runs:
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    plain = "".join(run.text for run in runs).replace("\n", " ")
    return tuple(_merged(runs)) if plain == text else (Run(text),)


def _merged(runs: list[Run]) -> Iterator[Run]:
    """Neighbours of one look as one run, a space between two of them included."""
    looks = [replace(run, text="") for run in runs]
    for place in range(1, len(runs) - 1):
        if runs[place].text == " " and looks[place - 1] == looks[place + 1]:
            looks[place] = looks[place - 1]
    breaks = (run.text == "\n" for run in runs)
    for (look, is_break), group in groupby(
        zip(looks, breaks, runs, strict=True), key=lambda run: run[:2]
    ):
        texts = [run.text for _, _, run in group]
        yield from map(Run, texts) if is_break else (replace(look, text="".join(texts)),)
