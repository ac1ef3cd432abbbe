"""Looks at a site: its platform, the listings that it has, its feeds and sitemaps."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from archive.words.letters import normalised, without_marks
from portal_crawler.cleaning.json_answers import is_json, state_of
from portal_crawler.cleaning.listings.no_articles import is_page_of
from portal_crawler.crawl.spider import Portal
from portal_crawler.errors import UsageError
from portal_crawler.platforms.generic import Generic
from portal_crawler.platforms.json_api import JsonApi
from portal_crawler.platforms.recognition import (
    NO_SIGNS,
    RecognisedPlatform,
    another_theme,
    platform_classes,
    recognise_platform,
)
from portal_crawler.portals.reader import FetchedPage
from portal_crawler.portals.recognition import Recognition, SeenPage
from portal_crawler.portals.scope import declared_scope, host_and_port
from portal_crawler.scouting.address import root_of
from portal_crawler.scouting.claims import FoundListing, ListingClaim, claim_of, with_last_page
from portal_crawler.scouting.draft import Draft
from portal_crawler.scouting.feed_sections import (
    FoundFeed,
    feed_listings,
    likeliest,
    news_slices,
)
from portal_crawler.scouting.feeds import FeedClaim, feed_claim, sitemap_addresses
from portal_crawler.scouting.fetching import Fetcher, UnfetchedError
from portal_crawler.scouting.first_pages import FirstPages, html_page, links_on
from portal_crawler.scouting.interfaces import may_list_news, named_interfaces, program_of
from portal_crawler.scouting.links import (
    Link,
    PageLinks,
    in_language,
    is_article,
    links_of,
    listing_candidates,
    neighbours,
)

MOST_LISTINGS = 4
"""Listings that are looked at; a declaration has no room for more."""

MOST_TRIED = 6
"""Addresses that are requested to find listings."""

MOST_INTERFACES = 2
"""Addresses of interfaces that are requested."""

MOST_SHOWN_INTERFACES = 3

MOST_FEEDS = 4
"""Feeds that are looked at if no page lists news."""

MOST_LAST_PAGES = 2
"""Listings whose last page is requested."""

MOST_UNSEEN = 8
"""Pages of menus that are named because they were not looked at."""

FEWEST_ROWS = 2
"""A page with fewer rows is not a list of news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPortal:
    """A portal that a person wants of `portal new`."""

    addresses: tuple[str, ...]
    """To try one after the other."""
    name: str
    platform: str | None = None
    """The platform that the person names; None to recognize it."""
    listings: tuple[str, ...] = ()
    """The listings that the person names; none to find them."""


