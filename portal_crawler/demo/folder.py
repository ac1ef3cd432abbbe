"""The folder of `portal demo`, which is emptied only if all that it holds is the demo's."""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from archive.database.distrust import distrust
from archive.database.reading import read_at_rest
from archive.database.schema_check import others, schema_objects
from archive.errors import ArchiveUnwritableError
from archive.filesystem.regular import is_regular
from archive.layout import Layout
from portal_crawler.errors import UsageError

PORTALS = ("demo-tinh", "demo-bo")

MARK = "made-by-portal-demo"
"""The file that marks a folder as one that `portal demo` may empty."""

_NAME = f"({'|'.join(PORTALS)})"

_OWN_FILES = re.compile(
    rf"{MARK}|archive\.db(-wal|-shm|-journal)?"
    rf"|warc/{_NAME}/{_NAME}-\d{{14}}-\d{{5}}-[^/]+\.(warc\.gz|warc\.gz\.open|cdxj)"
    rf"|logs/{_NAME}-\d{{4}}-\d\d-\d\d-\d{{6}}-\d+\.log"
    r"|checks/[0-9]+-[0-9]{14}\.png"
    rf"|locks/({_NAME}|_archive|_schema)\.lock|locks/turns/[^/]+\.{_NAME}\.example"
)
_OWN_FOLDERS = re.compile(rf"warc(/{_NAME})?|logs|checks|locks(/turns)?")


def empty_folder(folder: Path) -> None:
    """Empty the folder except for the mark, or create it.

    Raises UsageError and changes nothing if anything in it is not the demo's, and
    ArchiveUnwritableError if the disk or folder cannot be written.
    """
    try:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise _refused(folder, f"{folder} is not a folder")
        if folder.is_dir():
            _check(folder)
            _empty(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).touch()
    except OSError as error:
        raise ArchiveUnwritableError(
            f"cannot write {folder}: {error.strerror or error}; name another folder with --archive"
        ) from error


def _check(folder: Path) -> None:
    """Raise UsageError unless the folder is empty, or everything in it is the demo's."""
    if any(folder.iterdir()) and not is_regular(folder / MARK):
        raise _refused(folder, f"{folder} exists and was not made by `portal demo`")
    for path in _others(folder):
        raise _refused(folder, f"{path} was not made by `portal demo`")
    for what in _others_of_rows(Layout(folder)):
        raise _refused(folder, f"{folder / 'archive.db'} holds {what}")


def _refused(folder: Path, why: str) -> UsageError:
    return UsageError(f"{why}; move {folder} away, or name another folder with --archive")


def _others(folder: Path) -> Iterator[Path]:
    """The paths in the folder that no demo makes. Links are among them, and are not followed."""
    for place, folders, files in os.walk(folder, onerror=_raise):
        for name in folders:
            path = Path(place, name)
            inner = path.relative_to(folder).as_posix()
            if path.is_symlink() or not _OWN_FOLDERS.fullmatch(inner):
                yield path
        for name in files:
            path = Path(place, name)
            inner = path.relative_to(folder).as_posix()
            if not is_regular(path) or not _OWN_FILES.fullmatch(inner):
                yield path


def _raise(error: OSError) -> None:
    raise error


def _others_of_rows(layout: Layout) -> Iterator[str]:
    """The portals and tables in the database that are not the demo's, in words.

    A demo that was killed at once has no rows yet.
    """
    if not layout.database.exists() or not layout.database.stat().st_size:
        return
    try:
        with closing(sqlite3.connect(read_at_rest(layout), uri=True)) as connection:
            distrust(connection)
            names = {name for (name,) in connection.execute("SELECT name FROM portals")}
            yield from (f"portal {name}" for name in sorted(names.difference(PORTALS)))
            yield from map(str, others(schema_objects(connection)))
    except sqlite3.DatabaseError as error:
        yield f"data that cannot be read ({error})"


def _empty(folder: Path) -> None:
    """Empty the folder, the mark last: a demo that is killed meanwhile can be run again."""
    for path in sorted(folder.iterdir(), key=lambda path: path.name == MARK):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
