"""How a site's layouts follow from its pages: when one is learned, and when another has come.

What is known is a function of the pages in their order alone, be they fetched in one night or in a
hundred, or read again from the WARC files.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import dropwhile

from archive.layout import utc_moment
from archive.models import Capture
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.learning.facts import PageFacts, page_facts
from portal_crawler.learning.learner import learn
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.reading import CONTAINER_MISSING, extract_learned

FEWEST_PAGES = 5
"""Fewer teach nothing that holds (EXTRACTION: leak 92 to 100 % from three)."""

MOST_PAGES = 200
"""More teach nothing new: from 50 on the figures stand still."""

GROWTH = 1.25
"""A layout is learned again when so many times the pages are known: often while it changes, seldom
when it has settled."""

WINDOW = 20
MISSES = 12
"""A redesign: so many of the newest pages have no container of any layout known. A site's odd
templates have a few in a row."""


def _checkpoints() -> tuple[int, ...]:
    counts = [FEWEST_PAGES]
    while counts[-1] < MOST_PAGES:
        counts.append(min(MOST_PAGES, math.ceil(GROWTH * counts[-1])))
    return tuple(counts)


CHECKPOINTS = _checkpoints()
"""Numbers of pages at which a layout is learned."""


@dataclass(frozen=True)
class Lesson:
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
        try:
            article = extract_learned(
                self.html,
                self.capture.url,
                model,
                fetched_at=utc_moment(self.capture.fetched_at),
                content_type=self.content_type,
            )
        except ExtractionError:
            return False
        return CONTAINER_MISSING not in article.problems


@dataclass(slots=True)
class Epoch:
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

    def take(self, lesson: Lesson) -> bool:
        """Whether the page is one that counts."""
        key = lesson.capture.key
        if key is None or key in self.keys or lesson.facts is None:
            return False
        self.keys.add(key)
        if self.learns:
            self.pages.append(lesson.facts)
        return True


class SiteHistory:
    """Follows the pages of one site."""

    def __init__(self, epochs: Iterable[Epoch] = (), recent: Iterable[Lesson] = ()) -> None:
        """`recent` are the newest pages of the last epoch, which hold what it has taken."""
        self.epochs = list(epochs)
        self._recent: deque[Lesson] = deque(recent, WINDOW)
        self._missing: dict[int, bool] = {}

    def saw(self, lesson: Lesson) -> list[Epoch]:
        """The epochs whose layout is another one since this page."""
        if not self.epochs:
            self.epochs.append(Epoch(lesson.capture.fetched_at, lesson.capture.id))
        epoch = self.epochs[-1]
        if not epoch.take(lesson):
            return []
        self._recent.append(lesson)
        changed = []
        if epoch.learns and len(epoch.pages) in CHECKPOINTS:
            self._learn(epoch)
            changed.append(epoch)
        if (begun := self._redesign(epoch)) is not None:
            changed.append(begun)
        return changed

    def corrected(self, since: str, model: SiteModel, record_id: str) -> Epoch | None:
        """A person says what the layout of an epoch is; None where there is no such epoch."""
        for epoch in self.epochs:
            if epoch.since == since:
                epoch.model, epoch.corrected_by = model, record_id
                epoch.pages.clear()
                self._missing.clear()
                return epoch
        return None

    def _learn(self, epoch: Epoch) -> None:
        epoch.model = learn(epoch.pages)
        epoch.learned_from = len(epoch.pages)
        self._missing.clear()
        if not epoch.learns:
            epoch.pages.clear()

    def _redesign(self, epoch: Epoch) -> Epoch | None:
        """A new epoch, where the newest pages have another layout that can be learned."""
        if epoch.model is None and epoch.learns:
            return None
        missing = [lesson for lesson in self._recent if self._is_missing(lesson)]
        if len(missing) < MISSES:
            return None
        pages = list(dropwhile(lambda lesson: not self._is_missing(lesson), self._recent))
        model = learn([lesson.facts for lesson in pages if lesson.facts is not None])
        if model is None or sum(lesson.fits(model) for lesson in missing) < MISSES:
            return None
        return self._begin(pages, model)

    def _begin(self, pages: Sequence[Lesson], model: SiteModel) -> Epoch:
        first = pages[0].capture
        begun = Epoch(first.fetched_at, first.id)
        for lesson in pages:
            begun.take(lesson)
        begun.model, begun.learned_from = model, len(begun.pages)
        self.epochs.append(begun)
        self._recent = deque(pages, WINDOW)
        self._missing.clear()
        return begun

    def _is_missing(self, lesson: Lesson) -> bool:
        """Whether no layout known fits the page."""
        identifier = lesson.capture.id
        if identifier not in self._missing:
            models = [epoch.model for epoch in self.epochs if epoch.model is not None]
            self._missing[identifier] = not any(lesson.fits(model) for model in models)
        return self._missing[identifier]
