"""How far a portal's pages have drifted from the rules that read them, counted over a run. Pure."""

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, field

from archive.models import Article

ALWAYS_THERE = ("date", "body")
"""Fields that every article page of a portal has an element for; others are only shown: a page
may well have no cover and no list of documents."""

MOST_MISSED = 0.2
"""Share of the pages on which a selector may find nothing: single odd pages are on every portal."""

FEWEST_PAGES = 5
"""Fewer pages say nothing about a share."""

PAGES_NAMED = 3

COMPARED_FROM = 8
COMPARED_FIRST = 5
"""A general extractor takes ten times our rules' time, and a tenth of a second to be loaded: a
night of a few articles goes without; of more it reads so many pages from that one on, and then
those whose number is a power of four, 8 of 764."""

LEAST_LIKE = 0.5
"""Word F1 below which two readings of a page disagree widely. On 764 real pages the lowest between
trafilatura and right rules is above it in all but a few short notices."""

LEAST_WORDS = 50
"""Shorter articles are where general extractors fail."""

MOST_DISAGREEING = 0.8
"""Share of the compared pages: a portal on which the general extractor is mostly wrong is no news,
so nearly all must disagree."""

_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class MissedPages:
    """On how many pages something is amiss, and the first of them."""

    of: int = 0
    amiss: int = 0
    pages: list[str] = field(default_factory=list)

    def add(self, url: str, *, amiss: bool) -> None:
        """Count one page."""
        self.of += 1
        if amiss:
            self.amiss += 1
            if len(self.pages) < PAGES_NAMED:
                self.pages.append(url)

    def is_over(self, limit: float) -> bool:
        """Whether enough pages were counted, and more than that share of them is amiss."""
        return self.of >= FEWEST_PAGES and self.amiss > limit * self.of

    def words(self) -> str:
        """For a person: how many, and which."""
        return f"{self.amiss} of {self.of} pages ({', '.join(self.pages)})"


@dataclass(slots=True)
class Drift:
    """The counts of one run."""

    watched: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields of the layout, with their selectors."""
    missed: dict[str, MissedPages] = field(default_factory=dict)
    """By the field of the layout."""
    disagreeing: MissedPages = field(default_factory=MissedPages)
    """Pages that a general extractor reads quite otherwise."""

    @property
    def pages(self) -> int:
        """Pages that were counted."""
        return max((share.of for share in self.missed.values()), default=0)

    def watch(self, watched: dict[str, tuple[str, ...]]) -> None:
        """Begin anew where the layout is another one: a site has taught more of it."""
        if watched != self.watched:
            self.watched = watched
            self.missed.clear()

    def count(self, article: Article) -> None:
        """One page as its layout read it."""
        for name in self.watched:
            share = self.missed.setdefault(name, MissedPages())
            share.add(article.url, amiss=name in article.missed)

    def compare(self, article: Article, general: str) -> None:
        """One page that a general extractor has read, too."""
        own = counted_words("\n".join(part for part in (article.lead, article.body) if part))
        other = counted_words(general)
        if max(own.total(), other.total()) >= LEAST_WORDS:
            self.disagreeing.add(article.url, amiss=likeness(own, other) < LEAST_LIKE)

    def reasons(self) -> list[str]:
        """In words what is past its limit; empty where all is well."""
        told = [
            f"{name}: {', '.join(self.watched[name])} found nothing on {share.words()}"
            for name, share in self.missed.items()
            if name in ALWAYS_THERE and share.is_over(MOST_MISSED)
        ]
        if self.disagreeing.is_over(MOST_DISAGREEING):
            told.append(f"a general extractor reads otherwise {self.disagreeing.words()}")
        return told

    def as_json(self) -> str | None:
        """The column runs.drift; None where no page was counted."""
        if not self.pages and not self.disagreeing.of:
            return None
        return json.dumps(asdict(self), ensure_ascii=False)


def is_compared(number: int) -> bool:
    """Whether a run's page of that number, from 1, is one for the general extractor."""
    if number < COMPARED_FROM + COMPARED_FIRST:
        return number >= COMPARED_FROM
    is_power_of_two = number & (number - 1) == 0
    return is_power_of_two and number.bit_length() % 2 == 1


def counted_words(text: str) -> Counter[str]:
    """A text's words, without case."""
    return Counter(_WORD.findall(text.casefold()))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """F1 over two multisets of words, 0 to 1; 1 where both are empty."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0
