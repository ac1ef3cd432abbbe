"""Plans a run: whether it follows listings to their end, and which articles it requests again.

Once the portal was crawled in full, a listing is followed to the pages without news, and articles
that are due are requested by their last known address. A full crawl follows every listing to its
end, and requests every article that was not requested since the full crawl fell due, so that an
interrupted one is continued by the next run.
"""

from dataclasses import dataclass
from datetime import timedelta

from scrapy.settings import BaseSettings

from archive.database import due
from archive.database.frontier import Frontier
from archive.database.known_articles import Known
from archive.moments import utc_moment, utc_text
from portal_crawler.crawl.bounds import CrawlBounds
from portal_crawler.crawl.listing import ListingProgress
from portal_crawler.errors import UsageError
from portal_crawler.ways.way import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitRules:
    """When articles and listings are requested again, as the settings say."""

    ages: tuple[float, ...]
    """Ages of articles in days, the least first."""
    full_crawl_days: float
    """Days between full crawls; 0: only with `--full`."""

    @classmethod
    def of(cls, settings: BaseSettings) -> "RevisitRules":
        """UsageError if a setting is not a number of days."""
        ages = [
            _days("PORTAL_REVISIT_DAYS", each) for each in settings.getlist("PORTAL_REVISIT_DAYS")
        ]
        full_crawl_days = _days("PORTAL_SWEEP_DAYS", settings.get("PORTAL_SWEEP_DAYS"))
        return cls(ages=tuple(sorted(ages)), full_crawl_days=full_crawl_days)


def _days(setting: str, given: object) -> float:
    try:
        days = float(str(given))
    except ValueError:
        days = -1.0
    if not 0 <= days < due.MAX_DAYS:
        raise UsageError(f"{setting}: {given!r} is not a number of days; write 30, or 1,3,7")
    return days


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of one run."""

    is_full_crawl: bool
    """Every listing is followed to its end; the first crawl of all is such a one."""
    requests_all: bool
    """Everything is requested again, dead links included (`--full`)."""
    revisits: bool
    """Articles that are due are requested, too."""
    has_page_limit: bool
    """Only so many pages of each listing are requested."""
    known_until: str | None
    """As ListingProgress has it: None if listings are followed to their end."""
    full_crawl_at: str | None
    """UTC; when the last full crawl began. None before a first one."""
    count_holds: bool
    """The last full crawl came to as many rows as the portal counts."""
    again_before: str | None
    """UTC; a full crawl requests articles again that were answered earlier. None for the first."""
    resumes_since: str | None
    """UTC; a first crawl resumes listings where a run that began later was interrupted."""

    @property
    def leaves_nothing_out(self) -> bool:
        """Whether everything is requested that might be available again."""
        return self.requests_all or self.is_full_crawl

    @property
    def requests_twice(self) -> bool:
        """Whether missing articles are requested a second time, at the end."""
        return self.is_full_crawl and (self.requests_all or self.again_before is not None)

    def requests(self, known: Known) -> bool:
        """Whether an article that a listing names is requested."""
        if self.requests_all or known.due:
            return True
        return self.again_before is not None and not known.is_covered(self.again_before)


def planned(
    frontier: Frontier, rules: RevisitRules, begun: str, bounds: CrawlBounds, sections: int
) -> Plan:
    """The plan of a run that began at a moment (UTC), over a number of sections."""
    full_crawls = frontier.listings.full_crawls()
    falls_due = frontier.listings.full_crawl_due(rules.full_crawl_days)
    is_due = falls_due is not None and falls_due <= begun
    unlimited = bounds.are_none
    all_again = unlimited and (bounds.full or is_due)
    to_the_end = bounds.since is not None or bounds.full or all_again
    known_until = None
    if not to_the_end:
        known_until = _known_until(frontier, full_crawls, bounds.pages, sections)
    is_first = unlimited and not full_crawls
    return Plan(
        is_full_crawl=all_again or is_first,
        requests_all=bounds.full,
        revisits=bounds.since is None and (bounds.pages is None or known_until is not None),
        has_page_limit=bounds.pages is not None,
        known_until=known_until,
        full_crawl_at=full_crawls[0] if full_crawls else None,
        count_holds=frontier.listings.count_agreed(full_crawls[0]) if full_crawls else False,
        again_before=falls_due if all_again and not bounds.full else None,
        resumes_since=_one_period_before(begun, rules) if is_first and not bounds.full else None,
    )


def _one_period_before(begun: str, rules: RevisitRules) -> str:
    days = rules.full_crawl_days or due.FULL_CRAWL_DAYS
    return utc_text(utc_moment(begun) - timedelta(days=days))


def _known_until(
    frontier: Frontier, full_crawls: list[str], pages: int | None, sections: int
) -> str | None:
    """Until when listings are known: to their end, or as many pages as the crawl is limited to."""
    known = [frontier.listings.complete_at()] if full_crawls else []
    if pages is not None:
        known.append(frontier.listings.read_to_page(pages, sections))
    return max(known, default="") or None


def new_progress(frontier: Frontier, plan: Plan, section: str, way: Way) -> ListingProgress:
    """The progress of a listing that is followed from its first page on."""
    if plan.resumes_since is not None and way.resumes:
        place = frontier.listings.broken_off(section, plan.resumes_since)
        if place is not None:
            return ListingProgress(
                section=section, way=way, known_until=place.followed_at, resumes_at=place
            )
    known_rows = None
    if plan.known_until is not None and plan.full_crawl_at is not None and plan.count_holds:
        known_rows = frontier.listings.known_rows(section, plan.full_crawl_at)
    return ListingProgress(
        section=section, way=way, known_until=plan.known_until, known_rows=known_rows
    )
