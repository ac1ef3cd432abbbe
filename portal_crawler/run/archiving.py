"""Distinguishes crawls that are archived, those of `portal crawl` and `scrapy crawl`, from others.

`scrapy shell`, `fetch`, `view`, `parse` and `runspider` touch no archive, even with the class of a
portal.
"""

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured


class ArchivingCrawler(Crawler):
    """Crawls a portal into an archive."""


def check_archiving(crawler: Crawler) -> None:
    """Raise NotConfigured for other crawlers, so that Scrapy leaves out components that archive."""
    if not isinstance(crawler, ArchivingCrawler):
        raise NotConfigured
