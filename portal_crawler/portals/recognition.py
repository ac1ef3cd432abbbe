"""Recognizes the system that made a page by the signs that a platform declares.

A sign is an element, a piece of a script or a form of the address which one family of systems
writes. Each has a weight and a reason in words, which is shown to the person who adds a portal.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import ParsedPage, attribute_of, text_of
from portal_crawler.cleaning.page.tree import tree_of

CLAIM = 0.5
"""The least confidence with which a platform claims a page."""

HIGHEST = 0.99
"""The highest confidence: signs can be copied."""

LONGEST_QUOTE_CHARS = 60
"""Characters of a page that a reason repeats."""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page as its signs are looked for."""

    url: str
    parsed: ParsedPage | None
    """None of a page without an element."""
    _found: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)
    """The texts by selector: the signs of many platforms are in the same elements."""

    @classmethod
    def of(cls, body: bytes, url: str, content_type: str | None = None) -> "SeenPage":
        """The page of a payload, de-chunked and decompressed; `content_type` is the header."""
        decoded = decode(body, content_type)
        root = tree_of(decoded.text, decoded.utf8)
        return cls(url, None if root is None else ParsedPage(root))

    def texts(self, selector: str) -> list[str]:
        """The texts, or the attributes that the selector names, of the elements that it finds."""
        if self.parsed is None:
            return []
        if selector not in self._found:
            name, elements = attribute_of(selector), self.parsed.select(selector)
            self._found[selector] = [
                (element.get(name) or "") if name else text_of(element) for element in elements
            ]
        return self._found[selector]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign of a platform: an element, a pattern in elements, or a pattern in the address."""

    reason: str
    """A short sentence without a full stop; `{}` in it stands for the text that was found."""
    weight: float
    """How sure the sign alone makes, from 0 to 1: 0.5 is enough to claim a page."""
    css: tuple[str, ...] = ()
    """Selectors of the elements; without any the pattern is looked for in the page's address."""
    pattern: str | None = None
    """What the elements' text, or the attribute that `::attr(name)` names, has to contain. Without
    a pattern the element is enough."""

    def seen_on(self, page: SeenPage) -> str | None:
        """The text that was found, perhaps empty; None if the page does not have the sign."""
        for text in self._texts(page):
            if self.pattern is None:
                return text
            if found := re.search(self.pattern, text):
                return found[0]
        return None

    def _texts(self, page: SeenPage) -> Iterator[str]:
        if not self.css:
            yield page.url
        for selector in self.css:
            yield from page.texts(selector)


@dataclass(frozen=True, slots=True)
class Recognition:
    """How sure it is that one platform made a page, and why."""

    confidence: float
    """From 0 to 0.99, with two decimals."""
    reasons: tuple[str, ...]
    """Short sentences, the strongest sign first."""

    @property
    def claims(self) -> bool:
        """Whether the signs are enough to say that the page is the platform's."""
        return self.confidence >= CLAIM


def recognition_by(signs: Iterable[Sign], page: SeenPage) -> Recognition:
    """The signs that a page has, taken together: each one leaves less doubt."""
    doubt, reasons = 1.0, []
    for sign in sorted(signs, key=lambda sign: -sign.weight):
        found = sign.seen_on(page)
        if found is not None:
            doubt *= 1 - sign.weight
            reasons.append(sign.reason.format(" ".join(found.split())[:LONGEST_QUOTE_CHARS]))
    return Recognition(min(round(1 - doubt, 2), HIGHEST), tuple(reasons))
