"""Locks that the kernel releases when their holder ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from archive.errors import ArchiveLockedError, ArchiveUnwritableError
from archive.layout import Layout, utc_text

ARCHIVE_LOCK = "_archive"
"""Held shared by each crawl and alone by what rewrites the whole archive."""

SCHEMA_LOCK = "_schema"


@contextmanager
def portal_lock(layout: Layout, portal: str) -> Iterator[None]:
    """Hold one portal of an archive for a crawl.

    Raises ArchiveLockedError, naming the holder, where a crawl of it or a rewrite of the archive
    is under way.
    """
    with _held(layout, ARCHIVE_LOCK, fcntl.LOCK_SH), _held(layout, portal, fcntl.LOCK_EX):
        yield


@contextmanager
def archive_lock(layout: Layout) -> Iterator[None]:
    """Hold the whole archive: no crawl runs meanwhile. Raises as `portal_lock`."""
    with _held(layout, ARCHIVE_LOCK, fcntl.LOCK_EX):
        yield


@contextmanager
def schema_lock(layout: Layout) -> Iterator[None]:
    """Hold the database's schema for the moment in which it is made or migrated; waits for it."""
    with _file(layout, SCHEMA_LOCK) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _held(layout: Layout, name: str, mode: int) -> Iterator[None]:
    with _file(layout, name) as file:
        _take(file, name, mode)
        yield


def _file(layout: Layout, name: str) -> TextIO:
    path = layout.locks / f"{name}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+")
    except OSError as error:
        raise ArchiveUnwritableError(
            f"cannot write {path}: {error.strerror}; "
            "choose another folder with --archive, or mend this one's permissions"
        ) from error


def _take(file: TextIO, name: str, mode: int) -> None:
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().strip() or "another process"
        what = "the archive" if name == ARCHIVE_LOCK else name
        raise ArchiveLockedError(
            f"{what} is locked by {holder} ({file.name}); wait until it is done"
        ) from error
    if mode == fcntl.LOCK_EX:
        file.truncate(0)
        file.write(f"process {os.getpid()} since {utc_text(datetime.now(UTC))}")
        file.flush()
