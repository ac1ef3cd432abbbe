"""Requests the few pages of a look at a site, one by one, through a crawl's own downloader."""

from dataclasses import dataclass
from datetime import datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.substitute_pages import no_answer
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.fetch.failure_words import DOWNLOAD_ERRORS, failure_words
from portal_crawler.portals.reader import FetchedPage
from portal_crawler.refusals import CrawlStoppedError
from portal_crawler.request_info import RequestInfo, meta_of, request_info

MOST_REQUESTS = 14
"""Addresses that a look requests, robots.txt and redirects apart."""


class UnfetchedError(Exception):
    """Raised for an address that gives no page, with the reason in words."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that a look has fetched."""

    page: FetchedPage
    location: str | None = None
    """The address that a redirect leads to, if redirects are not followed."""


class Fetcher:
    """Requests addresses for a look, at most MOST_REQUESTS."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.left = MOST_REQUESTS
        """Requests that are left."""

    async def page(self, url: str) -> FetchedPage:
        """The page at an address. Raises UnfetchedError."""
        return (await self.answer(url, follows=True)).page

    async def answer(self, url: str, *, follows: bool) -> Fetched:
        """The answer of an address, with status 200, or a redirect that is not followed.

        Raises UnfetchedError for all other answers and for block pages.
        """
        if self.left <= 0:
            raise UnfetchedError("no further request is made: a look takes a few alone")
        self.left -= 1
        response = await self._response(url, follows=follows)
        location = response.headers.get("Location")
        if not follows and 300 <= response.status < 400 and location is not None:
            target = absolute(response.url, location.decode("latin-1"))
            if target is None:
                raise UnfetchedError("leads to an address that cannot be requested")
            return Fetched(_page(response), target)
        page = _page(response)
        if response.status != 200:
            raise UnfetchedError(f"answered {response.status}{_said(page)}")
        if words := _said(page):
            raise UnfetchedError(f"answered 200{words}")
        return Fetched(page)

    async def _response(self, url: str, *, follows: bool) -> Response:
        engine = self._crawler.engine
        assert engine is not None, "the crawl has begun"
        meta = {**meta_of(RequestInfo()), "dont_redirect": not follows}
        try:
            request = Request(url, meta=meta, dont_filter=True)
            return await engine.download_async(request)
        except CrawlStoppedError:
            raise
        except DOWNLOAD_ERRORS as error:
            failure = Failure(error)  # type: ignore[no-untyped-call]
            words = " ".join(failure_words(failure).split())
            raise UnfetchedError(words) from error


def _page(response: Response) -> FetchedPage:
    info = request_info(response)
    kind = response.headers.get("Content-Type")
    started: datetime | None = info.started_at
    assert started is not None, "the download handler has set it"
    return FetchedPage(
        body=response.body,
        url=response.url,
        fetched_at=started,
        content_type=kind.decode("latin-1") if kind else None,
    )


def _said(page: FetchedPage) -> str:
    """The words of a block page or error page; empty for all other pages."""
    decoded = decode(page.body, page.content_type)
    root = tree_of(decoded.text, decoded.utf8)
    found = no_answer(root) if root is not None else None
    return f" ({found.words()})" if found is not None else ""
