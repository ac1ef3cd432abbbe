"""How a site's layouts follow from its pages: when a layout is learned, and when a new one begins.

The layouts are a function of the pages and their order alone: it makes no difference in how many
crawls the pages were fetched, or whether they are read again from the WARC files.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import dropwhile

from archive.models import Capture
from archive.moments import utc_moment
from portal_crawler.learning.extract import has_container
from portal_crawler.learning.learner import FEWEST_ARTICLES, learn
from portal_crawler.learning.model import TEXT, SiteModel
from portal_crawler.learning.page_facts import PageFacts, page_facts
from portal_crawler.learning.samples import SAMPLED, SamplePage, key_hash, lowest
from portal_crawler.learning.support import LEAST_AGREEMENT, agreement

MOST_PAGES = 200
"""More pages add nothing: from 50 pages on the figures of the trial stand still."""

GROWTH = 1.5
"""A layout is learned again when the number of pages has grown by this factor: often at first,
seldom later, when it hardly changes."""

EARLY_PAGES = 8
"""The first pages are all learned from. A later page that the layout does not fit waits until it is
clear whether it belongs to a redesign: a layout learned from a mixture of two reads neither."""

WINDOW = 20
"""The newest pages, among which a redesign is looked for."""

MISSES = 12
"""So many of them without a container of any known layout are a redesign. A site's odd templates
account for a few."""


def _checkpoints() -> tuple[int, ...]:
    counts = [FEWEST_ARTICLES]
    while counts[-1] < MOST_PAGES:
        counts.append(min(MOST_PAGES, math.ceil(GROWTH * counts[-1])))
    return tuple(counts)


CHECKPOINTS = _checkpoints()
"""The numbers of pages at which a layout is learned."""


@dataclass(frozen=True)
class ExamplePage:
    """An article's page from which a layout may be learned."""

    capture: Capture
    html: bytes = field(repr=False)
    content_type: str | None

    @cached_property
    def facts(self) -> PageFacts | None:
        """The facts of the page; None if it cannot be read."""
        return page_facts(self.html, self.capture.url, content_type=self.content_type)

    @cached_property
    def sample(self) -> SamplePage:
        """The page as one that is also read without a layout."""
        return SamplePage(
            self.capture.key or "",
            self.capture.url,
            self.html,
            utc_moment(self.capture.fetched_at),
            self.content_type,
        )

    def fits(self, model: SiteModel) -> bool:
        """Whether the page has a container of the model."""
        return has_container(self.html, model, self.content_type)


@dataclass(slots=True)
class LayoutPeriod:
    """The time during which a site has one layout."""

    since: str
    """The time of its first page's capture, in UTC, as in Capture.fetched_at."""
    first_capture: int
    """The id of that capture."""
    model: SiteModel | None = None
    """None before a layout is learned, or if the pages share none."""
    learned_from: int = 0
    """The number of pages that the model was learned from."""
    corrected_by: str | None = None
    """The id of the record with a person's correction, which ends the learning; else None."""
    pages: list[PageFacts] = field(default_factory=list)
    """The pages to learn from; empty when the learning has ended."""
    samples: list[SamplePage] = field(default_factory=list)
    """Those of them that are also read without a layout."""
    sampled: int = 0
    """The number of samples that came after the model was learned."""
    agreed: float = 0.0
    """The sum of the agreement of the model's text on them with a general reading."""
    keys: set[str] = field(default_factory=set)
    """The keys of the articles whose pages were seen: each is learned from once."""

    @property
    def learns(self) -> bool:
        """Whether the model is still learned from further pages."""
        return self.corrected_by is None and self.learned_from < MOST_PAGES

    @property
    def is_refuted(self) -> bool:
        """Whether samples show that a layout, from which nothing more is learned, no longer reads
        the site's text."""
        model = self.model
        if self.learns or self.corrected_by or model is None or TEXT in model.weak:
            return False
        known = model.fields.get(TEXT)
        agreed = self.agreed + (known.learned if known else 0.0)
        return agreed < LEAST_AGREEMENT * (self.sampled + (known.pages if known else 0))

    def hold_against(self, example: ExamplePage) -> None:
        """Hold the model's text against a general reading of a page, if that is a sample."""
        sample = example.sample
        if self.model is not None and key_hash(sample.key) < SAMPLED:
            found = agreement(sample.article(self.model), sample.general, self.model.repeated)
            self.sampled += 1
            self.agreed = round(self.agreed + found, 4)

    def counts(self, example: ExamplePage) -> bool:
        """Whether the page is the first of its article and can be read; marks the article as
        seen."""
        key = example.capture.key
        if key is None or key in self.keys:
            return False
        self.keys.add(key)
        return example.facts is not None

    def learn_from(self, example: ExamplePage) -> bool:
        """Add a page; gives whether the model was learned again with it."""
        if not self.learns or example.facts is None:
            return False
        self.pages.append(example.facts)
        self.samples = lowest([*self.samples, example.sample])
        if len(self.pages) not in CHECKPOINTS:
            return False
        self.model = learn(self.pages, self.samples)
        self.learned_from = len(self.pages)
        self.sampled, self.agreed = 0, 0.0
        if not self.learns:
            self.forget_pages()
        return True

    def forget_pages(self) -> None:
        """Drop the pages to learn from: the learning has ended."""
        self.pages.clear()
        self.samples.clear()


