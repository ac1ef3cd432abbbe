"""When an article is due for another look: by its age, or because the last answer settled nothing.

All of it follows from captures, sightings and runs, hence from the WARCs.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from archive.layout import ID_BITS, derived_id, utc_moment, utc_text

REVISIT_DAYS = (1.0, 3.0, 7.0, 30.0, 90.0, 365.0)
"""Ages at which an article is looked at again: edits come early, and ever more rarely."""

SWEEP_DAYS = 30.0
"""Between two runs that look at everything."""

SPREAD_SHARE = 0.25
"""Of an age, the most that a look comes later: articles of one day spread over days or weeks."""

MISSED_DAYS = 30.0
"""A look that was missed for longer is left to the full sweep: a crawler that was off for a year,
and an import of old captures, must not make thousands due in a night."""

MISSING = (404, 410)

_HANOI = timezone(timedelta(hours=7))
"""Viet Nam has no summer time; published_at without a time is a day there."""

_STATES = """
WITH answers AS (
  SELECT key, max(fetched_at || warc_file || printf('%012d', warc_offset)),
    id, fetched_at, status, run_id
  FROM captures WHERE portal = :portal AND role = 'article' AND key IS NOT NULL
    AND truncated IS NULL AND status IN (200, 304, 404, 410)
  GROUP BY key),
listed AS (
  SELECT key, max(last_seen_at) AS last_seen_at FROM sightings WHERE portal = :portal GROUP BY key),
changed AS (
  SELECT s.key, max(s.seen_at) AS seen_at, c.run_id
  FROM sightings s JOIN captures c ON c.id = s.capture_id
  WHERE s.portal = :portal AND c.warc_file NOT LIKE 'warc/imported/%'
  GROUP BY s.key)
SELECT listed.key, listed.last_seen_at,
  articles.id IS NOT NULL AS had, articles.gone_at IS NOT NULL AS gone,
  articles.published_at, articles.first_seen_at,
  answers.id AS answer, answers.fetched_at AS answered_at, answers.status,
  changed.seen_at > answers.fetched_at AND changed.run_id <> answers.run_id AS relisted,
  answers.id IS NULL AND changed.key IS NOT NULL AS unanswered,
  answers.status = 200 AND iif(articles.id IS NULL, runs.outcome IS NOT 'complete',
    articles.gone_at IS NULL AND articles.capture_id <> answers.id) AS unread
FROM listed
LEFT JOIN articles ON articles.portal = :portal AND articles.key = listed.key
LEFT JOIN answers ON answers.key = listed.key
LEFT JOIN changed ON changed.key = listed.key
LEFT JOIN runs ON runs.id = answers.run_id
ORDER BY listed.key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of an article that a listing named once. Times are UTC."""

    key: str
    last_seen_at: str
    had: bool
    """It has a row."""
    gone: bool
    published_at: str | None
    first_seen_at: str | None
    answer: int | None
    """captures.id of the newest answer that settled something: a page, its 304, a 404 or 410."""
    answered_at: str | None
    status: int | None
    relisted: bool
    """A later run found it listed otherwise than the run of the answer."""
    unanswered: bool
    """Listed to a crawl of ours, and never answered."""
    unread: bool
    """The answer is a page that no row comes from: a soft 404, or one of an unfinished run."""

    @property
    def is_open(self) -> bool:
        """Whether to ask again whatever its age: the last attempt settled nothing.

        An article that answered 404 once is asked for again, to be sure; a dead link is not.
        """
        missing_once = self.had and not self.gone and self.status in MISSING
        return self.relisted or self.unanswered or self.unread or missing_once

    def looks(self, portal: str, ages: Sequence[float]) -> list[datetime]:
        """When it is to be looked at for its age, past and future; none of what is not there."""
        if not self.had or self.gone or self.first_seen_at is None:
            return []
        return looks(born(self.published_at, self.first_seen_at), portal, self.key, ages)

    def has_looks_left(self, ages: Sequence[float], now: datetime) -> bool:
        """Whether an age may be near or to come; of most of a large archive's articles none is."""
        day = self.published_at or self.first_seen_at or ""
        oldest = timedelta(days=max(ages, default=0) * (1 + SPREAD_SHARE) + MISSED_DAYS + 1)
        return day[:10] >= (now - oldest).date().isoformat()

    def is_due(self, portal: str, ages: Sequence[float], now: datetime) -> bool:
        """Whether an age has passed since the newest answer.

        So one that had passed when the article was first had is none.
        """
        if not self.has_looks_left(ages, now):
            return False
        past = [moment for moment in self.looks(portal, ages) if moment <= now]
        if not past or self.answered_at is None or max(past) < now - timedelta(days=MISSED_DAYS):
            return False
        return utc_moment(self.answered_at) < max(past)


