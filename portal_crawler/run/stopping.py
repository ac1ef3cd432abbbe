"""Stops a crawl: it sends no new requests, and gives answers that are coming DRAIN_S to finish.

Answers that take longer are broken off; the WARC keeps their beginning, marked as truncated.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from scrapy import signals
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler

from portal_crawler.errors import CrawlInterruptedError
from portal_crawler.refusals import CrawlStoppedError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

DRAIN_S = 8.0
"""How long answers may continue after the stop. Docker and many init scripts wait ten seconds
before they kill a service; two are left to save."""

CHECK_EVERY_S = 0.2
"""How often to check for a signal, which Scrapy handles without notice."""


class Stopping:
    """The stop of one crawl, and the callbacks that it triggers.

    To be used in the crawl's own thread only.
    """

    def __init__(self, crawler: Crawler, portal: str) -> None:
        self.why: str | None = None
        """Why the crawl was stopped before its end, in words."""
        self._crawler = crawler
        self._portal = portal
        self._begun = asyncio.Event()
        self._at_a_signal: list[Callable[[], None]] = []
        self._at_the_end: list[Callable[[], None]] = []
        self._watch: asyncio.Task[None] | None = None
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @property
    def begun(self) -> bool:
        """Whether the crawl may send no new requests."""
        return self._begun.is_set()

    def stop_crawl(self, reason: str, why: str | None = None) -> None:
        """Send no new requests; answers that are coming are still archived.

        `reason` becomes Scrapy's finish reason, from which `outcome.judged` derives the outcome.
        `why` gives the reason in words.
        """
        engine = self._crawler.engine
        if engine is None or not engine.running or self.begun:
            return
        if why is not None:
            logger.info("%s: %s", self._portal, why)
        self.why = why
        self.begin()
        asyncio.ensure_future(  # noqa: RUF006  the engine keeps a reference
            engine.close_spider_async(reason=reason)
        )

    def begin(self) -> None:
        """Refuse waiting requests, and break off after DRAIN_S the answers that are coming."""
        if self.begun:
            return
        self._begun.set()
        self._refuse_waiting()
        asyncio.get_running_loop().call_later(DRAIN_S, self._break_off)

    def at_a_signal(self, hurry: Callable[[], None]) -> None:
        """Have a function called when a signal ends the crawl, which leaves ten seconds."""
        self._at_a_signal.append(hurry)

    def at_the_end(self, break_off: Callable[[], None]) -> None:
        """Have a function called DRAIN_S after the stop, to break off answers."""
        self._at_the_end.append(break_off)

    async def pause(self, seconds: float) -> None:
        """Wait; raise CrawlStoppedError as soon as the crawl is stopped."""
        try:
            await asyncio.wait_for(self._begun.wait(), seconds)
        except TimeoutError:
            return
        raise CrawlStoppedError

    async def awaited(self, coming: Awaitable[Result]) -> Result:
        """The awaited result; raises CrawlStoppedError as soon as the crawl is stopped."""
        task = asyncio.ensure_future(coming)
        begun = asyncio.ensure_future(self._begun.wait())
        await asyncio.wait((task, begun), return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        if not task.done():
            task.cancel()
            raise CrawlStoppedError
        return task.result()

    def _opened(self) -> None:
        self._watch = asyncio.ensure_future(self._notice_signal())

    def _closed(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    async def _notice_signal(self) -> None:
        """Notice a signal: the engine does not run any more, and waits for answers."""
        while not self._engine.running:
            await asyncio.sleep(CHECK_EVERY_S)
        while self._engine.running:
            await asyncio.sleep(CHECK_EVERY_S)
        for hurry in self._at_a_signal:
            hurry()
        self.begin()

    @property
    def _engine(self) -> ExecutionEngine:
        engine = self._crawler.engine
        assert engine is not None, "the spider is open"
        return engine

    def _refuse_waiting(self) -> None:
        """Refuse requests that wait for the delay of their host, which may be minutes."""
        for slot in self._engine.downloader.slots.values():
            slot.close()
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(CrawlStoppedError())

    def _break_off(self) -> None:
        for break_off in self._at_the_end:
            break_off()


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGINT and SIGTERM raise CrawlInterruptedError inside the block.

    For work before the engine runs, because Scrapy's handlers would wait for the engine's end. The
    work must bear being interrupted at any moment.
    """

    def interrupt(number: int, _frame: object) -> None:
        raise CrawlInterruptedError(
            f"interrupted by {signal.Signals(number).name} before the crawl began; "
            "nothing is lost: crawl again"
        )

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
