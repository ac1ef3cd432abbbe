"""Stretches of a paragraph's text that have one look: emphasis, links."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from portal_crawler.cleaning.words.text import clean


@dataclass(frozen=True, slots=True)
class StyledStretch:
    """A stretch of a block's text with one look. A block's stretches joined are its text."""

    text: str
    """A single "\\n" is a line break of the page; in the block's text it is a space."""
    italic: bool = False
    bold: bool = False
    shift: str = ""
    """sup or sub; empty for neither."""
    href: str = ""
    """The link's address as it stands in the page; empty outside of links."""


BREAK = StyledStretch("\n")
"""A line break of the page. A text "\\n" is equal to it, but not the same object."""


def cleaned_stretches(marked: list[StyledStretch], text: str) -> tuple[StyledStretch, ...]:
    """The stretches with cleaned texts, which joined are `text`, the block's cleaned text.

    If they cannot be made to join to it, as when a letter is composed across two of them, one
    stretch without a look has all of it.
    """
    stretches: list[StyledStretch] = []
    last = " "
    for stretch in marked:
        # The bars keep one space at either end.
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
    """Neighbors with one look joined, and a space between two of them with that look."""
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
