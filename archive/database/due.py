"""When an article is due: by its age, or because its last answer was not conclusive.

All of it follows from captures, sightings and runs, hence from the WARC files.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from archive.database.answers import conclusive, missing_status, of_crawl, whole_page
from archive.layout import ID_BITS, derived_id
from archive.moments import VIETNAM, utc_moment, utc_text

REVISIT_DAYS = (1.0, 3.0, 7.0, 30.0, 90.0, 365.0)
"""Ages in days at which an article is requested again: most edits come early."""

FULL_CRAWL_DAYS = 30.0
"""Days between two full crawls, which request everything."""

MAX_DAYS = 36_500.0
"""The most that either may be: a century means never, and stays within the calendar."""

SPREAD_SHARE = 0.25
"""A request may come later than its age by at most this share of the age. The articles of one day
are spread over days or weeks."""

MISSED_DAYS = 30.0
"""An age that passed longer ago is left to the full crawl. A crawler that was off for a year, or an
import of old captures, must not make thousands due at once."""

_STATES = f"""
WITH answers AS (
  SELECT key, max(fetched_at || warc_file || printf('%012d', warc_offset)),
    id, fetched_at, status, run_id, unread
  FROM captures WHERE portal = :portal AND role = 'article' AND key IS NOT NULL
    AND {conclusive()}
  GROUP BY key),
listed AS (
  SELECT key, max(seen_at) AS seen_at, max(last_seen_at) AS last_seen_at
  FROM sightings WHERE portal = :portal GROUP BY key),
ours AS NOT MATERIALIZED (
  SELECT s.key, s.seen_at, c.run_id FROM sightings s JOIN captures c ON c.id = s.capture_id
  WHERE s.portal = :portal AND {of_crawl("c")}),
states AS (
  SELECT listed.key, listed.last_seen_at,
    articles.id IS NOT NULL AS has_row, articles.gone_at IS NOT NULL AS gone,
    articles.published_at, articles.first_seen_at,
    substr(min(coalesce(published_at, first_seen_at), first_seen_at), 1, 10) AS born,
    answers.id AS answer, answers.fetched_at AS answered_at, answers.status,
    iif(listed.seen_at > answers.fetched_at, (
      SELECT ours.seen_at > answers.fetched_at AND ours.run_id <> answers.run_id
      FROM ours WHERE ours.key = listed.key ORDER BY ours.seen_at DESC LIMIT 1), 0) AS relisted,
    iif(answers.id IS NULL,
      EXISTS (SELECT 1 FROM ours WHERE ours.key = listed.key), 0) AS unanswered,
    answers.status = 200 AND CASE coalesce(answers.unread, '')
      WHEN '' THEN iif(articles.id IS NULL,
        (SELECT outcome FROM runs WHERE id = answers.run_id) IS NOT 'complete',
        articles.gone_at IS NULL AND articles.capture_id <> answers.id
          AND articles.last_seen_at < answers.fetched_at)
      WHEN 'no-title' THEN (SELECT rules FROM runs WHERE id = answers.run_id) IS NOT (
        SELECT rules FROM runs WHERE portal = :portal ORDER BY id DESC LIMIT 1)
      WHEN 'missing' THEN articles.id IS NOT NULL AND articles.gone_at IS NULL
      ELSE 1 END AS unread,
    articles.gone_at IS NULL AND articles.id IS NOT NULL AND {missing_status("answers")}
      AS missing_once
  FROM listed
  LEFT JOIN articles INDEXED BY idx_articles_states
    ON articles.portal = :portal AND articles.key = listed.key
  LEFT JOIN answers ON answers.key = listed.key)
SELECT key, last_seen_at, has_row, gone, published_at, first_seen_at, answer, answered_at,
  relisted OR unanswered OR unread OR missing_once AS is_open
FROM states
"""  # noqa: S608
"""Few articles were listed after their answer, so `ours` is looked up for few. The index
idx_articles_states holds all columns of articles that are read; the rows hold whole bodies.
"""


_UNREADABLE = f"""
WITH newest AS (
  SELECT key, max(fetched_at || warc_file || printf('%012d', warc_offset)),
    fetched_at, unread, run_id
  FROM captures WHERE portal = :portal AND role = 'article' AND key IS NOT NULL
    AND {whole_page()} GROUP BY key),
missed AS (
  SELECT fetched_at FROM newest WHERE unread = 'no-title' AND (
    SELECT rules FROM runs WHERE id = newest.run_id) IS (
    SELECT rules FROM runs WHERE portal = :portal ORDER BY id DESC LIMIT 1))
