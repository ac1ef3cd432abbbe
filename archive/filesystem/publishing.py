"""Writes a file for others to read while it is replaced: whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from archive.errors import ArchiveUnwritableError
from archive.filesystem.disk_space import remedy
from archive.filesystem.regular import regular


def publish(path: Path, text: str) -> None:
    """Write aside, bring it onto the disk, and rename: a web server or collector never sees half.

    The name meanwhile begins with a dot and does not keep the ending, which collectors go by.
    Raises ArchiveUnwritableError.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with open(aside, "w", encoding="utf-8", newline="\n", opener=regular) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        todo = remedy(error, "name a file in a folder that is there and may be written")
        raise ArchiveUnwritableError(
            f"cannot write {path}: {error.strerror or error}; {todo}"
        ) from error
