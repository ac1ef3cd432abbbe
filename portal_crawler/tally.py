"""What a run counts while it goes on, and what becomes of it: the judgement is pure."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum

from archive.alarms import Alarm
from archive.models import Article
from archive.store import Change
from portal_crawler.drift import Drift
from portal_crawler.measures import Measures

UNHEALTHY_SHARE = 0.2
"""Share of the fetched pages without a title, or of the new and changed rows without a body,
beyond which the layout has most likely changed; single odd pages are normal on every portal."""

BLOCKED_LIMIT = 10
"""Gates in a row after which the crawl asks no further: a firewall has taken against it, and going
on would make it worse. Single addresses are blocked for a word in them."""

BLOCKED = "blocked"
"""Scrapy's finish reason then."""

SHUTDOWN = "shutdown"
"""Scrapy's own after a signal."""

TIME_LIMIT = "time_limit"
DISK_RESERVE = "disk_reserve"
MEMORY_LIMIT = "memory_limit"
"""Scrapy's finish reasons when a run ends at a limit of its own."""

OUTSIDE_HOURS = "outside_hours"
"""When the portal's window of the day closes, or is closed when the run begins."""

ASKED_LIMITS = (TIME_LIMIT, OUTSIDE_HOURS)
"""Of them those that were asked for: to reach them is no failure."""

UNHEALTHY_LEAST = 5
"""Fewer fetched pages than this say nothing about a share."""


class Outcome(StrEnum):
    """How a run ended."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNHEALTHY = "unhealthy"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(slots=True)
class Tally:
    """The figures of a run that is going on."""

    listed: set[str] = field(default_factory=set)
    asked: int = 0
    """Articles asked for."""
    changes: dict[Change, int] = field(default_factory=lambda: dict.fromkeys(Change, 0))
    gone: int = 0
    dead_links: int = 0
    untitled: dict[str, int] = field(default_factory=dict)
    """Pages without an article, by why."""
    unanswered: dict[str, int] = field(default_factory=dict)
    """Pages that a gate or the portal's own failure answered, by which; each is a failure too."""
    blocked_in_a_row: int = 0
    """Articles, one after the other, that a gate answered."""
    problems: dict[str, int] = field(default_factory=dict)
    """Problem codes of the articles stored."""
    with_problems: int = 0
    without_body: int = 0
    requests: int = 0
    bytes: int = 0
    failures: list[str] = field(default_factory=list)
    """In words, with the address."""
    rows: dict[str, int] = field(default_factory=dict)
    """Rows that each section's listing pages had, repeats included."""
    portal_counts: dict[str, int] = field(default_factory=dict)
    """The portal's own count of results, by section."""
    layout_changes: list[str] = field(default_factory=list)
    """Listings without rows and the like, in words."""
    open_listings: set[str] = field(default_factory=set)
    """Sections that were not yet followed to their end, or to where they had no more news."""
    told: set[str] = field(default_factory=set)
    """Sections that were followed to where they had no more news: their rows are not all."""
    sweeps: bool = False
    """The run set out to follow every listing to its end."""
    settled: bool = True
    """All that the run set out to ask for was asked for, and came to its end."""
    returned: int = 0
    """Articles that were gone and are there again."""
    limited: bool = False
    """A limit that was asked for was reached."""
    ended_why: str | None = None
    """Why the run was ended before its time, in words."""
    refused: int = 0
    """Articles that robots.txt disallows, or that lie on another site."""

    requisites_failed: int = 0
    """Requisites and attachments that could not be had; no failure of the run."""
    drift: Drift = field(default_factory=Drift)
    """What the layout's selectors did not find."""
    measures: Measures = field(default_factory=Measures)
    """What alarms compare."""

    @property
    def stored(self) -> int:
        """Pages read into rows."""
        return sum(self.changes.values())

    @property
    def swept(self) -> bool:
        """Whether it was a full sweep, and came to its end."""
        return self.sweeps and self.settled and self.walked

    @property
    def walked(self) -> bool:
        """Whether every listing was followed as far as it brings news."""
        return bool(self.rows) and not self.open_listings and not self.limited

    def count(self, table: dict[str, int], name: str) -> None:
        """One more of a name in `untitled`, `unanswered` or `problems`."""
        table[name] = table.get(name, 0) + 1

    def count_change(self, article: Article | None, stored: Future[Change]) -> None:
        """Called when an article was stored, or could not be."""
        if stored.exception() is None:
            self.changes[stored.result()] += 1
            self.measures.add_change(article, stored.result())

    def count_gone(self, gone: Future[bool]) -> None:
        """Called when it is known whether a missing article counts as gone."""
        if gone.exception() is None:
            self.gone += gone.result()

    def figures(self) -> dict[str, int | str | None]:
        """The columns of the run's row that are counted."""
        return {
            "listed": len(self.listed),
            "articles_new": self.changes[Change.NEW],
            "articles_changed": self.changes[Change.CHANGED],
            "articles_unchanged": self.changes[Change.UNCHANGED],
            "articles_gone": self.gone,
            "dead_links": self.dead_links,
            "pages_without_title": sum(self.untitled.values()),
            "refused": self.refused,
            "problems": self.with_problems,
            "requests": self.requests,
            "bytes": self.bytes,
            "failures": len(self.failures),
            "requisites_failed": self.requisites_failed,
            "portal_count": sum(self.portal_counts.values()) if self.portal_counts else None,
            "swept": int(self.swept),
            "walked": int(self.walked),
            "articles_returned": self.returned,
            "drift": self.drift.as_json(),
            "measures": self.measures.as_json(),
        }


