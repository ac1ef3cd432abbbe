"""Verifies an archive: every record by itself and with the others, every row and its record.

The rows are read first and in one transaction, the files after: a row is committed only when its
record is on the disk, so each row that was read has its record, also while a crawl goes on.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from archive.database.reading import reading
from archive.database.schema import schema_findings
from archive.errors import ArchiveDamagedError, QueryError
from archive.filesystem.locks import is_running
from archive.filesystem.names import UNNAMEABLE, is_nameable, nameable
from archive.imports.kept_files import lost_files
from archive.imports.stored_records import StoredRecords
from archive.integrity.findings import Finding, Tally
from archive.integrity.import_checks import ImportChecks
from archive.integrity.import_findings import ImportFindings
from archive.integrity.imported_rows import ImportedRows
from archive.integrity.order import is_before
from archive.integrity.record_ids import RecordIds
from archive.integrity.row_checks import (
    CaptureRow,
    Rows,
    database_problems,
    differences,
    row_digests,
    rows_of,
)
from archive.layout import IMPORTED_FOLDER, Layout
from archive.warc import storage
from archive.warc.cdxj import is_indexed
from archive.warc.file_names import INDEX_SUFFIX, WARC_SUFFIX, is_open, name_in
from archive.warc.index_check import OUTDATED, index_problems
from archive.warc.members import Member, MemberState, read_member
from archive.warc.own_metadata import ignored_lines, why_unusable
from archive.warc.record_checks import HTTP_ANOMALY, MESSAGE_CHECKS, problems
from archive.warc.record_facts import RecordFacts, RecordReading
from archive.warc.stream import fields_of

Cleaned = Callable[[str], Iterable[Finding]]
"""What is found in the pages of all files up to a name that were not asked for before."""


class Verification:
    """One pass over an archive; `tally` counts while `findings` is consumed."""

    def __init__(
        self,
        layout: Layout,
        on_file: Callable[[str], None] = lambda _: None,
        *,
        begin_at: str | None = None,
        cleaned: Cleaned | None = None,
        all_places: bool = False,
    ) -> None:
        """`on_file` is told the name of each WARC file before it is read.

        Files before `begin_at`, the name of one, are not read again. `cleaned` gives what is found
        where the pages of files are cleaned again, and is asked after each file, unless the
        database is damaged; digests of rows are left to it. `all_places` are for imported files.
        """
        self.tally = Tally()
        self._imports = ImportFindings(self.tally, all_places)
        self._begin_at = begin_at
        self._cleaned = cleaned
        self._layout = layout
        self._on_file = on_file
        self._running: set[str] = set()
        self._unended: set[str] = set()
        """Ids of runs whose end the database does not know."""
        self._broken_off: set[str] = set()
        """Portals of which that was said."""
        self._ids = RecordIds()
        self._outdated = 0
        """Indexes that an earlier release wrote."""
        self._is_damaged = False
        """The database, so that no row of it is held against its page."""
        self._marked: dict[str, frozenset[str]] = {}
        """By the id of the answer, which comes after its metadata."""

    def findings(self) -> Iterator[Finding]:
        """All that is wrong, as it is found.

        ArchiveMissingError where there is no archive, QueryError where `begin_at` is none of its
        files.
        """
        for finding in self._all():
            self._is_damaged |= finding.code in ("database", "schema")
            self.tally.findings += finding.is_damage
            yield finding

    def _all(self) -> Iterator[Finding]:
        self._running = self._portals_running()
        try:
            with reading(self._layout) as connection:
                connection.execute("BEGIN")
                yield from self._rows_and_files(connection)
        except ArchiveDamagedError as error:
            yield Finding("database", "archive.db", str(error))
            yield from self._files(None)
        yield from self._ids.unanswered()

    def _rows_and_files(self, connection: sqlite3.Connection) -> Iterator[Finding]:
        """The rows only where they lie in tables of ours: others may hold, and do, anything."""
        is_ours = True
        for words in schema_findings(connection):
            is_ours = False
            yield Finding("schema", "archive.db", f"{words}; the rows were not looked at")
        if is_ours:
            self._unended = _unended_runs(connection)
            checks = [database_problems, *([] if self._cleaned else [row_digests])]
            for code, where, what in chain.from_iterable(check(connection) for check in checks):
                yield Finding(code, where, what)
        yield from self._files(connection if is_ours else None)

    def _portals_running(self) -> set[str]:
        names = (path.stem for path in self._layout.locks.glob("[!_]*.lock"))
        return {name for name in names if self._may_run(name)}

    def _may_run(self, portal: str) -> bool:
        """Of whom that cannot be told, another user's, a file that is open says it."""
        told = is_running(self._layout, portal)
        return storage.is_written(self._layout, portal) if told is None else told

    def _files(self, connection: sqlite3.Connection | None) -> Iterator[Finding]:
        named = self._files_named(connection)
        paths = storage.all_files(self._layout)
        found = {name_in(self._layout, path) for path in nameable(paths)}
        self._pass_over(connection, named | found)
        yield from self._unnameable(paths)
        yield from self._imported(connection, named)
        own = (name for name in named | found if not name.startswith(IMPORTED_FOLDER))
        for name in sorted(name for name in own if not is_before(name, self._begin_at)):
            rows = rows_of(connection, name) if connection is not None else None
            count = len(rows or ())
            self._on_file(name)
            try:
                with storage.open_named(self._layout, name) as file:
                    yield from self._file(file, name, rows)
            except FileNotFoundError:
                yield Finding("file-missing", name, f"is not there; {count} captures lie in it")
            except ArchiveDamagedError as error:
                yield Finding("unreadable", name, str(error))
            except OSError as error:
                yield Finding("unreadable", name, f"cannot be read: {error.strerror or error}")
            yield from self._pages_up_to(name)
        yield from self._outdated_indexes()

    def _outdated_indexes(self) -> Iterator[Finding]:
        """Said once for the archive, since all of them are as old."""
        if self._outdated:
            count = "1 index" if self._outdated == 1 else f"{self._outdated} indexes"
            what = (
                f"{count} of an earlier release lead to answers of 304, which other players show "
                "as empty pages; `portal repair` writes them anew"
            )
            yield Finding(OUTDATED, "warc", what, is_damage=False)

    def _pages_up_to(self, name: str) -> Iterator[Finding]:
        if self._cleaned is not None and not self._is_damaged:
            yield from self._cleaned(name)

    def _pass_over(self, connection: sqlite3.Connection | None, names: set[str]) -> None:
        """Take in of files that are not read which records they hold, by their rows."""
        if self._begin_at is None:
            return
        if self._begin_at not in names:
            raise QueryError(
                f"--from {self._begin_at} is no WARC file of {self._layout.folder}; "
                "name one as `portal verify -v` does, by its path in the archive"
            )
        rows = connection.execute("SELECT warc_file, record_id FROM captures") if connection else ()
        for name, record_id in rows:
            if is_before(name, self._begin_at):
                self._ids.note(record_id)

    def _imported(
        self, connection: sqlite3.Connection | None, named: set[str]
    ) -> Iterator[Finding]:
        """Files of others: their records are known to ours, and judged more kindly."""

        with StoredRecords(self._layout) as records:
            rows = ImportedRows(connection, records) if connection is not None else None
            checks = ImportChecks(self._layout, self._ids.note, rows, self._begin_at)
            for file in checks.files():
                self._on_file(file.name)
                yield from self._imports.of(file)
                yield from self._pages_up_to(file.companion)
        self.tally.files += checks.looked.files
        self.tally.records += checks.looked.records
        self.tally.captures += checks.looked.captures
        lost = {IMPORTED_FOLDER + path.name for path in lost_files(self._layout)}
        for name in sorted((named | lost) - checks.looked.names):
            if name.startswith(IMPORTED_FOLDER):
                what = "is not there; import it again, or take out what is left of it: --remove"
                yield Finding("file-missing", name, what)

    def _files_named(self, connection: sqlite3.Connection | None) -> set[str]:
        if connection is None:
            return set()
        return {row[0] for row in connection.execute("SELECT DISTINCT warc_file FROM captures")}

    def _unnameable(self, paths: Iterable[Path]) -> Iterator[Finding]:
        for path in paths:
            if not is_nameable(path):
                yield Finding("file-name", str(path.relative_to(self._layout.folder)), UNNAMEABLE)

    def _file(self, file: BinaryIO, name: str, rows: Rows | None) -> Iterator[Finding]:
        """Every record of a file, then what its rows and its index say that it does not hold."""
        self.tally.files += 1
        is_not_closed = is_open(Path(file.name))
        portal = Path(name).parent.name
        being_written = self._is_running(portal, is_open=is_not_closed)
        is_unfinished = is_not_closed
        answers: dict[int, int] = {}
        not_modified: set[int] = set()
        for member, facts in _members(file):
            where = f"{name}:{member.offset}"
            is_unfinished |= member.offset == 0 and self._is_of_unended_run(facts)
            ends_later = being_written or is_unfinished
            if member.state is not MemberState.WHOLE:
                if not (is_not_closed and member.state is MemberState.BROKEN_OFF):
                    yield _broken_member(member, where)
                continue
            self.tally.records += 1
            if facts.kind in ("response", "revisit"):
                answers[member.offset] = member.length
                if not is_indexed(_status(facts)):
                    not_modified.add(member.offset)
            yield from self._record(member, facts, where)
            row = (rows or {}).pop(member.offset, None)
            if row is not None:
                self.tally.captures += 1
                yield from _row_findings(row, member, facts, where)
            elif rows is not None and member.offset in answers and not ends_later:
                yield _without_row(where)
        yield from _rows_left(rows or {}, name)
        if is_not_closed:
            self._ids.forgive(name, behind=max(answers, default=0))
        else:
            yield from self._index(name, answers, not_modified)
        if is_unfinished and not being_written:
            yield from self._was_broken_off(portal, name)

    def _index(
        self, name: str, answers: dict[int, int], not_modified: set[int]
    ) -> Iterator[Finding]:
        lines = storage.open_index(self._layout, name)
        if lines is None:
            return
        shown = name.removesuffix(WARC_SUFFIX) + INDEX_SUFFIX
        with lines:
            for code, what in index_problems(lines, answers, not_modified):
                if code == OUTDATED:
                    self._outdated += 1
                else:
                    yield Finding(code, shown, what)

    def _is_of_unended_run(self, warcinfo: RecordFacts) -> bool:
        return dict(fields_of(warcinfo.field_lines)).get("run") in self._unended

    def _was_broken_off(self, portal: str, name: str) -> Iterator[Finding]:
        """Said once for a portal: what its crawl had no time for is no damage."""
        if portal in self._broken_off:
            return
        self._broken_off.add(portal)
        self.tally.broken_off += 1
        what = "a crawl was broken off; the next one puts it right"
        yield Finding("crawl-broken-off", name, what, is_damage=False)

    def _is_running(self, portal: str, *, is_open: bool) -> bool:
        """Asked anew for a file that is open: its crawl may have begun a moment ago."""
        return portal in self._running or (is_open and self._may_run(portal))

    def _record(self, member: Member, facts: RecordFacts, where: str) -> Iterator[Finding]:
        if facts.kind == "metadata":
            self._marked.update(_marks(facts))
            for note in _left_out(facts, where):
                self.tally.notes += 1
                yield note
        marked = self._marked.pop(facts.record_id, frozenset())
        found = False
        for code, what in problems(facts):
            if code in marked:
                self.tally.odd += 1
            else:
                found = True
                yield Finding(code, where, what)
        if not found and (why := why_unusable(facts, Path(where).parent.name)):
            yield Finding("record-unusable", where, why)
        if member.offset == 0 and facts.kind != "warcinfo":
            yield Finding("no-warcinfo", where, "the file does not begin with a warcinfo record")
        yield from self._ids.add(facts, where)


