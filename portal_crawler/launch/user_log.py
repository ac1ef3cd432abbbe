"""Shows the part of the log that a user should read; the run's log file has all of it."""

import logging
from collections.abc import Callable
from contextlib import suppress

from archive.output import say
from portal_crawler.run.log_file import OneLine

FILE_ONLY_LOGGERS = ("portal_crawler.crawl.requisites", "portal_crawler.run.run_log")
"""Loggers of hundreds of articles or missing pictures: the run's log names each, its summary counts
them."""


def log_to(write: Callable[[str], None], *, quiet: bool, verbose: bool) -> None:
    """Send the log lines that the user should read to `write`; with `quiet` errors alone."""
    handler = _WriteHandler(write)
    handler.setFormatter(OneLine("%(asctime)s %(message)s", "%H:%M:%S"))
    handler.setLevel(logging.ERROR if quiet else logging.INFO)
    if not verbose:
        handler.addFilter(_is_for_users)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(capture=True)


def say_warnings() -> None:
    """Write warnings and errors to stderr, one line each, if no other handler takes them."""
    handler = _WriteHandler(say)
    handler.setFormatter(OneLine("%(message)s"))
    handler.setLevel(logging.WARNING)
    logging.lastResort = handler


def _is_for_users(record: logging.LogRecord) -> bool:
    if record.name in FILE_ONLY_LOGGERS and record.levelno < logging.WARNING:
        return False
    return record.levelno >= logging.ERROR or record.name.startswith("portal_crawler")


class _WriteHandler(logging.Handler):
    """Calls a function with each formatted line."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(
            BrokenPipeError
        ):  # the reader has ended; the run's log file has the line, too
            self._write(self.format(record))