def judged(tally: Tally, finish_reason: str) -> tuple[Outcome, str | None]:
    """The outcome of a run that came to its end, and why it is not complete.

    `finish_reason` is Scrapy's: `finished`, `shutdown`, or one of the crawl's own.
    """
    if finish_reason == SHUTDOWN:
        return Outcome.INTERRUPTED, "interrupted"
    if finish_reason == DISK_RESERVE:
        return Outcome.FAILED, tally.ended_why
    if finish_reason in ASKED_LIMITS:
        tally.limited = True
    if reasons := tally.layout_changes or [*_bad_shares(tally), *tally.drift.reasons()]:
        return Outcome.UNHEALTHY, "; ".join(reasons)
    if finish_reason not in ("finished", BLOCKED, *ASKED_LIMITS):
        return Outcome.INCOMPLETE, tally.ended_why or finish_reason
    missing = _missing(tally)
    if missing is None and finish_reason == "finished" and not tally.settled:
        missing = "what is due for another look was not asked for; the log says why"
    return (Outcome.INCOMPLETE, missing) if missing else (Outcome.COMPLETE, tally.ended_why)


def alarmed(
    outcome: Outcome, why: str | None, found: Sequence[Alarm]
) -> tuple[Outcome, str | None]:
    """What `judged` said, once it is known what is far from the portal's usual."""
    if not found or outcome in (Outcome.FAILED, Outcome.INTERRUPTED):
        return outcome, why
    words = [alarm.words() for alarm in found]
    return Outcome.UNHEALTHY, "; ".join([*words, *([why] if why else [])])


def _bad_shares(tally: Tally) -> list[str]:
    untitled = sum(tally.untitled.values())
    fetched = tally.stored + untitled
    if fetched < UNHEALTHY_LEAST:
        return []
    reasons = []
    if untitled > UNHEALTHY_SHARE * fetched:
        reasons.append(f"{untitled} of {fetched} pages without a title")
    if tally.without_body > UNHEALTHY_SHARE * fetched:
        reasons.append(f"{tally.without_body} of {fetched} articles without a body")
    return reasons


def _missing(tally: Tally) -> str | None:
    if tally.failures:
        more = f" and {len(tally.failures) - 1} more" if len(tally.failures) > 1 else ""
        told = "".join(f"{count} pages {why}: " for why, count in sorted(tally.unanswered.items()))
        return f"{told}{tally.failures[0]}{more}"
    for section, count in tally.portal_counts.items():
        rows = tally.rows.get(section, 0)
        if rows < count and not tally.limited and section not in tally.told:
            return f"{section}: the portal counts {count} articles, its pages listed {rows}"
    return None
