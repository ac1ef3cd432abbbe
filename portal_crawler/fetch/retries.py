"""Decides which answers are requested again."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware, get_retry_request
from scrapy.http import Response

from portal_crawler.request_info import request_info
from portal_crawler.run.crawl_run import CrawlRun


def is_retried(request: Request, crawler: Crawler) -> bool:
    """Whether an answer that broke off is requested again, rather than read as far as it goes.

    This is decided once, when the answer is recorded: its record says which it was.
    """
    settings, meta = crawler.settings, request.meta
    most = meta.get("max_retry_times", settings.getint("RETRY_TIMES"))
    if not settings.getbool("RETRY_ENABLED") or meta.get("dont_retry"):
        return False
    return meta.get("retry_times", 0) < most and not CrawlRun.of(crawler).stopping.begun


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, also for answers that broke off; `politeness` delays them."""

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
        broke_off = "dataloss" in response.flags and not request.meta.get("dont_retry")
        is_retried = request_info(request).is_retried
        if broke_off if is_retried is None else is_retried:
            spider = self.crawler.spider
            assert spider is not None, "it has sent the request"
            reason = "answer broke off"
            return get_retry_request(request, spider=spider, reason=reason) or response
        return super().process_response(request, response)
