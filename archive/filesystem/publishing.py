"""Brings files onto the disk whole, and gives them their names."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveUnwritableError, QueryError
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
    """A file under another name, which gets its own when the block ends and all is on the disk.

    A web server or collector never sees half of it. If the block raises, the file is removed. Its
    other name begins with a dot and has another ending, which collectors go by. With `is_new` it
    replaces no file: then FileExistsError is raised. OSError passes through.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with open(temporary, "w+b", opener=regular) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        (_name if is_new else os.replace)(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """As `published`, for a file that a person named with -o.

    Raises QueryError if a file of that name exists, ArchiveUnwritableError if the disk refuses.
    """
    if os.path.lexists(path):
        raise QueryError(f"{path} exists already; delete it, or name another file with -o")
    try:
        with published(path, is_new=True) as file:
            yield file
    except FileExistsError as error:
        raise QueryError(f"another process made {path}; name another file with -o") from error
    except OSError as error:
        todo = remedy(error, "name a file in a folder that is there and may be written")
        raise ArchiveUnwritableError(
            f"cannot write {path}: {error.strerror or error}; {todo}"
        ) from error


@contextmanager
def replaced(path: Path, temporary: Path) -> Iterator[BinaryIO]:
    """A file under the name `temporary`, which is renamed to `path` when all is on the disk.

    If the block raises, the file is removed. OSError passes through; raises as `regular`.
    """
    with open(temporary, "wb", opener=regular) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            temporary.rename(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise


def _name(temporary: Path, path: Path) -> None:
    """Rename a file unless another one has the name. Raises FileExistsError."""
    try:
        os.link(temporary, path)
    except OSError:  # it is there, or the file system has no hard links
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        temporary.replace(path)
    else:
        temporary.unlink()


def sync_folder(folder: Path) -> None:
    """Return when the folder's entries are on the disk. OSError passes through."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep_as(path: Path, name: Path) -> None:
    """Give a file a second name, under which it stays when the first one gets another file.

    OSError passes through.
    """
    try:
        os.link(path, name)
    except OSError:  # a file system without hard links
        with path.open("rb") as source, name.open("xb") as copy:
            shutil.copyfileobj(source, copy)
        shutil.copystat(path, name)
