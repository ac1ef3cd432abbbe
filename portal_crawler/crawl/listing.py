"""How far one listing is followed: to its end, or on most nights to where it has no news. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.database.frontier import BrokenOff
from archive.models import ListingGap
from portal_crawler.cleaning.listings.declared import ListingPage

MARGIN_PAGES = 2
"""Listing pages that are looked at behind the first without news, on a night that had some: an
article is now and then filed under an earlier hour, and rows may be pinned before the newest."""

MOST_BAD_PAGES = 4
"""Pages in a row that cannot be had and are gone past; with more the server is down, or the
addresses lead nowhere."""

MOST_REPEATING_PAGES = 50
"""Pages in a row without an article that the listing had not named: a listing without an end.
Pinned rows and articles that move while they are listed make a few."""

MOST_PAGES_TO_COME = 10
"""Pages in a row whose rows are all dated past tomorrow: a calendar without an end."""

MOST_LISTING_PAGES = 20_000
"""However many articles a portal counts."""


@dataclass(slots=True, kw_only=True)
class ListingWalk:
    """How far one listing was followed."""

    section: str
    settled_at: str | None = None
    """UTC; what is listed as it was then is no news. None: the listing is followed to its end."""
    known_rows: int | None = None
    """Rows that it has by what is known; None where its own count cannot be held against that."""
    broken_off: BrokenOff | None = None
    """Where to go on once the pages before have no more news."""
    page: int = 1
    """Number of the page that is asked for, from 1."""
    rows: int = 0
    """Rows of the pages that were had."""
    position: int = 1
    """Of the first row of the page that is asked for, in the whole listing; behind pages that could
    not be had, as if they had as many rows as the page before."""
    page_rows: int = 0
    """Rows of the last page that was had."""
    asked: int = 0
    """Articles asked for."""
    older: int = 0
    """Articles one after the other that were older than `since`."""
    row_keys: set[tuple[str, ...]] = field(default_factory=set)
    """The keys of each page, to know a page that comes again."""
    total: int | None = None
    keys: set[str] = field(default_factory=set)
    """Of all rows so far."""
    news: int = 0
    """Articles that are new, or listed otherwise."""
    quiet_pages: int = 0
    """Pages one after the other without news."""
    last_had: tuple[bytes, str] = (b"", "")
    """Body and address of the last page that was had, whose pager may name pages further behind."""
    addresses: list[str] = field(default_factory=list)
    """Of the pages that were asked for, in order; those behind a place where it went on anew."""
    bad: list[tuple[ListingGap, str]] = field(default_factory=list)
    """Pages behind the last one had, one after the other, that could not be had, and why."""
    is_tried_again: bool = False
    """It was left at too many of them, and goes on if the first of them can be had by now."""
    repeating_pages: int = 0
    """Pages one after the other that named no further article, or no date where rows have dates."""
    has_dates: bool = False
    pages_to_come: int = 0
    """Pages one after the other whose rows are all dated past tomorrow."""

    def heed(self, listed: Iterable[str], news: Iterable[str]) -> None:
        """Take in a page's keys, and those that are news; a page that only repeats says nothing."""
        fresh = set(listed) - self.keys
        new = fresh.intersection(news)
        self.news += len(new)
        if new:
            self.quiet_pages = 0
        elif fresh:
            self.quiet_pages += 1

    def had(self, page: ListingPage, body: bytes, url: str) -> None:
        """Take in a page that was had."""
        keys = [row.key for row in page.rows]
        dates = sum(row.date is not None for row in page.rows) + page.later_dates
        fresh = set(keys) - self.keys
        lacks_dates = self.has_dates and not dates
        self.repeating_pages = self.repeating_pages + 1 if lacks_dates or not fresh else 0
        is_to_come = bool(keys) and page.later_dates == len(keys)
        self.pages_to_come = self.pages_to_come + 1 if is_to_come else 0
        self.has_dates |= bool(dates)
        self.keys |= fresh
        self.rows += len(keys)
        self.position += len(keys)
        self.page_rows = len(keys)
        self.last_had = (body, url)
        self.is_tried_again = False

    def skip(self, status: int | None, why: str) -> None:
        """Take in that the page which was asked for last could not be had."""
        gap = ListingGap(
            section=self.section, page=self.page, url=self.addresses[-1], status=status
        )
        self.bad.append((gap, why))
        self.position += self.page_rows

    def try_again(self) -> str:
        """Go back to the first of the pages that could not be had; its address."""
        first, _ = self.bad[0]
        self.position -= len(self.bad) * self.page_rows
        del self.addresses[self.addresses.index(first.url) :]
        self.page, self.bad, self.is_tried_again = first.page, [], True
        return first.url

    def has_ended(self, keys: tuple[str, ...]) -> bool:
        """Whether a page with these keys, which are counted in, is behind the last one or it."""
        return not keys or keys in self.row_keys or self.is_counted_out

    @property
    def is_counted_out(self) -> bool:
        """Whether all rows that the portal counts lie before the next page."""
        return self.total is not None and self.position > self.total

    def met_bound(self, max_pages: int) -> str | None:
        """Words where the listing seems to have no end; None where it may go on."""
        if self.repeating_pages >= MOST_REPEATING_PAGES:
            return f"no new article on {self.repeating_pages} pages in a row"
        if self.pages_to_come >= MOST_PAGES_TO_COME:
            return f"only dates to come on {self.pages_to_come} pages in a row"
        counted = -(-(self.total or 0) // max(self.page_rows, 1)) + 1
        most = max(max_pages, min(counted, MOST_LISTING_PAGES))
        return f"no end after {self.page} pages" if self.page >= most else None

    def go_on_behind(self, place: BrokenOff) -> None:
        """Go on, to the end, where an earlier run had to leave off."""
        self.page, self.rows, self.position = place.page, place.rows, place.rows + 1
        self.settled_at = self.broken_off = None
        self.addresses.clear()

    @property
    def is_told(self) -> bool:
        """Whether further pages have nothing new to tell.

        Where the portal counts more than is known, something was put in further down.
        """
        if self.settled_at is None:
            return False
        known = self.known_rows
        if None not in (known, self.total) and self.total > known + self.news:  # type: ignore[operator]
            return False
        return self.quiet_pages > (MARGIN_PAGES if self.news else 0)
