"""Writes a file for others to read while it is replaced: whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveUnwritableError
from archive.filesystem.disk_space import remedy
from archive.filesystem.regular import regular


def publish(path: Path, text: str) -> None:
    """Write a text as `published` does. Raises ArchiveUnwritableError."""
    try:
        with published(path) as file:
            file.write(text.encode())
    except OSError as error:
        todo = remedy(error, "name a file in a folder that is there and may be written")
        raise ArchiveUnwritableError(
            f"cannot write {path}: {error.strerror or error}; {todo}"
        ) from error


@contextmanager
def published(path: Path, *, is_new: bool = False) -> Iterator[BinaryIO]:
    """Where to write what gets the name when the block ends: aside, brought onto the disk, and
    renamed, so that a web server or collector never sees half. However the block ends otherwise,
    nothing stays.

    The name meanwhile begins with a dot and does not keep the ending, which collectors go by.
    What `is_new` takes no other file's place. OSError passes through, FileExistsError then, too.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with open(aside, "w+b", opener=regular) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        (_name if is_new else os.replace)(aside, path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def _name(aside: Path, path: Path) -> None:
    """Rename where nothing has the name."""
    try:
        os.link(aside, path)
    except OSError:  # it is there, or the file system has no hard links
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        aside.replace(path)
    else:
        aside.unlink()
