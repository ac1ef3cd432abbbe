"""Opens the files of an archive themselves: nothing behind a link, and no pipe or device.

Another user of the machine, or whoever made the archive, may have put a link where a crawl will
write: it would empty and write the file that the link leads to. A pipe would block it for ever.
Links in the way to a file are followed: a folder may lie elsewhere.
"""

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from archive.errors import ArchiveUnwritableError
from archive.layout import Layout

_DATABASE_SUFFIXES = ("", "-wal", "-shm", "-journal")

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


def regular(path: str | Path, flags: int, mode: int = 0o666) -> int:
    """Open or make a regular file, as `open` takes for its `opener`.

    Raises ArchiveUnwritableError if something else has its name; other OSErrors pass through.
    """
    emptied = flags & os.O_TRUNC
    own = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        file = os.open(path, flags & ~os.O_TRUNC | own, mode)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # ENXIO: a pipe that nobody reads, a socket
            check_regular(path)
        raise
    try:
        _check(path, os.fstat(file).st_mode)
        if emptied:
            os.ftruncate(file, 0)
    except BaseException:
        os.close(file)
        raise
    return file


def is_regular(path: Path) -> bool:
    """Whether a file is there, and is neither a link nor anything else but a file."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def check_regular(path: str | Path) -> None:
    """Raise ArchiveUnwritableError if something is there that is not a regular file."""
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ArchiveUnwritableError(
            f"cannot look at {path}: {error.strerror}; fix the permissions of its folder"
        ) from error
    _check(path, mode)


def check_folders(paths: Iterable[Path]) -> None:
    """Raise ArchiveUnwritableError if a link stands in place of one of the folders within warc/.

    Rows name only files inside of the archive (archive.warc.storage), so its files would never be
    read.
    """
    for path in paths:
        if path.is_symlink():
            raise ArchiveUnwritableError(
                f"{path} is a symbolic link, and an archive's files stay inside of it; put "
                "the folder itself there; to keep files elsewhere, link warc or the whole archive"
            )


def database_files(database: Path) -> list[Path]:
    """A database and the files that SQLite keeps beside it, whether they are there or not."""
    return [database.with_name(database.name + suffix) for suffix in _DATABASE_SUFFIXES]


def check_database(layout: Layout) -> None:
    """As `check_regular`, of archive.db and its companions: SQLite opens them itself."""
    for path in database_files(layout.database):
        check_regular(path)


def _check(path: str | Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISLNK(mode):
        raise ArchiveUnwritableError(
            f"{path} is a symbolic link, and an archive writes through none; take it away, and "
            "to keep files elsewhere link the folder instead: warc, logs, locks or all of it"
        )
    kind = _KINDS.get(stat.S_IFMT(mode), "no file")
    raise ArchiveUnwritableError(f"{path} is {kind} where an archive keeps a file; move it away")
