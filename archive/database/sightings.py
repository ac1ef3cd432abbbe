"""Writes the rows of listing pages: which article was listed where, from when to when."""

import sqlite3
from collections.abc import Sequence

from archive.addresses import without_session, written_addresses
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
        key = identity.listed_key(self._db, capture.portal, row)
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

    def name(self, capture: Capture) -> None:
        """Move the sightings of an address to the key under which it was captured.

        Rules of an earlier release may have given another key than today's rules give its listing.
        A key that was requested itself keeps its sightings.
        """
        addresses = written_addresses(without_session(capture.url))
        rows = self._db.execute(
            f"SELECT * FROM sightings s WHERE url IN ({', '.join('?' * len(addresses))})"  # noqa: S608
            " AND +portal = ? AND key <> ? AND NOT EXISTS (SELECT 1 FROM captures c"
            "  WHERE c.portal = s.portal AND c.key = s.key)"
            " AND NOT EXISTS (SELECT 1 FROM captures c"
            "  WHERE c.portal = s.portal AND c.asked_key = s.key)",
            (*addresses, capture.portal, capture.key),
        )
        misnamed = rows.fetchall()
        if not misnamed or capture.key != identity.known_key(self._db, capture.portal, capture.url):
            return  # most captures; or the answer of an address that another one redirects to
        for row in misnamed:
            self._merge({**dict(row), "key": capture.key})
            self._db.execute("DELETE FROM sightings WHERE id = ?", (row["id"],))

    def hand_on(self, capture: Capture) -> None:
        """Move the sightings of `asked_key` to the article that its page turned out to show."""
        listed = (capture.portal, capture.asked_key)
        rows = self._db.execute("SELECT * FROM sightings WHERE portal = ? AND key = ?", listed)
        for row in rows.fetchall():
            self._merge({**dict(row), "key": capture.key})
        self._db.execute("DELETE FROM sightings WHERE portal = ? AND key = ?", listed)
