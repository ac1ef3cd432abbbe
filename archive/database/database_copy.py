"""Copies the database of an archive, to try something in the copy and discard it."""

import contextlib
import sqlite3

from archive.database.reading import reading
from archive.filesystem.disk_space import check_room_for
from archive.layout import Layout
from archive.warc import storage


def copy_database(real: Layout, layout: Layout, reserve_bytes: int) -> None:
    """Copy the database of an archive, if it has one, to a folder with a link to its WARC files.

    Raises as `reading`, and ArchiveUnwritableError if the copy does not fit on the disk.
    """
    if not real.database.exists():
        return
    size = real.database.stat().st_size
    check_room_for(layout.folder, size, reserve_bytes, "a copy of archive.db to look with")
    with (
        reading(real) as source,
        contextlib.closing(sqlite3.connect(layout.database)) as target,
    ):
        source.backup(target)
    storage.share(real, layout)
