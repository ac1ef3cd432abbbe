"""What a run asks for beyond what its listings name: little on most nights, now and then all.

A listing is followed to where it has no news, once the portal was swept; what is due for another
look is asked for by its last known address. A full sweep follows every listing to its end, and
looks at every article that it has not seen since the sweep fell due: one that was interrupted goes
on where it was.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from scrapy.settings import BaseSettings

from archive.database import due
from archive.database.frontier import Frontier, Known
from archive.models import Capture
from archive.moments import utc_moment, utc_text
from portal_crawler.crawl.listing import ListingWalk
from portal_crawler.errors import UsageError
from portal_crawler.run.crawl_run import CrawlRun

BATCH = 100
"""Articles beyond the listings that wait in the queue at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An article to ask for, that no listing page of tonight made ask for."""

    key: str
    section: str
    url: str
    answer: Capture | None = None
    """Whose page the portal may say is unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitRules:
    """When to look again, as the settings say."""

    ages: tuple[float, ...]
    """Days, the least first."""
    sweep_days: float

    @classmethod
    def of(cls, settings: BaseSettings) -> "RevisitRules":
        """UsageError where a setting is no number of days."""
        ages = [
            _days("PORTAL_REVISIT_DAYS", each) for each in settings.getlist("PORTAL_REVISIT_DAYS")
        ]
        sweep_days = _days("PORTAL_SWEEP_DAYS", settings.get("PORTAL_SWEEP_DAYS"))
        return cls(ages=tuple(sorted(ages)), sweep_days=sweep_days)


