"""Redirects: as Scrapy follows them, without a Referer."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response


class PlainRedirectMiddleware(RedirectMiddleware):
    """Scrapy's, which else looks for its RefererMiddleware and warns in each run's log.

    Which page named an address stands in the request's meta.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def handle_referer(self, request: Request, response: Response) -> None:
        """The page that was redirected is no page that names the new address."""
        request.headers.pop("Referer", None)
