"""Room on the disk that a crawl holds back, so that it can note its end when nothing else fits."""

import os
import tempfile
from pathlib import Path

from archive.errors import ArchiveUnwritableError
from archive.filesystem.disk_space import remedy

BALLAST_BYTES = 256 * 1024
"""A row with its page of the -wal and of each index, and a record: a tenth of that, as a rule."""


class Ballast:
    """A file without a name, gone with its process."""

    def __init__(self, folder: Path) -> None:
        """Take the room. Raises ArchiveUnwritableError if the disk lacks it."""
        try:
            self._file = tempfile.TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115
            self._file.write(os.urandom(BALLAST_BYTES))  # no file system can make that smaller
        except OSError as error:
            todo = remedy(error, "choose another folder with --archive, or fix this one")
            raise ArchiveUnwritableError(
                f"cannot write in {folder}: {error.strerror}; {todo}"
            ) from error

    def release(self) -> None:
        """Give the room back; once more does nothing."""
        self._file.close()