def born(published_at: str | None, first_seen_at: str) -> datetime:
    """From when an article's age counts: its date, unless that is missing or not yet come."""
    seen = utc_moment(first_seen_at)
    if published_at is None:
        return seen
    published = datetime.fromisoformat(published_at)
    if published.tzinfo is None:
        published = published.replace(tzinfo=_HANOI)
    return min(published, seen)


def looks(since: datetime, portal: str, key: str, ages: Sequence[float]) -> list[datetime]:
    """The moments of an article's looks, one an age, later by a share that its key alone says."""
    later = 1 + SPREAD_SHARE * derived_id("look", portal, key) / (1 << ID_BITS)
    return [since + timedelta(days=age * later) for age in ages]


def states(connection: sqlite3.Connection, portal: str) -> Iterator[State]:
    """Of all articles that the portal's listings ever named, by key."""
    cursor = connection.execute(_STATES, {"portal": portal})
    names = [column[0] for column in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        for name in ("had", "gone", "relisted", "unanswered", "unread"):
            row[name] = bool(row[name])
        yield State(**row)


def next_due(
    connection: sqlite3.Connection,
    portal: str,
    now: str,
    ages: Sequence[float] = REVISIT_DAYS,
    sweep_days: float = SWEEP_DAYS,
) -> tuple[int, str | None]:
    """How many articles are due at `now` (UTC), and when the next look or full sweep will be.

    `ages` and `sweep_days` are those of the settings PORTAL_REVISIT_DAYS and PORTAL_SWEEP_DAYS.
    """
    moment = utc_moment(now)
    due, coming = 0, []
    for state in states(connection, portal):
        due += state.is_open or state.is_due(portal, ages, moment)
        if not state.has_looks_left(ages, moment):
            continue
        coming += [at for at in state.looks(portal, ages) if at > moment][:1]
    sweep = sweep_due(connection, portal, now, sweep_days)
    if sweep is not None and utc_moment(sweep) > moment:
        coming.append(utc_moment(sweep))
    return due, utc_text(min(coming)) if coming else None


def last_sweeps(connection: sqlite3.Connection, portal: str, before: str) -> list[str]:
    """When the portal's full sweeps began, the newest first; empty while none can be relied on.

    A first one that was not complete cannot: its listings may have ended too early. When a second
    comes to no more, that is how the portal is.
    """
    rows = connection.execute(
        "SELECT started_at, outcome FROM runs WHERE portal = ? AND swept = 1 AND started_at < ?"
        " AND outcome IN ('complete', 'incomplete', 'unhealthy') ORDER BY started_at DESC",
        (portal, before),
    ).fetchall()
    reliable = len(rows) > 1 or any(outcome == "complete" for _, outcome in rows)
    return [started_at for started_at, _ in rows] if reliable else []


def sweep_due(
    connection: sqlite3.Connection, portal: str, before: str, days: float = SWEEP_DAYS
) -> str | None:
    """When the next full sweep falls due; None before a first one, and where `days` is 0."""
    done = last_sweeps(connection, portal, before)
    if not done or not days:
        return None
    return utc_text(datetime.fromisoformat(done[0]).astimezone(UTC) + timedelta(days=days))
