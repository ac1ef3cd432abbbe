"""The only module that lists, opens, names, moves and removes the WARC files of an archive.

Another storage can be put in its place: a path that it gives is a name, which other modules read
and hand back. tests/test_layers.py holds that none of them touches the files itself.

All functions let OSError through. Those that open a file raise ArchiveUnwritableError for a link,
pipe or device in its place, unless they say otherwise.
"""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveDamagedError
from archive.filesystem.names import free_name, nameable
from archive.filesystem.publishing import keep_as, replaced, sync_folder
from archive.filesystem.regular import check_folders, is_regular, regular
from archive.filesystem.sizes import sizes_in
from archive.layout import IMPORTED, Layout
from archive.warc.file_names import (
    COMPANION_SUFFIX,
    COPYING,
    INDEX_SUFFIX,
    OPEN_SUFFIX,
    ORIGINAL_SUFFIX,
    REMOVED,
    REMOVED_SUFFIX,
    TORN_SUFFIX,
    WARC_SUFFIX,
    final_path,
    index_path,
    open_path,
)

BUFFER_BYTES = 64 * 1024
"""The records of a page take a third of it: one call to the system writes them."""

SHOWN_NAME = 200
"""Characters of a name in a message; a row's can have millions."""


# Listing


def has_files(layout: Layout) -> bool:
    """Whether the archive has a folder for WARC files."""
    return layout.warc.is_dir()


def check_links(layout: Layout) -> None:
    """Raise ArchiveUnwritableError if a link stands directly in the folder of WARC files."""
    check_folders(sorted(layout.warc.glob("*")))


def portals_with_files(layout: Layout) -> list[str]:
    """The portals that have a folder for their files, sorted.

    Raises ArchiveUnwritableError if one of the folders is a link.
    """
    folders = sorted(path for path in nameable(layout.warc.glob("*")) if path.is_dir())
    check_folders(folders)
    return [folder.name for folder in folders if folder.name != IMPORTED]


def files_of(layout: Layout, portal: str) -> list[Path]:
    """A portal's files, closed and open, in the order in which they were written."""
    return in_order(nameable(_files(layout.warc_folder(portal))))


def in_order(files: Iterable[Path]) -> list[Path]:
    """Files of a portal in the order in which they were written: by time and serial."""
    return sorted(files, key=lambda path: path.name)


def closed_files(layout: Layout) -> list[Path]:
    """The closed files of all crawls."""
    return _own_files(layout, WARC_SUFFIX)


def open_files(layout: Layout) -> list[Path]:
    """The files of all crawls that were not closed."""
    return _own_files(layout, WARC_SUFFIX + OPEN_SUFFIX)


def all_files(layout: Layout) -> list[Path]:
    """All closed and open WARC files at any depth, companions included, nameable or not."""
    suffixes = (WARC_SUFFIX, WARC_SUFFIX + OPEN_SUFFIX)
    return sorted(path for suffix in suffixes for path in layout.warc.rglob("*" + suffix))


def files_of_folders(layout: Layout) -> list[Path]:
    """The closed and open WARC files in the folders of portals and imports, nameable or not."""
    return sorted(path for folder in layout.warc.iterdir() for path in _files(folder))


def is_written(layout: Layout, portal: str) -> bool:
    """Whether a portal has a file that was not closed."""
    return any(layout.warc_folder(portal).glob("*" + OPEN_SUFFIX))


def count_index_lines(layout: Layout) -> int:
    """The number of captures that the indexes of all files name."""
    indexes = (path for path in layout.warc.rglob("*" + INDEX_SUFFIX) if is_regular(path))
    return sum(path.read_bytes().count(b"\n") for path in indexes)


def imported_files(layout: Layout) -> list[Path]:
    """The files whose names are those of imported files, companions or unfinished copies."""
    return nameable(sorted(layout.warc_folder(IMPORTED).glob("*-*")))


def companion_paths(layout: Layout) -> list[Path]:
    """Our own WARC files beside imported ones, which say how these are read; finished ones only."""
    return nameable(sorted(layout.warc_folder(IMPORTED).glob("*" + COMPANION_SUFFIX)))


