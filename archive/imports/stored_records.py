"""Reads the records of captures again, by the places in their rows."""

from types import TracebackType
from typing import BinaryIO

from archive.errors import ArchiveDamagedError
from archive.imports.foreign import ForeignRecord, record_in, region_of
from archive.layout import Layout
from archive.models import WarcPlace
from archive.warc.storage import open_named


class StoredRecords:
    """Keeps the file that was read last open, since neighboring records are often read in turn."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._name = ""
        self._file: BinaryIO | None = None

    def __enter__(self) -> "StoredRecords":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def read(self, place: WarcPlace) -> ForeignRecord | None:
        """The record at a place, as imports read it; None if none can be read."""
        try:
            file = self._opened(place.file)
            end = file.seek(0, 2)
            found = record_in(file, region_of(file, place.offset, end), place.offset)
        except (ArchiveDamagedError, OSError):
            return None
        return found if isinstance(found, ForeignRecord) else None

    def _opened(self, warc_file: str) -> BinaryIO:
        if self._file is None or self._name != warc_file:
            self._close()
            self._file, self._name = open_named(self._layout, warc_file), warc_file
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
