"""Writes an archive, or the captures that some articles need, as one WACZ file."""

import sqlite3
from collections.abc import Callable, Sequence, Set
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveUnwritableError
from archive.export.chosen_records import ChosenRecords
from archive.export.index_writing import write_index
from archive.export.pages import IsHeld, pages
from archive.export.sorting import sorted_lines
from archive.export.whole_files import WholeArchive
from archive.export.zipping import Package
from archive.filesystem.disk_space import MB, free_bytes
from archive.filesystem.publishing import new_file
from archive.layout import Layout

OnFile = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Articles, and the captures that their pages need."""

    articles: Sequence[int]
    captures: Set[int]


@dataclass(slots=True)
class Written:
    """The counts of a written package."""

    captures: int = 0
    """The number of lines in the index."""
    pages: int = 0
    bytes: int = 0
    left_out: int = 0
    """The number of captures whose file is still being written, or is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaczWriter:
    """Writes one package of an archive, all of it from one state of the database."""

    layout: Layout
    connection: sqlite3.Connection
    title: str
    made_at: datetime
    on_file: OnFile

    def write(self, path: Path, chosen: Chosen | None = None) -> Written:
        """Write the chosen articles, or the whole archive; the file appears whole or not at all.

        Raises QueryError if a file of that name exists, ArchiveUnwritableError if the disk refuses,
        ArchiveDamagedError if a file cannot be read.
        """
        with new_file(path) as file:
            return self._package(file, path.parent, chosen)

    def _package(self, file: BinaryIO, folder: Path, chosen: Chosen | None) -> Written:
        written = Written()
        with Package(file, self.made_at) as package:
            if chosen is None:
                is_held = self._whole(package, folder, written)
            else:
                is_held = self._chosen(package, folder, chosen, written)
            articles = chosen.articles if chosen is not None else None
            with package.entry("pages/pages.jsonl", packed=True) as entry:
                for line in pages(self.connection, articles, is_held):
                    entry.write(line)
                    written.pages += 1
            written.pages -= 1  # the header
            package.describe(self.title, f"portal-archive {version('portal-archive')}")
        written.bytes = file.seek(0, 2)
        return written

    def _whole(self, package: Package, folder: Path, written: Written) -> IsHeld:
        whole = WholeArchive(self.layout, self.connection)
        if whole.size > free_bytes(folder):
            raise ArchiveUnwritableError(
                f"the archive's files have {whole.size // MB} MB, and {free_bytes(folder) // MB} "
                f"MB are free in {folder}: free the disk, or name a file on another one with -o"
            )
        whole.write(package, self.on_file)
        with sorted_lines(whole.lines(), folder) as lines:
            written.captures = write_index(package, lines)
        written.left_out = whole.left_out
        return whole.holds

    def _chosen(self, package: Package, folder: Path, chosen: Chosen, written: Written) -> IsHeld:
        records = ChosenRecords(self.layout, self.connection, chosen.captures)
        with (
            closing(records.write(package, self.on_file)) as given,
            sorted_lines(given, folder) as lines,
        ):
            written.captures = write_index(package, lines)
        written.left_out = records.left_out
        return records.holds
