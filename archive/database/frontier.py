"""The archive as a crawl finds it, so that it requests only what may have changed. Reads only."""

import sqlite3
from collections.abc import Iterator, Sequence

from archive.database import due
from archive.database.captured_pages import CapturedPages
from archive.database.known_articles import KnownArticles
from archive.database.listing_history import ListingHistory
from archive.database.reading import read_only
from archive.layout import Layout


class Frontier:
    """The committed rows of one portal.

    `begun` is when the run began that asks (UTC): rows of its own are already among them.
    """

    def __init__(self, layout: Layout, portal: str, begun: str) -> None:
        self._db = sqlite3.connect(read_only(layout.database), uri=True)
        self._db.row_factory = sqlite3.Row
        self._portal = portal
        self.articles = KnownArticles(self._db, portal, begun)
        self.listings = ListingHistory(self._db, portal, begun)
        self.captures = CapturedPages(self._db, portal, begun)

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def states(self, days: Sequence[tuple[str, str]] | None) -> Iterator[due.ArticleState]:
        """The state of each article that was ever listed; see due.states."""
        return due.states(self._db, self._portal, days)
