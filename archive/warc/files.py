"""Opens the files of an archive that its rows name. Rows and folder may be a stranger's."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveDamagedError
from archive.filesystem.regular import is_regular, regular
from archive.layout import OPEN_SUFFIX, Layout

SHOWN_NAME = 200
"""Characters of a name in a message; a row's can have millions."""


def open_named(layout: Layout, name: str) -> BinaryIO:
    """The file of a name such as captures.warc_file: under it or, while it is written, `.open`.

    ArchiveDamagedError where the name leads out of the archive's warc/ folder, or to what is no
    regular file. FileNotFoundError and other OSErrors pass through.
    """
    final = _path(layout, name)
    being_written = final.with_name(final.name + OPEN_SUFFIX)
    for path in (final, being_written, final):  # it may be renamed between two looks
        with suppress(FileNotFoundError):
            return open_regular(path)
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(final))


def is_closed(layout: Layout, name: str) -> bool:
    """Whether the file of such a name is there and no longer written.

    Raises ArchiveDamagedError as `open_named`.
    """
    return is_regular(_path(layout, name))


def open_regular(path: Path) -> BinaryIO:
    """A file's bytes; ArchiveDamagedError where a link, pipe or device stands in its place."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise ArchiveDamagedError(
            f"{_shown(str(path))} is no regular file, and is not opened; put the file itself there"
        )
    return open(path, "rb", opener=regular)


def _path(layout: Layout, name: str) -> Path:
    """Where the name leads. The folder warc/ itself may be a link, folders in it may not."""
    first, *others = name.split("/")
    is_plain = first == layout.warc.name and others and not {"", ".", ".."} & {*others}
    path = layout.folder / name
    if not is_plain or "\0" in name or not _real(path.parent).is_relative_to(_real(layout.warc)):
        raise ArchiveDamagedError(
            f"{_shown(name)} is named by a row, and is no file of {layout.warc}; `portal rebuild` "
            "makes the rows again from the WARC files"
        )
    return path


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _shown(name: str) -> str:
    return name if len(name) <= SHOWN_NAME else name[:SHOWN_NAME] + "…"
