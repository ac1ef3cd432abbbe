"""A bare Scrapy spider: follows a Liferay listing's pager and articles, and stores nothing.

python -m benchmarks.bare_spider PAGES LOG [CONCURRENCY]
"""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import TextResponse

START = "http://sotttt.hanoi.gov.vn/vi/tin-tuc-su-kien"


class Bare(Spider):
    """Counts its answers."""

    name = "bare"
    handle_httpstatus_list = (404,)

    def __init__(self, pages: int, log: Path) -> None:
        super().__init__()
        self.pages, self.log, self.got = pages, log, 1  # robots.txt

    async def start(self) -> AsyncIterator[Any]:
        yield Request(START, cb_kwargs={"number": 1})

    def parse(self, response: TextResponse, number: int) -> Iterator[Any]:
        self.got += 1
        for link in response.css(".asset-bounddary .asset-title a::attr(href)").getall():
            yield response.follow(link, callback=self.parse_article)
        following = f"_101_cur={number + 1}"
        links = response.css("ul.lfr-pagination-buttons a::attr(href)").getall()
        if number < self.pages:
            link = next(link for link in links if link.endswith(following))
            yield response.follow(link, cb_kwargs={"number": number + 1})

    def parse_article(self, response: TextResponse) -> None:
        self.got += 1

    def closed(self, reason: str) -> None:
        self.log.write_text(str(self.got))


def main() -> None:
    """Crawl with Scrapy's defaults, less the delay."""
    concurrency = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    process = AsyncCrawlerProcess(
        {
            "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
            "COOKIES_ENABLED": False,
            "DOWNLOAD_DELAY": 0,
            "LOG_LEVEL": "WARNING",
            "REMOTE_CONTROL_ENABLED": False,
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Bare, pages=int(sys.argv[1]), log=Path(sys.argv[2]))
    process.start()


if __name__ == "__main__":
    main()