def removed_files(layout: Layout) -> list[Path]:
    """The files in the folder of removed imports, nameable or not."""
    return sorted(_removed(layout).glob("*-*"))


def leads_to_imported(layout: Layout, path: Path) -> bool:
    """Whether a path that a person gives leads into the folder of imported files."""
    return path.parent.resolve() == layout.warc_folder(IMPORTED).resolve()


def leads_to_removed(layout: Layout, path: Path) -> bool:
    """Whether a path that a person gives leads into the folder of removed files."""
    return path.parent.resolve() == _removed(layout).resolve()


def exists(path: Path) -> bool:
    """Whether a file is there. A link counts if the file it leads to is there."""
    return path.exists()


def is_file(path: Path) -> bool:
    """Whether a regular file is there, or a link that leads to one."""
    return path.is_file()


def size(path: Path) -> int:
    """The bytes of a file."""
    return path.stat().st_size


def sizes(layout: Layout) -> Iterator[int | None]:
    """The bytes of each file of all portals; None for each folder that cannot be read."""
    folders = [layout.warc]
    try:
        folders += [Path(entry) for entry in os.scandir(layout.warc) if entry.is_dir()]
    except FileNotFoundError:
        pass
    except OSError:
        yield None
    for folder in folders:
        yield from sizes_in(folder)


def _own_files(layout: Layout, suffix: str) -> list[Path]:
    found = sorted(layout.warc.glob(f"*/*{suffix}"))
    return nameable(path for path in found if path.parent.name != IMPORTED)


def _files(folder: Path) -> list[Path]:
    return [*folder.glob("*" + WARC_SUFFIX), *folder.glob("*" + WARC_SUFFIX + OPEN_SUFFIX)]


def _removed(layout: Layout) -> Path:
    return layout.warc_folder(IMPORTED) / REMOVED


# Reading


def open_named(layout: Layout, name: str) -> BinaryIO:
    """The file of a name such as captures.warc_file: closed, or `.open` while it is written.

    Rows and folder may be a stranger's. Raises ArchiveDamagedError if the name leads out of the
    archive's warc/ folder, or to something that is not a regular file.
    """
    final = _path(layout, name)
    for path in (final, open_path(final), final):  # it may be renamed between two looks
        with suppress(FileNotFoundError):
            return _open_regular(path)
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(final))


def is_closed(layout: Layout, name: str) -> bool:
    """Whether the file of such a name is there and no longer written.

    Raises ArchiveDamagedError as `open_named`.
    """
    return is_regular(_path(layout, name))


def open_own(path: Path) -> BinaryIO:
    """A file of a crawl or a companion, for reading."""
    return open(path, "rb", opener=regular)


def open_imported(path: Path) -> BinaryIO:
    """An imported file, or one that is to be imported, for reading; links are followed."""
    return path.open("rb")


def open_index(layout: Layout, name: str) -> BinaryIO | None:
    """The index beside a file of a name such as captures.warc_file; None if it has none.

    Raises ArchiveDamagedError if a link stands in its place.
    """
    path = index_path(layout.folder / name)
    return _open_regular(path) if path.is_file() else None


def read_index(path: Path) -> bytes | None:
    """The whole index of a closed file; None if it has none."""
    index = index_path(path)
    return index.read_bytes() if index.is_file() else None


def _open_regular(path: Path) -> BinaryIO:
    if not stat.S_ISREG(path.lstat().st_mode):
        raise ArchiveDamagedError(
            f"{_shown(str(path))} is not a regular file; put the file itself there"
        )
    return open(path, "rb", opener=regular)


def _path(layout: Layout, name: str) -> Path:
    """The path of a name. The folder warc/ itself may be a link, folders in it may not."""
    first, *others = name.split("/")
    is_plain = first == layout.warc.name and others and not {"", ".", ".."} & {*others}
    path = layout.folder / name
    if not is_plain or "\0" in name or not _real(path.parent).is_relative_to(_real(layout.warc)):
        raise ArchiveDamagedError(
            f"{_shown(name)} is named by a row but is not a file of {layout.warc}; run `portal "
            "rebuild` to make the rows again from the WARC files"
        )
    return path


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _shown(name: str) -> str:
    return name if len(name) <= SHOWN_NAME else name[:SHOWN_NAME] + "…"


