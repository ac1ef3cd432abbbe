"""The one door to stdout and stderr: whatever is written there is made harmless for a terminal.

Commands write through `write`, `write_json` and `say`. What writes to `sys.stdout` and `sys.stderr`
itself (argparse, warnings, logging, a traceback) meets the streams that `guarded` puts in place.
"""

import codecs
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, TextIO, cast

from archive.printable import MAIL_WIDTH, escaped, in_lines, printable, printable_json

_BOLD, _PLAIN = "\ufdd0", "\ufdd1"
"""Where `bold` begins and ends until it is written; no text has these: Unicode gives them to none,
and `printable` replaces them."""

_ERASED = "\r\x1b[K"

_ESCAPING = "archive.output.escaping"


def is_plain() -> bool:
    """Whether plain text was asked for: NO_COLOR is set and not empty, or the terminal is dumb.

    The rule is that of https://no-color.org.
    """
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") in ("dumb", "unknown")


def takes_escapes(stream: TextIO) -> bool:
    """Whether to write colors, bold text and moving bars there: to a terminal, and not plain."""
    return stream.isatty() and bool(os.environ.get("TERM")) and not is_plain()


def bold(text: str) -> str:
    """The text as `write` is to set it off, where the terminal can."""
    return f"{_BOLD}{text}{_PLAIN}" if takes_escapes(sys.stdout) else text


def write(line: str = "") -> None:
    """One line of data; tabs between cells stay."""
    _erase_passing()
    styles = f"{_BOLD}{_PLAIN}" if takes_escapes(sys.stdout) else ""
    shown = printable(line, kept=f"\t{styles}")
    for mark, sequence in zip(styles, ("\x1b[1m", "\x1b[0m"), strict=False):
        shown = shown.replace(mark, sequence)
    unguarded(sys.stdout).write(shown + "\n")


def write_json(values: Mapping[str, object]) -> None:
    """One JSON object, on a line of its own, its text as it is."""
    write(printable_json(values))


def say(words: str) -> None:
    """One line to the person, which is no data."""
    sys.stdout.flush()
    _erase_passing()
    with unless_full(sys.stderr):
        sys.stderr.write(printable(words) + "\n")
        sys.stderr.flush()


@contextmanager
def unless_full(stream: TextIO) -> Iterator[None]:
    """For a block that writes there: a stream whose disk is full is silent from then on.

    No command ends for words that nobody can be told. BrokenPipeError passes through.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError:
        silence(stream)


def silence(stream: TextIO) -> None:
    """Let a stream lead nowhere, what it holds back included; Python writes that at its end."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say_in_lines(words: str) -> None:
    """The same in lines that a mail shows whole: where quiet, what is said is what cron mails."""
    for line in in_lines(words, MAIL_WIDTH):
        say(line)


def say_passing(words: str) -> None:
    """A line on stderr that the next one takes the place of; nothing where it cannot be erased."""
    if takes_escapes(sys.stderr):
        _erase_passing()
        stream = unguarded(sys.stderr)
        stream.write(printable(words)[: shutil.get_terminal_size((80, 24)).columns - 1])
        stream.flush()
        _passing.append(stream)


def _erase_passing() -> None:
    while _passing:
        stream = _passing.pop()
        stream.write(_ERASED)
        stream.flush()


_passing: list[TextIO] = []
"""The stream on whose last line passing words stand."""


@contextmanager
def guarded() -> Iterator[None]:
    """For the time of the block all that reaches stdout and stderr is harmless, and can be encoded.

    Where the locale lacks a letter its escape is written; JSON stays JSON.
    """
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _guard(sys.stdout), _guard(sys.stderr)
    try:
        yield
    finally:
        _erase_passing()
        sys.stdout, sys.stderr = before


def _guard(stream: TextIO) -> TextIO:
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors=_ESCAPING)
    return cast(TextIO, _Guarded(stream))


def unguarded(stream: TextIO) -> TextIO:
    """The stream behind the guard, for what writes escape sequences of its own: rich."""
    return stream.stream if isinstance(stream, _Guarded) else stream


class _Guarded:
    """A text stream that replaces what could act on a terminal, and hands on all else."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = unguarded(stream)

    def write(self, text: str) -> int:
        """As a text stream does."""
        self.stream.write(printable(text, kept="\n\t"))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """As a text stream does."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return escaped(error.object[error.start : error.end]), error.end


codecs.register_error(_ESCAPING, _escape)
