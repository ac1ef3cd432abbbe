"""Chooses the process that reads a crawl's pages: its own, or one beside it."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from portal_crawler.errors import ReaderDiedError
from portal_crawler.portals.reader import FetchedPage, PageReader
from portal_crawler.run.reading.page import PageReading, read_page
from portal_crawler.run.reading.process import ReadingProcess

logger = logging.getLogger(__name__)

WINDOW_PAGES = 20
FEWEST_PAGES = 7
HELD_UP = 0.15
"""Share of the time over the last pages that reading them may take. A page takes 1 ms if its portal
declares a layout, and up to 60 ms if not. At one request a second that is a thousandth or a
sixteenth of the time; without a delay it is a quarter or nearly all."""

MOST_WAITING = 16
"""Pages that may wait for the process. Further ones are read by the crawl itself, which also keeps
it from fetching faster than both can read."""


@dataclass(frozen=True, slots=True)
class _Took:
    """The time that one page took to be read."""

    began: float
    """Monotonic clock, s."""
    seconds: float


class PageReadings:
    """Reads the pages of one crawl, and returns them in the order in which they came.

    The crawl reads them itself until that takes more than HELD_UP of its time; then a process
    beside it does. To be used in the crawl's own thread.
    """

    def __init__(self, portal: PageReader, on_death: Callable[[ReaderDiedError], None]) -> None:
        self._portal = portal
        self._on_death = on_death
        self._took: deque[_Took] = deque(maxlen=WINDOW_PAGES)
        self._process: ReadingProcess | None = None
        self._beginning: asyncio.Task[None] | None = None
        self._newest: asyncio.Future[None] | None = None
        """Done when the newest page was returned."""

    @property
    def pid(self) -> int | None:
        """The id of the process that reads; None if the crawl reads itself."""
        return self._process.pid if self._process is not None else None

    async def of(self, portal: PageReader, page: FetchedPage, *, is_compared: bool) -> PageReading:
        """The reading of a page; raises as `read_page` and `ReadingProcess.read`."""
        if self._process is None:
            return self._read_here(portal, page, is_compared=is_compared)
        before, handed_back = self._newest, asyncio.get_running_loop().create_future()
        self._newest = handed_back
        try:
            if self._process.waiting < MOST_WAITING:
                return await self._process.read(portal, page, is_compared=is_compared)
            return read_page(portal, page, is_compared=is_compared)
        finally:
            if before is not None and not before.done():
                await asyncio.wait([before])
            handed_back.set_result(None)

    def _read_here(
        self, portal: PageReader, page: FetchedPage, *, is_compared: bool
    ) -> PageReading:
        began = time.monotonic()
        try:
            return read_page(portal, page, is_compared=is_compared)
        finally:
            self._took.append(_Took(began, time.monotonic() - began))
            if self._beginning is None and self._is_held_up():
                self._beginning = asyncio.ensure_future(self._begin())

    def _is_held_up(self) -> bool:
        if len(self._took) < FEWEST_PAGES:
            return False
        passed_s = time.monotonic() - self._took[0].began
        return sum(took.seconds for took in self._took) > HELD_UP * passed_s

    async def _begin(self) -> None:
        process = ReadingProcess(self._portal, self._on_death)
        try:
            await process.begin()
        except OSError as error:
            logger.warning("pages are read by the crawl's own process alone: %s", error)
            return
        self._process = process

    def give_up(self) -> None:
        """Stop waiting for pages, after the crawl was stopped."""
        if self._process is not None:
            self._process.give_up()

    def close(self) -> None:
        """End the process, if there is one."""
        if self._beginning is not None:
            self._beginning.cancel()
        if self._process is not None:
            self._process.close()
