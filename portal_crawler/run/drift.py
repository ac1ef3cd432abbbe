"""Counts over a run how well the rules of a portal still fit its pages. Pure."""

import json
import re
from collections import Counter
from dataclasses import asdict, dataclass, field

from archive.models import Article

ALWAYS_THERE = ("date", "body")
"""Fields for which every article page has an element. Misses of other fields are only shown: a page
may have no cover and no list of documents."""

MOST_MISSED = 0.2
"""Share of the pages on which a selector may find nothing: every portal has a few odd pages."""

FEWEST_PAGES = 5
"""With fewer pages a share says nothing."""

PAGES_NAMED = 3

COMPARED_FROM = 8
COMPARED_FIRST = 5
"""A general extractor takes ten times as long as our rules, and a tenth of a second to load. It is
therefore not used in runs with fewer pages than COMPARED_FROM. From that page on it reads
COMPARED_FIRST pages, and then those whose number is a power of four: 8 of 764."""

LEAST_LIKE = 0.5
"""Word F1 below which two readings of a page disagree. On 764 real pages trafilatura and correct
rules are above it, except on a few short notices."""

LEAST_WORDS = 50
"""Articles with fewer words are not compared: general extractors fail on them."""

MOST_DISAGREEING = 0.8
"""Share of the compared pages. Nearly all must disagree, because on some portals the general
extractor is mostly wrong."""

_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class MissedPages:
    """The number of pages on which something was not found, and the first of them."""

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
        """Whether enough pages were counted, and more than that share of them were missed."""
        return self.of >= FEWEST_PAGES and self.amiss > limit * self.of

    def words(self) -> str:
        """The count and the first pages, for a person."""
        return f"{self.amiss} of {self.of} pages ({', '.join(self.pages)})"


@dataclass(slots=True)
class Drift:
    """The counts of one run."""

    watched: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Selectors of the layout by field."""
    missed: dict[str, MissedPages] = field(default_factory=dict)
    """Pages on which a field's selectors found nothing, by field."""
    disagreeing: MissedPages = field(default_factory=MissedPages)
    """Pages that a general extractor reads very differently."""

    @property
    def pages(self) -> int:
        """Pages that were counted."""
        return max((share.of for share in self.missed.values()), default=0)

    def watch(self, watched: dict[str, tuple[str, ...]]) -> None:
        """Set the watched selectors; if the learned layout has changed, start counting again."""
        if watched != self.watched:
            self.watched = watched
            self.missed.clear()

    def count(self, article: Article) -> None:
        """Count one page, as its layout read it."""
        for name in self.watched:
            share = self.missed.setdefault(name, MissedPages())
            share.add(article.url, amiss=name in article.missed)

    def compare(self, article: Article, general: str) -> None:
        """Compare one page with the reading of a general extractor."""
        own = counted_words("\n".join(part for part in (article.lead, article.body) if part))
        other = counted_words(general)
        if max(own.total(), other.total()) >= LEAST_WORDS:
            self.disagreeing.add(article.url, amiss=likeness(own, other) < LEAST_LIKE)

    def reasons(self) -> list[str]:
        """Each share that is over its limit, in words."""
        reasons = [
            f"{name}: {', '.join(self.watched[name])} found nothing on {share.words()}"
            for name, share in self.missed.items()
            if name in ALWAYS_THERE and share.is_over(MOST_MISSED)
        ]
        if self.disagreeing.is_over(MOST_DISAGREEING):
            reasons.append(f"a general extractor reads otherwise {self.disagreeing.words()}")
        return reasons

    def as_json(self) -> str | None:
        """The column runs.drift; None if no page was counted."""
        if not self.pages and not self.disagreeing.of:
            return None
        return json.dumps(asdict(self), ensure_ascii=False)


def is_compared(number: int) -> bool:
    """Whether the general extractor reads a run's page of that number, from 1."""
    if number < COMPARED_FROM + COMPARED_FIRST:
        return number >= COMPARED_FROM
    is_power_of_two = number & (number - 1) == 0
    return is_power_of_two and number.bit_length() % 2 == 1


def counted_words(text: str) -> Counter[str]:
    """The words of a text in lower case, with their counts."""
    return Counter(_WORD.findall(text.casefold()))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """F1 of two multisets of words, 0 to 1; 1 if both are empty."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0
