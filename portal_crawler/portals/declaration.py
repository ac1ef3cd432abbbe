"""What a portal declares, and how its pages are read by it: attributes and pure functions.

Each attribute stands under the name of what reads it.
"""

from datetime import datetime
from typing import ClassVar

from archive.addresses import without_session
from archive.models import Article, PortalEntry
from portal_crawler.cleaning.extraction import extract
from portal_crawler.cleaning.listings.declared import ListingPage, ListingProfile, read_listing
from portal_crawler.cleaning.listings.found import next_page
from portal_crawler.cleaning.profile import Profile, watched_fields


class PortalDeclaration:
    """What a portal declares and how its pages are read; portal_crawler.crawl.spider crawls it."""

    name: str

    # Who: table portals
    title: ClassVar[str]
    province: ClassVar[str | None] = None
    home: ClassVar[str]
    platform: ClassVar[str]
    verified_on: ClassVar[str]
    """The day on which the declaration was last held against real pages, and which."""

    # Whether it is there still: `crawl --all`, `schedule`, `list`
    closed: ClassVar[str | None] = None
    """The day on which it went: `YYYY-MM-DD`, or the month or year alone. It is crawled by name."""
    successor: ClassVar[str | None] = None
    """Name or address of what took its place."""

    # Scope: portal_crawler.portals.scope, portal_crawler.fetch.scope.ScopeMiddleware
    hosts: ClassVar[tuple[str, ...]]
    """On ports 80 and 443 and those of `home` and `sections`; `example.vn:8080` adds one."""

    # Scope of what pages need: portal_crawler.fetch.scope
    requisite_hosts: ClassVar[tuple[str, ...]] = ()
    """Further hosts that pictures, styles and documents lie on; `*.example.vn` for all below it;
    ports as above."""

    # When: portal_crawler.run.hours
    hours: ClassVar[str | None] = None
    """The window of the day in which it may be asked, in Vietnam's time: `22:00-05:00`."""

    # Listings: portal_crawler.crawl.listing_crawl; by section the address of its first page
    sections: ClassVar[dict[str, str]]

    # How pages are read: portal_crawler.cleaning
    listing_profile: ClassVar[ListingProfile]
    article_profile: ClassVar[Profile]

    # Whether articles are read by what their site teaches: reprocessing.learned_portal
    learns: ClassVar[bool] = False

    # How a listing ends: portal_crawler.crawl.listing_crawl
    ends_with_404: ClassVar[bool] = False
    """Behind the last page the platform answers 404."""
    repeats_first_page: ClassVar[bool] = False
    """The first page may come again as the second: a section's own page and its first fragment."""
    paged: ClassVar[bool] = True
    """False where a person has seen that what looks like a pager is none, or leads nowhere."""
    max_pages: ClassVar[int] = 2_000
    """Pages after which a listing without end is left, as a failure; as many as the portal's own
    count of articles needs are followed anyway."""

    @classmethod
    def entry(cls) -> PortalEntry:
        """The portal's row."""
        return PortalEntry(
            name=cls.name,
            title=cls.title,
            platform=cls.platform,
            province=cls.province,
            home=cls.home,
        )

    @classmethod
    def closed_words(cls) -> str:
        """That it is closed, for a person; empty of a portal that is there."""
        if cls.closed is None:
            return ""
        return f"closed since {cls.closed}" + (f", now {cls.successor}" if cls.successor else "")

    # What only the platform knows

    @classmethod
    def article_key(cls, url: str) -> str | None:
        """The id in an article's address; None where the address is no article's."""
        raise NotImplementedError

    @classmethod
    def is_older_address(cls, url: str) -> bool:
        """Whether an article's address is of a generation before the portal's newest."""
        del url
        return False

    @classmethod
    def next_listing(cls, body: bytes, url: str, page: int) -> str | None:
        """The address of listing page `page`, from the page before; None where there is none."""
        raise NotImplementedError

    @classmethod
    def unfollowed_pager(cls, body: bytes, url: str, page: int) -> str | None:
        """What a listing page has that leads to page `page`, where `next_listing` names none."""
        pager = next_page(body, url, page, cls.article_key)
        return pager.seen or (f"a link to {pager.following}" if pager.following else None)

    @classmethod
    def read_listing_page(
        cls, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        """The rows of a listing page, and the portal's own count. Pure."""
        return read_listing(
            body,
            url,
            cls.listing_profile,
            key=lambda found: cls.article_key(without_session(found)),
            fetched_at=fetched_at,
            content_type=content_type,
        )

    @classmethod
    def read_article_page(
        cls, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> Article:
        """The article of a page, unchecked; raises ExtractionError. Pure."""
        return extract(
            body, url, cls.article_profile, fetched_at=fetched_at, content_type=content_type
        )

    @classmethod
    def watched_fields(cls) -> dict[str, tuple[str, ...]]:
        """Selectors by field of which the run counts how often they find nothing."""
        return watched_fields(cls.article_profile)
