"""Opens archive.db for reading only: nothing is created or changed."""

import math
import os
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from archive.database import patience
from archive.database.distrust import distrust
from archive.database.migrations import SCHEMA_VERSION
from archive.database.sqlite_errors import (
    damage,
    disk_refusal,
    is_busy,
    is_damage,
    is_of_the_disk,
    primary_code,
)
from archive.errors import (
    ArchiveDamagedError,
    ArchiveError,
    ArchiveLockedError,
    ArchiveMissingError,
    ArchiveSlowError,
    ArchiveUnwritableError,
    ArchiveVersionError,
    QueryError,
    SettingError,
)
from archive.filesystem.disk_space import is_full
from archive.filesystem.regular import check_database
from archive.layout import Layout

CACHE_KIB = 65536
"""SQLite's default of 2 MB is too little for full-text search in a large archive."""

QUERY_VARIABLE = "PORTAL_QUERY_S"
"""The environment variable with the seconds that a person's query may take."""

QUERY_S = 30.0
"""A search over a million articles takes a few seconds."""

LONGEST_QUERY_S = 86_400.0
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")

MOST_BYTES = 64 * 1024 * 1024
"""Size limit of a value or row that is read: more than twice what the largest page needs."""

STEPS = 10_000
"""SQLite instructions between two checks of the clock and of signals: less than a millisecond."""

_STUMBLES = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""Errors of code that meets text in place of a number, or JSON of another shape."""

SHOWN_ERROR = 100
"""Characters shown of an error message, which may quote the value."""


@dataclass(slots=True)
class _Watch:
    """The callback that SQLite calls while it works; returning true stops the query.

    Python runs its signal handlers when it is called. An error that they raise stops SQLite too,
    and is dropped by the sqlite3 module.
    """

    deadline: float = math.inf
    is_late: bool = False

    def __call__(self) -> bool:
        self.is_late = time.monotonic() >= self.deadline
        return self.is_late


@contextmanager
def answering(layout: Layout) -> Iterator[sqlite3.Connection]:
    """As `reading`, for a person who waits: queries are stopped after PORTAL_QUERY_S seconds.

    Raises ArchiveSlowError then, and SettingError if the variable is not such a time. If the block
    fails because of a value that this software never writes, such as an impossible date, it raises
    ArchiveDamagedError.
    """
    with _for_a_person(layout, query_limit_s(os.environ.get(QUERY_VARIABLE))) as connection:
        yield connection


@contextmanager
def streaming(layout: Layout) -> Iterator[sqlite3.Connection]:
    """As `answering`, without a limit of time: the person sees the output grow."""
    with _for_a_person(layout, math.inf) as connection:
        yield connection


@contextmanager
def _for_a_person(layout: Layout, limit_s: float) -> Iterator[sqlite3.Connection]:
    watch = _Watch(time.monotonic() + limit_s)
    try:
        with ended_by_sigterm(), _watched(layout, watch) as connection:
            yield connection
    except KeyboardInterrupt:
        if not watch.is_late:
            raise
        raise ArchiveSlowError(
            f"{layout.database} gave no answer within {limit_s:g} s; ask for less, or set "
            f"{QUERY_VARIABLE} to more seconds; a database that somebody else made can be made "
            "again with `portal rebuild`"
        ) from None
    except _STUMBLES as error:
        raise ArchiveDamagedError(
            f"{layout.database} holds a value that this software does not write "
            f"({type(error).__name__}: {str(error)[:SHOWN_ERROR]}); `portal rebuild` makes it "
            "again from the WARC files"
        ) from error


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """SIGTERM raises KeyboardInterrupt inside the block, as SIGINT does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def query_limit_s(given: str | None) -> float:
    """The seconds in a value of PORTAL_QUERY_S; raises SettingError if it is not such a time."""
    if not given:
        return QUERY_S
    limit_s = float(given) if _SECONDS.fullmatch(given) else 0.0
    if not 0 < limit_s <= LONGEST_QUERY_S:
        raise SettingError(
            f"{QUERY_VARIABLE}={given[:20]} is not a time for a query; give seconds, more than 0 "
            f"and at most {LONGEST_QUERY_S:.0f}, such as {QUERY_S:g}"
        )
    return limit_s


