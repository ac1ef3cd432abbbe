"""Writes and reads the rows of captures, inside the transactions of a Store."""

import sqlite3

from archive.database.answers import OLDEST_FIRST, of_crawl, whole_page
from archive.database.article_parts import ArticleParts
from archive.database.sightings import Sightings
from archive.database.statements import columns_of_value, insertion
from archive.layout import article_id
from archive.models import JUDGED_ROLES, Capture, Unread


class Captures:
    """Table captures over one connection."""

    def __init__(
        self, connection: sqlite3.Connection, sightings: Sightings, parts: ArticleParts
    ) -> None:
        self._db = connection
        self._sightings = sightings
        self._parts = parts

    def put(self, capture: Capture) -> None:
        """Insert the capture, unless there is a row of its id."""
        row = columns_of_value(capture)
        statement = insertion("captures", tuple(row)) + " ON CONFLICT (id) DO NOTHING"
        self._db.execute(statement, tuple(row.values()))
        if capture.asked_key is not None and not self._has_article(capture, capture.asked_key):
            self._sightings.hand_on(capture)
        if capture.role == "article" and capture.key is not None:
            self._sightings.name(capture)
        if capture.is_whole and capture.role not in JUDGED_ROLES:
            self._parts.link(capture)

    def _has_article(self, capture: Capture, key: str) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM articles WHERE id = ?", (article_id(capture.portal, key),)
        )
        return row.fetchone() is not None

    def note_unread(self, capture: Capture, why: Unread | None) -> None:
        """Note why an article's row does not come from a page; None if it does."""
        self._db.execute(
            "UPDATE captures SET unread = :why WHERE id = :id AND unread IS NOT :why",
            {"why": why, "id": capture.id},
        )

    def get(self, identifier: int) -> Capture:
        """The capture with an id that is in the database."""
        row = self._db.execute("SELECT * FROM captures WHERE id = ?", (identifier,)).fetchone()
        return Capture(**row)

    def has(self, identifier: int) -> bool:
        """Whether there is a capture with an id."""
        row = self._db.execute("SELECT 1 FROM captures WHERE id = ?", (identifier,)).fetchone()
        return row is not None

    def original(self, capture: Capture) -> Capture:
        """The capture that holds the body of another: the one it repeats, or else itself."""
        return capture if capture.revisit_of is None else self.get(capture.revisit_of)

    def same_payload(
        self, digest: str, portal: str, place: tuple[str, str | None] | None
    ) -> Capture | None:
        """The first capture in a portal's crawls that holds a payload.

        `place` is the address and request_digest that it must have; None for any.

        Imported records do not count: the crawl's own files must be complete without them.
        """
        row = self._db.execute(
            "SELECT * FROM captures WHERE payload_digest = ? AND revisit_of IS NULL"  # noqa: S608
            f" AND {whole_page()} AND portal = ?"
            f"{' AND url = ? AND request_digest IS ?' if place else ''}"
            f" AND {of_crawl()}"
            f" ORDER BY {OLDEST_FIRST} LIMIT 1",
            (digest, portal, *(place or ())),
        ).fetchone()
        return Capture(**row) if row is not None else None