# Writing


def make_folder(layout: Layout, portal: str) -> list[str]:
    """Make the folder of a portal's files if it is missing; the names that are in it."""
    folder = layout.warc_folder(portal)
    check_folders([folder])
    folder.mkdir(parents=True, exist_ok=True)
    return [path.name for path in folder.iterdir()]


def create(path: Path) -> BinaryIO:
    """A new file of a crawl, for appending. Raises FileExistsError."""
    file = path.open("xb", buffering=BUFFER_BYTES)
    sync_folder(path.parent)
    return file


def create_companion(path: Path) -> BinaryIO:
    """An empty companion, for appending; one that an earlier import began is emptied."""
    return open(path, "wb", opener=regular)


def reopen(path: Path) -> BinaryIO:
    """A file of a crawl, for writing from any offset."""
    return open(path, "r+b", opener=regular)


@contextmanager
def appending(path: Path) -> Iterator[BinaryIO]:
    """The end of a file of a crawl; when the block ends, all is on the disk."""
    with open(path, "ab", opener=regular) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def shorten(path: Path, end: int) -> None:
    """Shorten a file to its first `end` bytes; without any it is removed."""
    if not end:
        path.unlink()
        return
    with reopen(path) as file:
        file.truncate(end)


def cut_torn(path: Path, end: int) -> int:
    """Move the bytes from `end` on into a file beside; returns how many they are."""
    with reopen(path) as file:
        file.seek(end)
        tail = file.read()
        if tail:
            put_beside(final_path(path), f"{TORN_SUFFIX}-{end}", [tail])
            file.truncate(end)
        os.fsync(file.fileno())  # its writer may have been killed before it did so
    return len(tail)


def give_final_name(path: Path) -> None:
    """Give a file that is written its final name."""
    path.rename(final_path(path))
    sync_folder(path.parent)


def remove_file(path: Path) -> None:
    """Remove a file, and its index if there is one."""
    path.unlink()
    index_path(path).unlink(missing_ok=True)
    sync_folder(path.parent)


def put_index(path: Path, data: bytes) -> None:
    """Write an index whole or not at all."""
    with replaced(path, path.with_name(path.name + ".part")) as file:
        file.write(data)


@contextmanager
def rewritten_companion(path: Path) -> Iterator[BinaryIO]:
    """A new version of a companion, which replaces it in one step when the block ends."""
    with replaced(path, open_path(path)) as file:
        yield file
    sync_folder(path.parent)


@contextmanager
def imported_copy(path: Path) -> Iterator[BinaryIO]:
    """The copy of a file, which becomes the imported file when the block ends."""
    check_folders([path.parent])
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path, path.with_name(COPYING + path.name)) as file:
        yield file
    sync_folder(path.parent)


# Repairing and removing


def put_beside(path: Path, suffix: str, pieces: Iterable[bytes]) -> Path:
    """Write a file that has the name of another with a suffix; it is on the disk afterwards."""
    beside = path.with_name(path.name + suffix)
    with open(beside, "wb", opener=regular) as out:
        out.writelines(pieces)
        out.flush()
        os.fsync(out.fileno())
    return beside


def keep_original(path: Path) -> Path:
    """Give a file a second name, under which it stays when the first gets another file."""
    name = free_name(path.with_name(path.name + ORIGINAL_SUFFIX))
    keep_as(path, name)
    return name


def put_in_place(mended: Path, path: Path) -> None:
    """Put a mended file in the place of the damaged one."""
    mended.replace(path)
    sync_folder(path.parent)


def move(origin: Path, target: Path) -> None:
    """Move a file to another folder."""
    origin.rename(target)
    for folder in (target.parent, origin.parent):
        sync_folder(folder)


def removed_path(layout: Layout, path: Path) -> Path:
    """A free path for an imported file in the folder of removed ones, which is made."""
    folder = _removed(layout)
    check_folders([folder.parent, folder])
    folder.mkdir(exist_ok=True)
    return free_name(folder / (path.name + REMOVED_SUFFIX))


def share(layout: Layout, other: Layout) -> None:
    """Make the WARC files of an archive visible in the folder of another, by a link."""
    other.warc.symlink_to(layout.warc.resolve(), target_is_directory=True)
