"""What reads a portal's pages: all code outside of the portals knows a portal by this alone.

An article's page becomes an Article by `read_article`, whoever asks: the crawl, a rebuild, an
import, `show`, `verify --deep` and the tests of the portals.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from archive.models import Article, PortalEntry
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.problems import checked_article


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """An article's page as its record has it."""

    body: bytes = field(repr=False)
    """The payload, without chunks and content coding."""
    url: str
    fetched_at: datetime
    """With its zone."""
    content_type: str | None
    """The header."""
    truncated: bool = False
    """It broke off on its way."""


class PageReader(Protocol):
    """A portal as its pages are read by it and claimed for it; each portal's class is one."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Of its addresses."""

    @property
    def sections(self) -> dict[str, str]:
        """Names and addresses of its listings."""

    @property
    def learns(self) -> bool:
        """Whether its articles are read by what their site teaches."""

    def entry(self) -> PortalEntry:
        """Its row of table portals."""

    def article_key(self, url: str) -> str | None:
        """The id in an article's address."""

    def next_listing(self, body: bytes, url: str, page: int) -> str | None:
        """The address of a further page of a listing."""

    def read_listing_page(
        self, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        """The rows of a listing page."""

    def read_article_page(
        self, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> Article:
        """The article of a page, unchecked; raises ExtractionError."""

    def watched_fields(self) -> dict[str, tuple[str, ...]]:
        """Selectors by field that are watched for drift."""


def read_article(portal: PageReader, page: FetchedPage) -> Article:
    """The article of a page, read by its portal and checked. Pure; raises ExtractionError."""
    article = portal.read_article_page(page.body, page.url, page.fetched_at, page.content_type)
    return checked_article(article, truncated=page.truncated)
