"""How far a crawl has followed one listing: to its end, or to the pages without news. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from archive.database.listing_history import BrokenOff
from archive.listing_gaps import ListingGap, Place, place_of
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.ways.requests import ListingAnswer, ListingRequest
from portal_crawler.ways.way import Way

MARGIN_PAGES = 2
"""Listing pages without news after which a crawl that had news stops following the listing: an
article is now and then filed under an earlier hour, and rows may be pinned before the newest."""

MOST_UNAVAILABLE_PAGES = 4
"""Pages in a row that may be unavailable while the listing is still followed; with more the server
is down, or the addresses lead nowhere."""

MOST_REPEATING_PAGES = 50
"""Pages in a row without an article that the listing had not named: a listing without an end.
Pinned rows and articles that move during the crawl make a few."""

MOST_SEEN_PAGES = 2
"""Pages in a row of which earlier pages named each article; with the second a listing ends whose
way says `ends_with_seen`. One may come of rows that moved down by a page during the crawl."""

PINNED_PAGES = 3
"""Pages in a row that name an article which is pinned. Two may be rows that moved down."""

MOST_FUTURE_PAGES = 10
"""Pages in a row whose rows are all dated past tomorrow: a calendar without an end."""

MOST_LISTING_PAGES = 20_000
"""However many articles a portal counts."""


@dataclass(frozen=True, slots=True)
class UnavailablePage:
    """A listing page that could not be fetched or read."""

    gap: ListingGap
    why: str
    """In words, with the section and the page's number."""
    request: ListingRequest


