"""Which answers are asked for again."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

from portal_crawler.run.archiving import ArchivingCrawler
from portal_crawler.run.crawl_run import CrawlRun


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, also for answers that broke off.

    How long to wait before them is a matter of `politeness`.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        middleware = cls(crawler)
        middleware.crawler = crawler
        return middleware

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Retry 429, 5xx and answers that broke off."""
        is_run = isinstance(self.crawler, ArchivingCrawler)
        stopped = is_run and CrawlRun.of(self.crawler).stopping.begun
        if "dataloss" in response.flags and not request.meta.get("dont_retry") and not stopped:
            return self._retry(request, "answer broke off") or response
        return super().process_response(request, response)
