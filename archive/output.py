"""Writes to stdout and stderr, after making every text harmless for a terminal.

Commands write through `write`, `write_json` and `say`. Code that writes to `sys.stdout` or
`sys.stderr` itself (argparse, warnings, logging, a traceback) uses the streams of `guarded`.
"""

import codecs
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, Protocol, TextIO, cast

from archive.printable import MAIL_WIDTH, escaped, in_lines, printable, printable_json

_BOLD, _PLAIN = "\ufdd0", "\ufdd1"
"""Marks of the beginning and end of bold text until it is written. They are noncharacters of
Unicode and in no text: `printable` replaces them."""

_ERASED = "\r\x1b[K"

_ESCAPING = "archive.output.escaping"


def is_plain() -> bool:
    """Whether plain text is wanted: NO_COLOR is set and not empty, or the terminal is dumb.

    It is the rule of https://no-color.org.
    """
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") in ("dumb", "unknown")


def takes_escapes(stream: TextIO) -> bool:
    """Whether to write colors, bold text and moving bars: the stream is a terminal, not plain."""
    return stream.isatty() and bool(os.environ.get("TERM")) and not is_plain()


def bold(text: str) -> str:
    """The text marked as bold for `write`, if the terminal can show it."""
    return f"{_BOLD}{text}{_PLAIN}" if takes_escapes(sys.stdout) else text


def write(line: str = "") -> None:
    """Write one line of data; tabs between cells stay."""
    _erase_passing()
    styles = f"{_BOLD}{_PLAIN}" if takes_escapes(sys.stdout) else ""
    shown = printable(line, kept=f"\t{styles}")
    for mark, sequence in zip(styles, ("\x1b[1m", "\x1b[0m"), strict=False):
        shown = shown.replace(mark, sequence)
    unguarded(sys.stdout).write(shown + "\n")


def write_json(values: Mapping[str, object]) -> None:
    """Write one JSON object on a line, its text unchanged."""
    write(printable_json(values))


class ByteStream(Protocol):
    """Takes bytes, as a file does."""

    def write(self, data: bytes, /) -> int:
        """Write them; their number."""


def stdout_of_bytes() -> ByteStream:
    """Where files of text, in UTF-8, go to stdout: unchanged, unless it is a terminal."""
    return _Terminal() if sys.stdout.isatty() else sys.stdout.buffer


class _Terminal:
    """Takes whole lines for a terminal, which shows no byte order mark and needs no CR."""

    def write(self, data: bytes, /) -> int:
        text = data.decode().removeprefix("\ufeff").replace("\r\n", "\n")
        sys.stdout.write(text)
        return len(data)


def say(words: str) -> None:
    """Write one line for the person to stderr."""
    sys.stdout.flush()
    _erase_passing()
    with unless_full(sys.stderr):
        sys.stderr.write(printable(words) + "\n")
        sys.stderr.flush()


@contextmanager
def unless_full(stream: TextIO) -> Iterator[None]:
    """Inside the block, a stream whose disk is full becomes silent.

    A command does not end because a message cannot be written. BrokenPipeError passes through.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError:
        silence(stream)


def silence(stream: TextIO) -> None:
    """Discard everything written to a stream, including what Python would flush at its end."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say_in_lines(words: str) -> None:
    """As `say`, in lines short enough for a mail: if quiet, cron mails what is said."""
    for line in in_lines(words, MAIL_WIDTH):
        say(line)


def say_passing(words: str) -> None:
    """Write a line to stderr that the next one replaces; nothing if it cannot be erased."""
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
"""The stream whose last line is to be replaced."""


@contextmanager
def guarded() -> Iterator[None]:
    """Inside the block, everything written to stdout and stderr is harmless and can be encoded.

    A letter that the locale lacks is written as an escape; JSON stays JSON.
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
    """The stream behind the guard, for rich, which writes escape sequences of its own."""
    return stream.stream if isinstance(stream, _Guarded) else stream


class _Guarded:
    """A text stream that replaces characters that could act on a terminal."""

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