class SiteHistory:
    """Follows the pages of one site in their order."""

    def __init__(
        self, periods: Iterable[LayoutPeriod] = (), recent: Iterable[ExamplePage] = ()
    ) -> None:
        """`periods` are those so far; `recent` has the newest pages of the last one if that no
        longer learns, at most `WINDOW`."""
        self.periods = list(periods)
        self._recent: deque[ExamplePage] = deque(recent, WINDOW)
        self._missing: dict[int, bool] = {}
        self._admitted: set[int] = set()
        """Ids of the captures that the period has learned from."""

    def saw(self, example: ExamplePage) -> list[LayoutPeriod]:
        """Follow a further page; gives the periods whose model it has changed."""
        if not self.periods:
            self._begin(example.capture)
        period = self.periods[-1]
        if not period.counts(example):
            return []
        changed = self._learn(period, example)
        if period.is_refuted:
            self._begin(example.capture)
            self.saw_again(example)
            return [*changed, self.periods[-1]]
        return changed + self._redesign(period)

    def saw_again(self, example: ExamplePage) -> None:
        """Follow a page again that the last period has counted, to learn its model again.

        No redesign is looked for: none came with the page.
        """
        period = self.periods[-1]
        if period.counts(example):
            self._learn(period, example)

    def _learn(self, period: LayoutPeriod, example: ExamplePage) -> list[LayoutPeriod]:
        period.hold_against(example)
        changed = self._admit(period, self._recent[0]) if self._is_full() else []
        self._recent.append(example)
        if not self._waits(period, example):
            changed += self._admit(period, example)
        return changed

    def _is_full(self) -> bool:
        return len(self._recent) == WINDOW

    def _waits(self, period: LayoutPeriod, example: ExamplePage) -> bool:
        """Whether the page is learned from only when it is clear that it is not of a redesign.

        Only the period's own model counts: a later correction of an older model changes nothing.
        """
        if period.learned_from < EARLY_PAGES:
            return False
        return period.model is None or not example.fits(period.model)

    def _admit(self, period: LayoutPeriod, example: ExamplePage) -> list[LayoutPeriod]:
        """Learn from a page once; gives the period if its model changed."""
        if example.capture.id in self._admitted:
            return []
        self._admitted.add(example.capture.id)
        if not period.learn_from(example):
            return []
        self._missing.clear()
        return [period]

    def corrected(self, since: str, model: SiteModel, record_id: str) -> LayoutPeriod | None:
        """Set a person's correction of a period's model; gives the period, None if there is none.

        `record_id` is the id of the record with the correction.
        """
        for period in self.periods:
            if period.since == since:
                period.model, period.corrected_by = model, record_id
                period.sampled, period.agreed = 0, 0.0
                period.forget_pages()
                self._missing.clear()
                return period
        return None

    def _redesign(self, period: LayoutPeriod) -> list[LayoutPeriod]:
        """Begin a new period if the newest pages have another layout that can be learned."""
        if (period.model is None and period.learns) or not self._is_missing(self._recent[-1]):
            return []
        missing = [example for example in self._recent if self._is_missing(example)]
        if len(missing) < MISSES:
            return []
        pages = list(dropwhile(lambda example: not self._is_missing(example), self._recent))
        facts = [example.facts for example in pages if example.facts is not None]
        model = learn(facts, lowest(example.sample for example in pages))
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
        """Whether the page has no container of any known model."""
        identifier = example.capture.id
        if identifier not in self._missing:
            models = [period.model for period in self.periods if period.model is not None]
            self._missing[identifier] = not any(example.fits(model) for model in models)
        return self._missing[identifier]
