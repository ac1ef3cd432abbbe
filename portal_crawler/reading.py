"""From bytes to an Article by a portal's profile: the live crawl and rereading share it."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from archive.layout import Layout, utc_moment
from archive.models import Article, Capture, PortalEntry
from archive.warc.reader import StoredAnswer, stored_answer
from portal_crawler.cleaning.checks import problems
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.cleaning.listing import ListingPage
from portal_crawler.items import ArticlePage


class Declaration(Protocol):
    """What of a portal reading its pages needs; each portal's class is one."""

    @property
    def learns(self) -> bool:
        """Whether its articles are read by what their site teaches."""

    def read_article_page(
        self, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> Article:
        """The article of a page, unchecked; raises ExtractionError."""

    def watched_fields(self) -> dict[str, tuple[str, ...]]:
        """Selectors by field that are watched for drift."""

    def read_listing_page(
        self, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        """The rows of a listing page."""

    def entry(self) -> PortalEntry:
        """Its row of table portals."""


def reread(
    layout: Layout, portal: Declaration, capture: Capture, original: Capture
) -> Article | None:
    """The article of an earlier capture, from its WARC; None where today's rules find none.

    `original` holds the body: the capture that it repeats, or itself.
    """
    try:
        return article_of(portal, stored_answer(layout, capture, original), capture)
    except ExtractionError:
        return None


def read_article(portal: Declaration, page: ArticlePage) -> Article:
    """The article of a page as cleaning reads it, unchecked; raises ExtractionError."""
    return portal.read_article_page(page.body, page.url, page.fetched_at, page.content_type)


def article_of(portal: Declaration, answer: StoredAnswer, capture: Capture) -> Article:
    """The article of a stored page as today's rules read and check it; raises ExtractionError."""
    article = portal.read_article_page(
        answer.body,
        capture.url,
        utc_moment(capture.fetched_at),
        answer.head.value("content-type"),
    )
    return replace(article, problems=problems(article, truncated=capture.truncated is not None))
