"""Reports the progress of a crawl twice a second."""

import asyncio
import json
import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from portal_crawler.run.archiving import check_archiving
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.tally import Tally

logger = logging.getLogger(__name__)

TICK_S = 0.5
LOG_EVERY_S = 30.0
CHANNEL_VARIABLE = "PORTAL_PROGRESS_FD"
"""Number of the open file to which a crawl that another process started writes its progress."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The progress of a crawl at one moment."""

    portal: str
    listed: int
    asked: int
    fetched: int
    stored: int
    problems: int
    failures: int
    dead_links: int
    portal_count: int | None
    seconds: float

    @property
    def rate(self) -> float:
        """Articles fetched a second."""
        return self.fetched / self.seconds if self.seconds > 0 else 0.0


Listener = Callable[[Snapshot], None]

snapshot_taken = object()
"""Scrapy signal; its handlers take the keyword `snapshot`."""


class Progress:
    """The Scrapy extension that takes a snapshot every TICK_S.

    It sends the signal `snapshot_taken`. If nothing is connected to that, it writes to the channel
    that the parent process named or, without one, into the log.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._otherwise = _channel_or_log()
        self._started = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl; NotConfigured if that is not archived."""
        check_archiving(crawler)
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        """Begin to tick."""
        self._task = asyncio.ensure_future(self._tick())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._report()

    def spider_closed(self) -> None:
        """Stop ticking, and report once more."""
        if self._task is not None:
            self._task.cancel()
        self._report()

    def _report(self) -> None:
        run = CrawlRun.of(self._crawler)
        seconds = time.monotonic() - self._started
        snapshot = snapshot_of(run.portal.name, run.tally, seconds)
        heard = self._crawler.signals.send_catch_log(snapshot_taken, snapshot=snapshot)
        if not heard:
            self._otherwise(snapshot)


def snapshot_of(portal: str, tally: Tally, seconds: float) -> Snapshot:
    """The snapshot of a tally, `seconds` after the start of the crawl."""
    return Snapshot(
        portal=portal,
        listed=len(tally.listed),
        asked=tally.requested,
        fetched=tally.stored + tally.dead_links + tally.untitled,
        stored=tally.stored,
        problems=tally.with_problems,
        failures=len(tally.failures),
        dead_links=tally.dead_links,
        portal_count=tally.portal_count,
        seconds=seconds,
    )


def _channel_or_log() -> Listener:
    number = os.environ.get(CHANNEL_VARIABLE)
    if number is None:
        return _Log()
    return _Channel(int(number))


class _Channel:
    """Writes to the process that started the crawl; ends the crawl if that was killed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._is_open = True

    def __call__(self, snapshot: Snapshot) -> None:
        if not self._is_open:
            return
        try:
            os.write(self._descriptor, json.dumps(asdict(snapshot)).encode() + b"\n")
        except BrokenPipeError:
            self._is_open = False
            signal.raise_signal(signal.SIGTERM)


class _Log:
    """Writes a line into the log twice a minute."""

    def __init__(self) -> None:
        self._logged_at = time.monotonic()

    def __call__(self, snapshot: Snapshot) -> None:
        if time.monotonic() - self._logged_at < LOG_EVERY_S:
            return
        self._logged_at = time.monotonic()
        logger.info(
            "%s: listed %d, stored %d, problems %d, failures %d, %.1f articles/s",
            snapshot.portal,
            snapshot.listed,
            snapshot.stored,
            snapshot.problems,
            snapshot.failures,
            snapshot.rate,
        )
