"""A crawl of a few pages: two of each listing, and a few articles from them."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeVar

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.models import ListedArticle, Role
from portal_crawler.crawl.answers import PageAnswer, is_unrequested_304
from portal_crawler.crawl.articles import ArticleCrawl
from portal_crawler.crawl.context import CrawlContext
from portal_crawler.crawl.due_articles import WantedArticle
from portal_crawler.crawl.listing import ListingProgress
from portal_crawler.crawl.spider import Portal
from portal_crawler.fetch.failure_words import failure_words, request_of
from portal_crawler.request_info import RequestInfo, meta_of, request_info
from portal_crawler.run.crawl_run import CrawlRun

SAMPLED_PAGES = 2
"""Pages of each listing."""

ARTICLES = (4, 2)
"""Articles of the first and second listing pages that are requested, shared by the listings; where
there are more listings the further ones give none."""


@dataclass(frozen=True, slots=True)
class SampledPage:
    """One page of a sample, as a crawl reads it."""

    role: str
    """A Role: other (the front page), listing or article."""
    section: str | None
    number: int
    """Of a listing page, from 1; of others 0."""
    answer: PageAnswer


@dataclass(slots=True)
class Sample:
    """The pages of a sample, in the order in which they came."""

    pages: list[SampledPage] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """Answers that are no pages, each with its address."""

    def of(self, role: Role) -> list[SampledPage]:
        """The pages of one role."""
        return [page for page in self.pages if page.role == role]


class SampledArticles(ArticleCrawl):
    """Requests a few articles of each listing page, far from each other in its order."""

    def wanted(
        self, rows: Iterable[ListedArticle], progress: ListingProgress
    ) -> Iterator[WantedArticle]:
        """A few of the articles of a page, its first and last among them, known or not."""
        most = _most_of(progress.page, progress.section, list(self._context.portal.sections))
        every = {row.key: row for row in rows if row.key not in self._requested}
        for row in spread(list(every.values()), most):
            self._requested.add(row.key)
            yield WantedArticle(key=row.key, section=progress.section, url=row.url, title=row.title)


def _most_of(page: int, section: str, sections: list[str]) -> int:
    """Articles of a listing page that are requested: of the first one more than of the second."""
    every = ARTICLES[page - 1] if page <= len(ARTICLES) else 0
    if section in sections[every:]:
        return 0
    return max(1, every // len(sections)) if every else 0


Item = TypeVar("Item")


def spread(items: list[Item], most: int) -> list[Item]:
    """At most so many items, evenly spread, with the first and the last one."""
    if len(items) <= most or most < 2:
        return items[:most]
    step = (len(items) - 1) / (most - 1)
    return [items[round(number * step)] for number in range(most)]


class Sampling(Portal):
    """Mixed into a portal's class, before it: fetches its front page and a sample of its news."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build it for one crawl."""
        sampling = super().from_crawler(crawler, *args, **kwargs)
        sampling.sample = Sample()
        crawler.signals.connect(sampling.keep_page, signals.response_received)
        return sampling

    sample: Sample
    fetches_home: ClassVar[bool] = True
    """The front page is part of the sample."""

    async def start(self) -> AsyncIterator[Request]:
        """The front page, and what a crawl begins with."""
        home = self.entry().home
        if home is not None and self.fetches_home:
            yield Request(
                home, callback=_nothing, errback=self.note_failure, dont_filter=True,
                meta=meta_of(RequestInfo()),
            )  # fmt: skip
        async for request in super().start():
            yield request

    def article_crawl(self, context: CrawlContext) -> ArticleCrawl:
        """The part that requests a few articles."""
        return SampledArticles(context, self.due)

    def keep_page(self, response: Response, request: Request) -> None:
        """Keep a page with its role."""
        info = request_info(request)
        if info.role not in (Role.OTHER, Role.LISTING, Role.ARTICLE) or info.started_at is None:
            return
        if response.status not in (200, 304) or is_unrequested_304(response):
            self.sample.failures.append(f"{response.url} answered {response.status}")
            return
        number = dict(info.notes).get("listing-page", "0")
        answer = PageAnswer.of(response, CrawlRun.of(self.crawler).layout)
        self.sample.pages.append(SampledPage(info.role, info.section, int(number), answer))

    def note_failure(self, failure: Failure) -> None:
        """Keep the reason why the front page could not be fetched."""
        self.sample.failures.append(f"{request_of(failure).url}: {failure_words(failure)}")


def _nothing(response: Response) -> None:
    """The front page was kept when it came."""
