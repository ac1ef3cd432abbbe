"""The free room on an archive's disk, and the advice to give when it runs out."""

import errno
import os
from pathlib import Path

from archive.errors import ArchiveUnwritableError
from archive.layout import Layout

MB = 1024 * 1024

RESERVE_MB = 500
"""The room to keep free on an archive's disk, unless PORTAL_DISK_RESERVE_MB says otherwise."""

FREE_IT = "(PORTAL_DISK_RESERVE_MB): free the disk, then crawl again"
"""The advice for a crawl that does not begin, or ends, for want of room."""

FULL_BYTES = 128 * 1024
"""With less than this SQLite may not find room to read a database in WAL mode: it needs 32 kB."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def free_bytes(folder: Path) -> int:
    """The bytes that a user without privileges may still write to the folder's disk.

    A folder that is not there yet will lie on its nearest parent's disk.
    """
    disk = _disk(folder)
    return disk.f_bavail * disk.f_frsize


def is_full(folder: Path) -> bool:
    """Whether nothing of use can be written to the folder's disk, or no file made there."""
    disk = _disk(folder)
    has_no_inode = disk.f_files > 0 and disk.f_favail == 0
    return has_no_inode or disk.f_bavail * disk.f_frsize < FULL_BYTES


def _disk(folder: Path) -> os.statvfs_result:
    return os.statvfs(next((each for each in (folder, *folder.parents) if each.exists()), folder))


def shortage(layout: Layout, reserve_bytes: int) -> str | None:
    """A message if less than the reserve is free on the archive's disk; None if all is well.

    Its WARC files may lie on another one.
    """
    for folder in (layout.folder, layout.warc):
        free = free_bytes(folder)
        if free < reserve_bytes:
            return f"{free // MB} MB are free in {folder}, {reserve_bytes // MB} are to stay free"
    return None


def check_room_for(folder: Path, needed_bytes: int, reserve_bytes: int, subject: str) -> None:
    """Raise ArchiveUnwritableError if so many bytes do not fit beside the reserve."""
    free = free_bytes(folder)
    if free < needed_bytes + reserve_bytes:
        raise ArchiveUnwritableError(
            f"{subject} needs about {-(-needed_bytes // MB)} MB in {folder}, where {free // MB} MB "
            f"are free and {reserve_bytes // MB} are to stay free (PORTAL_DISK_RESERVE_MB): free "
            "the disk first"
        )


def check_reserve(folder: Path, reserve_bytes: int, subject: str) -> None:
    """Raise ArchiveUnwritableError if less than the reserve is free while something is written."""
    free = free_bytes(folder)
    if free < reserve_bytes:
        raise ArchiveUnwritableError(
            f"{subject} has brought the disk of {folder} down to {free // MB} MB, where "
            f"{reserve_bytes // MB} are to stay free (PORTAL_DISK_RESERVE_MB): free the disk first"
        )


def remedy(error: Exception, otherwise: str) -> str:
    """The advice for a file that could not be written; `otherwise` if the disk is not full."""
    return "free the disk" if getattr(error, "errno", None) in _NO_ROOM else otherwise
