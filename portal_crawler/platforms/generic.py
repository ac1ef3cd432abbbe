"""Any system without a module of its own: the layout is learned from the site's pages.

Listings are found by their structure (`cleaning.listings.found`). Articles are read by a model that
is learned from the site's own pages (`learning`) and stored in the archive. Until five pages are
known, or if nothing can be learned from them, a general extractor reads them.
`portal status NAME --model` prints a learned model as the draft of a portal.
Odd: an address without an id is its own key, and a changed slug makes a new article; a short number
is an id if the rows of a listing have one (`cleaning.listings.numbered_rows`).
"""

from dataclasses import replace
from datetime import datetime

from archive.addresses import without_session
from archive.models import Article
from portal_crawler.cleaning.listings.article_keys import article_key, listed_key
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.listings.found import LinkKeys, next_page, read_link_list
from portal_crawler.cleaning.listings.no_articles import is_page_of
from portal_crawler.cleaning.listings.numbered_rows import numbered_rows
from portal_crawler.crawl.spider import Portal
from portal_crawler.learning.extract import extract_learned
from portal_crawler.portals.scope import declared_scope


class Generic(Portal):
    """A portal of which only the name, hosts and addresses of listings are declared."""

    platform = "generic"
    learns = True
    ends_with_404 = True
    article_key = staticmethod(article_key)

    @classmethod
    def read_listing_page(
        cls, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        """The rows of a feed or of the page's main list of links."""
        keys = LinkKeys(cls.own_key, cls.own_listed_key)
        page = cls.read_data_listing(body, url, fetched_at) or read_link_list(
            body, url, key=keys, fetched_at=fetched_at, content_type=content_type
        )
        return replace(page, rows=numbered_rows(page.rows))

    @classmethod
    def own_key(cls, url: str) -> str | None:
        """The key of an article within the portal's scope; listings link to other sites, too."""
        return cls.article_key(url) if cls._may_be_article(url) else None

    @classmethod
    def own_listed_key(cls, url: str) -> str | None:
        """The key of an address that stands among the headlines of a listing of the portal."""
        return listed_key(url) if cls._may_be_article(url) else None

    @classmethod
    def _may_be_article(cls, url: str) -> bool:
        """Whether an address is in the portal's scope, and not that of one of its listings."""
        url = without_session(url)
        fronts = (cls.home, *cls.sections.values())
        return declared_scope(cls).has(url) and not is_page_of(url, filter(None, fronts))

    @classmethod
    def next_listing(cls, body: bytes, url: str, page: int) -> str | None:
        """The address of listing page number `page`, from the pager of the page before it."""
        return next_page(body, url, page, cls.own_key).following

    @classmethod
    def read_article_page(
        cls,
        body: bytes,
        url: str,
        fetched_at: datetime,
        content_type: str | None,
        listed_title: str | None = None,
    ) -> Article:
        """The article by the portal's `article_profile`, else as a general extractor reads it;
        LearnedPortal reads it by a learned model."""
        if hasattr(cls, "article_profile"):
            return super().read_article_page(body, url, fetched_at, content_type, listed_title)
        return extract_learned(
            body,
            url,
            None,
            fetched_at=fetched_at,
            content_type=content_type,
            listed_title=listed_title,
        )

    @classmethod
    def watched_fields(cls) -> dict[str, tuple[str, ...]]:
        """The fields of the portal's `article_profile`; none if it declares none."""
        return super().watched_fields() if hasattr(cls, "article_profile") else {}
