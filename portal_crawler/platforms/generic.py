"""Any system without a module of its own: the layout is learned from the site's pages.

Listings are found by their structure (`cleaning.listings.found`). Articles are read by a model that
is learned from the site's own pages (`learning`) and stored in the archive. Until five pages are
known, or if nothing can be learned from them, a general extractor reads them.
`portal status NAME --model` prints a learned model as the draft of a portal.
Odd: an address without a long number is its own key, and a changed slug makes a new article.
"""

import re
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from archive.addresses import without_session
from archive.models import Article
from portal_crawler.cleaning.body.attachments import COMMON_ENDINGS
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.listings.found import next_page, read_link_list
from portal_crawler.cleaning.page.urls import COPY_SEGMENTS
from portal_crawler.crawl.spider import Portal
from portal_crawler.learning.extract import extract_learned
from portal_crawler.portals.scope import declared_scope

LEAST_SLUG_WORDS = 4
"""The slug of a headline has more words, the name of a section fewer."""

_NUMBER = re.compile(r"(?<![^-_./])\d{5,19}(?![^-_.])")
"""An id in the last part of a path; a number with fewer digits may be a year in the headline."""

_ID_PARAMETERS = ("id", "itemid", "newsid", "nid", "articleid", "tintucid", "ddocname")
_ENDING = re.compile(r"\.(?:html?|aspx?|php|jsp|jhtml|shtml)$", re.IGNORECASE)
_NO_PAGE = re.compile(
    rf"\.(?:{COMMON_ENDINGS}|jpe?g|png|gif|svg|webp|mp[34]|css|js|xml|rss)$",
    re.IGNORECASE,
)
_NO_ARTICLE = re.compile(
    rf"/(?:{'|'.join(sorted(COPY_SEGMENTS))}|tags?|search|tim-kiem|login|rss)(?:[/.]|$)"
    r"|[?&][^=&?]*(?:print|viewmode)(?:=|&|$)",
    re.IGNORECASE,
)


def article_key(url: str) -> str | None:
    """The number in an address, else its path; None if it cannot be an article's address."""
    parts = urlsplit(without_session(url))
    path = _ENDING.sub("", parts.path.rstrip("/"))
    if not path or _NO_PAGE.search(parts.path) or _NO_ARTICLE.search(f"{path}?{parts.query}"):
        return None
    last = path.rpartition("/")[2]
    if numbers := _NUMBER.findall(last):
        return str(numbers[-1])
    for name, value in parse_qsl(parts.query):
        if name.lower() in _ID_PARAMETERS and value:
            return f"{path}?{name.lower()}={value}"
    is_slug = len([word for word in re.split(r"[-_+]|%20", last) if word]) >= LEAST_SLUG_WORDS
    return path if is_slug else None


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
        """The rows of the page's main list of links."""
        page = cls.read_data_listing(body, url, fetched_at)
        return page or read_link_list(
            body, url, key=cls.own_key, fetched_at=fetched_at, content_type=content_type
        )

    @classmethod
    def own_key(cls, url: str) -> str | None:
        """The key of an article within the portal's scope; listings link to other sites, too."""
        return cls.article_key(without_session(url)) if declared_scope(cls).has(url) else None

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
