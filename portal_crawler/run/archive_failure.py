"""Ends a crawl whose archive cannot be written or read any more."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from archive.database.reading import explained
from archive.errors import ArchiveUnwritableError
from archive.layout import Layout
from portal_crawler.run.stopping import Stopping

logger = logging.getLogger(__name__)

ARCHIVE_FAILED = "archive_failed"
"""Scrapy's finish reason when the archive has failed."""


class ArchiveFailure:
    """The error because of which nothing more can be archived, if there is one."""

    def __init__(self, layout: Layout, portal: str, stopping: Stopping) -> None:
        self.error: BaseException | None = None
        self._layout = layout
        self._portal = portal
        self._stopping = stopping
        self._loop: asyncio.AbstractEventLoop | None = None

    def spider_opened(self) -> None:
        """Remember the event loop, which other threads must reach."""
        self._loop = asyncio.get_running_loop()

    def report(self, error: BaseException) -> None:
        """Stop the crawl because of an error; may be called from any thread."""
        self.error = error
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop)

    def report_unwritable(self, error: OSError | ArchiveUnwritableError) -> None:
        """Stop the crawl because an answer or a lock could not be written to the archive's disk."""
        if isinstance(error, OSError):
            error = ArchiveUnwritableError(
                f"cannot write in {self._layout.folder}: {error.strerror or error}; "
                "free the disk or fix the folder's permissions, then crawl again"
            )
        self.report(error)

    def report_unreadable(self, error: sqlite3.DatabaseError) -> None:
        """Stop the crawl because the database cannot be read, unless it is stopped already."""
        if self.error is None:
            self.report(explained(self._layout, error) or error)

    @contextmanager
    def database_errors(self) -> Iterator[None]:
        """Report a sqlite3.DatabaseError that the block raises; Scrapy would only log it."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            self.report_unreadable(error)
            raise

    def _stop(self) -> None:
        logger.error("%s: %s", self._portal, self.error)
        self._stopping.stop_crawl(ARCHIVE_FAILED)
