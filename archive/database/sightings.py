"""Writes the rows of listing pages: which article was listed where, from when to when."""

import sqlite3
from collections.abc import Sequence

from archive.addresses import without_session
from archive.database import identity
from archive.database.statements import columns_of_value
from archive.layout import article_id, derived_id
from archive.models import Capture, ListedArticle

SIGHTED = ("portal", "key", "section", "url", "title", "date")
"""The columns that make a sighting distinct."""


class Sightings:
    """Table sightings over one connection, inside the transactions of a Store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put(self, rows: Sequence[ListedArticle], first_position: int, capture: Capture) -> None:
        """Store each row of a listing page as a new sighting, or as a repetition of a known one.

        `first_position` is the position of the page's first row in the whole listing, from 1.
        """
        for position, row in enumerate(rows, start=first_position):
            self._put_one(row, position, capture)

    def _put_one(self, row: ListedArticle, position: int, capture: Capture) -> None:
        key = identity.resolved(self._db, capture.portal, row.key)
        self._merge(
            {
                **columns_of_value(row),
                "url": without_session(row.url),
                "key": key,
                "portal": capture.portal,
                "section": capture.section or "",
                "position": position,
                "seen_at": capture.fetched_at,
                "last_seen_at": capture.fetched_at,
                "capture_id": capture.id,
            }
        )
        self._db.execute(
            "UPDATE articles SET last_seen_at = max(last_seen_at, ?) WHERE id = ?",
            (capture.fetched_at, article_id(capture.portal, key)),
        )

    def _merge(self, row: dict[str, object]) -> None:
        """Insert a sighting; a known one that says the same is extended to its time."""
        said = [str(row[name] or "") for name in SIGHTED]
        self._db.execute(
            "INSERT INTO sightings VALUES (:id, :portal, :key, :section, :url, :position, :title,"
            " :date, :seen_at, :last_seen_at, :capture_id) ON CONFLICT (id) DO UPDATE SET"
            " position = iif(excluded.last_seen_at >= last_seen_at, excluded.position, position),"
            " capture_id = iif(excluded.seen_at < seen_at, excluded.capture_id, capture_id),"
            " seen_at = min(seen_at, excluded.seen_at),"
            " last_seen_at = max(last_seen_at, excluded.last_seen_at)",
            {**row, "id": derived_id("sighting", *said)},
        )

    def hand_on(self, capture: Capture) -> None:
        """Move the sightings of `asked_key` to the article that its page turned out to show."""
        listed = (capture.portal, capture.asked_key)
        rows = self._db.execute("SELECT * FROM sightings WHERE portal = ? AND key = ?", listed)
        for row in rows.fetchall():
            self._merge({**dict(row), "key": capture.key})
        self._db.execute("DELETE FROM sightings WHERE portal = ? AND key = ?", listed)
