"""Writes log records so that no text of a page can control a terminal or forge a line."""

import copy
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from archive.errors import ArchiveUnwritableError
from archive.filesystem.disk_space import remedy
from archive.filesystem.regular import regular
from archive.printable import printable

logger = logging.getLogger(__name__)


@contextmanager
def logging_to(path: Path, level: str | int) -> Iterator[None]:
    """Also write the records that are logged in the block, from a level on, to a file.

    Raises ArchiveUnwritableError if the file cannot be opened.
    """
    try:
        path.parent.mkdir(exist_ok=True)
        handler = LogFile(path)
    except OSError as error:
        todo = "choose another folder with --archive, or fix this one's permissions"
        raise ArchiveUnwritableError(
            f"cannot write {path}: {error.strerror}; {remedy(error, todo)}"
        ) from error
    root = logging.getLogger()
    root.addHandler(handler)
    for name in (None, "scrapy"):  # Scrapy turns both down to DEBUG: three records a page
        logging.getLogger(name).setLevel(level)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


class LogFile(logging.FileHandler):
    """The run's log file. If it cannot be written, one error says so and the crawl goes on.

    The archive does not depend on it. Raises OSError if it cannot be opened, and as `regular`.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8")
        self._refused = False
        self.setFormatter(FileLines("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def _open(self) -> TextIOWrapper:
        """Called by logging."""
        return open(self.baseFilename, "a", encoding=self.encoding, opener=regular)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        """Called by logging in the handler of an exception that writing a record raised."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            self._say(error)
        else:
            super().handleError(record)

    def close(self) -> None:
        """Write buffered records, and close."""
        try:
            super().close()
        except OSError as error:
            self._say(error)

    def _say(self, error: OSError) -> None:
        if self._refused:
            return
        self._refused = True  # first: the next record comes to this file, too
        logger.error(
            "cannot write the log %s: %s; free or repair the disk; no crawl ends for its log",
            self.baseFilename,
            error.strerror or error,
        )


class FileLines(logging.Formatter):
    """Formats a record for the run's log file: one line, below it an indented traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        lines = [printable(super().format(without_traceback(record)))]
        if record.exc_info:
            traceback = self.formatException(record.exc_info)
            lines += [f"    {printable(line)}" for line in traceback.splitlines()]
        return "\n".join(lines)


class OneLine(logging.Formatter):
    """Formats a record as one line for people: it names an error, but has no traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        error = record.exc_info[1] if record.exc_info else None
        line = super().format(without_traceback(record))
        named = f"{line}: {type(error).__name__}: {error}" if error is not None else line
        return printable(named)


def without_traceback(record: logging.LogRecord) -> logging.LogRecord:
    """A copy of a record without its traceback, which other handlers still get."""
    bare = copy.copy(record)
    bare.exc_info = bare.exc_text = bare.stack_info = None
    return bare
