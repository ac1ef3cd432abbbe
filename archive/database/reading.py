"""Opens archive.db for reading only: nothing is created, nothing is changed."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from archive.errors import (
    ArchiveDamagedError,
    ArchiveError,
    ArchiveLockedError,
    ArchiveMissingError,
    ArchiveUnwritableError,
    ArchiveVersionError,
)
from archive.filesystem.regular import check_database
from archive.layout import SCHEMA_VERSION, Layout

BUSY_TIMEOUT_S = 10.0
"""A reader of a WAL database waits only while another process recovers or closes it."""

CACHE_KIB = 65536
"""SQLite's own 2 MB are too few for full-text search over a large archive."""

_DAMAGED = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_IOERR,
)


@contextmanager
def reading(layout: Layout) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, closed at the end; rows are sqlite3.Row.

    Raises ArchiveMissingError, ArchiveVersionError or, also for what SQLite finds inside the
    block, ArchiveDamagedError, ArchiveLockedError and ArchiveUnwritableError.
    """
    check_database(layout)
    if not layout.database.is_file():
        raise ArchiveMissingError(
            f"no archive in {layout.folder}; "
            "name one with --archive or $PORTAL_ARCHIVE, or make one with `portal crawl`"
        )
    try:
        connection = sqlite3.connect(_uri(layout), uri=True, timeout=BUSY_TIMEOUT_S)
    except sqlite3.DatabaseError as error:
        raise explained(layout, error) or error from error
    try:
        connection.row_factory = sqlite3.Row
        _check_version(layout, connection)
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        yield connection
    except sqlite3.DatabaseError as error:
        raise explained(layout, error) or error from error
    finally:
        connection.close()


def _uri(layout: Layout) -> str:
    """On media that cannot be written SQLite must be told that nobody else writes either."""
    unchanging = not os.access(layout.folder, os.W_OK) and not _has_wal(layout)
    return f"file:{quote(str(layout.database))}?mode=ro" + ("&immutable=1" if unchanging else "")


def _has_wal(layout: Layout) -> bool:
    """An empty one is what the last reader left."""
    wal = layout.database.with_name(layout.database.name + "-wal")
    return wal.exists() and wal.stat().st_size > 0


def _check_version(layout: Layout, connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
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
    """What an error of SQLite means for the archive; None where it is one of this software."""
    code = getattr(error, "sqlite_errorcode", 0)
    primary = code & 0xFF
    if primary in _DAMAGED or "no such " in str(error):
        return ArchiveDamagedError(
            f"{layout.database} is damaged: {error}; `portal rebuild` makes it again from the "
            "WARC files, which hold all that was in it"
        )
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ArchiveLockedError(
            f"{layout.database} is locked by another process; wait until it is done"
        )
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return ArchiveUnwritableError(
            f"cannot open {layout.database}: {error}; mend its permissions, or copy the archive "
            "to a folder that can be written"
        )
    return None
