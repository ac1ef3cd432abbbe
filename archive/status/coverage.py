"""How much of a portal's own count is resolved: archived, or known to be dead or gone. SQL only.

A section counts if a run saw the portal's own total of it. An article counts as resolved in each
such section that lists it. A section has at most as many as its total: sightings of articles that
the portal has taken off its listing remain.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from archive.database.answers import missing_status

RUNS_WITH_COUNTS = 10
"""The newest runs with totals that are read: a run in which one listing could not be fetched
changes nothing, and a section that is no longer declared is forgotten."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many articles of all counted sections are resolved, and how many these count."""

    settled: int
    count: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.settled / self.count

    @property
    def percent(self) -> int:
        """Rounded down: 100 only if nothing is missing."""
        return 100 * self.settled // self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The articles of one section, held against the portal's own count of them."""

    section: str
    count: int
    articles: int
    """Articles that have a row."""
    dead_links: int
    """Articles that were missing whenever they were requested."""
    doubles: int = 0
    """Rows of a listing page that name an article for the second time."""

    @property
    def unexplained(self) -> int:
        """Articles that the portal counts and that were not found."""
        return max(0, self.count - self.articles - self.dead_links - self.doubles)

    def words(self) -> str:
        """`tin-tuc: 2,854 of 2,932, 78 dead links, 0 unexplained`."""
        dead = f"{self.dead_links:,} dead link{'' if self.dead_links == 1 else 's'}"
        doubles = f", {self.doubles:,} listed twice" if self.doubles else ""
        found = f"{self.articles:,} of {self.count:,}, {dead}{doubles}"
        return f"{self.section}: {found}, {self.unexplained:,} unexplained"


def accounts(
    connection: sqlite3.Connection, portal: str, counts: Mapping[str, int | None], since: str
) -> list[Account]:
    """The account of each counted section, over the articles that it listed at or after `since`
    (UTC); an empty text for all that it ever listed.

    A section with None in place of a count is held against the articles that it listed itself.
    """
    rows = connection.execute(_LISTED, (portal, since)).fetchall()
    found = {section: figures for section, *figures in rows}
    return [
        _account(section, count, *found.get(section, (0, 0, 0)))
        for section, count in counts.items()
    ]


def _account(section: str, count: int | None, listed: int, articles: int, dead: int) -> Account:
    total = listed if count is None else count
    return Account(section=section, count=total, articles=articles, dead_links=dead)


def newest_accounts(connection: sqlite3.Connection, portal: str) -> list[Account]:
    """The accounts of a portal since its last full crawl; none before there was one."""
    row = connection.execute(
        "SELECT max(started_at) FROM runs WHERE portal = ? AND swept = 1", (portal,)
    ).fetchone()
    if row[0] is None:
        return []
    return accounts(connection, portal, _newest_counts(connection, portal), row[0])


def coverage(connection: sqlite3.Connection, portal: str) -> Coverage | None:
    """The coverage of a portal; None if none of its listings shows a total."""
    counts = _newest_counts(connection, portal)
    total = sum(counts.values())
    if not total:
        return None
    settled = dict(connection.execute(_SETTLED, (portal,)).fetchall())
    resolved = sum(min(settled.get(section, 0), count) for section, count in counts.items())
    return Coverage(resolved, total)


def section_counts_json(counts: Mapping[str, int]) -> str | None:
    """The column runs.section_counts; None if no listing showed a total."""
    return json.dumps(counts, ensure_ascii=False, sort_keys=True) if counts else None


def _newest_counts(connection: sqlite3.Connection, portal: str) -> dict[str, int]:
    rows = connection.execute(
        "SELECT section_counts FROM runs WHERE portal = ? AND section_counts IS NOT NULL"
        " ORDER BY id DESC LIMIT ?",
        (portal, RUNS_WITH_COUNTS),
    ).fetchall()
    counts: dict[str, int] = {}
    for (column,) in reversed(rows):
        counts.update(json.loads(column))
    return counts


_LISTED = f"""
SELECT section, count(*), sum(has_row), sum(NOT has_row AND is_missing) FROM (
    SELECT listed.section,
        EXISTS (SELECT 1 FROM articles a
                WHERE a.portal = listed.portal AND a.key = listed.key) AS has_row,
        EXISTS (SELECT 1 FROM captures c WHERE c.portal = listed.portal AND c.key = listed.key
                AND c.role = 'article' AND {missing_status("c")} AND c.truncated IS NULL)
            AS is_missing
    FROM (SELECT DISTINCT portal, section, key FROM sightings
          WHERE portal = ? AND last_seen_at >= ?) AS listed)
GROUP BY section
"""  # noqa: S608
"""By section, the distinct listed articles, those that have a row, and those that are missing."""

_SETTLED = f"""
SELECT section, count(*)
FROM (SELECT DISTINCT portal, section, key FROM sightings WHERE portal = ?) AS listed
WHERE EXISTS (SELECT 1 FROM articles a WHERE a.portal = listed.portal AND a.key = listed.key)
   OR EXISTS (SELECT 1 FROM captures c WHERE c.portal = listed.portal AND c.key = listed.key
              AND c.role = 'article' AND {missing_status("c")} AND c.truncated IS NULL)
GROUP BY section
"""  # noqa: S608
"""By section, the distinct listed articles that have a row or answered that they are missing."""