def _days(setting: str, given: Any) -> float:
    try:
        days = float(given)
    except (TypeError, ValueError):
        days = -1.0
    if not 0 <= days < due.MAX_DAYS:
        raise UsageError(f"{setting}: {given!r} is no number of days; write 30, or 1,3,7")
    return days


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlBounds:
    """What was asked for on the command line."""

    pages: int | None = None
    """Of each listing."""
    articles: int | None = None
    """Of each listing."""
    since: str | None = None
    """A day; nothing older."""
    full: bool = False

    @property
    def are_none(self) -> bool:
        """Whether the crawl may go to the end of every listing."""
        return self.pages is None and self.articles is None and self.since is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run sets out to do."""

    settled_at: str | None
    """As ListingWalk has it: None where listings are followed to their end."""
    swept_at: str | None
    """When the last full sweep began; None before a first one."""
    count_holds: bool
    """The last sweep came to as many rows as the portal counts."""
    sweeps: bool
    """It is a full sweep; the first crawl of all is one."""
    again_before: str | None
    """Of a later sweep: what was answered before is asked for again."""
    goes_on_since: str | None
    """Of a first crawl: it goes on where one that began later had to leave a listing."""
    full: bool
    """All is asked for again, dead links too."""
    bounded: bool
    """To so many listing pages."""
    looks: bool
    """It asks for what is due for another look."""

    @property
    def asks_all(self) -> bool:
        """Whether nothing is left out that might have come back."""
        return self.full or self.sweeps

    @property
    def asks_twice(self) -> bool:
        """Whether what is missing is asked for a second time, at the end."""
        return self.sweeps and (self.full or self.again_before is not None)


def planned(
    frontier: Frontier, rules: RevisitRules, begun: str, bounds: CrawlBounds, sections: int
) -> Plan:
    """The plan of a run over so many sections."""
    sweeps = frontier.sweeps()
    falls_due = frontier.sweep_due(rules.sweep_days)
    is_due = falls_due is not None and falls_due <= begun
    unlimited = bounds.are_none
    all_again = unlimited and (bounds.full or is_due)
    to_the_end = bounds.since is not None or bounds.full or all_again
    settled_at = None if to_the_end else _settled_at(frontier, sweeps, bounds.pages, sections)
    return Plan(
        settled_at=settled_at,
        swept_at=sweeps[0] if sweeps else None,
        count_holds=frontier.count_held(sweeps[0]) if sweeps else False,
        sweeps=all_again or (unlimited and not sweeps),
        again_before=falls_due if all_again and not bounds.full else None,
        goes_on_since=_before(begun, rules)
        if unlimited and not sweeps and not bounds.full
        else None,
        full=bounds.full,
        bounded=bounds.pages is not None,
        looks=bounds.since is None and (bounds.pages is None or settled_at is not None),
    )


def _before(begun: str, rules: RevisitRules) -> str:
    days = rules.sweep_days or due.SWEEP_DAYS
    return utc_text(utc_moment(begun) - timedelta(days=days))


def _settled_at(
    frontier: Frontier, sweeps: list[str], pages: int | None, sections: int
) -> str | None:
    """Up to when listings are known: as far as they go, or as many pages as are asked for."""
    known = [frontier.settled_at()] if sweeps else []
    if pages is not None:
        known.append(frontier.read_to_page(pages, sections))
    return max(known, default="") or None


class Night:
    """One run's looks."""

    def __init__(
        self,
        run: CrawlRun,
        rules: RevisitRules,
        plan: Plan,
        sections: Sequence[str],
        is_older_address: Callable[[str], bool],
    ) -> None:
        self.plan = plan
        self._run = run
        self._rules = rules
        self._sections = sections
        self._is_older_address = is_older_address
        self._begun = run.row.started_at
        self._looks: Iterator[Ask] | None = None
        self._missed: dict[str, Ask] = {}
        self._asked_twice: set[str] = set()

    def walk(self, section: str) -> ListingWalk:
        """How far a listing is to be followed."""
        plan = self.plan
        if plan.goes_on_since is not None:
            place = self._run.frontier.broken_off(section, plan.goes_on_since)
            if place is not None:
                return ListingWalk(section=section, settled_at=place.settled_at, broken_off=place)
        known_rows = None
        if plan.settled_at is not None and plan.swept_at is not None and plan.count_holds:
            known_rows = self._run.frontier.known_rows(section, plan.swept_at)
        return ListingWalk(section=section, settled_at=plan.settled_at, known_rows=known_rows)

    def is_wanted(self, known: Known) -> bool:
        """Whether to ask for an article that a listing names."""
        if self.plan.full or known.due:
            return True
        return self.plan.again_before is not None and not known.is_swept(self.plan.again_before)

    def missed(self, key: str, section: str, url: str) -> None:
        """Told of an article that was had before and is not there.

        A full sweep asks a second time itself: its like comes in a month only.
        """
        if not self.plan.asks_twice or key in self._asked_twice or self._run.frontier.is_gone(key):
            return
        self._missed[key] = Ask(key=key, section=section, url=url)

    def is_second(self, key: str) -> bool:
        """Whether an article was asked for a second time, so that its figures are counted."""
        return key in self._asked_twice

    def more(self, asked: Set[str], most: int) -> list[Ask]:
        """What to ask for now that all listings are walked, at most so much; in the end nothing.

        `asked` are the keys that were asked for, and may grow from batch to batch.
        """
        if self._looks is None:
            self._looks = self._due(asked) if self.plan.looks else iter(())
        if found := list(islice(self._looks, most)):
            return found
        missed = [self._missed.pop(key) for key in list(self._missed)[:most]]
        self._asked_twice.update(ask.key for ask in missed)
        return missed

    def _due(self, asked: Set[str]) -> Iterator[Ask]:
        """What is due is read at once: a query that stays open would keep the database from being
        tidied up."""
        now = utc_moment(self._begun)
        days = None if self.plan.asks_twice else due.due_days(self._rules.ages, now)
        wanted = [
            state
            for state in self._run.frontier.states(days)
            if state.key not in asked and self._is_due(state, now)
        ]
        for state in wanted:
            if state.key not in asked:
                yield from self._ask(state, conditional=not state.is_open)

    def _is_due(self, state: due.State, now: datetime) -> bool:
        by_age = state.is_due(self._run.portal.name, self._rules.ages, now)
        return state.is_open or by_age or self._left(state)

    def _left(self, state: due.State) -> bool:
        """Whether a sweep asks for an article that its listings did not name: it may be gone.

        Once: not again when the sweep before missed it, too, and asked.
        """
        swept_at = self.plan.swept_at
        if not self.plan.asks_twice or swept_at is None or state.gone or not state.had:
            return False
        if state.key in self._run.tally.listed:
            return False
        answered_at = state.answered_at or ""
        if self.plan.again_before is not None and answered_at >= self.plan.again_before:
            return False
        return state.last_seen_at >= swept_at or answered_at < swept_at

    def _ask(self, state: due.State, *, conditional: bool) -> Iterator[Ask]:
        frontier = self._run.frontier
        places = frontier.addresses(state.key, self._sections)
        if not places:
            return
        section, url = min(places, key=lambda place: self._is_older_address(place[1]))
        answer = None
        if conditional and state.answer is not None:
            answer = frontier.capture(state.answer)
        yield Ask(key=state.key, section=section, url=url, answer=answer)
