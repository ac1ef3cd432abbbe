"""Requests listing pages once more that were not available, when the listings were followed."""

import logging
from collections.abc import Iterator

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.listing_gaps import ListingGap
from portal_crawler.crawl.context import CrawlContext
from portal_crawler.crawl.listing import ListingProgress
from portal_crawler.crawl.listing_crawl import ListingCrawl
from portal_crawler.crawl.listing_pages import BROKEN_OFF, ListingPages, UnusableAnswer
from portal_crawler.fetch.failure_words import failure_words, request_of
from portal_crawler.items import ListingRows
from portal_crawler.refusals import CrawlStoppedError
from portal_crawler.ways.requests import ListingRequest

logger = logging.getLogger(__name__)


class ListingRetries:
    """The second attempts of one crawl: its own gaps, those of earlier runs, and listings that were
    left because too many pages were unavailable."""

    def __init__(self, context: CrawlContext, pages: ListingPages, crawl: ListingCrawl) -> None:
        self._context = context
        self._pages = pages
        self._crawl = crawl
        self._is_begun = False

    def requests(self) -> list[Request]:
        """All requests, the first time; none after that."""
        if self._is_begun:
            return []
        self._is_begun = True
        listings, gaps = self._context.listings, self._context.gaps
        again = gaps.to_request_again(all_of_them=self._context.plan.leaves_nothing_out)
        if not self._context.bounds.are_none:
            again = [gap for gap in again if gap.place not in gaps.earlier]
        left = [progress for progress in listings.values() if progress.is_left]
        gaps_again = (self._request(gap) for gap in again if gap.section in listings)
        return [
            *(request for request in gaps_again if request is not None),
            *(self._crawl.request(progress, progress.try_again()) for progress in left),
        ]

    def _request(self, gap: ListingGap) -> Request | None:
        """The request for a page; None for a form that the listing's first page does not give."""
        listing = self._context.listings[gap.section]
        position = (gap.page - 1) * listing.page_rows + 1
        progress = ListingProgress(
            section=gap.section, way=listing.way, page=gap.page, position=position
        )
        wanted = ListingRequest(url=gap.url) if gap.request_digest is None else _form(listing, gap)
        if wanted is None:
            return None
        request = self._pages.request(progress, wanted)
        request.callback, request.errback = self.parse, self.failed
        return request

    def parse(
        self, response: Response, progress: ListingProgress
    ) -> Iterator[ListingRows | Request]:
        """The rows of a listing page that was requested once more, and its articles."""
        read = self._pages.read(response, progress)
        if isinstance(read, UnusableAnswer):
            self._stays(progress, read)
            return
        yield from self._pages.found(read, progress)
        if read.answer.broke_off:
            self._stays(progress, BROKEN_OFF)
        else:
            self._context.gaps.fetched(progress.place)

    def failed(self, failure: Failure) -> None:
        """Note a listing page that could not be fetched the second time either."""
        if isinstance(failure.value, CrawlStoppedError):
            return
        progress: ListingProgress = request_of(failure).cb_kwargs["progress"]
        self._stays(progress, UnusableAnswer(f": {failure_words(failure)}"))

    def _stays(self, progress: ListingProgress, unusable: UnusableAnswer) -> None:
        wanted, words = progress.requests[0], f"{progress}{unusable.why}"
        gap = ListingGap(
            section=progress.section,
            page=progress.page,
            url=wanted.url,
            status=unusable.status,
            request_digest=wanted.digest,
        )
        logger.warning("%s: once more: %s: %s", self._context.portal.name, words, wanted.url)
        self._context.gaps.missed(gap, words)


def _form(listing: ListingProgress, gap: ListingGap) -> ListingRequest | None:
    """The form for a page that could not be fetched, with the fields of the first page."""
    if listing.first is None or not listing.way.resumes:
        return None
    try:
        return listing.way.following(listing.first, gap.page)
    except ValueError:
        return None
