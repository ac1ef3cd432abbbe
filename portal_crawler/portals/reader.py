"""The interface by which all other code reads the pages of a portal.

`read_article` makes an Article of an article's page for everyone: the crawl, a rebuild, an import,
`show`, `verify --deep` and the tests of the portals.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from inspect import signature
from typing import Protocol

from archive.models import Article, PortalEntry
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.problems import checked_article


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """An article's page, as fetched or as read from its record."""

    body: bytes = field(repr=False)
    """The payload, without chunks and decompressed."""
    url: str
    fetched_at: datetime
    """With a time zone."""
    content_type: str | None
    """The header Content-Type."""
    listed_title: str | None = None
    """The article's title on the listing that led to the page, if it is known."""
    truncated: bool = False
    """The connection broke off before the whole page had come."""


class PageReader(Protocol):
    """A portal that reads pages; each portal's class is one."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of its addresses."""

    @property
    def sections(self) -> dict[str, str]:
        """The addresses of its listings, by section."""

    @property
    def learns(self) -> bool:
        """Whether the layout of its articles is learned from their site."""

    @property
    def earlier(self) -> Sequence[object]:
        """The platforms of before its redesigns."""

    def entry(self) -> PortalEntry:
        """Its row in table portals."""

    def article_key(self, url: str) -> str | None:
        """The id in an article's address; None if it is not an article's."""

    def next_listing(self, body: bytes, url: str, page: int) -> str | None:
        """The address of listing page `page`, from the page before; None if there is none."""

    def read_listing_page(
        self, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        """The rows of a listing page."""

    def read_article_page(
        self,
        body: bytes,
        url: str,
        fetched_at: datetime,
        content_type: str | None,
        listed_title: str | None = None,
    ) -> Article:
        """The article of a page, unchecked; raises ExtractionError."""

    def is_of_earlier(
        self, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> bool:
        """Whether an earlier platform of the portal made a page."""

    def watched_fields(self) -> dict[str, tuple[str, ...]]:
        """Selectors by field; a run counts how often they find nothing."""


def read_article(portal: PageReader, page: FetchedPage) -> Article:
    """The article of a page, read by its portal and checked. Pure; raises ExtractionError."""
    read = portal.read_article_page
    given: dict[str, str] = {}
    # A portal of an operator's own may read pages by themselves, as all did once.
    if page.listed_title is not None and "listed_title" in signature(read).parameters:
        given["listed_title"] = page.listed_title
    article = read(page.body, page.url, page.fetched_at, page.content_type, **given)
    return checked_article(article, truncated=page.truncated)
