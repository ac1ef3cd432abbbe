"""Where a page has long texts, at a glance: it takes a fraction of a millisecond."""

from collections.abc import Container, Iterator

from lxml import etree

from portal_crawler.cleaning.words.text import clean
from portal_crawler.learning.page_facts import UNSEEN_TAGS, block_key

LONG_CHARS = 80
"""Characters of a text that may be a sentence; menus and labels are shorter."""


def has_more_outside(root: etree._Element, inner: etree._Element) -> bool:
    """Whether more characters of long texts stand outside of an element of a tree than inside."""
    inside = sum(len(text.strip()) for _, text in _long_texts(inner))
    return sum(len(text.strip()) for _, text in _long_texts(root)) > 2 * inside


def has_own_text(area: etree._Element, repeated: Container[str]) -> bool:
    """Whether an element has a long text that is neither a link nor a block with these keys."""
    return any(
        tag != "a" and block_key(clean(text)) not in repeated for tag, text in _long_texts(area)
    )


def _long_texts(area: etree._Element) -> Iterator[tuple[str, str]]:
    """The long texts in an element, each with the tag around it; that is empty behind a tag."""
    for element in area.iter("*"):
        text, tail = element.text, element.tail
        if text and _is_long(text) and element.tag not in UNSEEN_TAGS:
            yield element.tag, text
        if tail and _is_long(tail) and element is not area:
            yield "", tail


def _is_long(text: str) -> bool:
    return len(text) >= LONG_CHARS and len(text.strip()) >= LONG_CHARS
