"""Follows redirects as Scrapy does, without a Referer."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response


class PlainRedirectMiddleware(RedirectMiddleware):
    """Scrapy's middleware, without its warning that RefererMiddleware is missing.

    RequestInfo has the page that names an address.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl."""
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def handle_referer(self, request: Request, response: Response) -> None:
        """Remove the Referer: the redirected page does not name the new address."""
        request.headers.pop("Referer", None)
