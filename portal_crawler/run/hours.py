"""The hours of the day in which a portal may be asked: `hours = "22:00-05:00"`."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from archive.moments import VIETNAM, now
from portal_crawler.errors import PortalDeclarationError
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.outcome import OUTSIDE_HOURS

"""No daylight saving since 1975."""

_FORM = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of the day to another, over midnight where the second is the earlier one."""

    begin: time
    end: time

    @classmethod
    def of(cls, portal: Any) -> Self | None:
        """Those that a portal declares; PortalDeclarationError where they cannot be read."""
        text = getattr(portal, "hours", None)
        if text is None:
            return None
        match = _FORM.fullmatch(text)
        if match is None or text[:5] == text[6:]:
            raise PortalDeclarationError(
                f'{portal.name}: hours = {text!r} is no window; write it as "22:00-05:00"'
            )
        first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
        return cls(time(*first), time(*last))

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"

    def left_s(self, moment: datetime) -> float:
        """Seconds until the window closes; 0.0 outside of it."""
        local = moment.astimezone(VIETNAM)
        day = local.replace(hour=0, minute=0, second=0, microsecond=0)
        since_begin = (local - _at(day, self.begin)) % timedelta(days=1)
        length = (_at(day, self.end) - _at(day, self.begin)) % timedelta(days=1)
        return max(0.0, (length - since_begin).total_seconds())


def _at(day: datetime, moment: time) -> datetime:
    return day.replace(hour=moment.hour, minute=moment.minute)


class HoursMiddleware:
    """The spider middleware that asks for nothing outside a portal's hours, and ends with them."""

    def __init__(self, crawler: Crawler) -> None:
        self._run = CrawlRun.of(crawler)
        self._hours = Hours.of(crawler.spidercls)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl, and set the clock when it begins."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signals.spider_opened)
        return middleware

    def spider_opened(self) -> None:
        """End the crawl when the window closes."""
        if self._hours is not None and (left_s := self._left_s()):
            asyncio.get_running_loop().call_later(left_s, self._end)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The first requests, inside the window."""
        if self._hours is not None and not self._left_s():
            self._end()
            return
        async for request in start:
            yield request

    def _left_s(self) -> float:
        assert self._hours is not None
        return self._hours.left_s(now())

    def _end(self) -> None:
        self._run.stop_crawl(OUTSIDE_HOURS, f"outside its hours, {self._hours} in Vietnam")