@dataclass(slots=True, kw_only=True)
class ListingProgress:
    """How far one listing was followed."""

    section: str
    way: Way
    is_counted: bool = False
    """The page's rows were counted before: it is looked at once more."""
    known_until: str | None = None
    """UTC; a row that is listed as it was then is not news. None: the listing is followed to its
    end."""
    known_rows: int | None = None
    """Rows that the archive knows; None if the portal's count cannot be compared with it."""
    resumes_at: BrokenOff | None = None
    """The place to resume at once the pages before it have no more news."""
    page: int = 1
    """Number of the requested page, from 1."""
    rows: int = 0
    """Rows of the pages that were read."""
    position: int = 1
    """The place of the requested page's first row in the whole listing, from 1; an unavailable page
    counts as if it had as many rows as the page before."""
    page_rows: int = 0
    """Rows of the last page that was read."""
    articles: int = 0
    """Articles requested."""
    older_in_a_row: int = 0
    """Articles, one after the other, that were published before `since`."""
    pages_seen: set[tuple[str, ...]] = field(default_factory=set)
    """The keys of each page, to recognize a page that comes again."""
    total: int | None = None
    """The portal's own count."""
    keys: set[str] = field(default_factory=set)
    """The keys of all rows so far."""
    news: int = 0
    """Articles that are new, or listed otherwise."""
    quiet_pages: int = 0
    """Pages in a row without news."""
    first: ListingAnswer | None = None
    """The first page of the listing, once it was read."""
    last: ListingAnswer | None = None
    """The last page that was read; it may name pages further on."""
    requests: list[ListingRequest] = field(default_factory=list)
    """The requests for pages in order, since the start or the last resumption."""
    unavailable: list[UnavailablePage] = field(default_factory=list)
    """Pages in a row, after the last one that was read."""
    is_left: bool = False
    """The listing was left at them; at the end of the run the first is requested once more."""
    is_retried: bool = False
    """It was requested once more, and the listing goes on if it is available by now."""
    repeating_pages: int = 0
    """Pages in a row that named no further article, or no date if rows have dates."""
    pinned_rows: int = 0
    """Rows that only repeat articles which page after page names."""
    rows_again: int = 0
    """Rows of articles that an earlier page named: pinned ones, and those that moved down."""
    is_resumed: bool = False
    """Pages that an earlier run read were left out."""
    pages_in_a_row: dict[str, int] = field(default_factory=dict)
    """By key, for the articles of the last page, the pages in a row that name it."""
    seen_pages: int = 0
    """Pages in a row of which earlier pages named each article."""
    has_dates: bool = False
    future_pages: int = 0
    """Pages in a row whose rows are all dated past tomorrow."""

    def count_news(self, listed: Iterable[str], news: Iterable[str]) -> None:
        """Count a page's keys, and those that are news; a page that only repeats does not count."""
        fresh = set(listed) - self.keys
        new = fresh.intersection(news)
        self.news += len(new)
        if new:
            self.quiet_pages = 0
        elif fresh:
            self.quiet_pages += 1

    def count_page(self, page: ListingPage, answer: ListingAnswer) -> None:
        """Count a page that was read; `answer` is the page without the counts of its rows."""
        keys = [row.key for row in page.rows]
        dates = sum(row.date is not None for row in page.rows) + page.later_dates
        fresh = set(keys) - self.keys
        lacks_dates = self.has_dates and not dates
        self.repeating_pages = self.repeating_pages + 1 if lacks_dates or not fresh else 0
        is_future = bool(keys) and page.later_dates == len(keys)
        self.future_pages = self.future_pages + 1 if is_future else 0
        self.has_dates |= bool(dates)
        self._count_pinned(set(keys))
        self.rows_again += sum(key in self.keys for key in keys)
        self.keys |= fresh
        self.rows += len(keys)
        self.position += len(keys)
        self.page_rows = len(keys)
        self.seen_pages = self.seen_pages + 1 if keys and not fresh else 0
        self.total = page.total if page.total is not None else self.total
        self.last = replace(answer, rows=len(keys), unseen=len(fresh), total=self.total)
        self.first = self.last if self.page == 1 else self.first
        self.is_retried = False

    def _count_pinned(self, keys: set[str]) -> None:
        """Count the rows of pinned articles; the first row of each is the article's own."""
        before = self.pages_in_a_row
        self.pages_in_a_row = {key: before.get(key, 0) + 1 for key in keys}
        for pages in self.pages_in_a_row.values():
            if pages == PINNED_PAGES:
                self.pinned_rows += PINNED_PAGES - 1
            elif pages > PINNED_PAGES:
                self.pinned_rows += 1

    def page_before(self) -> "ListingProgress | None":
        """The page before the requested one, to be looked at once more; None if there is none.

        Its `total` is the portal's count so far.
        """
        if len(self.requests) < 2 or self.unavailable:
            return None
        return ListingProgress(
            section=self.section,
            way=self.way,
            page=self.page - 1,
            position=self.position - self.page_rows,
            total=self.total,
            is_counted=True,
        )

    def count_date(self, published: str, since: str) -> None:
        """Count an article's date, from its row or its page."""
        self.older_in_a_row = self.older_in_a_row + 1 if published < since else 0

    def skip(self, status: int | None, why: str) -> None:
        """Count the last requested page as unavailable."""
        gap = ListingGap(
            section=self.section,
            page=self.page,
            url=self.requests[-1].url,
            status=status,
            request_digest=self.requests[-1].digest,
        )
        self.unavailable.append(UnavailablePage(gap, why, self.requests[-1]))
        self.position += self.page_rows

    def try_again(self) -> ListingRequest:
        """Go back to the first of the unavailable pages; its request."""
        first = self.unavailable[0]
        self.position -= len(self.unavailable) * self.page_rows
        del self.requests[self.requests.index(first.request) :]
        self.page, self.unavailable = first.gap.page, []
        self.is_left, self.is_retried = False, True
        return first.request

    def end_reached(self, keys: tuple[str, ...]) -> str | None:
        """Words if a counted page with these keys is the listing's last one, or comes after it."""
        assert self.last is not None, "the page was counted"
        if not keys and not self.way.may_be_empty(self.last):
            return "an empty page"
        if self.way.lists_pages:
            return None
        if keys and keys in self.pages_seen:
            return "a page that repeats an earlier one"
        if self.has_all_rows:
            return "as many rows as the portal counts"
        if self.way.ends_with_seen and self.seen_pages >= MOST_SEEN_PAGES:
            return f"{self.seen_pages} pages without an article that was not listed before"
        return "a redirect to the first page" if self._is_sent_back(self.last.url) else None

    def repeats(self, keys: tuple[str, ...], url: str) -> bool:
        """Whether an answer to the last request has the rows of an earlier page."""
        return keys in self.pages_seen or self._is_sent_back(url)

    def _is_sent_back(self, url: str) -> bool:
        """Whether the address that answered the last request is the first page's."""
        wanted, first = self.requests[-1], self.first
        if first is None or self.page == 1 or wanted.is_post or url == wanted.url:
            return False
        return url in (first.url, first.request.url)

    @property
    def place(self) -> Place:
        """The values that identify the requested page."""
        wanted = self.requests[-1]
        return place_of(wanted.url, self.page, is_post=wanted.is_post)

    @property
    def has_all_rows(self) -> bool:
        """Whether all rows that the portal counts lie before the next page.

        Rows that came again do not count: a portal's count may be older than the rows that pushed
        them down.
        """
        if self.total is None or self.way.lists_pages:
            return False
        return self.position - self.rows_again > self.total

    @property
    def last_is_missing(self) -> bool:
        """Whether the last requested page was answered by 404 or 410."""
        return bool(self.unavailable) and self.unavailable[-1].gap.is_missing

    def bound_reached(self, max_pages: int) -> str | None:
        """Words if the listing seems to have no end; None if it may go on."""
        if self.repeating_pages >= (self.way.most_repeating or MOST_REPEATING_PAGES):
            return f"no new article on {self.repeating_pages} pages in a row"
        if self.future_pages >= MOST_FUTURE_PAGES:
            return f"only dates to come on {self.future_pages} pages in a row"
        counted = -(-(self.total or 0) // max(self.page_rows, 1)) + 1
        most = max(self.way.most_pages or max_pages, min(counted, MOST_LISTING_PAGES))
        return f"no end after {self.page} pages" if self.page >= most else None

    def resume(self, place: BrokenOff) -> None:
        """Go on, to the end, at the place where an earlier run was interrupted."""
        self.page, self.rows, self.position = place.page, place.rows, place.rows + 1
        self.known_until = self.resumes_at = None
        self.is_resumed = True
        self.rows_again = 0
        self.requests.clear()

    @property
    def has_no_more_news(self) -> bool:
        """Whether the pages further on are known.

        If the portal counts more rows than are known, some were added further on.
        """
        if self.known_until is None:
            return False
        known, total = self.known_rows, self.total
        if known is not None and total is not None and total > known + self.news:
            return False
        return self.quiet_pages > (MARGIN_PAGES if self.news else 0)

    def __str__(self) -> str:
        """The requested page, for a person."""
        return f"{self.section}: listing page {self.page}"
