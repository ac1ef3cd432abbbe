"""Copies the WARC files of a whole archive into a package, unchanged."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveDamagedError
from archive.export.index_lines import PLACED, own_line
from archive.export.sent_forms import SentForms
from archive.export.zipping import Entry, Package
from archive.imports.companion import ImportedFile, companions
from archive.layout import Layout
from archive.models import WarcPlace
from archive.warc import storage

PIECE_BYTES = 1024 * 1024
_ENDINGS = re.compile(r"(\.warc|\.wacz|\.arc|\.gz|\.zst)+$")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file that becomes a WARC file of the package."""

    name: str
    """The name in the package's folder archive/."""
    file: str
    """The file's path relative to the archive's folder."""
    start: int
    end: int


class WholeArchive:
    """All closed files of an archive; for imported files, the parts in which records are read."""

    def __init__(self, layout: Layout, connection: sqlite3.Connection) -> None:
        self._layout = layout
        self._connection = connection
        self.left_out = 0
        """The number of captures that `lines` found outside these files."""
        self._parts: dict[str, list[Part]] = {}
        for part in (*self._own(), *self._imported()):
            self._parts.setdefault(part.file, []).append(part)

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(part.end - part.start for part in self._all())

    def write(self, package: Package, on_file: Callable[[str], None]) -> int:
        """Copy the files; gives their number. `on_file` gets each name.

        Raises the errors of `storage.open_named`."""
        count = 0
        for part in self._all():
            on_file(part.file)
            with package.entry(f"archive/{part.name}") as entry:
                self._copy(part, entry)
            count += 1
        return count

    def lines(self) -> Iterator[str]:
        """The index lines of the captures in these files, unsorted."""
        forms = SentForms(self._layout, self._connection)
        for row in self._connection.execute(PLACED):
            line = own_line(row, forms)
            part = self._part_of(row["warc_file"], row["warc_offset"])
            if part is None:
                self.left_out += 1
            elif line is not None:
                offset = row["warc_offset"] - part.start
                yield line.line(WarcPlace(part.name, offset, row["warc_length"]))

    def holds(self, row: sqlite3.Row) -> bool:
        """Whether the record of a row of captures is in these files."""
        return self._part_of(row["warc_file"], row["warc_offset"]) is not None

    def _all(self) -> Iterator[Part]:
        for parts in self._parts.values():
            yield from parts

    def _part_of(self, file: str, offset: int) -> Part | None:
        parts = self._parts.get(file, ())
        return next((part for part in parts if part.start <= offset < part.end), None)

    def _own(self) -> Iterator[Part]:
        for path in storage.closed_files(self._layout):
            if storage.is_closed(self._layout, self._name(path)):
                yield self._whole(path)

    def _imported(self) -> Iterator[Part]:
        for imported in companions(self._layout):
            yield from _in_place(imported, self._name(imported.path))
            if self._has_captures(self._name(imported.companion)):
                yield self._whole(imported.companion)

    def _whole(self, path: Path) -> Part:
        return Part(path.name, self._name(path), 0, storage.size(path))

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self._layout.folder))

    def _has_captures(self, name: str) -> bool:
        sql = "SELECT 1 FROM captures WHERE warc_file = ? LIMIT 1"
        return self._connection.execute(sql, (name,)).fetchone() is not None

    def _copy(self, part: Part, entry: Entry) -> None:
        with storage.open_named(self._layout, part.file) as file:
            file.seek(part.start)
            while left := part.end - part.start - entry.size:
                piece = file.read(min(left, PIECE_BYTES))
                if not piece:
                    raise ArchiveDamagedError(
                        f"{part.file} became shorter while it was read; run `portal verify`"
                    )
                entry.write(piece)


def _in_place(imported: ImportedFile, name: str) -> Iterator[Part]:
    """The parts of an imported file; for a WACZ, the WARC files in it."""
    stem = _ENDINGS.sub("", imported.path.name)
    several = len(imported.in_place) > 1
    for number, region in enumerate(imported.in_place, start=1):
        count = f"-{number}" if several else ""
        ending = ".warc.gz" if region.packed else ".warc"
        yield Part(f"{stem}{count}{ending}", name, region.start, region.end)
