"""What a person at the terminal reads of the log; the run's log file has all of it."""

import logging
from collections.abc import Callable
from contextlib import suppress

from archive.output import say
from portal_crawler.run.log_file import OneLine

FILE_ONLY_LOGGERS = ("portal_crawler.crawl.requisites", "portal_crawler.run.run_log")
"""Articles by the hundred, pictures that are no more: the run's log has each, its summary all."""


def log_to(write: Callable[[str], None], *, quiet: bool, verbose: bool) -> None:
    """Send what the user should read of the log to `write`; the run's log file has all of it."""
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
    """Say in a line what is logged as a warning or worse where nobody else listens."""
    handler = _WriteHandler(say)
    handler.setFormatter(OneLine("%(message)s"))
    handler.setLevel(logging.WARNING)
    logging.lastResort = handler


def _is_for_users(record: logging.LogRecord) -> bool:
    if record.name in FILE_ONLY_LOGGERS and record.levelno < logging.WARNING:
        return False
    return record.levelno >= logging.ERROR or record.name.startswith("portal_crawler")


class _WriteHandler(logging.Handler):
    """Hands each formatted line to a function."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(BrokenPipeError):  # who listened has ended; the run's log file has it too
            self._write(self.format(record))
