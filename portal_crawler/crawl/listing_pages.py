"""Requests and reads single listing pages: their rows, and the articles that they name."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scrapy import Request
from scrapy.http import Response

from archive.models import Role
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.crawl.answers import PageAnswer, is_unrequested_304
from portal_crawler.crawl.articles import ArticleCrawl
from portal_crawler.crawl.conditions import Condition
from portal_crawler.crawl.context import CrawlContext
from portal_crawler.crawl.listing import ListingProgress
from portal_crawler.items import ListingRows
from portal_crawler.request_info import RequestInfo, Via, meta_of
from portal_crawler.run.block_pages import count_substitute_page
from portal_crawler.ways.requests import ListingAnswer, ListingRequest

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadListing:
    """A listing page that was read, and the answer that it came in."""

    page: ListingPage
    answer: PageAnswer


@dataclass(frozen=True, slots=True)
class UnusableAnswer:
    """Why an answer is not a listing page."""

    why: str
    """In words that follow `listing page 3`."""
    status: int | None = None
    """None if it is 200, or there was no answer."""


BROKEN_OFF = UnusableAnswer(" broke off")


class ListingPages:
    """The listing pages of one crawl."""

    def __init__(self, context: CrawlContext, articles: ArticleCrawl) -> None:
        self._context = context
        self._run = context.run
        self._articles = articles

    def request(
        self, progress: ListingProgress, wanted: ListingRequest, via: str | None = None
    ) -> Request:
        """The request for the next page, without callbacks; `via` is the page that names it."""
        progress.requests.append(wanted)
        frontier = self._run.frontier
        known = None if wanted.is_post else frontier.captures.whole_page(wanted.url)
        condition = Condition.of(frontier, known)
        info = RequestInfo(
            role=Role.LISTING,
            section=progress.section,
            via=Via(via, progress.page - 1),
            revisit_of=condition.revisit_of,
            notes=(
                ("listing-page", str(progress.page)),
                ("first-position", str(progress.position)),
            ),
        )
        form = {"Content-Type": wanted.content_type} if wanted.is_post else {}
        return Request(
            wanted.url,
            method="POST" if wanted.is_post else "GET",
            body=wanted.body,
            headers={
                **self._context.portal.accept_header(),
                **condition.headers,
                **info.via.referer(),
                **form,
                **dict(wanted.headers),
            },
            dont_filter=True,
            cb_kwargs={"progress": progress},
            meta=meta_of(info),
        )

    def read(self, response: Response, progress: ListingProgress) -> ReadListing | UnusableAnswer:
        """The page in a response, or the reason why it cannot be used."""
        if response.status not in (200, 304):
            return UnusableAnswer(f" answered {response.status}", response.status)
        if is_unrequested_304(response):
            return UnusableAnswer(" answered 304 to a request without a condition", response.status)
        if _is_led_away(response, progress):
            return UnusableAnswer(f" was redirected to {response.url}", response.status)
        answer = PageAnswer.of(response, self._run.layout)
        page = self._context.portal.read_listing_page(
            answer.body, answer.url, answer.fetched_at, answer.content_type
        )
        page = replace(page, rows=self._run.identities.listed(page.rows))
        if page.no_answer is not None:
            count_substitute_page(self._run, page.no_answer.kind)
            status = response.status if response.status != 200 else None
            return UnusableAnswer(f" is a substitute page: {page.no_answer.words()}", status)
        return ReadListing(page, answer)

    def found(
        self, read: ReadListing, progress: ListingProgress
    ) -> Iterator[ListingRows | Request]:
        """The rows of a page, for the pipelines, and the requests for its articles."""
        page, answer = read.page, read.answer
        self._count(read, progress)
        # Looked up before the rows are kept: they are compared with earlier listings.
        wanted = list(self._articles.wanted(page.rows, progress))
        if page.rows:
            yield ListingRows(
                section=progress.section,
                first_position=progress.position,
                rows=page.rows,
                capture=answer.capture,
            )
        via = Via(answer.url, progress.page)
        for article in wanted:
            yield self._articles.request(article, via)

    def _count(self, read: ReadListing, progress: ListingProgress) -> None:
        page, tally, section = read.page, self._run.tally, progress.section
        if page.total is not None:
            tally.note_portal_count(section, page.total)
        keys = [row.key for row in page.rows]
        repeats = progress.is_counted or progress.repeats(tuple(keys), read.answer.url)
        is_whole = not (read.answer.broke_off or repeats)
        tally.count_listing_page(section, keys, is_whole=is_whole)
        if page.refused:
            tally.count_refused(page.refused)
            name = self._context.portal.name
            logger.info("%s: %d addresses cannot be read: %s", name, page.refused, read.answer.url)


def answered(read: ReadListing, progress: ListingProgress) -> ListingAnswer:
    """A page as the listing's way sees it, before its rows are counted."""
    answer = read.answer
    return ListingAnswer(
        request=progress.requests[-1],
        url=answer.url,
        body=answer.body,
        page=progress.page,
        content_type=answer.content_type,
        fetched_at=answer.fetched_at,
    )


def _is_led_away(response: Response, progress: ListingProgress) -> bool:
    """Whether a form was answered by a redirect to a page, as if its session had ended."""
    asked = response.request
    return progress.requests[-1].is_post and asked is not None and asked.method != "POST"
