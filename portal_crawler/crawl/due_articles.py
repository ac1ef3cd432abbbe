"""The articles that a run requests without a listing: by age, still open, or missing from it."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from archive.database import due
from archive.database.known_articles import ListedAddress
from archive.models import Capture
from archive.moments import utc_moment
from portal_crawler.crawl.context import CrawlContext

BATCH = 100
"""Articles that listings did not name and that wait in the queue at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedArticle:
    """An article to request."""

    key: str
    section: str
    url: str
    title: str | None
    """As the listing had it."""
    answer: Capture | None = None
    """An earlier answer; the server may say that the page is unchanged since."""


class DueArticles:
    """One run's articles that are due, and then those that were missing a moment ago."""

    def __init__(self, context: CrawlContext, ages: tuple[float, ...]) -> None:
        """`ages` are those of RevisitRules."""
        self._context = context
        self._run = context.run
        self._ages = ages
        self._due: Iterator[WantedArticle] | None = None
        self._missing: dict[str, WantedArticle] = {}
        self._requested_twice: set[str] = set()

    def add_missing(self, place: ListedAddress, key: str) -> None:
        """Add an article that has been there before and is missing now.

        A full crawl requests it a second time itself: the next one comes only in a month.
        """
        is_known = key in self._requested_twice or self._run.frontier.articles.is_gone(key)
        if self._context.plan.requests_twice and not is_known:
            self._missing[key] = WantedArticle(key=key, **place._asdict())

    def is_second(self, key: str) -> bool:
        """Whether an article was requested a second time, so that its figures are counted."""
        return key in self._requested_twice

    def next_batch(self, requested: Set[str], most: int) -> list[WantedArticle]:
        """At most so many articles to request when all listings were followed; none in the end.

        `requested` are the keys requested so far; it may grow from batch to batch.
        """
        if self._due is None:
            self._due = self._all_due(requested) if self._context.plan.revisits else iter(())
        if found := list(islice(self._due, most)):
            return found
        missing = [self._missing.pop(key) for key in list(self._missing)[:most]]
        self._requested_twice.update(article.key for article in missing)
        return missing

    def _all_due(self, requested: Set[str]) -> Iterator[WantedArticle]:
        """All states are read at once: an open query would keep SQLite from tidying up."""
        now = utc_moment(self._run.row.started_at)
        days = None if self._context.plan.requests_twice else due.due_days(self._ages, now)
        wanted = [
            state
            for state in self._run.frontier.states(days)
            if state.key not in requested and self._is_due(state, now)
        ]
        for state in wanted:
            if state.key not in requested:
                yield from self._article(state)

    def _is_due(self, state: due.ArticleState, now: datetime) -> bool:
        by_age = state.is_due(self._run.portal.name, self._ages, now)
        return state.is_open or by_age or self._is_missing_from_listings(state)

    def _is_missing_from_listings(self, state: due.ArticleState) -> bool:
        """Whether a full crawl requests an article that its listings did not name: it may be gone.

        It is requested once: not again if the full crawl before missed it, too, and requested it.
        """
        plan = self._context.plan
        full_crawl_at = plan.full_crawl_at
        if not plan.requests_twice or full_crawl_at is None or state.gone or not state.has_row:
            return False
        if state.key in self._run.tally.listed:
            return False
        answered_at = state.answered_at or ""
        if plan.again_before is not None and answered_at >= plan.again_before:
            return False
        return state.last_seen_at >= full_crawl_at or answered_at < full_crawl_at

    def _article(self, state: due.ArticleState) -> Iterator[WantedArticle]:
        frontier, portal = self._run.frontier, self._context.portal
        places = frontier.articles.addresses(state.key, list(portal.sections))
        if not places:
            return
        place = min(places, key=lambda place: portal.is_older_address(place.url))
        answer = None
        if not state.is_open and state.answer is not None:
            answer = frontier.captures.get(state.answer)
        yield WantedArticle(key=state.key, **place._asdict(), answer=answer)
