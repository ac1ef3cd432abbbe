"""The links of a declared pager, which write the numbers of pages into their addresses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import ParsedPage, text_of
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.cleaning.words.text import clean

_LABEL = re.compile(r"(?:\D{0,20}\s)?(\d{1,6})")
"""The number that a reader sees, perhaps behind a word for page."""


@dataclass(frozen=True, slots=True)
class PagerLink:
    """A link of a pager to one page."""

    address: str
    number: int
    """As the address has it."""
    label: int | None
    """The page's number as a reader sees it; None of arrows and words."""
    place: tuple[int, int]
    """Of the number in the address."""

    def with_number(self, number: int) -> str:
        """The address with another number."""
        start, end = self.place
        return f"{self.address[:start]}{number}{self.address[end:]}"


def pager_links(body: bytes, url: str, links: str, pattern: str) -> list[PagerLink]:
    """The links, or the options of a list, that a selector finds on a page, if their addresses
    match a pattern.

    The pattern's first group is the number.
    """
    decoded = decode(body, None)
    root = tree_of(decoded.text, decoded.utf8)
    found = []
    for element in ParsedPage(root).select(links) if root is not None else ():
        written = element.get("value" if element.tag == "option" else "href")
        address = absolute(url, written or "")
        match = re.search(pattern, address) if address is not None else None
        if match is not None:
            label = _LABEL.fullmatch(clean(text_of(element)))
            said = int(label[1]) if label else None
            found.append(PagerLink(match.string, int(match[1]), said, match.span(1)))
    return found


def address_with(links: Sequence[PagerLink], number: int) -> str | None:
    """The address that has a number; None if no link has it or a higher one.

    Pagers mostly name the last page, but not all between: their addresses are made from that of
    another page.
    """
    exact = [link for link in links if link.number == number]
    further = [link for link in links if link.number > number]
    return next((link.with_number(number) for link in (*exact, *further)), None)
