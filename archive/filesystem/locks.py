"""Locks that the kernel releases when their holder ends, however it ends."""

import fcntl
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from archive.errors import ArchiveLockedError, ArchiveUnwritableError
from archive.filesystem.disk_space import remedy
from archive.filesystem.private import open_private
from archive.filesystem.regular import regular
from archive.layout import Layout, is_file_name
from archive.moments import now, utc_text

ARCHIVE_LOCK = "_archive"
"""Held shared by each crawl, and alone by a command that rewrites the whole archive."""

SCHEMA_LOCK = "_schema"

_HOLDER = re.compile(r"process (\d+) on (\S+) since \S+")
"""The text that a holder writes into its lock file, for messages alone. The lock itself is the
kernel's: when a process dies it is gone, whatever the file says."""

HOLDER_CHARS = 1000
"""The characters read of a lock file; a holder writes fewer."""


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
    """Hold the database's schema for the moment in which it is made or migrated; waits for it.

    A signal's handler that raises ends the waiting (`run.stopping.interruptible`).
    """
    with _file(layout, SCHEMA_LOCK) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _held(layout: Layout, name: str, mode: int) -> Iterator[None]:
    with _file(layout, name) as file:
        _take(layout, file, name, mode)
        try:
            yield
        finally:
            if mode == fcntl.LOCK_EX:
                _note_holder(file, b"")


def _file(layout: Layout, name: str) -> FileIO:
    path = layout.locks / f"{name}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open(path, "ab", buffering=0, opener=open_private)
    except OSError as error:
        todo = "choose another folder with --archive, or fix this one's permissions"
        raise ArchiveUnwritableError(
            f"cannot write {path}: {error.strerror}; {remedy(error, todo)}"
        ) from error


def _take(layout: Layout, file: FileIO, name: str, mode: int) -> None:
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError as error:
        held = "the archive" if name == ARCHIVE_LOCK else name
        holders = _holders(layout, name, mode) or "another process"
        raise ArchiveLockedError(
            f"{held} is locked by {holders} ({layout.locks / name}.lock); wait until it is done"
        ) from error
    if mode == fcntl.LOCK_EX:
        since = utc_text(now())
        holder = f"process {os.getpid()} on {socket.gethostname()} since {since}"
        _note_holder(file, holder.encode())


def _note_holder(file: FileIO, holder: bytes) -> None:
    """Write the holder for messages; the lock holds even if this fails on a full disk."""
    with suppress(OSError):
        file.truncate(0)
        file.write(holder)


def _holders(layout: Layout, name: str, mode: int) -> str:
    """The holders of a lock, in words; empty if no living process is known to hold it.

    Crawls hold the archive's lock together, and have their names in their portals' files.
    """
    own = _holder(layout.locks / f"{name}.lock")
    if own is not None or name != ARCHIVE_LOCK or mode != fcntl.LOCK_EX:
        return own or ""
    found = [
        f"the crawl of {path.stem}, {holder}"
        for path in sorted(layout.locks.glob("[!_]*.lock"))
        if (holder := _holder(path)) is not None
    ]
    return " and ".join(found)


def _holder(path: Path) -> str | None:
    """The text of a lock file about its holder, if that process may be alive."""
    try:
        with open(path, errors="replace", opener=regular) as file:
            said = file.read(HOLDER_CHARS).strip()
    except (OSError, ArchiveUnwritableError):
        return None
    named = _HOLDER.fullmatch(said)
    if named is None:
        return None
    here = named[2] == socket.gethostname()
    return None if here and not _is_alive(int(named[1])) else said


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def is_running(layout: Layout, portal: str) -> bool | None:
    """Whether a process holds the portal's lock; None if its file cannot be opened.

    Lock files are their owner's alone. To find out, the lock is taken shared and given back at
    once; only a crawl that starts within these microseconds would find it taken.
    """
    if not is_file_name(portal):
        return False
    try:
        file = open(layout.locks / f"{portal}.lock", "rb", opener=regular)  # noqa: SIM115
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ArchiveUnwritableError):
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return None
    return False
