"""Ends a run that reaches a limit of time, disk space or memory."""

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from archive.filesystem.disk_space import FREE_IT, MB, shortage
from archive.layout import Layout
from portal_crawler.run.archiving import check_archiving
from portal_crawler.run.crawl_run import CrawlRun
from portal_crawler.run.outcome import DISK_RESERVE, MEMORY_LIMIT, TIME_LIMIT

CHECK_EVERY_S = 1.0
"""A check takes some microseconds; a fast line brings 12 MB between two."""

PROCESSES = Path("/proc")
"""Linux shows here how much memory a process uses; other systems have no memory limit."""


@dataclass(frozen=True, slots=True)
class _Reached:
    """A limit that was reached."""

    finish_reason: str
    """Scrapy's."""
    words: str


class Limits:
    """The Scrapy extension that checks the limits every second."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._time_limit_s = settings.getfloat("PORTAL_TIME_LIMIT")
        self._reserve_bytes = settings.getint("PORTAL_DISK_RESERVE_MB") * MB
        self._memory_bytes = settings.getint("PORTAL_MEMORY_LIMIT_MB") * MB
        self._started = time.monotonic()
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it for one crawl; NotConfigured if that is not archived."""
        check_archiving(crawler)
        limits = cls(crawler)
        crawler.signals.connect(limits.spider_opened, signals.spider_opened)
        crawler.signals.connect(limits.spider_closed, signals.spider_closed)
        return limits

    def spider_opened(self) -> None:
        """Begin to check."""
        self._watch = asyncio.ensure_future(self._check())

    def spider_closed(self) -> None:
        """Stop checking."""
        if self._watch is not None:
            self._watch.cancel()

    async def _check(self) -> None:
        run = CrawlRun.of(self._crawler)
        while not run.stopping.begun:
            await asyncio.sleep(CHECK_EVERY_S)
            pids = ("self", run.readings.pid)
            used = sum(resident_bytes(pid) for pid in pids if pid is not None)
            if (reached := self._reached(run.layout, used)) is not None:
                run.stopping.stop_crawl(reached.finish_reason, reached.words)

    def _reached(self, layout: Layout, used_bytes: int) -> _Reached | None:
        if self._time_limit_s and time.monotonic() - self._started >= self._time_limit_s:
            return _Reached(TIME_LIMIT, f"time limit of {self._time_limit_s:g} s reached")
        short = shortage(layout, self._reserve_bytes)
        if short is not None:
            return _Reached(DISK_RESERVE, f"{short} {FREE_IT}")
        if self._memory_bytes and used_bytes >= self._memory_bytes:
            return _Reached(
                MEMORY_LIMIT,
                f"the crawl takes {used_bytes // MB} MB of memory, PORTAL_MEMORY_LIMIT_MB allows "
                f"{self._memory_bytes // MB}",
            )
        return None


def resident_bytes(pid: int | str = "self") -> int:
    """The resident memory of a process now, in bytes; 0 if the system does not show it.

    Memory that two processes share counts for both.
    """
    try:
        pages = (PROCESSES / str(pid) / "statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
