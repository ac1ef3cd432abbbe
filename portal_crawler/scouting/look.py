"""The crawl that looks at a site; its answers are archived, and no rows are made of them."""

from collections.abc import AsyncIterator
from typing import Any, ClassVar, Self, cast
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from portal_crawler.crawl.spider import Portal
from portal_crawler.errors import UsageError
from portal_crawler.platforms.generic import Generic
from portal_crawler.portals.reader import FetchedPage
from portal_crawler.request_info import request_info
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.scouting.address import other_name, root_of
from portal_crawler.scouting.fetching import Fetcher
from portal_crawler.scouting.survey import FoundSite, SiteSurvey, WantedPortal

NO_REQUESTS: tuple[Request, ...] = ()


class Look(Generic):
    """Looks at the site of a wanted; `looking_at` gives the class for one site."""

    learns = False
    wanted: ClassVar[WantedPortal]
    custom_settings = {"RETRY_TIMES": 1, "DOWNLOAD_TIMEOUT": 30}  # noqa: RUF012  Scrapy's own form

    site: FoundSite | None = None
    """The site; None before it was looked at, or if there is nothing to look at."""
    survey: SiteSurvey
    error: UsageError | None = None
    """Why there is nothing to look at."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build it for one crawl."""
        look = super().from_crawler(crawler, *args, **kwargs)
        look.survey = SiteSurvey(Fetcher(crawler), cls.wanted)
        crawler.signals.connect(look.keep_robots, signals.response_received)
        return look

    async def start(self) -> AsyncIterator[Request]:
        """Look at the site; no request is left to Scrapy's queue."""
        run = CrawlRun.of(self.crawler)
        try:
            self.site = await self.survey.site()
        except UsageError as error:
            self.error = error
        run.tally.end_requests()
        for request in NO_REQUESTS:
            yield request

    def keep_robots(self, response: Response, request: Request) -> None:
        """Hand a robots.txt to the survey: it may name sitemaps."""
        info = request_info(request)
        if info.is_robots and response.status == 200 and info.started_at is not None:
            self.survey.note_robots(
                FetchedPage(
                    body=response.body,
                    url=response.url,
                    fetched_at=info.started_at,
                    content_type=None,
                )
            )


def looking_at(wanted: WantedPortal) -> type[Portal]:
    """The class of the crawl that looks at a site."""
    first = wanted.addresses[0]
    hosts = [urlsplit(url).hostname or "" for url in (first, *wanted.listings)]
    others = [name for host in hosts if (name := other_name(host)) is not None]
    values = {
        "__module__": Generic.__module__,
        "name": wanted.name,
        "home": root_of(first),
        "hosts": tuple(dict.fromkeys((*hosts, *others))),
        "sections": {"home": root_of(first)},
        "verified_on": "never",
        "wanted": wanted,
    }
    return cast(type[Portal], type("LookAtOne", (Look,), values))
