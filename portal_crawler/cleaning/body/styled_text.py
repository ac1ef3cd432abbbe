"""Stretches of text with one look: what is set off inside a paragraph."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from portal_crawler.cleaning.words.text import clean


@dataclass(frozen=True, slots=True)
class StyledStretch:
    """A stretch of a block's text with one look. The runs of a block join to its text."""

    text: str
    """A line break that the page sets is a single "\\n"; in the block's text it is a space."""
    italic: bool = False
    bold: bool = False
    shift: str = ""
    """sup or sub."""
    href: str = ""
    """As it stands in the page."""


BREAK = StyledStretch("\n")
"""A line break of the page, told from a text that is the same by its identity."""


def cleaned_stretches(marked: list[StyledStretch], text: str) -> tuple[StyledStretch, ...]:
    """Runs whose texts join to the cleaned one; a single one where that cannot be.

    Letters that are composed across two runs, or spaces of odd kinds, can make it so.
    """
    stretches: list[StyledStretch] = []
    last = " "
    for stretch in marked:
        # The bars keep the spaces at both ends, of which one is as good as many.
        piece = "\n" if stretch is BREAK else clean(f"|{stretch.text}|")[1:-1]
        if piece == "\n" and stretches:
            stretches[-1] = replace(stretches[-1], text=stretches[-1].text.rstrip())
        elif last.isspace():
            piece = piece.lstrip()
        if piece:
            stretches.append(replace(stretch, text=piece))
            last = piece[-1]
    while stretches and not stretches[-1].text.strip():
        stretches.pop()
    if stretches:
        stretches[-1] = replace(stretches[-1], text=stretches[-1].text.rstrip())
    plain = "".join(stretch.text for stretch in stretches).replace("\n", " ")
    return tuple(_merged(stretches)) if plain == text else (StyledStretch(text),)


def _merged(stretches: list[StyledStretch]) -> Iterator[StyledStretch]:
    """Neighbours of one look as one run, a space between two of them included."""
    looks = [replace(stretch, text="") for stretch in stretches]
    for place in range(1, len(stretches) - 1):
        if stretches[place].text == " " and looks[place - 1] == looks[place + 1]:
            looks[place] = looks[place - 1]
    breaks = (stretch.text == "\n" for stretch in stretches)
    for (look, is_break), group in groupby(
        zip(looks, breaks, stretches, strict=True), key=lambda one: one[:2]
    ):
        texts = [stretch.text for _, _, stretch in group]
        yield from map(StyledStretch, texts) if is_break else (replace(look, text="".join(texts)),)
