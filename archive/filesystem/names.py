"""Names of files: those that rows, records and indexes can hold, and those that are free.

Rows can hold only names in UTF-8. A file system takes any bytes for a name. The archive writes
UTF-8, so another name comes from somebody else; the file is left where it is, and reported.
"""

import os
from collections.abc import Iterable
from pathlib import Path

UNNAMEABLE = "its name is not UTF-8, which no row can hold; rename it, it was not read"


def is_nameable(path: Path) -> bool:
    """Whether the name of the file and of its folder are UTF-8."""
    try:
        f"{path.parent.name}/{path.name}".encode()
    except UnicodeEncodeError:
        return False
    return True


def nameable(paths: Iterable[Path]) -> list[Path]:
    """The files that rows can name."""
    return [path for path in paths if is_nameable(path)]


def free_name(path: Path) -> Path:
    """The name, or the first of it with a number that no file has."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
