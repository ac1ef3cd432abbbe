"""How records of the log are written: nothing of a page can act on a terminal or forge a line."""

import copy
import logging

from archive.printable import printable


class FileLines(logging.Formatter):
    """For the run's log file: a line a record, the lines of a traceback set in below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        lines = [printable(super().format(without_traceback(record)))]
        if record.exc_info:
            traceback = self.formatException(record.exc_info)
            lines += [f"    {printable(line)}" for line in traceback.splitlines()]
        return "\n".join(lines)


class OneLine(logging.Formatter):
    """For people: names an error; where it came from stands in the run's log file."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        error = record.exc_info[1] if record.exc_info else None
        line = super().format(without_traceback(record))
        named = f"{line}: {type(error).__name__}: {error}" if error is not None else line
        return printable(named)


def without_traceback(record: logging.LogRecord) -> logging.LogRecord:
    """A copy: the other handlers get the same record."""
    bare = copy.copy(record)
    bare.exc_info = bare.exc_text = bare.stack_info = None
    return bare
