"""How much room is left on an archive's disk."""

import os
from pathlib import Path

from archive.errors import ArchiveUnwritableError

MB = 1024 * 1024


def shortage(folder: Path, reserve_bytes: int) -> str | None:
    """Words where less than the reserve is free on the folder's disk; None where all is well.

    A folder that is not there yet will lie on its nearest parent's disk.
    """
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    disk = os.statvfs(there)
    free = disk.f_bavail * disk.f_frsize
    if free >= reserve_bytes:
        return None
    return f"{free // MB} MB are free in {folder}, {reserve_bytes // MB} are to stay free"


def check_room(folder: Path, reserve_bytes: int) -> None:
    """ArchiveUnwritableError where nothing should be begun for want of room."""
    if (short := shortage(folder, reserve_bytes)) is not None:
        raise ArchiveUnwritableError(
            f"{short} (PORTAL_DISK_RESERVE_MB): free the disk, then crawl again"
        )