@dataclass(slots=True)
class FoundSite:
    """All that a look at a site found."""

    home: FetchedPage
    entry: FetchedPage
    """The page at the address that was given."""
    platform: RecognisedPlatform
    links: PageLinks
    hosts: tuple[str, ...]
    listings: list[FoundListing] = field(default_factory=list)
    feed_pages: list[FoundFeed] = field(default_factory=list)
    """Feeds and sitemaps, without the indexes of sitemaps."""
    feeds: list[FeedClaim] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences for the person, about pages that could not be fetched."""


class SiteSurvey:
    """One look at one site."""

    def __init__(self, fetcher: Fetcher, wanted: WantedPortal) -> None:
        self._fetcher = fetcher
        self._wanted_portal = wanted
        self._robots: list[FetchedPage] = []
        self._tried = 0
        """Addresses that were requested to find listings."""
        self._unavailable: list[str] = []
        self._interfaces: list[str] = []
        """Addresses of interfaces that scripts of the site name."""
        self._unseen: list[Link] = []
        """Entries of menus that may list news and were not requested."""

    def note_robots(self, page: FetchedPage) -> None:
        """Keep a robots.txt, which may name sitemaps."""
        self._robots.append(page)

    async def site(self) -> FoundSite:
        """The site. Raises UsageError, in a sentence, if there is nothing to look at."""
        first = FirstPages(self._fetcher, self._wanted_portal.addresses)
        entry = await first.entry()
        home = await first.home(entry)
        self._unavailable += first.unavailable
        pages = [home] if home is entry else [home, entry]
        site = FoundSite(
            home=home,
            entry=entry,
            platform=self._platform(pages),
            links=links_on(home),
            hosts=_hosts(
                home.url,
                *(page.url for page in pages),
                self._wanted_portal.addresses[0],
                *self._wanted_portal.listings,
            ),
        )
        await self._add_feeds(site)
        await self._add_listings(site)
        if self._unseen:
            site.notes.append(_not_looked_at(self._unseen))
        if self._unavailable:
            site.notes.append(f"Pages that gave no list of news: {'; '.join(self._unavailable)}.")
        return site

    def _platform(self, pages: list[FetchedPage]) -> RecognisedPlatform:
        if (named := self._wanted_portal.platform) is not None:
            return RecognisedPlatform(
                platform_classes()[named], Recognition(1.0, ("you named it",))
            )
        return recognise_platform(
            SeenPage.of(page.body, page.url, page.content_type) for page in pages
        )

    # Feeds and sitemaps

    async def _add_feeds(self, site: FoundSite) -> None:
        """The first feed and the likeliest sitemap, with the likeliest slice of it."""
        for url in self._own_feeds(site)[:1]:
            await self._add_feed(site, url)
        maps = [url for page in self._robots for url in sitemap_addresses(page.body)]
        maps = likeliest(url for url in maps if _is_on(url, site.hosts))
        first = await self._add_feed(site, (maps or [f"{root_of(site.home.url)}sitemap.xml"])[0])
        slices = [url for url in (first.slices if first else ()) if _is_on(url, site.hosts)]
        for url in (news_slices(slices) or slices)[:1]:
            await self._add_feed(site, url, first)

    def _own_feeds(self, site: FoundSite) -> list[str]:
        return [url for url in site.links.feeds if _is_on(url, site.hosts)]

    async def _add_feed(
        self, site: FoundSite, url: str, index: FeedClaim | None = None
    ) -> FeedClaim | None:
        try:
            page = await self._fetcher.page(url)
        except UnfetchedError:
            return None
        claim = feed_claim(page)
        if claim is not None:
            site.feeds.append(claim)
            site.feed_pages += [] if claim.slices else [FoundFeed(claim, page, index)]
        return claim

    async def _add_feed_sections(self, site: FoundSite) -> None:
        """Feeds and sitemaps as sections, where no listing was found or they name more."""
        if self._wanted_portal.listings:
            return
        if not site.listings:
            for url in self._own_feeds(site)[1:MOST_FEEDS]:
                await self._add_feed(site, url)
        found = feed_listings(site.feed_pages, site.listings, self._reader(site))
        for each in found:
            why = (
                "it names more articles than the listings reach"
                if site.listings
                else "no page of the site lists news without a script"
            )
            site.notes.append(
                f"Section {each.section} is the {each.title} {each.claim.url}: {why}."
            )
        site.listings += found
        site.listings.sort(key=lambda each: -(each.claim.total or 0))

    # Listings

    async def _add_listings(self, site: FoundSite) -> None:
        found = await self._fetched(site)
        self._recognise_again(site, [page for _, page in found])
        listings = self._lists(site, found) or self._of_another_theme(site, found)
        if not listings and not self._wanted_portal.listings:
            listings = await self._of_interface(site, [page for _, page in found])
        if not listings and _is_list(claim := claim_of(self._reader(site), site.home)):
            site.notes.append("No list of news was found but that of the front page.")
            listings = [(Link(site.home.url, "trang chủ"), claim)]
        await self._add_claims(site, listings)
        await self._add_feed_sections(site)
        if not site.listings:
            raise UsageError(self._no_news(site, [link.url for link, _ in found]))

    async def _of_interface(
        self, site: FoundSite, pages: list[FetchedPage]
    ) -> list[tuple[Link, ListingClaim]]:
        """The first list of news that an interface gives which the scripts of the pages name."""
        named = [url for page in (site.home, *pages) for url in named_interfaces(page)]
        if not named and (program := program_of(site.home)) is not None:
            with suppress(UnfetchedError):
                script = await self._fetcher.page(program)
                named = named_interfaces(site.home, script.body)
        self._interfaces = [url for url in dict.fromkeys(named) if _is_on(url, site.hosts)]
        before = site.platform
        for url in [each for each in self._interfaces if may_list_news(each)][:MOST_INTERFACES]:
            page = await self._listing(url, is_named=False)
            if page is not None and is_json(page.body):
                self._recognise_again(site, [page])
                if _is_list(claim := claim_of(self._reader(site), page)):
                    return [(Link(page.url, ""), claim)]
        is_named = self._wanted_portal.platform is not None
        keeps = is_named or before.name != JsonApi.platform or state_of(site.home.body) is not None
        # Pages that a script fills are not read; those that a feed names may have a text.
        site.platform = before if keeps else RecognisedPlatform(Generic, NO_SIGNS)
        return []

    async def _fetched(self, site: FoundSite) -> list[tuple[Link, FetchedPage]]:
        """The pages that may list news, each with the link that led to it."""
        found: list[tuple[Link, FetchedPage]] = []
        lists: list[str] = []
        reader = self._reader(site)
        wanted = self._wanted(site)
        left = await self._look_at(site, wanted, found, lists)
        if self._wanted_portal.listings:
            return found
        beside = neighbours(site.links, lists, reader.article_key, declared_scope(reader).has)
        known = {link.url for link in wanted}
        beside = [link for link in beside if link.url not in known]
        pages: list[tuple[Link, FetchedPage]] = []
        left += await self._look_at(site, beside, pages, lists)
        found += [(link, page) for link, page in pages if _is_dated(claim_of(reader, page))]
        self._unseen = [link for link in left if link.text]
        return found

    async def _look_at(
        self,
        site: FoundSite,
        links: list[Link],
        found: list[tuple[Link, FetchedPage]],
        lists: list[str],
    ) -> list[Link]:
        """Add the pages of links, and those that are lists; the links that were not requested."""
        reader = self._reader(site)
        for number, link in enumerate(links):
            if len(lists) >= MOST_LISTINGS or self._tried >= MOST_TRIED:
                return links[number:]
            page = site.entry if link.url == site.entry.url else await self._first(site, link)
            if page is not None:
                found.append((Link(page.url, link.text), page))
                if _is_list(claim_of(reader, page)):
                    lists.append(link.url)
        return []

    def _lists(
        self, site: FoundSite, found: list[tuple[Link, FetchedPage]]
    ) -> list[tuple[Link, ListingClaim]]:
        """The pages that list news."""
        portal = self._reader(site)
        claims = [(link, claim_of(portal, page)) for link, page in found]
        return [(link, claim) for link, claim in claims if _is_list(claim)]

    def _of_another_theme(
        self, site: FoundSite, found: list[tuple[Link, FetchedPage]]
    ) -> list[tuple[Link, ListingClaim]]:
        """The pages that list news if they are read generally: a platform's own layout finds none.

        Empty if a person named the platform, or the front page alone has a list.
        """
        known = site.platform
        is_fixed = self._wanted_portal.platform is not None or known.portal.learns
        if is_fixed or known.portal is JsonApi or _is_list(claim_of(self._reader(site), site.home)):
            return []
        site.platform = another_theme(known)
        home = (Link(site.home.url, "trang chủ"), site.home)
        lists = self._lists(site, found) or self._lists(site, [home])
        site.platform = site.platform if lists else known
        return lists

    async def _add_claims(self, site: FoundSite, listings: list[tuple[Link, ListingClaim]]) -> None:
        known: set[str] = set()
        ordered = sorted(listings, key=lambda each: -(each[1].total or 0))
        for link, claim in ordered:
            keys = {row.key for row in claim.rows}
            if keys <= known and not self._wanted_portal.listings:
                continue  # another address of the same list
            known |= keys
            if len(site.listings) < MOST_LAST_PAGES and claim.last_url is not None:
                claim = await self._with_last_page(site, claim)
            names = [listing.section for listing in site.listings]
            section = _section(link, names)
            site.listings.append(FoundListing(section, link.text or None, claim))
        site.listings.sort(key=lambda each: -(each.claim.total or 0))

    async def _with_last_page(self, site: FoundSite, claim: ListingClaim) -> ListingClaim:
        try:
            page = _listing_page(await self._fetcher.page(claim.last_url or ""))
        except (UnfetchedError, UsageError) as error:
            site.notes.append(f"The last page of {claim.url} cannot be read: {error}.")
            return claim
        return with_last_page(claim, self._reader(site), page)

    def _wanted(self, site: FoundSite) -> list[Link]:
        """The listings that the person names; else the likeliest links of the pages."""
        if self._wanted_portal.listings:
            titles = {link.url: link.text for link in site.links.links}
            return [Link(url, titles.get(url, "")) for url in self._wanted_portal.listings]
        portal, entry = self._reader(site), site.entry
        key, has = portal.article_key, declared_scope(portal).has
        of_home = listing_candidates(site.links, key, has)
        if entry is site.home:
            return of_home
        links = links_of(entry.body, entry.url, entry.content_type)
        own = Link(entry.url, next((x.text for x in site.links.links if x.url == entry.url), ""))
        looks_like_list = _is_list(claim_of(portal, entry)) and not self._is_article(portal, entry)
        beside = [
            link
            for link in listing_candidates(links, key, has)
            if entry.url.startswith(_stem(link))
        ]
        others = [link.url for link in (*beside, *of_home) if len(link.url) < len(own.url)]
        is_first = looks_like_list and not is_page_of(own.url, others)
        every = [*([own] if is_first else []), *beside, *of_home]
        return list({link.url: link for link in reversed(every)}.values())[::-1]

    def _is_article(self, portal: type[Portal], entry: FetchedPage) -> bool:
        return is_article(Link(entry.url, "x" * 99), portal.article_key)

    async def _first(self, site: FoundSite, link: Link) -> FetchedPage | None:
        """The page of a link, or the one of its address below the path of the site's language."""
        is_named = bool(link.text) or link.url in self._wanted_portal.listings
        page = await self._listing(link.url, is_named=is_named)
        language = site.links.language
        other = in_language(link.url, language) if page is None and language else None
        return page if other is None else await self._listing(other, is_named=False)

    async def _listing(self, url: str, *, is_named: bool) -> FetchedPage | None:
        """A page that may list news; the failure of one that no link names is not told."""
        self._tried += 1
        try:
            return _listing_page(await self._fetcher.page(url))
        except (UnfetchedError, UsageError) as error:
            if is_named:
                self._unavailable.append(f"{url} {error}")
            return None

    def _recognise_again(self, site: FoundSite, pages: list[FetchedPage]) -> None:
        """Listings have signs that a front page lacks."""
        found = self._platform([site.home, site.entry, *pages])
        if found.recognition.confidence > site.platform.recognition.confidence:
            site.platform = found

    def _reader(self, site: FoundSite) -> type[Portal]:
        return Draft(
            name=self._wanted_portal.name, title="", platform=site.platform.portal, province=None,
            home=root_of(site.home.url), hosts=site.hosts,
            sections={"home": site.home.url}, verified_on="never", about="",
        ).declared()  # fmt: skip

    def _no_news(self, site: FoundSite, looked_at: list[str]) -> str:
        pages = ", ".join((*looked_at, *self._unavailable))
        where = f"looked at: {pages}" if pages else "no link on it names news"
        return (
            f"no news was found on {site.home.url} ({where}); name a page that lists "
            f"news by --listing. {self._filled_by_script()}"
        )

    def _filled_by_script(self) -> str:
        """What to do with a page whose rows are not in it."""
        if not self._interfaces:
            return "A page that a script fills has no rows to read"
        named = ", ".join(self._interfaces[:MOST_SHOWN_INTERFACES])
        return (
            f"The rows are not in the page: its script asks an interface for them ({named}); name "
            "the address that answers them by --listing, or declare platform json_api "
            "(docs/PORTALS.md, An interface in JSON)"
        )


