"""Says what an error of SQLite means: a busy database, the disk's fault, or damage in the file."""

import sqlite3

from archive.errors import ArchiveDamagedError, ArchiveUnwritableError
from archive.filesystem.disk_space import is_full
from archive.layout import Layout

_OF_THE_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)

_IN_THE_FILE = (sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)
"""The errors of reading and writing that come from the content of the file."""

_DAMAGE = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
)
"""Primary result codes of a damaged database, unless `is_of_the_disk`. The last four occur
when a table or view is not the one that a query or migration of this software expects."""


def primary_code(error: BaseException) -> int:
    """SQLite's result code without its extension; 0 if the error has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: BaseException) -> bool:
    """Whether another connection holds the database."""
    return primary_code(error) == sqlite3.SQLITE_BUSY


def is_of_the_disk(layout: Layout, error: sqlite3.Error) -> bool:
    """Whether SQLite could not read or write, whatever the database holds."""
    code = primary_code(error)
    if code == sqlite3.SQLITE_CANTOPEN:
        return is_full(layout.folder)
    return code in _OF_THE_DISK and getattr(error, "sqlite_errorcode", 0) not in _IN_THE_FILE


def disk_refusal(layout: Layout, error: sqlite3.Error) -> ArchiveUnwritableError:
    """The error to raise if `is_of_the_disk`."""
    if is_full(layout.folder):
        return ArchiveUnwritableError(
            f"the disk of the archive in {layout.folder} is full, and SQLite finds no room to use "
            f"{layout.database.name} ({error}); nothing is damaged, free the disk"
        )
    return ArchiveUnwritableError(
        f"{layout.database.name} of the archive in {layout.folder} cannot be read or written "
        f"({error}); free or repair the disk, then look at the archive with `portal verify`"
    )


def is_damage(layout: Layout, error: sqlite3.Error) -> bool:
    """Whether the content of the database is at fault."""
    return primary_code(error) in _DAMAGE and not is_of_the_disk(layout, error)


def damage(layout: Layout, error: BaseException) -> ArchiveDamagedError:
    """The error to raise if `is_damage`."""
    return ArchiveDamagedError(
        f"{layout.database} is damaged: {error}; `portal rebuild` makes it again from the "
        "WARC files, which hold all that was in it"
    )
