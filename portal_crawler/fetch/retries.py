"""Which answers are asked for again."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

from portal_crawler.run.crawl_run import CrawlRun

ASKED_AGAIN = "asked_again"
"""In a request's meta, once its answer was recorded and had broken off: see `is_asked_again`."""


def is_asked_again(request: Request, crawler: Crawler) -> bool:
    """Whether an answer that broke off is asked for again, rather than read as far as it goes.

    Decided once, when the answer is recorded, so that its record says which it was.
    """
    settings, meta = crawler.settings, request.meta
    most = meta.get("max_retry_times", settings.getint("RETRY_TIMES"))
    if not settings.getbool("RETRY_ENABLED") or meta.get("dont_retry"):
        return False
    return meta.get("retry_times", 0) < most and not CrawlRun.of(crawler).stopping.begun


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
        broke_off = "dataloss" in response.flags and not request.meta.get("dont_retry")
        if request.meta.get(ASKED_AGAIN, broke_off):
            return self._retry(request, "answer broke off") or response
        return super().process_response(request, response)
