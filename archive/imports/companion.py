"""The companion of an imported file: our own WARC beside it, which says how the file is read.

`<file>.import.warc.gz` begins with a warcinfo record that names the file, its SHA-256, its length
and, a line each, the places in which its records are read where they lie. Then come those records
that have no readable place in the file (see archive.imports.forms), header and block byte for
byte, each a gzip member; records of ARC files get a WARC header. The metadata record of the run
is its end. Without it the import broke off, and is done again.
"""

import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from archive.filesystem.regular import check_regular
from archive.imports.acceptance import Acceptance, acceptance_of
from archive.imports.arc import ArcRecord, arc_records, warc_record
from archive.imports.foreign import ForeignRecord, Region, UnusableRecord, region_records
from archive.imports.wacz import Refused
from archive.layout import Layout
from archive.moments import is_own_moment, now
from archive.numbers import MOST_EXACT, whole_number
from archive.warc import storage
from archive.warc.file_names import COMPANION_SUFFIX, companion_path, final_path, open_path
from archive.warc.members import PIECE_BYTES
from archive.warc.own_metadata import RUN_EVENT
from archive.warc.own_records import is_as_written
from archive.warc.records import (
    WARC_FIELDS,
    Fields,
    Record,
    new_record_id,
    warc_fields,
    write_member,
)
from archive.warc.stream import Damage, StreamedRecord, fields_of, streamed

IN_PLACE = "in-place"
FORMS = {True: "gzip", False: "plain"}
"""The word in a line that names a place, by whether the records there are packed."""

IDS_BY_PLACE = "shared-ids", "by-place"
"""The line that says which of several records has the id that they share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """An imported file as its companion describes it."""

    path: Path
    """The imported file."""
    companion: Path
    sha256: str
    imported_at: str
    in_place: tuple[Region, ...]
    converted: Region
    """The region of the companion that holds converted records."""
    ids_by_place: bool
    """Whether, of several records with the same id, the first in the file has it. In files that
    earlier releases imported it is the first by WARC-Date."""
    run: Fields | None
    """The lines of the run's record; None if the import did not finish."""
    odd: tuple[str, ...] = ()
    """Lines that name no place, and are passed over."""
    warcinfo: str = ""
    """The id of the companion's first record."""
    acceptances: tuple[Acceptance, ...] = ()
    """The findings that persons have accepted, the oldest acceptance first."""

    @property
    def regions(self) -> list[tuple[Path, Region]]:
        """All places in which records are read, by file."""
        places = [(self.path, region) for region in self.in_place]
        return [*places, (self.companion, self.converted)]


@dataclass(slots=True)
class CompanionWriter:
    """Writes a companion `.open`, and gives it its name when the run is in."""

    path: Path
    """Its final name."""
    _file: BinaryIO = field(init=False)
    _offset: int = 0
    _warcinfo: str = field(default_factory=new_record_id)

    def __post_init__(self) -> None:
        self._file = storage.create_companion(self.open_path)

    @property
    def open_path(self) -> Path:
        """Its name while it is written."""
        return open_path(self.path)

    def begin(self, lines: Fields, at: datetime) -> None:
        """The warcinfo record."""
        self._append("warcinfo", lines, at, self._warcinfo, [("WARC-Filename", self.path.name)])

    def end(self, lines: Fields) -> None:
        """The run's record; then the file is closed and named."""
        target = f"urn:portal-archive:import:{self.path.name.removesuffix(COMPANION_SUFFIX)}"
        fields = [("WARC-Target-URI", target), ("WARC-Warcinfo-ID", self._warcinfo)]
        self._append("metadata", lines, now(), new_record_id(), fields)
        self.flush()
        self._file.close()
        storage.give_final_name(self.open_path)

    def flush(self) -> None:
        """Return when all is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Leave it `.open`; after `end` without effect."""
        self._file.close()

    def copy(self, plain: BinaryIO, record: ForeignRecord) -> None:
        """Append a record of a plain file, unchanged, as a gzip member."""
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        plain.seek(record.offset)
        left = record.length
        while left:
            piece = plain.read(min(left, PIECE_BYTES))
            left -= len(piece)
            self._file.write(packer.compress(piece))
        self._file.write(packer.flush())

    def put(self, record: Record) -> None:
        """Append a record that this software wrote."""
        write_member(record, self._file.write)

    def _append(
        self, kind: str, lines: Fields, at: datetime, record_id: str, fields: Fields
    ) -> None:
        record = Record(
            kind=kind,
            date=at,
            content_type=WARC_FIELDS,
            block=warc_fields(lines),
            record_id=record_id,
            fields=fields,
        )
        self.put(record)


def copy_records(
    plain: BinaryIO, stretch: Region, writer: CompanionWriter, *, is_damaged: bool
) -> Iterator[Refused]:
    """Copy all records of a stretch of a plain WARC into a companion; gives those left out.

    If `is_damaged`, damage follows the stretch: its last record is left out if it is cut.
    """
    for found in region_records(plain, stretch):
        if isinstance(found, UnusableRecord):
            yield Refused(found.offset, f"{found.why} (counted in the unpacked file)")
        elif not (is_damaged and found.is_cut and found.offset + found.length >= stretch.end):
            writer.copy(plain, found)


