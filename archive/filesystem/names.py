"""Names that rows, records and indexes can hold: all but those that are no UTF-8.

A file system takes any bytes for a name. What the archive writes is UTF-8, so that another name is
somebody else's doing; the file is left where it is, and named.
"""

from collections.abc import Iterable
from pathlib import Path

UNNAMEABLE = "its name is no UTF-8, which no row can hold; rename it, it was not read"


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