SELECT (SELECT count(*) FROM missed) AS pages, count(*) AS of, (SELECT min(fetched_at) FROM missed)
FROM newest WHERE fetched_at >= (SELECT min(fetched_at) FROM missed)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Articles whose newest page has no headline by the rules in force."""

    pages: int
    of: int
    """Articles that were requested since the first of them."""
    since: str
    """UTC."""


def unreadable(connection: sqlite3.Connection, portal: str) -> Unreadable | None:
    """The unreadable articles of a portal; None if it has none."""
    pages, of, since = connection.execute(_UNREADABLE, {"portal": portal}).fetchone()
    return Unreadable(pages, of, since) if pages else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """The state of an article that a listing named at least once. Times are UTC."""

    key: str
    last_seen_at: str
    has_row: bool
    gone: bool
    published_at: str | None
    first_seen_at: str | None
    answer: int | None
    """captures.id of the newest conclusive answer: a page, a 304 for it, a 404 or 410."""
    answered_at: str | None
    is_open: bool
    """It is due whatever its age, for one of these reasons. A run later than that of the answer
    found it listed differently. A crawl listed it, and it was never answered. The answer is a page
    that no row comes from: a soft 404, a block page, one that lost its body, one of an unfinished
    run, or one without a headline if the rules have changed since. It answered 404 once, and is
    requested again to be sure. A dead link is not open."""

    def looks(self, portal: str, ages: Sequence[float]) -> list[datetime]:
        """When its ages come, past and future; empty if it is gone or has no row."""
        if not self.has_row or self.gone or self.first_seen_at is None:
            return []
        return looks(born(self.published_at, self.first_seen_at), portal, self.key, ages)

    def is_due(self, portal: str, ages: Sequence[float], now: datetime) -> bool:
        """Whether an age has come since the newest answer.

        An age that had already come when the article was first fetched does not count.
        """
        past = [moment for moment in self.looks(portal, ages) if moment <= now]
        if not past or self.answered_at is None or max(past) < now - timedelta(days=MISSED_DAYS):
            return False
        return utc_moment(self.answered_at) < max(past)


def born(published_at: str | None, first_seen_at: str) -> datetime:
    """The moment from which an article's age counts: its date, or when it was first fetched if it
    has no date or one in the future."""
    seen = utc_moment(first_seen_at)
    if published_at is None:
        return seen
    published = datetime.fromisoformat(published_at)
    if published.tzinfo is None:
        published = published.replace(tzinfo=VIETNAM)
    return min(published, seen)


def looks(since: datetime, portal: str, key: str, ages: Sequence[float]) -> list[datetime]:
    """The moment at which each age of an article comes, later by a share derived from its key."""
    later = 1 + SPREAD_SHARE * derived_id("look", portal, key) / (1 << ID_BITS)
    return [since + timedelta(days=age * later) for age in ages]


def due_days(ages: Sequence[float], now: datetime) -> list[tuple[str, str]]:
    """For each age the first and last day of birth of articles that may be due at `now`."""
    return [(_day(now, days=_latest(age)), _day(now, days=age - 1)) for age in ages]


def _latest(age: float) -> float:
    """Days after which that age is left to the full crawl."""
    return age * (1 + SPREAD_SHARE) + MISSED_DAYS + 1


def _day(now: datetime, *, days: float) -> str:
    return (now - timedelta(days=days)).date().isoformat()


def states(
    connection: sqlite3.Connection, portal: str, days: Sequence[tuple[str, str]] | None = None
) -> Iterator[ArticleState]:
    """The state of each article that the portal's listings ever named.

    With `days` (first and last days of birth) only of articles that are open, or that are available
    and were born on such days: most articles of a large archive are too old to be due.
    """
    query, values = _STATES, {"portal": portal}
    if days is not None:
        for at, (first, last) in enumerate(days):
            values |= {f"first{at}": first, f"last{at}": last}
        of_age = " OR ".join(f"born BETWEEN :first{at} AND :last{at}" for at in range(len(days)))
        query += f"WHERE is_open OR (has_row AND NOT gone AND ({of_age or 0}))"
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        for name in ("has_row", "gone", "is_open"):
            row[name] = bool(row[name])
        yield ArticleState(**row)


class NextDue(NamedTuple):
    """The articles that are due now, and when more follow."""

    articles: int
    at: str | None
    """The moment (UTC) of the next age or full crawl; None if none is known."""


def next_due(
    connection: sqlite3.Connection,
    portal: str,
    now: str,
    ages: Sequence[float] = REVISIT_DAYS,
    full_crawl_days: float = FULL_CRAWL_DAYS,
) -> NextDue:
    """The number of articles due at `now` (UTC), and the moment of the next age or full crawl.

    `ages` and `full_crawl_days` are the settings PORTAL_REVISIT_DAYS and PORTAL_SWEEP_DAYS.
    """
    moment = utc_moment(now)
    young = (_day(moment, days=_latest(max(ages, default=0))), "9999-12-31")
    due, coming = 0, []
    for state in states(connection, portal, [young]):
        due += state.is_open or state.is_due(portal, ages, moment)
        coming += [at for at in state.looks(portal, ages) if at > moment][:1]
    full_crawl = full_crawl_due(connection, portal, now, full_crawl_days)
    if full_crawl is not None and utc_moment(full_crawl) > moment:
        coming.append(utc_moment(full_crawl))
    return NextDue(due, utc_text(min(coming)) if coming else None)


def last_full_crawls(connection: sqlite3.Connection, portal: str, before: str) -> list[str]:
    """When the portal's full crawls began, the newest first; empty while none is reliable.

    A first full crawl that was not complete is not reliable: its listings may have ended too early,
    unless it names the listing pages that it lacks. A second one makes both reliable.
    """
    rows = connection.execute(
        "SELECT started_at, outcome = 'complete' OR listing_gaps <> '[]' FROM runs"
        " WHERE portal = ? AND swept = 1 AND started_at < ?"
        " AND outcome IN ('complete', 'incomplete', 'unhealthy') ORDER BY started_at DESC",
        (portal, before),
    ).fetchall()
    reliable = len(rows) > 1 or any(relied_on for _, relied_on in rows)
    return [started_at for started_at, _ in rows] if reliable else []


def full_crawl_due(
    connection: sqlite3.Connection, portal: str, before: str, days: float = FULL_CRAWL_DAYS
) -> str | None:
    """When the next full crawl is due (UTC); None before the first one, and if `days` is 0."""
    done = last_full_crawls(connection, portal, before)
    if not done or not days:
        return None
    return utc_text(datetime.fromisoformat(done[0]).astimezone(UTC) + timedelta(days=days))
