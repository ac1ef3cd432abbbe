"""Requests articles, those that listings name and those that are due, and hands their pages on."""

import logging
from collections.abc import Iterable, Iterator

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.addresses import can_be_asked
from archive.database.known_articles import Known, ListedAddress
from archive.models import GONE_AT_ONCE, MISSING, Capture, ListedArticle, Role, Unread
from portal_crawler.crawl.answers import PageAnswer, broke_off, is_unrequested_304, recorded_capture
from portal_crawler.crawl.conditions import Condition
from portal_crawler.crawl.context import CrawlContext
from portal_crawler.crawl.due_articles import DueArticles, WantedArticle
from portal_crawler.crawl.listing import ListingProgress
from portal_crawler.fetch.failure_words import failure_words, request_of
from portal_crawler.items import ArticlePage
from portal_crawler.refusals import CrawlStoppedError, OutOfScopeError, RobotsRefusedError
from portal_crawler.reprocessing.identity import is_front
from portal_crawler.request_info import (
    RequestInfo,
    Via,
    meta_of,
    recorded_title,
    request_info,
)

logger = logging.getLogger(__name__)

ARTICLES_FIRST = 10
"""Priority of articles: a listing goes on when its page's articles are in, so that the queue stays
short and an interrupted crawl has whole pages."""


class ArticleCrawl:
    """The articles of one crawl; each is requested once, or twice if it is missing."""

    def __init__(self, context: CrawlContext, due: DueArticles) -> None:
        self._context = context
        self._run = context.run
        self._due = due
        self._requested: set[str] = set()

    # Which articles

    def wanted(
        self, rows: Iterable[ListedArticle], progress: ListingProgress
    ) -> Iterator[WantedArticle]:
        """The articles of a listing page that are requested, up to the limit of the crawl."""
        frontier, since = self._run.frontier, self._context.bounds.since
        newest = self._newest_addresses(rows)
        pairs = [(row, frontier.articles.known(progress.section, row)) for row in newest]
        if (known_until := progress.known_until) is not None:
            news = (row.key for row, known in pairs if known.is_news(known_until))
            progress.count_news((row.key for row in newest), news)
        for row, known in pairs:
            if row.key in self._requested or not can_be_asked(row.url):
                continue
            if since is not None and row.date is not None:
                progress.count_date(row.date, since)
                if row.date < since:
                    continue
            if not self._context.plan.requests(known):
                continue
            if not self._is_within_limit(progress):
                return
            self._requested.add(row.key)
            yield _listed(row, known, progress.section)

    def _newest_addresses(self, rows: Iterable[ListedArticle]) -> list[ListedArticle]:
        """One row an article; if a page has two, the one whose address has the newer form."""
        is_older = self._context.portal.is_older_address
        best: dict[str, ListedArticle] = {}
        for row in rows:
            held = best.get(row.key)
            if held is None or is_older(held.url) > is_older(row.url):
                best[row.key] = row
        return list(best.values())

    def _is_within_limit(self, progress: ListingProgress) -> bool:
        """Count an article of a listing, up to the limit of the crawl."""
        most = self._context.bounds.articles
        if most is not None and progress.articles >= most:
            self._run.tally.reach_limit()
            return False
        progress.articles += 1
        return True

    def count_date(self, section: str, published_at: str | None) -> None:
        """Count the date on an article's page, for listings that show no dates."""
        since = self._context.bounds.since
        if since is not None and published_at is not None:
            self._context.listings[section].count_date(published_at, since)

    # Requests

    def request(self, article: WantedArticle, via: Via) -> Request:
        """The request for an article, conditional if an answer of it is named."""
        known = article.answer
        if known is not None and known.status not in (200, 304):
            known = None
        if known is not None and known.status == 304:
            known = self._run.frontier.captures.original(known)
        condition = Condition.of(self._run.frontier, known)
        info = RequestInfo(
            role=Role.ARTICLE,
            key=article.key,
            section=article.section,
            listed_title=recorded_title(article.title),
            via=via,
            revisit_of=condition.revisit_of,
        )
        self._run.tally.count_article_request()
        return Request(
            article.url,
            headers={**self._context.portal.accept_header(), **condition.headers, **via.referer()},
            callback=self.parse,
            errback=self.failed,
            dont_filter=True,
            priority=ARTICLES_FIRST,
            cb_kwargs={"key": article.key, "section": article.section},
            meta=meta_of(info),
        )

    def due_requests(self, most: int) -> list[Request]:
        """Requests for articles that no listing led to, at most so many; none in the end."""
        listings = self._context.listings
        while due := self._due.next_batch(self._requested, most):
            wanted = [
                article
                for article in due
                if can_be_asked(article.url) and self._is_within_limit(listings[article.section])
            ]
            self._requested.update(article.key for article in wanted)
            if wanted:
                return [self.request(article, Via()) for article in wanted]
        return []

    # Answers

    def parse(self, response: Response, key: str, section: str) -> Iterator[ArticlePage]:
        """Hand the page on to the pipelines, or count the failure or missing article."""
        is_missing = response.status in MISSING
        if is_missing or (response.status == 200 and is_front(self._context.portal, response.url)):
            self._note_missing(response, key, section)
            return
        key = request_info(response).identity or key
        self._requested.add(key)
        if response.status not in (200, 304):
            self._context.note_failure(f"article answered {response.status}", response.url)
            return
        if is_unrequested_304(response):
            self._context.note_failure("304 to a request without a condition", response.url)
            return
        answer = PageAnswer.of(response, self._run.layout)
        if answer.broke_off:
            self._context.note_failure("article broke off", response.url)
        yield ArticlePage(
            key=key,
            section=section,
            listed_title=answer.listed_title,
            url=answer.url,
            body=answer.body,
            content_type=answer.content_type,
            fetched_at=answer.fetched_at,
            truncated=answer.broke_off,
            capture=answer.capture,
            stored=answer.original,
        )

    def failed(self, failure: Failure) -> None:
        """Count an article that could not be fetched; the next run requests it again.

        An article that robots.txt disallows, or that lies on another site, is not a failure.
        """
        if isinstance(failure.value, CrawlStoppedError):
            return
        url, words = request_of(failure).url, failure_words(failure)
        if isinstance(failure.value, (RobotsRefusedError, OutOfScopeError)):
            self._run.tally.count_refused()
            logger.info("%s: %s: %s", self._context.portal.name, words, url)
            return
        self._context.note_failure(words, url)

    def _note_missing(self, response: Response, key: str, section: str) -> None:
        run, capture = self._run, recorded_capture(response)
        if response.status == 200:
            run.keeper.note_unread(capture, Unread.MISSING)
        if broke_off(response):
            self._context.note_failure("article broke off", response.url)
            return
        if not run.frontier.articles.has_row(key):
            run.tally.count_dead_link()
            return
        if response.status != GONE_AT_ONCE:
            requested = response.meta.get("redirect_urls", [response.url])[0]
            title = request_info(response).listed_title
            self._due.add_missing(ListedAddress(section, requested, title), key)
        run.recorder.note_missing(run.keeper, capture, key, response.url)


def _listed(row: ListedArticle, known: Known, section: str) -> WantedArticle:
    answer: Capture | None = known.answer if not known.due else None
    return WantedArticle(key=row.key, section=section, url=row.url, title=row.title, answer=answer)
