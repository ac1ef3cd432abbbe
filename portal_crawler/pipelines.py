"""The item pipelines that lead from a page to its row: Clean, Check, Store, Follow.

Each adds to an item; none changes what an earlier one has added.
"""

import logging
from functools import partial
from itertools import chain
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive.database.known_articles import ListedAddress
from archive.models import Article, Capture
from archive.recording.rows import PageRead, ReservedRows
from portal_crawler.cleaning.extraction import ExtractionError, NoAnswerError, SoftNotFoundError
from portal_crawler.crawl.spider import Portal
from portal_crawler.errors import ReaderDiedError
from portal_crawler.items import ArticlePage, ListingRows
from portal_crawler.portals.reader import FetchedPage, PageReader, read_article
from portal_crawler.refusals import CrawlStoppedError
from portal_crawler.reprocessing.articles import reread
from portal_crawler.reprocessing.effects import why_unread
from portal_crawler.run.block_pages import count_substitute_page
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.drift import is_compared
from portal_crawler.run.reading.page import PageReading
from portal_crawler.run.run_log import log_change

logger = logging.getLogger(__name__)


class _Pipeline:
    """Base of the pipelines: knows the run and the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = CrawlRun.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        return cls(crawler)

    @property
    def _spider(self) -> Portal:
        spider = self._crawler.spider
        assert isinstance(spider, Portal)
        return spider


class Clean(_Pipeline):
    """Reads the article from its page.

    A page without an article gives no row, but its capture stays and the run counts it.
    """

    _pages = 0
    """Pages so far."""

    _has_warned = False
    """Whether a page that could not be compared was logged."""

    async def process_item(self, item: object) -> object:
        """Add the article to an ArticlePage."""
        if not isinstance(item, ArticlePage):
            return item
        item.rows = self._run.keeper.reserve()
        item.read_by = portal = self._run.declaration
        self._pages += 1
        reading = await self._reading(item, portal, is_compared=is_compared(self._pages))
        if reading.error is not None:
            self._note_no_article(item, reading.error)
            item.rows.release()
            raise DropItem(str(reading.error), log_level=_log_level(reading.error))
        item.article, item.general = reading.article, reading.general
        if reading.not_compared is not None:
            self._warn(item, reading.not_compared)
        assert item.article is not None
        self._run.tally.count_article_page(item)
        self._spider.articles.count_date(item.section, item.article.published_at)
        return item

    async def _reading(
        self, item: ArticlePage, portal: PageReader, *, is_compared: bool
    ) -> PageReading:
        """Raises DropItem if the crawl is stopped. The place of the page's rows then stays open, so
        that the next crawl reads the page from the WARC file."""
        try:
            return await self._run.readings.of(portal, _fetched(item), is_compared=is_compared)
        except (CrawlStoppedError, ReaderDiedError) as error:
            raise DropItem(str(error), log_level="INFO") from error

    def _note_no_article(self, item: ArticlePage, error: ExtractionError) -> None:
        if not isinstance(error, NoAnswerError) and not self._was_counted(item.key):
            self._run.tally.count_untitled(item)
        if item.stored is None:
            _rows(item).note_unread(item.capture, why_unread(error))
        if isinstance(error, NoAnswerError):
            self._count_substitute_page(error)
        else:
            self._note_missing(item, error)

    def _was_counted(self, key: str) -> bool:
        """Whether the article's page was counted before, in this run or in that of its last
        answer."""
        return self._spider.due.is_second(key) or self._run.frontier.articles.was_unread(key)

    def _count_substitute_page(self, error: NoAnswerError) -> None:
        """Count a failure: the article is neither fetched nor missing, so the next run asks
        again."""
        self._run.tally.count_failure(str(error))
        count_substitute_page(self._run, error.kind)

    def _note_missing(self, item: ArticlePage, error: ExtractionError) -> None:
        if isinstance(error, SoftNotFoundError) and self._run.frontier.articles.has_row(item.key):
            place = ListedAddress(item.section, item.url, item.listed_title)
            self._spider.due.add_missing(place, item.key)
            self._run.recorder.note_missing(_rows(item), item.capture, item.key, item.url)

    def _warn(self, item: ArticlePage, why: str) -> None:
        """Log the first page that could not be compared; its row is stored all the same."""
        if not self._has_warned:
            self._has_warned = True
            logger.warning(
                "%s: not compared with a general extractor's reading: %s (%s; further pages are "
                "not logged)",
                self._run.portal.name, why, item.url,
            )  # fmt: skip


class Check(_Pipeline):
    """Counts the article's problems, and how well its layout fitted. Nothing is dropped."""

    def process_item(self, item: object) -> object:
        """Count an ArticlePage's problems, and how well its layout fitted."""
        if not isinstance(item, ArticlePage) or item.article is None:
            return item
        watched = self._run.declaration.watched_fields()
        self._run.tally.count_fit(item.article, watched, item.general)
        return item


class Store(_Pipeline):
    """Hands sightings and articles to the keeper, after the captures from which they were read."""

    def process_item(self, item: object) -> object:
        """Keep a ListingRows or an ArticlePage."""
        if isinstance(item, ListingRows):
            self._run.keeper.keep_sightings(item.rows, item.first_position, item.capture)
        elif isinstance(item, ArticlePage) and item.article is not None:
            page = PageRead(item.capture, item.stored)
            rows = _rows(item)
            stored = rows.keep_article(partial(self._read, item), page, self._reread)
            counted = partial(self._run.tally.count_change, item.article)
            stored.add_done_callback(counted)
            name = self._run.portal.name
            stored.add_done_callback(partial(log_change, name, item.key, item.url))
            if self._run.frontier.articles.is_gone(item.key):
                self._run.tally.count_returned()
                logger.info("%s: was gone and is there again: %s", name, item.url)
            if self._run.learning is not None:
                rows.do(self._run.learning.advance)
            rows.release()
        return item

    def _read(self, item: ArticlePage) -> Article:
        """The item's article, read again if the learned layout has changed in the meantime."""
        assert item.article is not None
        if item.read_by is self._run.declaration:
            return item.article
        try:
            return read_article(self._run.declaration, _fetched(item))
        except ExtractionError:
            return item.article

    def _reread(self, capture: Capture, original: Capture) -> Article | None:
        return reread(self._run.layout, self._run.declaration, capture, original)


class Follow(_Pipeline):
    """Requests the page resources, pictures and documents of a stored article."""

    def process_item(self, item: object) -> object:
        """Schedule the requests of an ArticlePage."""
        walk, engine = self._spider.requisites, self._crawler.engine
        if walk is None or engine is None or not isinstance(item, ArticlePage):
            return item
        fresh = item.stored is None
        article = item.article
        of_article = walk.of_article(article, item.url, fresh=fresh) if article is not None else ()
        of_page = walk.of_page(item.body, item.url, item.content_type, fresh=fresh)
        for request in chain(of_article, of_page):
            if self._spider.queue.takes(request, item.url):
                engine.crawl(request)
        return item


def _rows(item: ArticlePage) -> ReservedRows:
    assert item.rows is not None, "Clean took it"
    return item.rows


def _log_level(error: ExtractionError) -> str:
    return "WARNING" if isinstance(error, NoAnswerError) else "INFO"


def _fetched(item: ArticlePage) -> FetchedPage:
    return FetchedPage(
        body=item.body,
        url=item.url,
        fetched_at=item.fetched_at,
        content_type=item.content_type,
        listed_title=item.listed_title,
        truncated=item.truncated,
    )
