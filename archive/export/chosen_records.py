"""Copies the records of chosen captures into a package, as one WARC file of gzip members.

Each answer of a crawl is copied with the request and metadata records before it and the warcinfo
record of its file. From imported files only the answers are copied.
"""

import sqlite3
import zlib
from collections.abc import Callable, Generator, Iterator, Set
from typing import BinaryIO

from archive.export.index_lines import PLACED, own_line
from archive.export.sent_forms import SentForms
from archive.export.zipping import Entry, Package
from archive.imports.stored import is_imported
from archive.layout import Layout
from archive.models import WarcPlace
from archive.warc.members import MAGIC, MemberState, read_member
from archive.warc.storage import open_named

NAME = "chosen.warc.gz"
PIECE_BYTES = 1024 * 1024


class ChosenRecords:
    """The records of captures whose ids are given."""

    def __init__(self, layout: Layout, connection: sqlite3.Connection, ids: Set[int]) -> None:
        self._layout = layout
        self._connection = connection
        self._ids = ids
        self._missing: set[str] = set()
        self.left_out = 0
        """The number of captures whose file is missing."""

    def holds(self, row: sqlite3.Row) -> bool:
        """Whether a row of captures is one of the chosen ones."""
        return row["id"] in self._ids and row["warc_file"] not in self._missing

    def write(self, package: Package, on_file: Callable[[str], None]) -> Generator[str, None, None]:
        """Copy the records; gives the lines of their index.

        Raises the errors of `open_named`, except for missing files.
        """
        with package.entry(f"archive/{NAME}") as entry:
            for name, rows in self._by_file():
                on_file(name)
                try:
                    file = open_named(self._layout, name)
                except FileNotFoundError:
                    self._missing.add(name)
                    self.left_out += len(rows)
                    continue
                with file:
                    yield from _copied(file, rows, entry, SentForms(self._layout, self._connection))

    def _by_file(self) -> Iterator[tuple[str, list[tuple[sqlite3.Row, int]]]]:
        """Each file with its chosen rows, and for each row the end of the record before it."""
        name, end = "", 0
        found: list[tuple[sqlite3.Row, int]] = []
        for row in self._connection.execute(f"{PLACED} ORDER BY c.warc_file, c.warc_offset"):
            if row["warc_file"] != name:
                if found:
                    yield name, found
                name, end, found = row["warc_file"], 0, []
            if row["id"] in self._ids:
                found.append((row, end))
            end = row["warc_offset"] + row["warc_length"]
        if found:
            yield name, found


def _copied(
    file: BinaryIO, rows: list[tuple[sqlite3.Row, int]], entry: Entry, forms: SentForms
) -> Iterator[str]:
    is_own = not is_imported(rows[0][0]["warc_file"])
    if is_own and rows[0][1] > 0:
        first = read_member(file, 0, _Unkept())
        if first.state is MemberState.WHOLE:
            _copy(file, 0, first.length, entry)
    for row, end_before in rows:
        start = row["warc_offset"]
        if is_own:
            _copy(file, end_before, start, entry)
        offset = entry.size
        _copy_record(file, start, start + row["warc_length"], entry)
        line = own_line(row, forms)
        if line is not None and entry.size > offset:
            yield line.line(WarcPlace(NAME, offset, entry.size - offset))


class _Unkept:
    def feed(self, data: bytes) -> None:
        """Ignore the data: only the length of the record is needed."""


def _copy_record(file: BinaryIO, start: int, end: int, entry: Entry) -> None:
    """Copy a record as a gzip member, whether or not it is compressed in the file."""
    file.seek(start)
    begin = file.read(len(MAGIC))
    if begin in (MAGIC, b""):
        _copy(file, start, end, entry)
        return
    packer = zlib.compressobj(wbits=31)
    for piece in _pieces(file, start, end):
        entry.write(packer.compress(piece))
    entry.write(packer.flush())


def _copy(file: BinaryIO, start: int, end: int, entry: Entry) -> None:
    for piece in _pieces(file, start, end):
        entry.write(piece)


def _pieces(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end and (piece := file.read(min(end - start, PIECE_BYTES))):
        start += len(piece)
        yield piece
