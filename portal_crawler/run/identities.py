"""Finds the keys of articles from the archive and from the newest pages of the run."""

from collections.abc import Iterable
from dataclasses import replace

from archive.addresses import asked_address, without_session
from archive.database.frontier import Frontier
from archive.models import ListedArticle
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.identity import identity

MOST_NAMED = 20_000
"""Listed addresses that are remembered: the rows of some seconds, which are not stored yet."""


class Identities:
    """Keys of the articles of one portal's crawl.

    It remembers pages itself: the rows of the last seconds are not in the database yet.
    """

    def __init__(self, frontier: Frontier, portal: PageReader) -> None:
        self._frontier = frontier
        self._portal = portal
        self._first: dict[str, str] = {}
        self._pages: set[str] = set()
        self._moved: dict[str, str] = {}
        self._named: dict[str, str] = {}

    def of(self, asked: str, url: str, *, redirected: bool) -> str:
        """The key of the article at an address that was requested under the key `asked`."""
        return identity(asked, url, self._portal.article_key, self, redirected=redirected)

    def moved_from(self, asked: str, key: str, url: str, *, redirected: bool) -> str | None:
        """The key `asked` if its article has moved to `key`; None if it has not.

        An article that had moved and now answers at its own address again has not.
        """
        if asked == key:
            return None
        as_listed = redirected or asked == self._portal.article_key(without_session(url))
        return asked if as_listed or not self.has_page(asked) else None

    def note(self, moved_from: str | None, key: str, url: str) -> None:
        """Remember a captured page, its key and the key that it moved from."""
        self._first.setdefault(without_session(url), key)
        self._pages.add(key)
        self._moved.pop(key, None)
        if moved_from is not None:
            self._moved[moved_from] = key

    def first_key(self, url: str) -> str | None:
        """The key under which an address was first captured as an article; None if never."""
        return self._frontier.articles.first_key(url) or self._first.get(without_session(url))

    def has_page(self, key: str) -> bool:
        """Whether a page was captured under a key."""
        return key in self._pages or self._frontier.articles.has_page(key)

    def listed(self, rows: Iterable[ListedArticle]) -> tuple[ListedArticle, ...]:
        """A listing's rows, each with the key of the article that it leads to now."""
        return tuple(replace(row, key=self._now(self._named_key(row))) for row in rows)

    def _named_key(self, row: ListedArticle) -> str:
        """The row's key if it has a page, else that of its address's first exchange or listing."""
        if self.has_page(row.key):
            return row.key
        url = asked_address(without_session(row.url))
        known = self._first.get(url) or self._frontier.articles.known_key(row.url)
        if known is not None:
            return known
        if len(self._named) >= MOST_NAMED:
            self._named.pop(next(iter(self._named)))
        return self._named.setdefault(url, row.key)

    def _now(self, key: str) -> str:
        return self._moved.get(key) or self._frontier.articles.resolved(key)
