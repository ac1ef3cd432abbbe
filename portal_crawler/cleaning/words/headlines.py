"""Headlines: which texts cannot be one, and which one a listing's title names."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Self

from portal_crawler.cleaning.words.boilerplate import is_page_name, is_tail_boilerplate
from portal_crawler.cleaning.words.text import clean

LONGEST_HEADLINE_CHARS = 300
"""Longer texts are paragraphs; headlines with a resolution's name have 250 characters."""

LONGEST_SENTENCE_CHARS = 100
"""A longer text that ends like a sentence is a paragraph."""

LEAST_LISTED_WORDS = 3
"""A listed title with fewer words may be a label ("Đọc tiếp") and is never an article's title."""

LEAST_BEGUN_CHARS = 10
"""A listed title that was cut after fewer characters names no headline."""

SAME = 1.0
LIKE = 0.8
"""Word F1 of a headline and a listed title; from LIKE on they are nearly equal: a word was added or
left out."""
UNLIKE = 0.3
"""Word F1 below which a text is not the headline that a listing names: the site's name, say."""

_SENTENCES = re.compile(r"\w{3}[.!?]\s+\w.{20,}\w{3}[.!?]$", re.DOTALL)
_CUT = re.compile(r"[\s,;:–-]*[\[(]?(?:\.{3,}|…)[\])]?\.?$")
_WORD = re.compile(r"\w+")


def is_running(text: str) -> bool:
    """Whether a text is a paragraph: several sentences or a long one. No headline is."""
    ends = text.rstrip("\"'”’»)").endswith((".", "…", ":", ";", ","))
    return (ends and len(text) > LONGEST_SENTENCE_CHARS) or bool(_SENTENCES.search(text))


def may_be_headline(text: str) -> bool:
    """Whether a cleaned text may be a headline: not a paragraph and not the name of a page."""
    return 0 < len(text) <= LONGEST_HEADLINE_CHARS and not (is_running(text) or is_page_name(text))


@dataclass(frozen=True, slots=True)
class ListedTitle:
    """An article's title as a listing has it; the listing may have cut it."""

    text: str
    """Cleaned; with the dots if it was cut."""
    words: tuple[str, ...]
    """In lower case, without punctuation."""
    is_cut: bool

    @classmethod
    def of(cls, listed: str | None) -> Self | None:
        """The title on a listing; None if it cannot name a headline, as a paragraph cannot."""
        text = clean(listed or "")
        begun = _CUT.sub("", text)
        words = _words(begun)
        is_cut = begun != text
        if not words or (is_cut and len(begun) < LEAST_BEGUN_CHARS) or not may_be_headline(begun):
            return None
        return cls(text, words, is_cut)

    @property
    def may_be_title(self) -> bool:
        """Whether it may stand as an article's title."""
        return len(self.words) >= LEAST_LISTED_WORDS and not is_tail_boilerplate(self.text)

    def same_in(self, texts: Iterable[str]) -> str | None:
        """The first text with the same words, or, if it was cut, one that begins with them."""
        return self._most_like(texts, SAME)

    def nearest_in(self, texts: Iterable[str]) -> str | None:
        """The text with most of the same words, all numbers among them; None if none has them."""
        numbers = _numbers(self.words)
        return self._most_like((text for text in texts if _numbers(_words(text)) == numbers), LIKE)

    def is_unlike(self, text: str) -> bool:
        """Whether a text has so few of its words that it cannot be the headline."""
        return self.may_be_title and self._likeness(text) < UNLIKE

    def _most_like(self, texts: Iterable[str], least: float) -> str | None:
        """Paragraphs and names of pages are left out."""
        measured = ((self._likeness(text), text) for text in texts)
        like = (one for one in measured if one[0] >= least and may_be_headline(one[1]))
        return max(like, key=itemgetter(0), default=(0.0, None))[1]

    def _likeness(self, text: str) -> float:
        if len(text) > LONGEST_HEADLINE_CHARS:
            return 0.0
        words = _words(text)
        if words == self.words or (self.is_cut and _begins(words, self.words)):
            return SAME
        shared = (Counter(words) & Counter(self.words)).total()
        return 2 * shared / (len(words) + len(self.words))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _numbers(words: Iterable[str]) -> list[str]:
    """The words with digits: plans and notices of two years differ in nothing else."""
    return [word for word in words if any(map(str.isdigit, word))]


def _begins(words: Sequence[str], begun: Sequence[str]) -> bool:
    """Whether words begin with others, of which the last may be cut."""
    whole, last = len(begun) - 1, begun[-1]
    return len(words) > whole and words[:whole] == begun[:whole] and words[whole].startswith(last)