def _marks(facts: RecordFacts) -> dict[str, frozenset[str]]:
    """The oddities that a metadata record notes of its answer."""
    lines = fields_of(facts.field_lines)
    codes = {value.partition(" ")[0] for name, value in lines if name == HTTP_ANOMALY}
    known = frozenset(codes & MESSAGE_CHECKS.keys())
    return {facts.value("warc-concurrent-to") or "": known} if known else {}


def _left_out(facts: RecordFacts, where: str) -> Iterator[Finding]:
    """Figures of a run or an exchange that are read as if they were not there."""
    if len(facts.field_lines) != facts.block_bytes:
        return  # more of it than is looked at here
    if names := ", ".join(ignored_lines(dict(fields_of(facts.field_lines)))):
        what = f"{names}: no figure, or one outside of its bounds; it is left out of the rows"
        yield Finding("record-number", where, what, is_damage=False)


_MEMBER_WORDS = {
    MemberState.BROKEN_OFF: ("broken-off", "the file ends in the middle of a record"),
    MemberState.DAMAGED: ("damaged", "no record can be unpacked here"),
    MemberState.NO_MEMBER: ("no-member", "there is something that is no gzip member"),
}


def _broken_member(member: Member, where: str) -> Finding:
    code, words = _MEMBER_WORDS[member.state]
    detail = f" ({member.error})" if member.error else ""
    return Finding(code, where, f"{words}: {member.length} bytes{detail}")


def _without_row(where: str) -> Finding:
    return Finding("record-without-row", where, "the database knows nothing of this record")


def _unended_runs(connection: sqlite3.Connection) -> set[str]:
    return {str(run) for (run,) in connection.execute("SELECT id FROM runs WHERE outcome IS NULL")}


def _members(file: BinaryIO) -> Iterator[tuple[Member, RecordFacts]]:
    """Each member of a file; of an empty file one that is broken off."""
    size, offset = file.seek(0, 2), 0
    while offset < size or offset == size == 0:
        record = RecordReading()
        member = read_member(file, offset, record)
        yield member, record.facts()
        offset += max(member.length, 1)


def _row_findings(
    row: CaptureRow, member: Member, facts: RecordFacts, where: str
) -> Iterator[Finding]:
    for code, what in differences(row, member, facts):
        yield Finding(code, where, what)


def _rows_left(rows: Rows, name: str) -> Iterator[Finding]:
    for offset, row in sorted(rows.items()):
        what = f"no record begins here, where capture {row.id} of {row.url} should lie"
        yield Finding("row-without-record", f"{name}:{offset}", what)


def _status(answer: RecordFacts) -> int | None:
    return answer.message.head.status if answer.message is not None else None
