"""The base class of all portals: the Scrapy spider that crawls a portal into an archive.

A portal is a subclass of its platform's class with a dozen attributes and no method.
"""

import logging
from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from portal_crawler.crawl.articles import ArticleCrawl
from portal_crawler.crawl.bounds import BOUNDS, CrawlBounds
from portal_crawler.crawl.context import CrawlContext
from portal_crawler.crawl.due_articles import BATCH, DueArticles
from portal_crawler.crawl.listing_crawl import ListingCrawl
from portal_crawler.crawl.listing_pages import ListingPages
from portal_crawler.crawl.listing_retries import ListingRetries
from portal_crawler.crawl.plan import RevisitRules, planned
from portal_crawler.crawl.queue_bound import QueueBound
from portal_crawler.crawl.requisites import RequisiteCrawl, RequisiteRules
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.run.archiving import ArchivingCrawler
from portal_crawler.run.crawl_run import CrawlRun

logger = logging.getLogger(__name__)

_PROJECT = SETTINGS_PRIORITIES["project"]


class Portal(PortalDeclaration, Spider):
    """Base of all platforms; crawls the listings in `sections`, their articles and requisites.

    The hooks of PortalDeclaration say how pages are read. `start` makes the parts of a crawl.
    """

    def __init__(self, name: str | None = None, **arguments: object) -> None:
        """`arguments` are those of CrawlBounds, as text or values; others become attributes.

        ValueError if one of them is not a number.
        """
        others = {key: value for key, value in arguments.items() if key not in BOUNDS}
        super().__init__(name, **others)
        self.bounds = CrawlBounds.of(arguments)
        self.queue: QueueBound
        self.rules: RevisitRules
        self.listings: ListingCrawl | None = None
        self.retries: ListingRetries
        self.articles: ArticleCrawl
        self.due: DueArticles
        self.requisites: RequisiteCrawl | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build it for one crawl; UsageError if a setting makes no sense."""
        portal = super().from_crawler(crawler, *args, **kwargs)
        portal.rules = RevisitRules.of(crawler.settings)
        portal.queue = QueueBound(crawler)
        crawler.signals.connect(portal.request_the_rest, signals.spider_idle)
        return portal

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Name the contact in the user agent, if there is one."""
        super().update_settings(settings)
        contact = settings.get("PORTAL_CONTACT")
        if contact and (settings.getpriority("USER_AGENT") or 0) <= _PROJECT:
            agent = f"{settings['USER_AGENT'].rstrip(')')}; {contact})"
            settings.set("USER_AGENT", agent, priority="spider")

    async def start(self) -> AsyncIterator[Request]:
        """The first page of each listing; without limits also requisites that earlier runs left."""
        if not isinstance(self.crawler, ArchivingCrawler):
            logger.error("%s: nothing is archived this way; use `scrapy crawl`", self.name)
            return
        run = CrawlRun.of(self.crawler)
        with run.archive_failure.database_errors():
            self.listings = listings = self._begin(run)
            for request in listings.first_requests():
                yield request
            if self.requisites is not None and self.bounds.are_none:
                async for request in self.requisites.left_out():
                    await self._until_queue_is_empty()
                    yield request

    def _begin(self, run: CrawlRun) -> ListingCrawl:
        """Plan the run and make the parts of the crawl."""
        context = self._context(run)
        self.due = DueArticles(context, self.rules.ages)
        self.articles = self.article_crawl(context)
        if self.bounds.requisites and self.settings.getbool("PORTAL_REQUISITES"):
            rules = RequisiteRules.of(self.settings, self, full=self.bounds.full)
            self.requisites = RequisiteCrawl(run, rules)
        pages = ListingPages(context, self.articles)
        listings = ListingCrawl(context, pages, self.requisites)
        self.retries = ListingRetries(context, pages, listings)
        return listings

    def article_crawl(self, context: CrawlContext) -> ArticleCrawl:
        """The part of a crawl that requests articles; a sample requests a few."""
        return ArticleCrawl(context, self.due)

    def _context(self, run: CrawlRun) -> CrawlContext:
        begun, sections = run.row.started_at, len(self.sections)
        plan = planned(run.frontier, self.rules, begun, self.bounds, sections)
        gaps = run.tally.begin_listings(
            self.sections, run.frontier.listings.listing_gaps(), is_full_crawl=plan.is_full_crawl
        )
        return CrawlContext(portal=self, run=run, bounds=self.bounds, plan=plan, gaps=gaps)

    async def _until_queue_is_empty(self) -> None:
        """Or Scrapy takes all that `start` gives at once, however much waits already."""
        engine = self.crawler.engine
        if engine is not None and engine.needs_backout():
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    def request_the_rest(self) -> None:
        """When no request waits any more, request unavailable listing pages again and due articles.

        Raises DontCloseSpider if there is any.
        """
        engine = self.crawler.engine
        if engine is None or self.listings is None or not self.listings.have_begun:
            return  # outside the portal's hours nothing was begun
        run = CrawlRun.of(self.crawler)
        with run.archive_failure.database_errors():
            requests = self.retries.requests()
            requests = requests[: self.queue.at_most(len(requests))]
            requests = requests or self.articles.due_requests(self.queue.at_most(BATCH))
            for request in requests:
                engine.crawl(request)
            if requests:
                raise DontCloseSpider
        run.tally.end_requests()
