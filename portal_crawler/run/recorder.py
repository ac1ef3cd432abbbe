"""Records the exchanges of a run, no faster than the archive takes them."""

import asyncio
from collections import deque
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import TypeVar

from scrapy import Request

from archive.models import Capture
from archive.recording.rows import Rows
from archive.warc.exchange import Exchange, Spool
from portal_crawler.request_info import request_info
from portal_crawler.run.resources import RunResources
from portal_crawler.run.run_log import log_gone
from portal_crawler.run.tally import Tally

T = TypeVar("T")

MAX_PENDING = 16
"""Exchanges that may wait for the keeper before the crawl waits for it."""


class Recorder:
    """Begins the exchange of each request, and hands it to the keeper when it has ended."""

    def __init__(self, resources: RunResources, tally: Tally) -> None:
        self._resources = resources
        self._tally = tally
        self._pending: deque[Future[Capture]] = deque()

    def new_exchange(self, request: Request, url: str, started_at: datetime) -> Exchange:
        """The exchange that a request begins, with the role and notes of its `request_info`."""
        info = request_info(request)
        return Exchange(
            url=url,
            role=info.role.value,
            run_id=self._resources.row.id,
            portal=self._resources.portal.name,
            key=info.key,
            section=info.section,
            listed_title=info.listed_title,
            revisit_of=info.revisit_of,
            notes=info.record_lines(request.meta.get("redirect_urls", ())),
            started_at=started_at,
            response=Spool(self._resources.layout.folder),
        )

    async def keep(self, exchange: Exchange) -> "Future[Capture]":
        """Hand an exchange to the keeper; waits while more than MAX_PENDING are waiting."""
        answer_bytes = exchange.response.size
        future = self._resources.keeper.keep_exchange(exchange)
        self._tally.count_exchange(answer_bytes, future)
        self._pending.append(future)
        while self._pending and self._pending[0].done():
            self._pending.popleft()
        if len(self._pending) > MAX_PENDING:
            await done(self._pending[0])
        return future

    def note_missing(self, rows: Rows, capture: "Future[Capture]", key: str, url: str) -> None:
        """Store that an article is missing; if it counts as gone now, count and log it."""
        gone = rows.note_missing(capture)
        gone.add_done_callback(self._tally.count_gone)
        gone.add_done_callback(partial(log_gone, self._resources.portal.name, key, url))


async def done(future: "Future[T]") -> None:
    """Wait until a future of the keeper is done; if it failed, `ArchiveFailure` stops the crawl."""
    waiting = asyncio.wrap_future(future)
    await asyncio.wait([waiting])
    waiting.exception()  # or asyncio complains that nobody read it
