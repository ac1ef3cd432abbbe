"""From the page to the row: Clean, Check, Store, Follow.

Each adds; none edits what an earlier one said.
"""

import logging
from functools import partial
from itertools import chain
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive.models import Article, Capture
from archive.recording.keeper import PageRead
from portal_crawler.cleaning.extraction import ExtractionError, NoAnswerError, SoftNotFoundError
from portal_crawler.crawl.spider import Portal
from portal_crawler.items import ArticlePage, ListingRows
from portal_crawler.learning.extract import READ_GENERALLY
from portal_crawler.learning.fallback import general_reading
from portal_crawler.portals.reader import FetchedPage, read_article
from portal_crawler.reprocessing.articles import reread
from portal_crawler.reprocessing.effects import unread_of
from portal_crawler.run.block_pages import heed_no_answer
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.drift import is_compared
from portal_crawler.run.run_log import log_change

logger = logging.getLogger(__name__)


class _Pipeline:
    """What they have in common: the run and the portal."""

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

    A page without one gives no row: its capture stays, and the run counts it by why.
    """

    def process_item(self, item: Any) -> Any:
        """Add the article to an ArticlePage."""
        if not isinstance(item, ArticlePage):
            return item
        try:
            item.read_by = self._run.declaration
            item.article = read_article(item.read_by, _fetched(item))
        except NoAnswerError as error:
            self._note_unread(item, error)
            self._heed_no_answer(error)
            raise DropItem(str(error), log_level="WARNING") from error
        except ExtractionError as error:
            if not self._was_counted(item.key):
                self._run.tally.count(self._run.tally.untitled, type(error).__name__)
                self._run.tally.measures.add_page(item)
            self._note_unread(item, error)
            self._heed_missing(item, error)
            raise DropItem(str(error), log_level="INFO") from error
        self._run.tally.blocked_in_a_row = 0
        self._run.tally.measures.add_page(item)
        self._spider.saw_date(item.section, item.article.published_at)
        return item

    def _was_counted(self, key: str) -> bool:
        """Whether its page counted before: in this run, or in that of its last answer."""
        return self._spider.night.is_second(key) or self._run.frontier.was_unread(key)

    def _note_unread(self, item: ArticlePage, error: ExtractionError) -> None:
        if item.stored is None:
            self._run.keeper.note_unread(item.capture, unread_of(error))

    def _heed_no_answer(self, error: NoAnswerError) -> None:
        """The article is neither had nor missing: a failure, so that the next run asks again."""
        self._run.tally.failures.append(str(error))
        heed_no_answer(self._run, error.kind)

    def _heed_missing(self, item: ArticlePage, error: ExtractionError) -> None:
        if isinstance(error, SoftNotFoundError) and self._run.frontier.had(item.key):
            self._spider.night.missed(item.key, item.section, item.url)
            self._run.note_missing(item.capture, item.key, item.url)


class Check(_Pipeline):
    """Counts what looks wrong with the article. Nothing is dropped."""

    _read = 0
    """Articles so far."""

    _is_told = False
    """That there was a page that could not be compared."""

    def process_item(self, item: Any) -> Any:
        """Count an ArticlePage's problems, and how well its layout fitted."""
        if not isinstance(item, ArticlePage) or item.article is None:
            return item
        tally = self._run.tally
        tally.with_problems += bool(item.article.problems)
        tally.without_body += item.article.body is None
        for code in item.article.problems:
            tally.count(tally.problems, code)
        self._count_drift(item, item.article)
        return item

    def _count_drift(self, item: ArticlePage, article: Article) -> None:
        drift = self._run.tally.drift
        drift.watch(self._run.declaration.watched_fields())
        drift.count(article)
        self._read += 1
        if is_compared(self._read) and READ_GENERALLY not in article.problems:
            general = self._general_reading(item)
            if general is not None:
                drift.compare(article, general)

    def _general_reading(self, item: ArticlePage) -> str | None:
        """None where it fails: no row may be lost by a comparison, whatever is wrong with it."""
        try:
            return general_reading(item.body, item.content_type)
        except Exception as error:  # noqa: BLE001  a third party's, or that it cannot be imported
            if not self._is_told:
                self._is_told = True
                why = " ".join(str(error).split())
                logger.warning(
                    "%s: not compared with a general extractor's reading: %s: %s (%s; of further "
                    "pages nothing is said)",
                    self._run.portal.name, type(error).__name__, why, item.url,
                )  # fmt: skip
            return None


class Store(_Pipeline):
    """Hands sightings and articles to the keeper, behind the captures that they were read from."""

    def process_item(self, item: Any) -> Any:
        """Keep a ListingRows or an ArticlePage."""
        if isinstance(item, ListingRows):
            self._run.keeper.keep_sightings(item.rows, item.first_position, item.capture)
        elif isinstance(item, ArticlePage) and item.article is not None:
            page = PageRead(item.capture, item.stored)
            stored = self._run.keeper.keep_article(partial(self._read, item), page, self._reread)
            counted = partial(self._run.tally.count_change, item.article)
            stored.add_done_callback(counted)
            name = self._run.portal.name
            stored.add_done_callback(partial(log_change, name, item.key, item.url))
            if self._run.frontier.is_gone(item.key):
                self._run.tally.returned += 1
                logger.info("%s: was gone and is there again: %s", name, item.url)
            if self._run.learning is not None:
                self._run.keeper.do(self._run.learning.advance)
        return item

    def _read(self, item: ArticlePage) -> Article:
        """The item's article; read again where the site has taught more in the meantime."""
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
    """Asks for what a stored article's page needs, and for its pictures and documents."""

    def process_item(self, item: Any) -> Any:
        """Schedule the requests of an ArticlePage."""
        walk, engine = self._spider.requisites, self._crawler.engine
        if walk is None or engine is None or not isinstance(item, ArticlePage):
            return item
        fresh = item.stored is None
        of_article = walk.of_article(item.article, fresh=fresh) if item.article is not None else ()
        of_page = walk.of_page(item.body, item.url, item.content_type, fresh=fresh)
        for request in chain(of_article, of_page):
            if self._spider.queue.takes(request, item.url):
                engine.crawl(request)
        return item


def _fetched(item: ArticlePage) -> FetchedPage:
    return FetchedPage(
        body=item.body,
        url=item.url,
        fetched_at=item.fetched_at,
        content_type=item.content_type,
        truncated=item.truncated,
    )
