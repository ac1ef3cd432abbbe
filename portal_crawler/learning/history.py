"""How a site's layouts follow from its pages: when one is learned, and when another has come.

What is known is a function of the pages in their order alone, be they fetched in one night or in a
hundred, or read again from the WARC files.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import dropwhile

from archive.models import Capture
from portal_crawler.learning.extract import has_container
from portal_crawler.learning.learner import FEWEST_ARTICLES, learn
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import PageFacts, page_facts

MOST_PAGES = 200
"""More teach nothing new: from 50 on the figures stand still."""

GROWTH = 1.5
"""A layout is learned again when so many times the pages are known: often while it changes, seldom
when it has settled."""

EARLY_PAGES = 8
"""Up to here every page teaches; after that one that no layout fits waits until it is clear whether
it is of a redesign: a layout learned from a mixture of two reads neither."""

WINDOW = 20
MISSES = 12
"""A redesign: so many of the newest pages have no container of any layout known. A site's odd
templates have a few in a row."""


def _checkpoints() -> tuple[int, ...]:
    counts = [FEWEST_ARTICLES]
    while counts[-1] < MOST_PAGES:
        counts.append(min(MOST_PAGES, math.ceil(GROWTH * counts[-1])))
    return tuple(counts)


CHECKPOINTS = _checkpoints()
"""Numbers of pages at which a layout is learned."""


@dataclass(frozen=True)
class ExamplePage:
    """One page of an article."""

    capture: Capture
    html: bytes = field(repr=False)
    content_type: str | None

    @cached_property
    def facts(self) -> PageFacts | None:
        """None where the page cannot be read."""
        return page_facts(self.html, self.capture.url, content_type=self.content_type)

    def fits(self, model: SiteModel) -> bool:
        """Whether the model finds its container on the page."""
        return has_container(self.html, model, self.content_type)


@dataclass(slots=True)
class LayoutPeriod:
    """The time of one layout."""

    since: str
    first_capture: int
    model: SiteModel | None = None
    learned_from: int = 0
    corrected_by: str | None = None
    pages: list[PageFacts] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    """Of the articles whose pages were seen: each teaches once."""

    @property
    def learns(self) -> bool:
        """Whether further pages still teach."""
        return self.corrected_by is None and self.learned_from < MOST_PAGES

    def counts(self, example: ExamplePage) -> bool:
        """Whether the page is the first one of its article, and can be read."""
        key = example.capture.key
        if key is None or key in self.keys:
            return False
        self.keys.add(key)
        return example.facts is not None

    def learn_from(self, example: ExamplePage) -> bool:
        """Whether the layout was learned anew, now that there is one page more."""
        if not self.learns or example.facts is None:
            return False
        self.pages.append(example.facts)
        if len(self.pages) not in CHECKPOINTS:
            return False
        self.model = learn(self.pages)
        self.learned_from = len(self.pages)
        if not self.learns:
            self.pages.clear()
        return True


class SiteHistory:
    """Follows the pages of one site."""

    def __init__(
        self, periods: Iterable[LayoutPeriod] = (), recent: Iterable[ExamplePage] = ()
    ) -> None:
        """`recent` are the newest pages of the last epoch, where that one learns no more."""
        self.periods = list(periods)
        self._recent: deque[ExamplePage] = deque(recent, WINDOW)
        self._missing: dict[int, bool] = {}
        self._admitted: set[int] = set()
        """Captures of the epoch that have taught."""

    def saw(self, example: ExamplePage) -> list[LayoutPeriod]:
        """The epochs whose layout is another one since this page."""
        if not self.periods:
            self._begin(example.capture)
        period = self.periods[-1]
        if not period.counts(example):
            return []
        return self._learn(period, example) + self._redesign(period)

    def saw_again(self, example: ExamplePage) -> None:
        """Told of a page that the last epoch has counted, when what it taught is gone through anew.

        It is known that no other layout came with it.
        """
        period = self.periods[-1]
        if period.counts(example):
            self._learn(period, example)

    def _learn(self, period: LayoutPeriod, example: ExamplePage) -> list[LayoutPeriod]:
        changed = self._admit(period, self._recent[0]) if self._is_full() else []
        self._recent.append(example)
        if not self._waits(period, example):
            changed += self._admit(period, example)
        return changed

    def _is_full(self) -> bool:
        return len(self._recent) == WINDOW

    def _waits(self, period: LayoutPeriod, example: ExamplePage) -> bool:
        """Whether the page teaches only when it is clear that it is of no redesign.

        By the epoch's own layout: what a person says later of an older one changes nothing of it.
        """
        if period.learned_from < EARLY_PAGES:
            return False
        return period.model is None or not example.fits(period.model)

    def _admit(self, period: LayoutPeriod, example: ExamplePage) -> list[LayoutPeriod]:
        """Learn from a page, unless it has taught before."""
        if example.capture.id in self._admitted:
            return []
        self._admitted.add(example.capture.id)
        if not period.learn_from(example):
            return []
        self._missing.clear()
        return [period]

    def corrected(self, since: str, model: SiteModel, record_id: str) -> LayoutPeriod | None:
        """A person says what the layout of an epoch is; None where there is no such epoch."""
        for period in self.periods:
            if period.since == since:
                period.model, period.corrected_by = model, record_id
                period.pages.clear()
                self._missing.clear()
                return period
        return None

    def _redesign(self, period: LayoutPeriod) -> list[LayoutPeriod]:
        """A new epoch, where the newest pages have another layout that can be learned."""
        if period.model is None and period.learns:
            return []
        missing = [example for example in self._recent if self._is_missing(example)]
        if len(missing) < MISSES:
            return []
        pages = list(dropwhile(lambda example: not self._is_missing(example), self._recent))
        model = learn([example.facts for example in pages if example.facts is not None])
        if model is None or sum(example.fits(model) for example in missing) < MISSES:
            return []
        self._begin(pages[0].capture)
        for example in pages:
            self.saw_again(example)
        return [self.periods[-1]]

    def _begin(self, first: Capture) -> None:
        self.periods.append(LayoutPeriod(first.fetched_at, first.id))
        self._recent.clear()
        self._admitted.clear()
        self._missing.clear()

    def _is_missing(self, example: ExamplePage) -> bool:
        """Whether no layout known fits the page."""
        identifier = example.capture.id
        if identifier not in self._missing:
            models = [period.model for period in self.periods if period.model is not None]
            self._missing[identifier] = not any(example.fits(model) for model in models)
        return self._missing[identifier]