def _listing_page(page: FetchedPage) -> FetchedPage:
    """A page that may be a listing: also the answer of an interface."""
    return page if is_json(page.body) else html_page(page)


def _is_list(claim: ListingClaim) -> bool:
    return len({row.key for row in claim.rows}) >= FEWEST_ROWS


def _is_dated(claim: ListingClaim) -> bool:
    """Whether a page lists news although its link's words do not say so: most rows have a date."""
    return _is_list(claim) and 2 * len(claim.dates) > len(claim.rows)


def _not_looked_at(links: list[Link]) -> str:
    """A sentence that names entries of menus, with a line for each up to a number."""
    shown = [f"{link.text} {link.url}" for link in links[:MOST_UNSEEN]]
    more = [f"and {len(links) - MOST_UNSEEN} more"] if len(links) > MOST_UNSEEN else []
    head = "These pages of the menu may list news and were not looked at; add those that do to"
    return "\n".join((f"{head} `sections`:", *shown, *more))


def _hosts(*urls: str) -> tuple[str, ...]:
    hosts = (place[0] for url in urls if (place := host_and_port(url)) is not None)
    return tuple(dict.fromkeys(hosts))


def _is_on(url: str, hosts: tuple[str, ...]) -> bool:
    place = host_and_port(url)
    return place is not None and place[0] in hosts


def _stem(link: Link) -> str:
    return re.sub(r"\.\w{2,5}$", "", link.url).rstrip("/") + "/"


def _section(link: Link, taken: list[str]) -> str:
    """A section's name from the last part of its address: `tin-tuc-su-kien`.

    From the link's words if a query says which section it is.
    """
    parts = urlsplit(link.url)
    path = re.sub(r"\.\w{2,5}$", "", parts.path.rstrip("/")).rpartition("/")[2]
    words = without_marks(normalised(link.text)) if parts.query and link.text else path
    name = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:64].strip("-") or "tin-tuc"
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique
