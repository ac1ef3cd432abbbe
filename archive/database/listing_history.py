"""How far earlier runs followed a portal's listings, and where they had to stop."""

import sqlite3
from dataclasses import dataclass

from archive.database import due
from archive.database.answers import confirmed
from archive.listing_gaps import ListingGap, gaps_of
from archive.models import CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenOff:
    """The page at which a run stopped following a listing, because it could not be fetched."""

    url: str
    page: int
    """Its number in the listing, from 1."""
    rows: int
    """Number of rows on the pages before it."""
    request_digest: str | None
    """As captures.request_digest; None for a GET."""
    followed_at: str
    """UTC: the end of the run that stopped there."""


class ListingHistory:
    """Runs, sightings and captures of one portal's listings; reads only."""

    def __init__(self, connection: sqlite3.Connection, portal: str, begun: str) -> None:
        self._db = connection
        self._portal = portal
        self._begun = begun

    def full_crawls(self) -> list[str]:
        """When the portal's full crawls began (UTC), the newest first; see due.last_full_crawls."""
        return due.last_full_crawls(self._db, self._portal, self._begun)

    def full_crawl_due(self, days: float) -> str | None:
        """When a full crawl is due (UTC); see due.full_crawl_due."""
        return due.full_crawl_due(self._db, self._portal, self._begun, days)

    def complete_at(self) -> str:
        """The end (UTC) of the last run that followed each listing as far as it had news, or ""."""
        row = self._db.execute(
            "SELECT max(finished_at) AS moment FROM runs WHERE portal = ? AND started_at < ?"
            " AND (walked = 1 OR swept = 1)",
            (self._portal, self._begun),
        ).fetchone()
        return row["moment"] or ""

    def read_to_page(self, pages: int, sections: int) -> str:
        """The end (UTC) of the last run that fetched so many pages of each listing, or ""."""
        row = self._db.execute(
            "SELECT max(finished_at) AS moment FROM runs WHERE portal = :portal"  # noqa: S608
            " AND started_at < :begun AND id IN (SELECT run_id FROM (SELECT run_id FROM captures"
            f"  WHERE portal = :portal AND role = 'listing' AND {confirmed()}"
            "  AND truncated IS NULL GROUP BY run_id, section HAVING count(*) >= :pages)"
            "  GROUP BY run_id HAVING count(*) >= :sections)",
            {
                "portal": self._portal,
                "begun": self._begun,
                "pages": pages,
                "sections": sections,
            },
        ).fetchone()
        return row["moment"] or ""

    def listing_gaps(self) -> list[ListingGap]:
        """The gaps that the newest run with a list of gaps noted."""
        row = self._db.execute(
            "SELECT listing_gaps FROM runs WHERE portal = ? AND started_at < ?"
            " AND listing_gaps IS NOT NULL ORDER BY started_at DESC LIMIT 1",
            (self._portal, self._begun),
        ).fetchone()
        return gaps_of(row["listing_gaps"]) if row is not None else []

    def broken_off(self, section: str, since: str) -> BrokenOff | None:
        """Where the last run stopped following a listing; None if it did not stop there.

        Only runs that began at or after `since` (UTC) count, and one of them must have fetched the
        listing from its first page up to there.
        """
        runs = self._db.execute(
            "SELECT r.started_at, r.finished_at, c.url, c.request_digest, c.status, c.pages"  # noqa: S608
            " FROM (SELECT run_id, url, request_digest, status,"
            "  max(fetched_at || warc_file || printf('%012d', warc_offset)),"
            f"  sum({confirmed()} AND truncated IS NULL) AS pages FROM captures"
            "  WHERE portal = ? AND role = 'listing' AND section = ? AND NOT EXISTS (SELECT 1"
            "   FROM runs g, json_each(g.listing_gaps) gap WHERE g.id = run_id"
            "   AND gap.value ->> 'url' = url AND gap.value ->> 'request_digest' IS request_digest)"
            "  GROUP BY run_id) c"
            " JOIN runs r ON r.id = c.run_id WHERE r.started_at BETWEEN ? AND ?"
            " AND r.finished_at IS NOT NULL ORDER BY r.started_at DESC",
            (self._portal, section, since, self._begun),
        ).fetchall()
        deepest = max(runs, key=lambda run: run["pages"] or 0, default=None)
        if deepest is None or _place(runs[0]) != _place(deepest):
            return None
        if not deepest["pages"] or any(run["status"] in CONFIRMED for run in (runs[0], deepest)):
            return None
        rows = self._db.execute(
            "SELECT max(position) AS rows FROM sightings WHERE portal = ? AND section = ?",
            (self._portal, section),
        ).fetchone()["rows"]
        return BrokenOff(
            url=runs[0]["url"],
            request_digest=runs[0]["request_digest"],
            page=deepest["pages"] + 1,
            rows=rows or 0,
            followed_at=runs[0]["finished_at"],
        )

    def count_agreed(self, crawled_at: str) -> bool:
        """Whether the full crawl of that moment found as many rows as the portal counts."""
        row = self._db.execute(
            "SELECT 1 FROM runs WHERE portal = ? AND started_at = ? AND outcome = 'complete'",
            (self._portal, crawled_at),
        ).fetchone()
        return row is not None

    def known_rows(self, section: str, crawled_at: str) -> int:
        """The number of rows that a listing should have: those of its last full crawl and later
        ones.

        A listing may have two rows for one article, so counting articles would give too few.
        """
        row = self._db.execute(
            "SELECT coalesce(max(position), 0) + (SELECT count(*) FROM (SELECT key FROM sightings"
            "  WHERE portal = :portal AND section = :section GROUP BY key HAVING min(seen_at) >"
            "  (SELECT finished_at FROM runs WHERE portal = :portal AND started_at = :crawled_at)))"
            " AS rows FROM sightings WHERE portal = :portal AND section = :section"
            " AND last_seen_at >= :crawled_at",
            {"portal": self._portal, "section": section, "crawled_at": crawled_at},
        ).fetchone()
        return int(row["rows"])


def _place(run: sqlite3.Row) -> tuple[str, str | None]:
    return run["url"], run["request_digest"]
