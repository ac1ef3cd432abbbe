"""Notes whether articles are still there: seen again, missing, gone, or moved to another key."""

import json
import sqlite3

from archive.database.answers import confirmed, missing_status, whole_page
from archive.database.article_rows import MOVED_TO
from archive.database.captures import Captures
from archive.database.sightings import Sightings
from archive.layout import article_id
from archive.models import GONE_AT_ONCE, Capture, Unread

SEEN = "(status = 304 OR status = 200 AND truncated IS NULL AND unread IS NULL)"
"""SQL condition on an article's capture: it showed the article, even if the row is read from
another one."""

ODD_PAGES = 4
ODD_SHARE = 0.2
"""So many pages of a run, or such a share of them, may be other pages served in place of removed
articles. If more have no headline, or no page could be read, the layout has changed."""


class Presence:
    """Columns gone_at and last_seen_at of articles, inside a Store's transactions."""

    def __init__(
        self, connection: sqlite3.Connection, captures: Captures, sightings: Sightings
    ) -> None:
        self._db = connection
        self._captures = captures
        self._sightings = sightings

    def note_seen(self, capture: Capture, seen_at: str) -> None:
        """Note that the article of a capture was still available at a later moment (UTC)."""
        self._db.execute(
            "UPDATE articles SET gone_at = NULL, last_seen_at = max(last_seen_at, ?) WHERE id = ?",
            (seen_at, article_id(capture.portal, capture.key or "")),
        )

    def note_missing(self, capture: Capture) -> bool:
        """Note a 404, 410 or soft 404 for an article; return whether it counts as gone now.

        After a 410 it does. After another answer it does if an earlier run got such an answer with
        no page since, or if this run got one from the same address before: a run requests an
        article a second time only to be sure. An answer that broke off does not count.
        """
        if capture.status == 200:
            self._captures.note_unread(capture, Unread.MISSING)
        if capture.truncated is not None:
            return False
        known = self._db.execute(
            "SELECT a.id, a.gone_at, a.last_seen_at, c.fetched_at FROM articles a"
            " JOIN captures c ON c.id = a.capture_id WHERE a.id = ?",
            (article_id(capture.portal, capture.key or ""),),
        ).fetchone()
        if known is None or known["gone_at"] is not None:
            return False
        if known["last_seen_at"] > capture.fetched_at:
            return False
        if capture.status != GONE_AT_ONCE and not self._missing_before(capture, known):
            return False
        self._db.execute(
            "UPDATE articles SET gone_at = ? WHERE id = ?", (capture.fetched_at, known["id"])
        )
        return True

    def _missing_before(self, capture: Capture, known: sqlite3.Row) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM captures WHERE portal = ? AND key = ? AND (run_id <> ? OR url = ?)"  # noqa: S608
            " AND id <> ? AND role = 'article' AND fetched_at > max(?, coalesce((SELECT"
            f"  max(fetched_at) FROM captures WHERE portal = ? AND key = ? AND {SEEN}"
            "  AND fetched_at <= ?), ''))"
            " AND fetched_at <= ?"
            f" AND truncated IS NULL AND ({missing_status()} OR status = 200"
            "  AND coalesce(unread, 'missing') = 'missing')",
            (
                capture.portal,
                capture.key,
                capture.run_id,
                capture.url,
                capture.id,
                known["fetched_at"],
                capture.portal,
                capture.key,
                capture.fetched_at,
                capture.fetched_at,
            ),
        ).fetchone()
        return row is not None

    def note_moved(self, capture: Capture) -> None:
        """Note that the page of `asked_key` turned out to be of another article: it moved there.

        The row of the moved article stays, gone and with the problem `moved-to:KEY`, unless a later
        answer showed it again.
        """
        place = (capture.portal, capture.asked_key or "")
        row = self._db.execute(
            "SELECT id, gone_at, problems FROM articles a WHERE portal = ?1 AND key = ?2"  # noqa: S608
            " AND NOT EXISTS (SELECT 1 FROM captures WHERE portal = ?1 AND key = ?2"
            f"  AND role = 'article' AND {confirmed()} AND fetched_at > ?3)",
            (*place, capture.fetched_at),
        ).fetchone()
        if row is None:
            return
        earlier = [code for code in json.loads(row["problems"]) if not code.startswith(MOVED_TO)]
        problems = sorted((*earlier, f"{MOVED_TO}{capture.key}"))
        self._db.execute(
            "UPDATE articles SET gone_at = coalesce(gone_at, ?), problems = ? WHERE id = ?",
            (capture.fetched_at, json.dumps(problems), row["id"]),
        )
        self._sightings.hand_on(capture)

    def resolve_run(self, run: int) -> list[Capture]:
        """Count a run's few pages without a headline as answers for missing articles.

        A portal may answer with its front page, or a section's, for an article that it removed. If
        too many pages of the run have no headline, nothing is changed. Returns the captures by
        which an article counts as gone now. Repeating it changes nothing.
        """
        read = self._db.execute(
            "SELECT count(*) FROM captures WHERE run_id = ? AND role = 'article'"  # noqa: S608
            f" AND {whole_page()} AND unread IS NULL",
            (run,),
        ).fetchone()[0]
        rows = self._db.execute(
            "SELECT c.* FROM captures c JOIN articles a ON a.portal = c.portal AND a.key = c.key"
            " WHERE c.run_id = ? AND c.role = 'article' AND c.status = 200"
            " AND c.unread = 'no-title' AND a.first_seen_at < c.fetched_at"
            " ORDER BY c.fetched_at, c.warc_file, c.warc_offset",
            (run,),
        ).fetchall()
        if not read or len(rows) > max(ODD_PAGES, ODD_SHARE * (read + len(rows))):
            return []
        return [page for row in rows if self.note_missing(page := Capture(**row))]
