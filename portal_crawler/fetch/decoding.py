"""Decompresses the bodies of answers."""

import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response

from archive.warc.reader import MAX_BODY_BYTES, decoded
from portal_crawler.run.archiving import ArchivingCrawler
from portal_crawler.run.crawl_run import CrawlRun

logger = logging.getLogger(__name__)


class DecodingMiddleware:
    """Decompresses gzip and deflate with the code that reads bodies back from the WARC."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "DecodingMiddleware | HttpCompressionMiddleware":
        """Build it for one crawl; Scrapy's own if the crawl is not archived."""
        is_run = isinstance(crawler, ArchivingCrawler)
        return cls(crawler) if is_run else HttpCompressionMiddleware.from_crawler(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Replace the body by the decompressed one; one that is too long is cut, and a failure."""
        coding = response.headers.get("Content-Encoding")
        if coding is None or not response.body:
            return response
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        body = decoded(response.body, coding.decode("latin-1"))
        if len(body) >= MAX_BODY_BYTES:
            why = (
                f"{len(response.body)} bytes unpack to more than {MAX_BODY_BYTES}: read up to there"
            )
            logger.warning("%s: %s", request.url, why)
            CrawlRun.of(self._crawler).tally.count_failure(why, request.url)
        return response.replace(body=body, headers=headers)
