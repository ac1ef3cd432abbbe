"""Finds the readable places of an imported file, and copies other records into its companion."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from archive.errors import NotAnArchiveError
from archive.filesystem.disk_space import check_reserve
from archive.imports.arc import arc_line
from archive.imports.companion import (
    IDS_BY_PLACE,
    CompanionWriter,
    copy_arc,
    copy_records,
    place_lines,
)
from archive.imports.foreign import Region
from archive.imports.forms import FIRST_BYTES, ArchivePart, Form, form_of, parts_of
from archive.imports.kept_files import KeptFile
from archive.imports.limits import ImportLimits, Meter, TooLargeError
from archive.imports.record_headers import LEADING
from archive.imports.unpacking import PlainStretch, Unpacked, is_packed, unpack
from archive.imports.wacz import Refused, inflate
from archive.moments import now
from archive.warc import storage
from archive.warc.records import Fields

BY_PLACE = (Form.PLAIN, Form.MEMBERS)


@dataclass(slots=True)
class Preparation:
    """Finds a file's readable places, and writes its companion up to the run's record."""

    kept: KeptFile
    version: str
    """The version of this software, for the warcinfo record."""
    folder: Path
    """The folder for temporary files, which may be as large as the unpacked archive."""
    limits: ImportLimits = field(default_factory=ImportLimits)
    reserve_bytes: int = 0
    """The bytes to keep free on its disk."""

    def write(self, target: Path) -> "Prepared":
        """Write the companion up to the run's record.

        Raises NotAnArchiveError if the file is not an archive, ArchiveUnwritableError if the disk
        comes down to its reserve, and OSError.
        """
        meter = Meter(self.limits, storage.size(self.kept.path), self._check_disk)
        refused: list[Refused] = []
        in_place: list[Region] = []
        others: list[ArchivePart] = []
        for part in parts_of(self.kept.path, meter):
            if isinstance(part, Refused):
                refused.append(part)
            elif part.deflated is None and part.form in BY_PLACE:
                in_place.append(part.region)
            else:
                others.append(part)
        writer = CompanionWriter(target)
        try:
            at = now()
            writer.begin(self._lines(in_place, others, at), at)
            with storage.open_imported(self.kept.path) as file:
                for part in others:
                    refused += self._convert(file, part, writer, meter)
            writer.flush()
        except BaseException:
            writer.close()
            raise
        return Prepared(writer, refused)

    def _check_disk(self) -> None:
        check_reserve(self.folder, self.reserve_bytes, f"unpacking {self.kept.name}")

    def _lines(self, in_place: list[Region], others: list[ArchivePart], at: datetime) -> Fields:
        return [
            ("software", f"portal-archive/{self.version}"),
            ("format", "WARC File Format 1.1"),
            ("description", "how an imported file is read; records of it without places of theirs"),
            ("imported-file", self.kept.path.name),
            ("imported-name", self.kept.name),
            ("imported-at", at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
            ("sha256", self.kept.sha256),
            ("bytes", str(storage.size(self.kept.path))),
            IDS_BY_PLACE,
            *place_lines(in_place),
            *[("converted", f"{part.form} {part.name}".strip()) for part in others],
        ]

    def _convert(
        self, file: BinaryIO, part: ArchivePart, writer: CompanionWriter, meter: Meter
    ) -> Iterator[Refused]:
        if part.deflated is None:
            yield from self._convert_bytes(part.form, file, part.region, writer, meter)
            return
        with tempfile.TemporaryFile(dir=self.folder) as inflated:
            sink = Unpacked(inflated, meter)
            try:
                why = inflate(file, part.deflated, sink)
            except TooLargeError:
                why = f"{meter.words}; the rest is not read"
            if why is not None:
                yield Refused(part.region.start, f"{part.name!r} {why}")
            size = inflated.seek(0, 2)
            try:
                form = form_of(inflated, 0, size)
            except NotAnArchiveError as error:
                yield Refused(part.region.start, f"{part.name!r} {error}")
                return
            form = Form.GZIP if form is Form.MEMBERS else form
            region = Region(packed=False, start=0, end=size)
            yield from self._convert_bytes(form, inflated, region, writer, meter)

    def _convert_bytes(
        self, form: Form, file: BinaryIO, region: Region, writer: CompanionWriter, meter: Meter
    ) -> Iterator[Refused]:
        if form is Form.WACZ:
            yield Refused(region.start, "a WACZ in a WACZ is not read")
            return
        if form in (Form.PLAIN, Form.ARC) and not is_packed(file, region):
            yield from self._copy(file, [PlainStretch(region, is_damaged=False)], writer)
            return
        with tempfile.TemporaryFile(dir=self.folder) as plain:
            unpacked = unpack(form, file, region, plain, meter)
            yield from unpacked.refused
            yield from self._copy(plain, unpacked.stretches, writer)

    def _copy(
        self, plain: BinaryIO, stretches: list[PlainStretch], writer: CompanionWriter
    ) -> Iterator[Refused]:
        is_arc = bool(stretches) and _is_arc(plain, stretches[0].region.start)
        for one in stretches:
            if is_arc:
                sha256 = self.kept.sha256
                yield from copy_arc(plain, one.region, sha256, writer, is_damaged=one.is_damaged)
            else:
                yield from copy_records(plain, one.region, writer, is_damaged=one.is_damaged)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A companion that lacks only the run's record."""

    writer: CompanionWriter
    refused: list[Refused]
    """The places of the imported file that cannot be read."""


def _is_arc(plain: BinaryIO, start: int) -> bool:
    plain.seek(start)
    return arc_line(plain.read(FIRST_BYTES).lstrip(LEADING)) is not None