@contextmanager
def reading(layout: Layout) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, closed at the end; rows are sqlite3.Row.

    It trusts nothing in the database, which anybody may have made. Bytes that are not UTF-8 are
    replaced. Ctrl-C ends a query at once.

    Raises ArchiveMissingError and ArchiveVersionError; ArchiveDamagedError, ArchiveLockedError and
    ArchiveUnwritableError, also for errors of SQLite inside the block; QueryError for a query in
    bytes that are not text.
    """
    with _watched(layout, _Watch()) as connection:
        yield connection


@contextmanager
def _watched(layout: Layout, watch: _Watch) -> Iterator[sqlite3.Connection]:
    """Raises KeyboardInterrupt if the watch, or a signal that it let in, ended a query."""
    check_database(layout)
    if not layout.database.is_file():
        raise ArchiveMissingError(
            f"no archive in {layout.folder}; "
            "name one with --archive or $PORTAL_ARCHIVE, or make one with `portal crawl`"
        )
    try:
        connection = sqlite3.connect(_uri(layout), uri=True, timeout=patience.READER_PAUSE_S)
    except sqlite3.DatabaseError as error:
        raise explained(layout, error) or error from error
    try:
        connection.set_progress_handler(watch, STEPS)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
        connection.text_factory = _text
        connection.row_factory = sqlite3.Row
        distrust(connection)
        connection.execute("PRAGMA query_only = ON")
        _check_version(layout, _when_free(connection, watch))
        connection.execute(patience.busy_timeout(patience.READER_S))
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        yield connection
    except UnicodeEncodeError as error:
        raise QueryError(
            f"{error.object} is not UTF-8, as all in the archive is; set the terminal to UTF-8"
        ) from error
    except sqlite3.DatabaseError as error:
        if primary_code(error) == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt from error
        raise explained(layout, error) or error from error
    finally:
        connection.close()


def _when_free(connection: sqlite3.Connection, watch: _Watch) -> int:
    """The version of the schema, read as soon as no other process keeps readers out."""
    last = time.monotonic() + patience.READER_S
    while True:
        try:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
        except sqlite3.OperationalError as error:
            if not is_busy(error) or watch() or time.monotonic() >= last:
                raise


def _text(written: bytes) -> str:
    return str(written, "utf-8", "replace")


def _uri(layout: Layout) -> str:
    """If nothing can be written, SQLite must know that nobody else writes either."""
    is_fixed = not os.access(layout.folder, os.W_OK) or is_full(layout.folder)
    unchanging = is_fixed and not _has_wal(layout)
    return read_only(layout.database) + ("&immutable=1" if unchanging else "")


def read_only(database: Path) -> str:
    """The URI by which SQLite opens a database for reading, whatever its folder's name."""
    return f"file:{quote(os.fsencode(database))}?mode=ro"


def read_at_rest(layout: Layout) -> str:
    """As `read_only`, for a database that nobody writes: SQLite leaves no file beside it."""
    return read_only(layout.database) + ("" if _has_wal(layout) else "&immutable=1")


def _has_wal(layout: Layout) -> bool:
    """An empty one was left by the last reader."""
    wal = layout.database.with_name(layout.database.name + "-wal")
    return wal.exists() and wal.stat().st_size > 0


def _check_version(layout: Layout, version: int) -> None:
    if version == SCHEMA_VERSION:
        return
    if version == 0:
        raise ArchiveMissingError(
            f"{layout.database} holds no archive yet; "
            "name another one with --archive or $PORTAL_ARCHIVE, or fill it with `portal crawl`"
        )
    if version > SCHEMA_VERSION:
        todo = "it was written by a newer portal-archive: install that one to read it"
    else:
        todo = (
            "it is older than this software: the next `portal crawl` into it brings it up to date"
        )
    raise ArchiveVersionError(
        f"{layout.database} has schema version {version}, this software reads {SCHEMA_VERSION}; "
        + todo
    )


def explained(layout: Layout, error: sqlite3.DatabaseError) -> ArchiveError | None:
    """The archive's error for one of SQLite; None if the error is this software's own fault."""
    if is_of_the_disk(layout, error):
        return disk_refusal(layout, error)
    primary = primary_code(error)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ArchiveLockedError(
            f"{layout.database} is locked by another process; wait until it is done"
        )
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return ArchiveUnwritableError(
            f"cannot open {layout.database}: {error}; fix its permissions, or copy the archive "
            "to a folder that can be written"
        )
    return damage(layout, error) if is_damage(layout, error) else None
