"""The attributes that a portal declares, and the pure functions by which its pages are read.

A comment above the attributes names the code that reads them.
"""

from datetime import datetime
from typing import ClassVar

from archive.addresses import without_session
from archive.models import Article, PortalEntry
from portal_crawler.cleaning.extraction import extract
from portal_crawler.cleaning.json_answers import json_value
from portal_crawler.cleaning.listings.declared import ListingPage, ListingProfile, read_listing
from portal_crawler.cleaning.listings.found import next_page
from portal_crawler.cleaning.listings.json_rows import (
    JsonProfile,
    html_within,
    read_json_rows,
)
from portal_crawler.cleaning.listings.no_articles import is_calendar
from portal_crawler.cleaning.listings.xml_rows import read_xml_rows
from portal_crawler.cleaning.page.urls import plain_address
from portal_crawler.cleaning.profile import Profile, watched_fields
from portal_crawler.portals.earlier import Earlier, read_by_layouts
from portal_crawler.portals.recognition import Recognition, SeenPage, Sign, recognition_by
from portal_crawler.portals.scope import first_root
from portal_crawler.ways.feeds import XML_WAYS, Feed, Sitemap
from portal_crawler.ways.named import NamedPages
from portal_crawler.ways.requests import ListingAnswer, ListingRequest
from portal_crawler.ways.way import Way

WEAK = "weak"
"""Small keys and versions of TLS before 1.2 are accepted; the certificate is verified."""
UNVERIFIED = "unverified"
"""The certificate is not verified."""


