"""Checks of imported files. They report damage, and accept what other tools write differently.

Accepted are missing or unknown digests, a missing warcinfo record or index, records without rows,
and references to records that are not there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.errors import ArchiveError
from archive.imports.acceptance import Acceptance
from archive.imports.companion import ImportedFile, finished_import
from archive.imports.foreign import ForeignRecord, Region, UnusableRecord, region_records
from archive.imports.kept_files import file_digest, originals
from archive.imports.passed_over import PassedOver, passed_over_of
from archive.imports.record_headers import foreign_moment
from archive.integrity.imported_rows import ImportedRows
from archive.integrity.order import is_before
from archive.integrity.row_checks import CaptureRow, PlacedProblem, Problem, Rows
from archive.layout import Layout
from archive.moments import utc_text
from archive.warc import storage
from archive.warc.file_names import companion_path, final_path, name_in

IMPORT_DAMAGED, IMPORT_DIGEST, IMPORT_LOST = "import-damaged", "import-digest", "import-lost"


@dataclass(slots=True)
class ReadCounts:
    """How much was read."""

    files: int = 0
    records: int = 0
    captures: int = 0
    names: set[str] = field(default_factory=set)
    """Names of files, relative to the archive's folder."""


ACCEPTABLE = frozenset((IMPORT_DAMAGED, IMPORT_DIGEST, IMPORT_LOST))
"""Codes of faults in a file itself, which can be accepted; all others can be repaired."""


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A fault of an imported file or of its rows; the fields are as in `Finding`."""

    code: str
    where: str
    what: str
    accepted: Acceptance | None = None

    @property
    def place(self) -> str:
        """Code and place, as in `Acceptance.places`."""
        return f"{self.code} {self.where}"


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """An imported file and its problems."""

    name: str
    """Relative to the archive's folder."""
    companion: str
    """Relative to the archive's folder."""
    problems: Iterator[ImportProblem]
    """To be consumed before those of the next file."""


class ImportChecks:
    """One pass over the imported files; `counts` grow while the problems are consumed."""

    def __init__(
        self,
        layout: Layout,
        on_record: Callable[[str], None],
        rows: ImportedRows | None = None,
        begin_at: str | None = None,
    ) -> None:
        """`on_record` is called with each record's id; without `rows`, rows are not checked.

        Files before `begin_at`, the name of one, are not read.
        """
        self.counts = ReadCounts()
        self._begin_at = begin_at
        self._layout = layout
        self._rows = rows
        self._on_record = on_record

    def files(self) -> Iterator[CheckedFile]:
        """All imported files, from `begin_at` on."""
        for path in originals(self._layout):
            checked = self.file(path)
            self.counts.names.add(checked.name)
            if is_before(checked.name, self._begin_at):
                self.counts.names.add(checked.companion)
            else:
                yield checked

    def file(self, path: Path) -> CheckedFile:
        """One imported file."""
        name, companion = self._name(path), self._name(companion_path(path))
        return CheckedFile(name, companion, self._problems(path, name))

    def _problems(self, path: Path, name: str) -> Iterator[ImportProblem]:
        self.counts.files += 1
        try:
            imported = finished_import(path)
            if imported is None:
                what = "its import was not completed: import the file again, or remove it"
                yield ImportProblem("import-unfinished", name, what)
                return
            digest = file_digest(path)
            accepted = _accepted(imported, digest)
            for code, where, what in self._file(imported, digest, name):
                yield ImportProblem(code, where, what, accepted.get(f"{code} {where}"))
        except (ArchiveError, OSError) as error:
            yield ImportProblem("unreadable", name, f"cannot be read: {error}")

    def _name(self, path: Path) -> str:
        return name_in(self._layout, path)

    def _file(self, imported: ImportedFile, digest: str, name: str) -> Iterator[PlacedProblem]:
        if digest != imported.sha256:
            what = f"its bytes are not those that were imported; their SHA-256 is {digest} now"
            yield IMPORT_DIGEST, name, what
        companion = self._name(imported.companion)
        self.counts.names.add(companion)
        for line in imported.odd:
            yield "import-place", companion, f"{line!r:.60} is not a place in its file"
        for one in lost_places(imported):
            yield IMPORT_LOST, one.where, one.why
        left: dict[str, Rows] = {}
        for place, region in imported.regions:
            where = self._name(place)
            if where not in left:
                left[where] = self._rows.of(where) if self._rows is not None else {}
            yield from self._region(place, region, left[where])
        for where, rows in left.items():
            for offset, row in sorted(rows.items()):
                what = f"no record begins here, where capture {row.id} of {row.url} should lie"
                yield "row-without-record", f"{where}:{offset}", what

    def _region(self, path: Path, region: Region, rows: Rows) -> Iterator[PlacedProblem]:
        name = self._name(path)
        with storage.open_imported(path) as file:
            for found in region_records(file, region):
                where = f"{name}:{found.offset}"
                if isinstance(found, UnusableRecord):
                    yield IMPORT_DAMAGED, where, found.why
                    continue
                self.counts.records += 1
                self._on_record(found.facts.record_id)
                row = rows.pop(found.offset, None)
                self.counts.captures += row is not None
                if row is None and self._rows is not None and self._rows.lack(found, name):
                    yield "record-without-row", where, "the database knows nothing of this record"
                for code, what in _problems(found, row):
                    yield code, where, what


def _accepted(imported: ImportedFile, digest: str) -> dict[str, Acceptance]:
    """Maps each place to its first acceptance.

    An acceptance of a changed digest counts only as long as the file still has that digest.
    """
    return {
        place: one
        for one in reversed(imported.acceptances)
        for place in one.places
        if not place.startswith(IMPORT_DIGEST) or one.sha256 == digest
    }


def lost_places(imported: ImportedFile) -> Iterator[PassedOver]:
    """Places that could not be read when the file was imported and are not read now.

    The companion of an unpacked file has only its whole records.
    """
    read = [(final_path(path).name, region) for path, region in imported.regions]
    for one in passed_over_of(imported.run or []):
        if not any(
            name == one.file and region.start <= one.offset < region.end for name, region in read
        ):
            yield one


def _problems(record: ForeignRecord, row: CaptureRow | None) -> Iterator[Problem]:
    if record.flaw is not None:
        yield IMPORT_DAMAGED, record.flaw
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
