"""Judges a run: derives its outcome and reason from its counts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from archive.status.alarms import Alarm
from portal_crawler.run.tally import Tally

UNHEALTHY_SHARE = 0.2
"""Share of the fetched pages without a title, or of the new and changed rows without a body,
beyond which the layout has most likely changed; single odd pages are normal on every portal. Up to
this share, pages that show no headline count as pages with a title."""


BLOCKED_LIMIT = 10
"""Block pages in a row that end the crawl: a firewall blocks it, and further requests would make it
worse. Single addresses are blocked because of a word in them."""


BLOCKED = "blocked"
"""Scrapy's finish reason after BLOCKED_LIMIT block pages."""


SHUTDOWN = "shutdown"
"""Scrapy's finish reason after a signal."""


TIME_LIMIT = "time_limit"


DISK_RESERVE = "disk_reserve"


MEMORY_LIMIT = "memory_limit"
"""Scrapy's finish reasons when a run reaches a limit."""


OUTSIDE_HOURS = "outside_hours"
"""Scrapy's finish reason outside the hours in which the portal may be crawled."""


ASKED_LIMITS = (TIME_LIMIT, OUTSIDE_HOURS)
"""Finish reasons at limits that the operator set: reaching them is not a failure."""


UNHEALTHY_LEAST = 5
"""With fewer fetched pages a share says nothing."""


class Outcome(StrEnum):
    """How a run ended."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNHEALTHY = "unhealthy"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run ended, and why it is not complete."""

    outcome: Outcome
    reason: str | None = None
    """In words. A complete run may have one: a time limit, or known gaps of its listings."""


def judged(tally: Tally, finish_reason: str, why_stopped: str | None = None) -> Verdict:
    """The outcome of a run that came to its end, and why it is not complete.

    `finish_reason` is Scrapy's: `finished`, `shutdown`, or one of the crawl's own, for which
    `why_stopped` gives the words.
    """
    if finish_reason == SHUTDOWN:
        return Verdict(Outcome.INTERRUPTED, "interrupted")
    if finish_reason == DISK_RESERVE:
        return Verdict(Outcome.FAILED, why_stopped)
    if reasons := tally.layout_changes or [
        *(_bad_shares(tally) or _redesign(tally)),
        *tally.drift.reasons(),
    ]:
        return Verdict(Outcome.UNHEALTHY, "; ".join(reasons))
    if finish_reason not in ("finished", BLOCKED, *ASKED_LIMITS):
        return Verdict(Outcome.INCOMPLETE, why_stopped or finish_reason)
    missing = _missing(tally)
    if missing is None and finish_reason == "finished" and not tally.is_all_requested:
        missing = "some due pages were not requested; the log says why"
    if missing is not None:
        return Verdict(Outcome.INCOMPLETE, missing)
    known_gaps = tally.gaps.known() if tally.gaps else None
    return Verdict(Outcome.COMPLETE, why_stopped or known_gaps)


def alarmed(verdict: Verdict, found: Sequence[Alarm]) -> Verdict:
    """The verdict on a run that differs from the portal's earlier ones by these alarms."""
    if not found or verdict.outcome in (Outcome.FAILED, Outcome.INTERRUPTED):
        return verdict
    words = [alarm.words() for alarm in found]
    why = [verdict.reason] if verdict.reason else []
    return Verdict(Outcome.UNHEALTHY, "; ".join([*words, *why]))


def _bad_shares(tally: Tally) -> list[str]:
    untitled = tally.untitled
    fetched = tally.stored + untitled
    if fetched < UNHEALTHY_LEAST:
        return []
    if tally.without_headline > UNHEALTHY_SHARE * fetched:
        untitled += tally.without_headline
    reasons = []
    if untitled > UNHEALTHY_SHARE * fetched:
        reasons.append(f"{untitled} of {fetched} pages without a title")
    if tally.without_body > UNHEALTHY_SHARE * fetched:
        reasons.append(f"{tally.without_body} of {fetched} articles without a body")
    return reasons


def _redesign(tally: Tally) -> list[str]:
    """Says that many articles are unreadable, until the rules change or their pages are read
    again."""
    found = tally.unreadable
    if found is None or found.pages < UNHEALTHY_LEAST or found.pages <= UNHEALTHY_SHARE * found.of:
        return []
    return [
        f"no headline on the pages of {found.pages} of {found.of} articles since "
        f"{found.since[:10]}: the layout has most likely changed"
    ]


def _missing(tally: Tally) -> str | None:
    answered = "".join(
        f"{why} ({count} answer{'' if count == 1 else 's'}); "
        for why, count in sorted(tally.substituted.items())
    )
    down = tally.measures.down()
    answered += f"{down}; " if down is not None else ""
    if tally.failures:
        more = f" and {len(tally.failures) - 1} more" if len(tally.failures) > 1 else ""
        return f"{answered}{tally.failures[0]}{more}"
    if tally.gaps is not None and (gaps := tally.gaps.reason()) is not None:
        return f"{answered}{gaps}"
    for section, count in tally.portal_counts.items():
        rows = tally.found_rows(section)
        if rows < count and not tally.is_limited and section not in tally.cut_at_known:
            return f"{section}: the portal counts {count} articles, its pages listed {rows}"
    return None
