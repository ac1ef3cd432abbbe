"""The words of a link whose edges cut a word, or of which an editor made two links."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.page.selectors import text_of

MOST_TEXTS_BESIDE = 8
"""Empty elements and pieces of white space beside a link: editors leave two or three."""

_LAST_LETTERS = re.compile(r"[^\W\d_]{1,7}$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]{1,7}")
"""The longest Vietnamese syllable, "nghiêng", has seven letters."""

_INLINE_TAGS = frozenset(("a", "b", "em", "font", "i", "span", "strong", "u"))

_VOWELS = re.compile(r"[aeiouy]+")
_ONE_SYLLABLE_VOWELS = 1


def whole_words(link: etree._Element) -> str:
    """The link's text, uncleaned, with the letters of its first and last word that are outside of
    it.

    They are added only if both parts are one Vietnamese syllable: else a space is missing.
    """
    said = text_of(link)
    before = _LAST_LETTERS.search(next(_texts_before(link), ("", link))[0])
    first = _FIRST_LETTERS.match(said)
    behind = _FIRST_LETTERS.match(_text_behind(link))
    last = _LAST_LETTERS.search(said)
    start = before[0] if before and first and _is_syllable(before[0] + first[0]) else ""
    end = behind[0] if behind and last and _is_syllable(last[0] + behind[0]) else ""
    return start + said + end


def gap_to(link: etree._Element, earlier: etree._Element) -> str | None:
    """The white space between two links side by side; None if there is text between them."""
    gap = ""
    for text, place in islice(_texts_before(link), MOST_TEXTS_BESIDE):
        if place is earlier or earlier in place.iterancestors():
            return gap
        if not text.isspace():
            return None
        gap = text + gap
    return None


def _is_syllable(word: str) -> bool:
    if not (word[1:].islower() or word.isupper()):
        return False
    letters = unicodedata.normalize("NFD", word.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return len(_VOWELS.findall(plain)) <= _ONE_SYLLABLE_VOWELS


def _texts_before(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """The texts before an element in its line, the nearest first, and the elements they are in."""
    node = element
    while True:
        parent, sibling = node.getparent(), node.getprevious()
        if parent is None:
            return
        text = parent.text if sibling is None else sibling.tail
        if text:
            yield text, parent
        node = parent if sibling is None else sibling
        if _ends_line(node):
            return
        while sibling is not None and len(node):
            if tail := node[-1].tail:
                yield tail, node
            node = node[-1]
            if _ends_line(node):
                return
        if sibling is not None and node.text and isinstance(node.tag, str):
            yield node.text, node


def _ends_line(element: etree._Element) -> bool:
    return element.tag in BLOCK_TAGS or element.tag == "br"


def _text_behind(element: etree._Element) -> str:
    """The text right behind an element in its line; empty if there is none."""
    node: etree._Element | None = element
    for _ in range(MOST_TEXTS_BESIDE):
        if node is None or _ends_line(node):
            break
        if node.tail:
            return node.tail
        following = node.getnext()
        if following is not None:
            return following.text or "" if following.tag in _INLINE_TAGS else ""
        node = node.getparent()
    return ""
