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


_SETTLED = f"""
SELECT section, count(*)
FROM (SELECT DISTINCT portal, section, key FROM sightings WHERE portal = ?) AS listed
WHERE EXISTS (SELECT 1 FROM articles a WHERE a.portal = listed.portal AND a.key = listed.key)
   OR EXISTS (SELECT 1 FROM captures c WHERE c.portal = listed.portal AND c.key = listed.key
              AND c.role = 'article' AND {missing_status("c")} AND c.truncated IS NULL)
GROUP BY section
"""  # noqa: S608
"""By section, the distinct listed articles that have a row or answered that they are missing."""
