"""The captures of articles in the order of time: an import can bring older ones."""

import sqlite3

from archive.database import identity
from archive.database.answers import OLDEST_FIRST
from archive.database.originals import CandidateOriginals
from archive.database.revisits import Revisits
from archive.database.search_index import SearchIndex
from archive.database.shared_ids import SharedIds
from archive.layout import article_id
from archive.models import Capture, Run


class Timeline:
    """Reads and corrects rows inside the transactions of a Store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.shared_ids = SharedIds(connection)
        self.revisits = Revisits(connection)
        self.candidates = CandidateOriginals(connection)

    def capture(self, identifier: int) -> Capture | None:
        """The capture with an id; None if there is none."""
        return self._one("SELECT * FROM captures WHERE id = ?", identifier)

    def run(self, identifier: int) -> Run:
        """The run with an id that is in the database."""
        return Run(**self._db.execute("SELECT * FROM runs WHERE id = ?", (identifier,)).fetchone())

    def lead(self, capture: Capture) -> None:
        """Update the row of a revisit to the original that it has now."""
        self._db.execute(
            "UPDATE captures SET revisit_of = ?, payload_digest = ?, mime = ?, role = ?"
            " WHERE id = ?",
            (
                capture.revisit_of,
                capture.payload_digest,
                capture.mime,
                capture.role,
                capture.id,
            ),
        )

    def is_overtaken(self, capture: Capture) -> bool:
        """Whether the archive has a later answer for the same article."""
        later = self._one(
            "SELECT * FROM captures WHERE portal = ? AND key = ? AND fetched_at > ?"
            " AND role = 'article' LIMIT 1",
            capture.portal,
            capture.key,
            capture.fetched_at,
        )
        return later is not None

    def article_captures(self, portal: str, key: str) -> list[Capture]:
        """All answers for an article, in the order of time.

        They include answers to requests for it that turned out to be of another article.
        """
        rows = self._db.execute(
            "SELECT * FROM captures WHERE portal = ?1 AND key = ?2 AND role = 'article'"  # noqa: S608
            " UNION SELECT * FROM captures WHERE portal = ?1 AND asked_key = ?2"
            f" AND role = 'article' ORDER BY {OLDEST_FIRST}",
            (portal, key),
        )
        return [Capture(**row) for row in rows]

    def first_key(self, portal: str, url: str) -> str | None:
        """The key under which an address was first captured as an article's."""
        return identity.first_key(self._db, portal, url)

    def has_page(self, portal: str, key: str) -> bool:
        """Whether a page was ever captured under a key."""
        return identity.has_page(self._db, portal, key)

    def version(self, portal: str, key: str) -> int:
        """The number of versions of an article; 0 if it has no row."""
        row = self._db.execute(
            "SELECT version FROM articles WHERE id = ?", (article_id(portal, key),)
        ).fetchone()
        return int(row["version"]) if row is not None else 0

    def forget_article(self, portal: str, key: str) -> None:
        """Delete the rows of an article, to make them again from its captures."""
        index = SearchIndex(self._db)
        index.take_out(article_id(portal, key))
        index.take_old_texts_out(article_id(portal, key))
        for table in ("images", "attachments", "videos", "article_versions"):
            self._db.execute(
                f"DELETE FROM {table} WHERE article_id = ?",  # noqa: S608
                (article_id(portal, key),),
            )
        self._db.execute("DELETE FROM articles WHERE id = ?", (article_id(portal, key),))

    def note_sightings(self, portal: str, key: str) -> None:
        """Update last_seen_at of an article to its newest sighting."""
        self._db.execute(
            "UPDATE articles SET last_seen_at = max(last_seen_at, coalesce((SELECT"
            " max(last_seen_at) FROM sightings WHERE portal = ? AND key = ?), '')) WHERE id = ?",
            (portal, key, article_id(portal, key)),
        )

    def _one(self, query: str, *values: object) -> Capture | None:
        row = self._db.execute(query, values).fetchone()
        return Capture(**row) if row is not None else None
