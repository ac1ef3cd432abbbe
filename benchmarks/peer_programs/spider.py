"""The bare spider's way through a Liferay listing, for the tools by which Scrapy users keep pages.

    python spider.py feed PAGES LOG FILE.jsonl     # title and text of each article, a JSON feed
    python spider.py wacz PAGES LOG FOLDER/        # scrapy-webarchive's WACZ

Runs under Scrapy 2.9 and newer, for scrapy-webarchive asks for one before 2.12.
"""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

START = "http://sotttt.hanoi.gov.vn/vi/tin-tuc-su-kien"

SETTINGS: dict[str, Any] = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "COOKIES_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "WARNING",
    "REMOTE_CONTROL_ENABLED": False,
    "REQUEST_FINGERPRINTER_IMPLEMENTATION": "2.7",
    "ROBOTSTXT_OBEY": True,
    "TELNETCONSOLE_ENABLED": False,
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
}


class Follower(Spider):
    """Counts its answers."""

    name = "follower"
    handle_httpstatus_list = (404,)

    def __init__(self, pages: int, log: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pages, self.count_file, self.got = pages, log, 1  # robots.txt

    def start_requests(self) -> Iterator[Any]:
        """The method that Scrapy before 2.13 calls."""
        yield Request(START, cb_kwargs={"number": 1})

    async def start(self) -> AsyncIterator[Any]:
        for request in self.start_requests():
            yield request

    def parse(self, response: Any, number: int) -> Iterator[Any]:
        self.got += 1
        for link in response.css(".asset-bounddary .asset-title a::attr(href)").getall():
            yield response.follow(link, callback=self.parse_article)
        following = f"_101_cur={number + 1}"
        links = response.css("ul.lfr-pagination-buttons a::attr(href)").getall()
        if number < self.pages:
            link = next(link for link in links if link.endswith(following))
            yield response.follow(link, cb_kwargs={"number": number + 1})

    def parse_article(self, response: Any) -> Any:
        self.got += 1

    def closed(self, reason: str) -> None:
        self.count_file.write_text(str(self.got))


class Reader(Follower):
    """Yields title and text of an article, by selectors as a tutorial writes them."""

    name = "reader"

    def parse_article(self, response: Any) -> Any:
        self.got += 1
        if response.status == 200:
            yield {
                "url": response.url,
                "title": response.css(".asset-full-content-title::text").get(),
                "text": " ".join(response.css(".journal-content-article *::text").getall()),
            }


def main() -> None:
    """Crawl with Scrapy's defaults, less the delay."""
    kind, pages, log, output = sys.argv[1:]
    spider: type[Follower]
    more: dict[str, Any]
    if kind == "feed":
        spider = Reader
        more = {"FEEDS": {output: {"format": "jsonlines", "encoding": "utf8"}}}
    else:
        extension = "scrapy_webarchive.extensions.WaczExporter"
        spider, more = Follower, {"EXTENSIONS": {extension: 543}, "SW_EXPORT_URI": output}
    process = CrawlerProcess({**SETTINGS, **more})
    process.crawl(spider, pages=int(pages), log=Path(log))
    process.start()


if __name__ == "__main__":
    main()
