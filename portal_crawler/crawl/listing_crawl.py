"""Follows the listings of a portal from page to page, past pages that are not available."""

import logging
from collections.abc import Iterator

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.addresses import can_be_asked
from archive.database.listing_history import BrokenOff
from archive.models import MISSING
from portal_crawler.crawl.context import CrawlContext
from portal_crawler.crawl.listing import MOST_UNAVAILABLE_PAGES, ListingProgress
from portal_crawler.crawl.listing_pages import (
    BROKEN_OFF,
    ListingPages,
    ReadListing,
    UnusableAnswer,
    answered,
)
from portal_crawler.crawl.numbering import next_address
from portal_crawler.crawl.plan import new_progress
from portal_crawler.crawl.requisites import RequisiteCrawl
from portal_crawler.fetch.failure_words import failure_words, request_of
from portal_crawler.items import ListingRows
from portal_crawler.refusals import CrawlStoppedError
from portal_crawler.run.run_log import log_listing_end
from portal_crawler.ways.requests import ListingRequest, UnfollowableError

logger = logging.getLogger(__name__)

UNREADABLE = "the next page's address cannot be read"
"""An address that no request can be made for."""

OLDER_IN_A_ROW = 20
"""Articles older than `since` after which a listing is followed no further: pinned ones come
first."""


