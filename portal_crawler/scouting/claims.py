"""How many articles a listing claims to have, and how old they are. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from math import ceil

from archive.models import ListedArticle
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.reader import FetchedPage
from portal_crawler.scouting.links import links_of
from portal_crawler.ways.requests import ListingAnswer, ListingRequest

MOST_NUMBERS = 20
"""Numbers of an address that are tried as that of its page."""

MOST_PAGES = 100_000
"""A greater number in an address is not that of a page."""


@dataclass(frozen=True, slots=True)
class ListingClaim:
    """The claims of a listing, by its first page and perhaps its last."""

    url: str
    rows: tuple[ListedArticle, ...] = ()
    following: str | None = None
    """The address of the second page; None if the page names none, or only a form leads there."""
    pager: str | None = None
    """A pager that cannot be followed, in words."""
    total: int | None = None
    """The portal's own count, or that of the rows on all pages."""
    is_counted: bool = False
    """The portal shows the count itself."""
    pages: int | None = None
    last_url: str | None = None
    """The address of the last page."""
    dates: tuple[str, ...] = ()
    """The dates of the rows on all pages that were read."""

    @property
    def newest(self) -> str | None:
        """The newest date, YYYY-MM-DD."""
        return max(self.dates, default=None)

    @property
    def oldest(self) -> str | None:
        """The oldest date, YYYY-MM-DD."""
        return min(self.dates, default=None)


@dataclass(frozen=True, slots=True)
class FoundListing:
    """A list of news of the site."""

    section: str
    title: str | None
    claim: ListingClaim
    slices: str = ""
    """A pattern of the slices that are followed, if it is a sitemap with slices of other pages."""


def claim_of(portal: type[PortalDeclaration], page: FetchedPage) -> ListingClaim:
    """The claims of the first page of a listing, read by a portal."""
    read = portal.read_listing_page(page.body, page.url, page.fetched_at, page.content_type)
    following = following_page(portal, page, 2)
    goes_on = following is not None or _goes_on_by_form(portal, page)
    seen = None if goes_on else portal.unfollowed_pager(page.body, page.url, 2)
    length = len(read.rows)
    pages, last = _last_page(page, following)
    if read.total is not None and length:
        pages = max(1, ceil(read.total / length))
        last = following_page(portal, page, pages) if pages > 1 else None
    elif not goes_on and seen is None and length:
        pages = 1
    total = read.total if read.total is not None else pages * length if pages else None
    return ListingClaim(
        url=page.url, rows=read.rows, following=following, pager=seen, total=total,
        is_counted=read.total is not None, pages=pages, last_url=last, dates=_days(read.rows),
    )  # fmt: skip


def with_last_page(
    claim: ListingClaim, portal: type[PortalDeclaration], page: FetchedPage
) -> ListingClaim:
    """The claim with the rows of the listing's last page."""
    read = portal.read_listing_page(page.body, page.url, page.fetched_at, page.content_type)
    before = len(claim.rows) * ((claim.pages or 1) - 1)
    return ListingClaim(
        url=claim.url, rows=claim.rows, following=claim.following, pager=claim.pager,
        total=claim.total if claim.is_counted else before + len(read.rows),
        is_counted=claim.is_counted, pages=claim.pages, last_url=claim.last_url,
        dates=(*claim.dates, *_days(read.rows)),
    )  # fmt: skip


def following_page(portal: type[PortalDeclaration], page: FetchedPage, number: int) -> str | None:
    """The address of a page of the listing by its number; None if it has none."""
    try:
        return portal.next_listing(page.body, page.url, number)
    except ValueError:  # from joining addresses, or a way that lacks something on the page
        return None


def _goes_on_by_form(portal: type[PortalDeclaration], page: FetchedPage) -> bool:
    """Whether the second page is asked for by a form."""
    answer = ListingAnswer(
        request=ListingRequest(url=page.url), url=page.url, body=page.body, page=1,
        content_type=page.content_type, fetched_at=page.fetched_at,
    )  # fmt: skip
    try:
        following = portal.way(page.url).following(answer, 2)
    except ValueError:
        return False
    return following is not None and following.is_post


def _days(rows: Iterable[ListedArticle]) -> tuple[str, ...]:
    return tuple(row.date[:10] for row in rows if row.date)


def _last_page(page: FetchedPage, following: str | None) -> tuple[int | None, str | None]:
    """The number and address of the last page that the pager names, from the second one's."""
    if following is None:
        return None, None
    addresses = [link.url for link in links_of(page.body, page.url, page.content_type).links]
    best: tuple[int | None, str | None] = (None, None)
    for number in islice(re.finditer(r"\d{1,6}", following), MOST_NUMBERS):
        second = int(number[0])
        before, after = following[: number.start()], following[number.end() :]
        form = re.compile(f"{re.escape(before)}(\\d{{1,6}}){re.escape(after)}")
        found = [(int(match[1]), url) for url in addresses if (match := form.fullmatch(url))]
        if second and found and (last := max(found))[0] >= second:
            pages = _pages(last[0], second)
            if best[0] is None or pages > best[0]:
                best = (pages, last[1])
    return best if best[0] is None or best[0] <= MOST_PAGES else (None, None)


def _pages(last: int, second: int) -> int:
    """The number of pages, if the second one's address has `second` and the last one's `last`."""
    if second <= 2:
        return last + 2 - second
    return last // second + 1