class PortalDeclaration:
    """The attributes of a portal, and the reading of its pages; portal_crawler.crawl crawls it."""

    name: str

    # Who: table portals
    title: ClassVar[str | None] = None
    """None stands for the name."""
    province: ClassVar[str | None] = None
    home: ClassVar[str | None] = None
    """None stands for the root of the first host."""
    platform: ClassVar[str]
    verified_on: ClassVar[str | None] = None
    """The day on which the declaration was last compared with real pages, and with which ones."""

    # Whether it still exists: `crawl --all`, `schedule`, `list`
    closed: ClassVar[str | None] = None
    """The day on which the portal closed: `YYYY-MM-DD`, or only the month or year. It is then
    crawled only by name."""
    successor: ClassVar[str | None] = None
    """Name or address of the portal that replaced it."""

    # Scope: portal_crawler.portals.scope, portal_crawler.fetch.scope.ScopeMiddleware
    hosts: ClassVar[tuple[str, ...]]
    """On ports 80 and 443 and those of `home` and `sections`; `example.vn:8080` adds a port."""

    # Scope of requisites: portal_crawler.fetch.scope
    requisite_hosts: ClassVar[tuple[str, ...]] = ()
    """Further hosts of pictures, styles and documents, on the same ports; `*.example.vn` for all
    hosts below it."""

    # TLS of single hosts: portal_crawler.fetch.encryption, portal_crawler.run.warcinfo
    tls: ClassVar[dict[str, str]] = {}
    """By host what its connections need besides the usual: `WEAK`, `UNVERIFIED`, or certificates
    that it does not send, in PEM."""

    # When: portal_crawler.run.hours
    hours: ClassVar[str | None] = None
    """The window of the day in which it may be crawled, in Vietnam's time: `22:00-05:00`."""

    # Listings: portal_crawler.crawl.listing_crawl; by section the address of its first page
    sections: ClassVar[dict[str, str]]

    # How pages are read: portal_crawler.cleaning
    listing_profile: ClassVar[ListingProfile]
    json_profile: ClassVar[JsonProfile | None] = None
    """The layout of listings in JSON."""
    article_profile: ClassVar[Profile]

    # How its platform is recognized: portal_crawler.platforms.recognition
    signs: ClassVar[tuple[Sign, ...]] = ()

    # How pages of before a redesign are read: portal_crawler.portals.earlier
    earlier: ClassVar[tuple[Earlier, ...]] = ()
    """The platforms on which the portal ran before, the oldest first."""

    # What it answers in: portal_crawler.crawl.listing_pages, portal_crawler.crawl.articles
    accept: ClassVar[str | None] = None
    """The header Accept for listings and articles, in place of a browser's: an interface that knows
    several forms gives a browser XML."""

    # Whether cookies are kept during a run: portal_crawler.fetch.cookies
    cookies: ClassVar[bool] = False
    """The portal's own hosts get the cookies that they set in the same run: post-backs need it."""

    # Whether the layout of articles is learned from their site: reprocessing.learned_portal
    learns: ClassVar[bool] = False

    # How listings go on from page to page: portal_crawler.ways, portal_crawler.crawl.listing_crawl
    ways: ClassVar[tuple[Way, ...]] = ()
    """A listing goes on by the first that fits its address; if none does, by `next_listing`. So it
    does if a class nearer to the portal declares that function."""

    # How a listing ends without a declared way: portal_crawler.crawl.listing_crawl
    ends_with_404: ClassVar[bool] = False
    """The platform answers 404 for the page after the last one."""
    repeats_first_page: ClassVar[bool] = False
    """The second page may repeat the first: the section's own page and its first fragment."""
    paged: ClassVar[bool] = True
    """False if a person has seen that the apparent pager is not one, or leads nowhere."""
    max_pages: ClassVar[int] = 2_000
    """Pages after which a listing counts as endless and is left, as a failure; more are followed if
    the portal's own count of articles needs them."""

    def __init_subclass__(cls) -> None:
        """Let a class that names earlier platforms read their pages, too."""
        super().__init_subclass__()
        if vars(cls).get("earlier"):
            read_by_layouts(cls, cls.earlier)

    @classmethod
    def entry(cls) -> PortalEntry:
        """The portal's row in table portals."""
        return PortalEntry(
            name=cls.name,
            title=cls.title or cls.name,
            platform=cls.platform,
            province=cls.province,
            home=cls.home or first_root(cls.hosts, cls.sections.values()),
        )

    @classmethod
    def accept_header(cls) -> dict[str, str]:
        """The header Accept, if it is declared."""
        return {"Accept": cls.accept} if cls.accept is not None else {}

    # Hooks: a platform overrides them

    @classmethod
    def recognise(cls, page: SeenPage) -> Recognition:
        """How sure it is that the platform made a page, and why. Pure."""
        return recognition_by(cls.signs, page)

    @classmethod
    def article_key(cls, url: str) -> str | None:
        """The id in an article's address; None if the address is not an article's."""
        raise NotImplementedError

    @classmethod
    def is_older_address(cls, url: str) -> bool:
        """Whether an article's address is of an older form than the portal's newest."""
        del url
        return False

    @classmethod
    def next_listing(cls, body: bytes, url: str, page: int) -> str | None:
        """The address of listing page `page`, from the page before; None if there is none.

        A portal that declares `ways` need not override it: they give the address.
        """
        way = next((way for way in cls.ways if way.fits(url)), None)
        if way is None:
            raise NotImplementedError
        before = ListingRequest(url=url)
        answer = ListingAnswer(request=before, url=url, body=body, page=page - 1)
        following = way.following(answer, page)
        return following.url if following is not None and not following.is_post else None

    @classmethod
    def way(cls, url: str) -> Way:
        """How the listing at an address goes on from page to page."""
        in_xml = (way for way in cls.ways if isinstance(way, Sitemap | Feed))
        others = () if cls._has_own_next_listing() else cls.ways
        for way in (*in_xml, *XML_WAYS, *others):
            if way.fits(url):
                return way
        return NamedPages(
            next_listing=cls.next_listing,
            ends_with_404=cls.ends_with_404,
            repeats_first_page=cls.repeats_first_page,
        )

    @classmethod
    def _has_own_next_listing(cls) -> bool:
        """Whether `next_listing` is declared nearer to the portal than `ways`."""
        nearest = next(each for each in cls.__mro__ if vars(each).keys() & {"ways", "next_listing"})
        return "ways" not in vars(nearest)

    @classmethod
    def unfollowed_pager(cls, body: bytes, url: str, page: int) -> str | None:
        """The link or button to page `page`, in words, if `next_listing` finds none; or None."""
        pager = next_page(body, url, page, cls.article_key)
        return pager.seen or (f"a link to {pager.following}" if pager.following else None)

    @classmethod
    def read_listing_page(
        cls, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        """The rows of a listing page, and the portal's own count. Pure.

        The form of the bytes decides whether it is a feed, a sitemap, JSON or HTML.
        """
        page = cls.read_data_listing(body, url, fetched_at)
        if page is not None:
            return page
        if not hasattr(cls, "listing_profile"):
            return ListingPage((), None)
        inner = html_within(body, cls.json_profile)
        return read_listing(
            body if inner is None else inner,
            url,
            cls.listing_profile,
            key=cls.own_listed_key,
            fetched_at=fetched_at,
            content_type=content_type if inner is None else "text/html; charset=utf-8",
        )

    @classmethod
    def read_data_listing(cls, body: bytes, url: str, fetched_at: datetime) -> ListingPage | None:
        """The rows of a listing in XML, or in the JSON that is declared; None of other pages."""
        page = read_xml_rows(body, url, key=cls.own_key, fetched_at=fetched_at)
        if page is not None or cls.json_profile is None or cls.json_profile.html:
            return page
        value = json_value(body)
        if value is None:
            return None
        return read_json_rows(value, url, cls.json_profile, key=cls.own_key, fetched_at=fetched_at)

    @classmethod
    def own_key(cls, url: str) -> str | None:
        """The key of an article that a listing names, without the session id of its address.

        None of a calendar's addresses. If the address as it is written is not an article's, its
        plain spelling may be one.
        """
        bare = without_session(url)
        if is_calendar(bare):
            return None
        return cls.article_key(bare) or cls.article_key(plain_address(bare))

    @classmethod
    def own_listed_key(cls, url: str) -> str | None:
        """The key of an address that stands in a row of a listing, which may look less like an
        article's than one anywhere else."""
        return cls.own_key(url)

    @classmethod
    def read_article_page(
        cls,
        body: bytes,
        url: str,
        fetched_at: datetime,
        content_type: str | None,
        listed_title: str | None = None,
    ) -> Article:
        """The article of a page, unchecked; raises ExtractionError. Pure.

        `listed_title` is its title on the listing that led to the page; without it the page is
        read alone.
        """
        return extract(
            body,
            url,
            cls.article_profile,
            fetched_at=fetched_at,
            content_type=content_type,
            listed_title=listed_title,
        )

    @classmethod
    def is_of_earlier(
        cls, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> bool:
        """Whether one of `earlier` made a page; a learned layout does not follow from it."""
        del body, url, fetched_at, content_type
        return False

    @classmethod
    def watched_fields(cls) -> dict[str, tuple[str, ...]]:
        """Selectors by field; a run counts how often they find nothing."""
        return watched_fields(cls.article_profile)
