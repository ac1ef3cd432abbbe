"""The lead of systems that have no element for it: a first paragraph that alone is bold."""

from collections.abc import Collection, Iterator
from itertools import islice

from lxml import etree

from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.words.text import clean

SHORTEST_BOLD_LEAD_CHARS = 80
"""A shorter first paragraph in bold is a subheading."""

LONGEST_LEAD_CHARS = 1_200
"""The longest lead is five long sentences; a longer element holds the text."""

PARAGRAPHS_BEHIND = 3
"""Paragraphs behind the first, one of which must not be bold."""

_BOLD_TAGS = frozenset(("b", "strong"))


def bold_lead(body: etree._Element, dropped: Collection[etree._Element] = ()) -> str | None:
    """The text of the first paragraph, if all of it is bold and the text behind it is not.

    Boilerplate, the `dropped` elements of the body, is not its beginning.
    """
    begin = list(islice(_outside(dropped, paragraphs(body)), 1 + PARAGRAPHS_BEHIND))
    if not begin or not _is_bold(begin[0]) or all(map(_is_bold, begin)):
        return None
    first = begin[0]
    text = clean(text_of(first))
    return text if SHORTEST_BOLD_LEAD_CHARS <= len(text) <= LONGEST_LEAD_CHARS else None


def paragraphs(body: etree._Element) -> Iterator[etree._Element]:
    """The elements with text that have no blocks in them, in page order."""
    for element in body.iter("p", "div", "li", "td", "h2", "h3", "h4"):
        has_blocks = next(element.iterdescendants(*BLOCK_TAGS), None) is not None
        if not has_blocks and clean(text_of(element)):
            yield element


def _outside(
    dropped: Collection[etree._Element], elements: Iterator[etree._Element]
) -> Iterator[etree._Element]:
    """The elements that are not in one of the dropped ones."""
    for element in elements:
        if not dropped or not any(one in dropped for one in (element, *element.iterancestors())):
            yield element


def _is_bold(paragraph: etree._Element) -> bool:
    """Whether all text of a paragraph is in bold elements."""
    bold = [
        element
        for element in paragraph.iter(*_BOLD_TAGS)
        if not any(outer.tag in _BOLD_TAGS for outer in element.iterancestors())
    ]
    shown = "".join("".join(map(text_of, bold)).split())
    return bool(shown) and shown == "".join(text_of(paragraph).split())
