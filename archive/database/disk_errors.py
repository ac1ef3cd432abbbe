"""Tells errors of SQLite that are the disk's from damage: a full disk harms no database."""

import sqlite3

from archive.errors import ArchiveUnwritableError
from archive.filesystem.disk_space import is_full
from archive.layout import Layout

_OF_THE_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)

_DAMAGE = (sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)
"""Of the errors of reading and writing those that tell of what is in the file."""


def is_of_the_disk(layout: Layout, error: sqlite3.Error) -> bool:
    """Whether SQLite could not read or write, whatever the database holds."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF == sqlite3.SQLITE_CANTOPEN:
        return is_full(layout.folder)
    return code & 0xFF in _OF_THE_DISK and code not in _DAMAGE


def refusal(layout: Layout, error: sqlite3.Error) -> ArchiveUnwritableError:
    """In words, what such an error means to who wants to read or write the database."""
    if is_full(layout.folder):
        return ArchiveUnwritableError(
            f"the disk of the archive in {layout.folder} is full, and SQLite finds no room to use "
            f"{layout.database.name} ({error}); nothing is damaged, free the disk"
        )
    return ArchiveUnwritableError(
        f"{layout.database.name} of the archive in {layout.folder} cannot be read or written "
        f"({error}); free or mend the disk, then look at the archive with `portal verify`"
    )
