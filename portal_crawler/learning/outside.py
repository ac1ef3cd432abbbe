"""Whether a page has more text outside of an element than inside, at a glance.

It takes a fraction of a millisecond, and decides whether a page is looked at closely.
"""

from lxml import etree

from portal_crawler.learning.page_facts import UNSEEN_TAGS

LONG_CHARS = 80
"""Characters of a text that may be a sentence; menus and labels are shorter."""


def has_more_outside(root: etree._Element, inner: etree._Element) -> bool:
    """Whether more characters of long texts stand outside of an element of a tree than inside."""
    return _long_chars(root) > 2 * _long_chars(inner)


def _long_chars(area: etree._Element) -> int:
    chars = 0
    for element in area.iter("*"):
        text, tail = element.text, element.tail
        if text and len(text) >= LONG_CHARS and element.tag not in UNSEEN_TAGS:
            chars += _length(text)
        if tail and len(tail) >= LONG_CHARS and element is not area:
            chars += _length(tail)
    return chars


def _length(text: str) -> int:
    length = len(text.strip())
    return length if length >= LONG_CHARS else 0
