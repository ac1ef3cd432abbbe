"""The sizes of the files in a folder, which others may write to at the same time."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path


def sizes_in(folder: Path) -> Iterator[int | None]:
    """The bytes of each file in a folder; None once if the folder cannot be read."""
    try:
        with os.scandir(folder) as entries:
            yield from (size for entry in entries if (size := _size(entry)) is not None)
    except FileNotFoundError:
        return
    except OSError:
        yield None


def _size(entry: os.DirEntry[str]) -> int | None:
    """None if it is not a file, or has another name by now: a crawl ended it."""
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