def copy_arc(
    plain: BinaryIO, stretch: Region, sha256: str, writer: CompanionWriter, *, is_damaged: bool
) -> Iterator[Refused]:
    """As `copy_records`, for an ARC file: its records are written as WARC records."""
    for found in arc_records(plain, stretch.start, stretch.end):
        record = found if isinstance(found, Refused) else warc_record(found, sha256)
        if isinstance(found, ArcRecord) and found.fault is not None:
            if is_damaged and found.end >= stretch.end:
                continue
            yield Refused(found.offset, found.fault)
        if isinstance(record, Refused):
            yield record
        elif record is not None:
            writer.put(record)


def place_lines(regions: Iterable[Region]) -> Fields:
    """The lines that `read_companion` reads places from."""
    return [(IN_PLACE, f"{FORMS[one.packed]} {one.start} {one.end}") for one in regions]


def read_companion(companion: Path) -> ImportedFile | None:
    """An imported file as its companion describes it; None if that cannot be read as a companion.

    Raises ArchiveUnwritableError if a link stands in its place.
    """
    original = final_path(companion).name.removesuffix(COMPANION_SUFFIX)
    try:
        with storage.open_own(companion) as file:
            size = file.seek(0, 2)
            begin, run, acceptances = _read_records(streamed(file))
    except OSError:
        return None
    if begin is None:
        return None
    lines = fields_of(begin.block)
    said = dict(lines)
    moments = (said.get("imported-at", ""), begin.fields.get("warc-date", ""))
    imported_at = next(filter(is_own_moment, moments), None)
    if imported_at is None:
        return None
    return ImportedFile(
        path=companion.with_name(original),
        companion=companion,
        sha256=said.get("sha256", ""),
        imported_at=imported_at,
        in_place=tuple(_regions(lines)),
        converted=Region(
            packed=True, start=begin.offset + begin.length, end=size, is_converted=True
        ),
        ids_by_place=IDS_BY_PLACE in lines,
        run=run,
        odd=tuple(_without_place(lines)),
        warcinfo=begin.fields.get("warc-record-id", ""),
        acceptances=tuple(acceptances),
    )


def _read_records(
    found: Iterator[StreamedRecord | Damage],
) -> tuple[StreamedRecord | None, Fields | None, list[Acceptance]]:
    """The file's first record, if it is a warcinfo; the lines of the last record of a run; and the
    acceptances behind that. Others may have written the records before it."""
    first, run = next(found, None), None
    acceptances: list[Acceptance] = []
    if not isinstance(first, StreamedRecord) or first.kind != "warcinfo" or _is_changed(first):
        return None, None, []
    for record in found:
        if isinstance(record, Damage) or record.kind != "metadata" or _is_changed(record):
            continue
        lines = fields_of(record.block)
        if RUN_EVENT in dict(lines):
            run, acceptances = lines, []
        elif (acceptance := acceptance_of(lines)) is not None:
            acceptances.append(acceptance)
    return first, run, acceptances


def _is_changed(record: StreamedRecord) -> bool:
    return not is_as_written(record)


def _regions(lines: Fields) -> Iterator[Region]:
    regions = (_region(value) for name, value in lines if name == IN_PLACE)
    yield from (region for region in regions if region is not None)


def _without_place(lines: Fields) -> Iterator[str]:
    yield from (value for name, value in lines if name == IN_PLACE and _region(value) is None)


def _region(value: str) -> Region | None:
    form, *places = value.split()[:4] or [""]
    numbers = [whole_number(place, MOST_EXACT) for place in places]
    if form not in FORMS.values() or len(numbers) != 2:
        return None
    start, end = numbers
    if start is None or end is None or start > end:
        return None
    return Region(packed=form == FORMS[True], start=start, end=end)


def finished_import(path: Path) -> ImportedFile | None:
    """An imported file by its companion; None if it has none, or the import did not finish.

    Raises as `read_companion`.
    """
    said = companion_of(path)
    return said if said is not None and said.run is not None else None


def companion_of(path: Path) -> ImportedFile | None:
    """An imported file by its companion, as `read_companion`; None if it has none."""
    companion = companion_path(path)
    return read_companion(companion) if storage.exists(companion) else None


def unusable(layout: Layout) -> list[Path]:
    """Companions that do not say how their file is read, or how its import ended."""
    found = ((path, read_companion(path)) for path in storage.companion_paths(layout))
    return [path for path, said in found if said is None or said.run is None]


def companions(layout: Layout) -> list[ImportedFile]:
    """The files whose import finished, in the order in which they were imported.

    Raises ArchiveUnwritableError if a link stands in place of one, or of its file.
    """
    found = [read_companion(path) for path in storage.companion_paths(layout)]
    ended = [one for one in found if one is not None and one.run is not None]
    for one in ended:
        check_regular(one.path)
    return sorted(ended, key=lambda one: (one.imported_at, one.path.name))
