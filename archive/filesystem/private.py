"""Files for their owner alone: whoever may open a lock file could hold its lock and stop crawls."""

import os
import stat
from pathlib import Path

from archive.filesystem.regular import regular

OWNERS_ALONE = 0o600


def open_private(path: str | Path, flags: int) -> int:
    """Open or make a file for its owner alone, as `open` takes for its `opener`.

    The permissions of a file that is already there are tightened if this user owns it. Raises as
    `regular`.
    """
    file = regular(path, flags | os.O_CREAT, OWNERS_ALONE)
    found = os.fstat(file)
    if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) != OWNERS_ALONE:
        os.fchmod(file, OWNERS_ALONE)
    return file