class ListingCrawl:
    """The listings of one crawl, each followed to its end or to the pages without news."""

    def __init__(
        self, context: CrawlContext, pages: ListingPages, requisites: RequisiteCrawl | None
    ) -> None:
        self._context = context
        self._pages = pages
        self._requisites = requisites
        self._portal = context.portal
        self._run = context.run
        self._bounds = context.bounds

    @property
    def have_begun(self) -> bool:
        """Whether a first page was requested."""
        return bool(self._context.listings)

    def first_requests(self) -> Iterator[Request]:
        """The request for the first page of each listing."""
        for section, url in self._portal.sections.items():
            progress = new_progress(
                self._run.frontier, self._context.plan, section, self._portal.way(url)
            )
            self._context.listings[section] = progress
            yield self.request(progress, progress.way.first(url))

    def request(
        self, progress: ListingProgress, wanted: ListingRequest, via: str | None = None
    ) -> Request:
        """The request for the next page of a listing."""
        request = self._pages.request(progress, wanted, via)
        request.callback, request.errback = self.parse, self.failed
        return request

    def parse(
        self, response: Response, progress: ListingProgress
    ) -> Iterator[ListingRows | Request]:
        """The rows of one listing page, the articles to request, and the next page."""
        if response.status in MISSING and progress.page > 1 and progress.way.ends_with_404:
            yield from self._end_or_gap(progress, response)
            return
        if response.status in progress.way.end_statuses and progress.page > 1:
            self._close_gaps(progress)
            self._end(progress, f"it answered {response.status}")
            return
        read = self._pages.read(response, progress)
        if isinstance(read, UnusableAnswer):
            yield from self._go_past(progress, response.url, read)
            return
        answer = read.answer
        yield from self._pages.found(read, progress)
        if self._requisites is not None:
            yield from self._requisites.of_page(
                answer.body, answer.url, answer.content_type, fresh=answer.original is None
            )
        if answer.broke_off:
            yield from self._go_past(progress, response.url, BROKEN_OFF)
            return
        if read.page.cut:
            why = f"listing page {progress.page} is too large and was read in part"
            self._context.note_failure(f"{progress.section}: {why}", response.url)
        yield from self._go_on(read, progress)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Go past a listing page that could not be fetched."""
        if isinstance(failure.value, CrawlStoppedError):
            return
        request = request_of(failure)
        progress: ListingProgress = request.cb_kwargs["progress"]
        yield from self._go_past(
            progress, request.url, UnusableAnswer(f": {failure_words(failure)}")
        )

    # From page to page

    def _go_on(self, read: ReadListing, progress: ListingProgress) -> Iterator[Request]:
        """The next page of the listing, unless this was the last one or a limit is reached."""
        keys = tuple(row.key for row in read.page.rows)
        answer = answered(read, progress)
        is_empty = not keys and not progress.way.may_be_empty(answer)
        if is_empty and not progress.rows:
            self._run.tally.count_layout_change(
                f"{progress.section}: no rows on {answer.url}; the layout has most likely changed"
            )
            return
        if is_empty:
            self._drop_the_end(progress)
        self._close_gaps(progress)
        self._context.gaps.fetched(progress.place)
        before, repeats = progress.page_before(), progress.repeats(keys, answer.url)
        progress.count_page(read.page, answer)
        if not repeats:
            self._run.tally.note_pinned(progress.section, progress.pinned_rows)
        if before is not None and not self._is_at_limit(progress):
            yield from self._look_back(progress, before)
        if (why := progress.end_reached(keys)) is not None:
            self._end(progress, why)
        elif progress.has_no_more_news:
            yield from self._leave_or_resume(progress, keys)
        elif not self._stops_here(progress):
            yield from self._next(progress, keys)

    def _look_back(self, progress: ListingProgress, before: ListingProgress) -> Iterator[Request]:
        """Request the page before once more if the portal counts fewer articles than it did.

        Rows then moved up, over the end of the page that was read before.
        """
        if before.total is None or progress.total is None or progress.total >= before.total:
            return
        request = self._pages.request(before, progress.requests[-2])
        request.callback, request.errback = self.looked_back, self.failed_to_look_back
        yield request

    def looked_back(
        self, response: Response, progress: ListingProgress
    ) -> Iterator[ListingRows | Request]:
        """The rows of a page that was read before, and the articles that moved to it."""
        read = self._pages.read(response, progress)
        if isinstance(read, UnusableAnswer):
            self._context.note_failure(f"{progress}, once more{read.why}", response.url)
        else:
            yield from self._pages.found(read, progress)

    def failed_to_look_back(self, failure: Failure) -> None:
        """Note that a page could not be fetched once more; articles may have moved to it."""
        if not isinstance(failure.value, CrawlStoppedError):
            request = request_of(failure)
            words = f"{request.cb_kwargs['progress']}, once more: {failure_words(failure)}"
            self._context.note_failure(words, request.url)

    def _next(self, progress: ListingProgress, keys: tuple[str, ...]) -> Iterator[Request]:
        try:
            following = self._next_of(progress)
        except ValueError as error:  # from joining addresses, or from the way
            why = str(error) if isinstance(error, UnfollowableError) else UNREADABLE
            self._context.note_failure(f"{progress}: {why}", _url(progress))
            return
        if following is None:
            self._end_without_next(progress)
            return
        if not progress.way.repeats_first_page or progress.page > 1:
            progress.pages_seen.add(keys)
        progress.page += 1
        yield self.request(progress, following, via=_url(progress))

    def _next_of(self, progress: ListingProgress) -> ListingRequest | None:
        """The request for the next page; if the way lists pages, for the next one that was not
        requested before, because a list may name another list that names it."""
        page = progress.page + 1
        following = self._following(progress, page)
        if progress.way.lists_pages:
            requested = {request.url for request in progress.requests}
            while following is not None and following.url in requested:
                page += 1
                following = self._following(progress, page)
        return following

    def _following(self, progress: ListingProgress, page: int) -> ListingRequest | None:
        """The request for a page, as the last page that was read names it.

        ValueError if no request can be made for its address.
        """
        assert progress.last is not None, "a page was read"
        following = progress.way.following(progress.last, page)
        if following is not None and not can_be_asked(following.url):
            raise UnfollowableError(UNREADABLE)
        return following

    def _end(self, progress: ListingProgress, why: str) -> None:
        log_listing_end(self._portal.name, str(progress), why)
        if progress.way.names_everything and not progress.is_resumed:
            self._run.tally.note_named(progress.section)
        self._run.tally.end_listing(progress.section)

    def _end_without_next(self, progress: ListingProgress) -> None:
        """End a listing whose page names no next one, unless something on it says otherwise."""
        seen, last = None, progress.last
        assert last is not None, "a page was read"
        if self._portal.paged and not progress.way.knows_end:
            seen = self._portal.unfollowed_pager(last.body, last.url, progress.page + 1)
        if seen is None:
            self._end(progress, "no next page")
            return
        why = f"{progress} has a pager that cannot be followed, {seen}"
        self._context.note_failure(f"{why}; docs/PORTALS.md says what to do", last.url)

    def _leave_or_resume(
        self, progress: ListingProgress, keys: tuple[str, ...]
    ) -> Iterator[Request]:
        """Leave a listing that has no more news, or resume it where a run was interrupted.

        If it cannot be resumed from the last page that was read, it goes on from page to page.
        """
        tally = self._run.tally
        place = progress.resumes_at
        if place is None:
            tally.end_listing(progress.section, is_cut_at_known=True)
            if self._context.plan.has_page_limit:
                tally.reach_limit()
        elif (wanted := self._resumption(progress, place)) is not None:
            progress.resume(place)
            tally.resume_listing(progress.section, place.rows)
            yield self.request(progress, wanted, via=_url(progress))
        elif not self._stops_here(progress):
            yield from self._next(progress, keys)

    def _resumption(self, progress: ListingProgress, place: BrokenOff) -> ListingRequest | None:
        """The request for the page at which an earlier run was interrupted; None if it cannot be
        known here."""
        assert progress.last is not None, "a page was read"
        try:
            wanted = progress.way.resuming(progress.last, place.url, place.page)
        except ValueError:
            return None
        is_asked_alike = wanted is not None and wanted.is_post == (place.request_digest is not None)
        return wanted if is_asked_alike else None

    def _stops_here(self, progress: ListingProgress) -> bool:
        if self._is_at_limit(progress):
            self._run.tally.reach_limit()
            return True
        if (bound := progress.bound_reached(self._portal.max_pages)) is not None:
            why = f"{progress.section}: {bound}; the listing is left there"
            self._context.note_failure(why, _url(progress))
            return True
        return False

    def _is_at_limit(self, progress: ListingProgress) -> bool:
        bounds = self._bounds
        if bounds.pages is not None and progress.page >= bounds.pages:
            return True
        if bounds.articles is not None and progress.articles >= bounds.articles:
            return True
        return bounds.since is not None and progress.older_in_a_row >= OLDER_IN_A_ROW

    # Pages that are not available

    def _end_or_gap(self, progress: ListingProgress, response: Response) -> Iterator[Request]:
        """Request one more page after a 404, which ends the listing if that one is missing, too."""
        following = None
        if not (progress.has_all_rows or progress.last_is_missing):
            following = self._request_behind(progress)
        if following is not None and not self._is_at_limit(progress):
            progress.skip(response.status, f"{progress} answered {response.status}")
            yield self._request_after(progress, following)
            return
        self._drop_the_end(progress)
        self._close_gaps(progress)
        self._end(progress, f"it answered {response.status}")

    def _drop_the_end(self, progress: ListingProgress) -> None:
        """Forget the 404s that no page came after: they were the listing's end."""
        while progress.way.ends_with_404 and progress.last_is_missing:
            progress.unavailable.pop()

    def _go_past(
        self, progress: ListingProgress, url: str, unusable: UnusableAnswer
    ) -> Iterator[Request]:
        """Request the page after one that is not available, if its address can be known."""
        words = f"{progress}{unusable.why}"
        following = self._request_behind(progress)
        if (why := self._cannot_go_past(progress, following)) is not None:
            self._context.note_failure(f"{words}{why}", url)
            return
        name = self._portal.name
        progress.skip(unusable.status, words)
        logger.warning("%s: %s: %s", name, words, url)
        if progress.has_all_rows:
            self._close_gaps(progress)
            self._end(progress, "as many rows as the portal counts")
        elif following is None or len(progress.unavailable) > MOST_UNAVAILABLE_PAGES:
            progress.is_left = True
            logger.warning("%s: %s: the listing is left there for now", name, words)
        elif self._is_at_limit(progress):
            self._run.tally.reach_limit()
        else:
            yield self._request_after(progress, following)

    def _cannot_go_past(
        self, progress: ListingProgress, following: ListingRequest | None
    ) -> str | None:
        """Why a listing ends with an unavailable page, in words after those on the page."""
        if progress.page == 1:
            return ""
        only_named = following is None and not progress.has_all_rows
        if progress.is_retried and progress.way.goes_past:
            return f", nor could the {MOST_UNAVAILABLE_PAGES} after it be fetched"
        if only_named and (progress.way.goes_past or progress.is_retried):
            return "; only that page names the next one"
        return None

    def _request_after(self, progress: ListingProgress, wanted: ListingRequest) -> Request:
        progress.page += 1
        return self.request(progress, wanted, via=_url(progress))

    def _request_behind(self, progress: ListingProgress) -> ListingRequest | None:
        """The request after the last one that was made; None if only its page names it."""
        if not progress.way.goes_past:
            return None
        if progress.last is not None:
            named = self._named(progress, progress.page + 1)
            # A link that is the same for each number leads to the page after its own.
            same = self._named(progress, progress.page)
            if named not in (None, *progress.requests, same):
                return named
        if any(request.is_post for request in progress.requests):
            return None
        urls = [request.url for request in progress.requests]
        url = next_address(urls, progress.page, progress.page_rows)
        return ListingRequest(url=url) if url is not None else None

    def _named(self, progress: ListingProgress, page: int) -> ListingRequest | None:
        """The request for a page; None if the last page that was read does not give it."""
        try:
            return self._following(progress, page)
        except ValueError:
            return None

    def _close_gaps(self, progress: ListingProgress) -> None:
        """Note the unavailable pages that the listing was followed past."""
        for page in progress.unavailable:
            self._context.gaps.missed(page.gap, page.why)
            self._run.tally.count_gap_rows(progress.section, progress.page_rows)
        progress.unavailable = []


def _url(progress: ListingProgress) -> str:
    """The address of the last page that was read; empty if there is none."""
    return progress.last.url if progress.last is not None else ""
