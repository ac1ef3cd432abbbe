"""What can be wrong with imported files: damage is named, what is merely foreign is not.

Foreign are missing or unknown digests, no warcinfo, no index, records of the file that are no
rows, references to records that are not there, and whatever else others write otherwise than we.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.errors import ArchiveError
from archive.imports.companion import companion_path, read_companion
from archive.imports.foreign import ForeignRecord, Region, Unusable, region_records
from archive.imports.kept_files import digest_of, originals
from archive.imports.record_headers import foreign_moment
from archive.integrity.order import is_before
from archive.integrity.row_checks import CaptureRow, PlacedProblem, Problem
from archive.layout import Layout
from archive.moments import utc_text
from archive.warc.writer import final_path

Rows = dict[int, CaptureRow]


@dataclass(slots=True)
class Looked:
    """What was looked at."""

    files: int = 0
    records: int = 0
    captures: int = 0
    names: set[str] = field(default_factory=set)
    """Of files, relative to the archive."""


class ImportChecks:
    """One pass over the imported files; `looked` counts while the problems are consumed."""

    def __init__(
        self,
        layout: Layout,
        rows_of: Callable[[str], Rows | None],
        on_record: Callable[[str], None],
        begin_at: str | None = None,
    ) -> None:
        """`rows_of` gives a file's captures by offset; `on_record` is told each record's id.

        Files before `begin_at`, the name of one, are not read.
        """
        self.looked = Looked()
        self._begin_at = begin_at
        self._layout = layout
        self._rows_of = rows_of
        self._on_record = on_record

    def files(self) -> Iterator[tuple[str, str, Iterator[PlacedProblem]]]:
        """Of each file its name, its companion's, and code, place and words of all that is damaged.

        They are to be consumed before the next file's.
        """
        for path in originals(self._layout):
            name, companion = self._name(path), self._name(companion_path(path))
            self.looked.names.add(name)
            if is_before(name, self._begin_at):
                self.looked.names.add(companion)
            else:
                yield name, companion, self._problems(path, name)

    def _problems(self, path: Path, name: str) -> Iterator[PlacedProblem]:
        self.looked.files += 1
        try:
            yield from self._file(path, name)
        except (ArchiveError, OSError) as error:
            yield "unreadable", name, f"cannot be read: {error}"

    def _name(self, path: Path) -> str:
        return str(final_path(path).relative_to(self._layout.folder))

    def _file(self, path: Path, name: str) -> Iterator[PlacedProblem]:
        companion = companion_path(path)
        imported = read_companion(companion) if companion.exists() else None
        if imported is None or imported.run is None:
            yield "import-unfinished", name, "was not imported to its end: import the file again"
            return
        if digest_of(path) != imported.sha256:
            yield "import-digest", name, "its bytes are not those that were imported"
        self.looked.names.add(self._name(companion))
        for line in imported.odd:
            yield "import-place", self._name(companion), f"{line!r:.60} is no place of its file"
        left: dict[str, Rows | None] = {}
        for place, region in imported.regions:
            where = self._name(place)
            rows = left.setdefault(where, self._rows_of(where))
            yield from self._region(place, region, rows)
        for where, rows in left.items():
            for offset, row in sorted((rows or {}).items()):
                what = f"no record begins here, where capture {row.id} of {row.url} should lie"
                yield "row-without-record", f"{where}:{offset}", what

    def _region(self, path: Path, region: Region, rows: Rows | None) -> Iterator[PlacedProblem]:
        name = self._name(path)
        with path.open("rb") as file:
            for found in region_records(file, region):
                where = f"{name}:{found.offset}"
                if isinstance(found, Unusable):
                    yield "import-damaged", where, found.why
                    continue
                self.looked.records += 1
                self._on_record(found.facts.record_id)
                row = (rows or {}).pop(found.offset, None)
                self.looked.captures += row is not None
                for code, what in _problems(found, row):
                    yield code, where, what


def _problems(record: ForeignRecord, row: CaptureRow | None) -> Iterator[Problem]:
    if record.flaw is not None:
        yield "import-damaged", record.flaw
    if row is not None:
        yield from _differences(row, record)


def _differences(row: CaptureRow, record: ForeignRecord) -> Iterator[Problem]:
    facts = record.facts
    if facts.record_id != row.record_id:
        yield "row-record", f"capture {row.id} is of {row.record_id}, here lies {facts.record_id}"
        return
    is_revisit = row.original is not None
    said = (
        ("row-length", "warc_length", row.warc_length, record.length),
        ("row-url", "url", row.url, record.url),
        ("row-date", "fetched_at", row.fetched_at, _date(facts.value("warc-date") or "")),
        ("row-status", "status", row.status, record.head.status),
        (
            "row-digest",
            "payload_digest",
            row.payload_digest,
            row.payload_digest if is_revisit else record.payload_digest,
        ),
    )
    for code, column, stored, recorded in said:
        if stored != recorded:
            yield code, f"{column} of capture {row.id} is {stored}, the record says {recorded}"


def _date(given: str) -> str:
    moment = foreign_moment(given)
    return utc_text(moment) if moment is not None else given
