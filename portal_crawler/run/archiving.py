"""Which crawls are archived: those that `portal crawl` and `scrapy crawl` begin.

What else Scrapy crawls with this project's settings, by `scrapy shell`, `fetch`, `view`, `parse` or
`runspider`, be it with a portal's class, is a look: it touches no archive.
"""

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured


class ArchivingCrawler(Crawler):
    """Crawls a portal into an archive."""


def check_archiving(crawler: Crawler) -> None:
    """Raise NotConfigured for every other crawler: a component that archives stays out of it."""
    if not isinstance(crawler, ArchivingCrawler):
        raise NotConfigured
