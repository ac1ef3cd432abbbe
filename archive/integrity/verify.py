"""Verifies an archive: every record by itself and with the others, every row and its record.

Rows are read first, in one transaction, and files after them. A row is committed only when its
record is on the disk, so each row that was read has its record even while a crawl is running.
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
from archive.integrity.findings import Finding, VerifyTally
from archive.integrity.import_checks import ImportChecks
from archive.integrity.import_findings import ImportFindings
from archive.integrity.imported_rows import ImportedRows
from archive.integrity.order import is_before
from archive.integrity.record_ids import RecordIds
from archive.integrity.row_checks import (
    CaptureRow,
    Rows,
    database_problems,
    row_differences,
    row_digests,
    rows_of,
)
from archive.integrity.search_checks import search_problems
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
"""Given a file's name, the findings in the pages of files up to it, without those given before."""


class Verification:
    """One pass over an archive; `tally` grows while `findings` is consumed."""

    def __init__(
        self,
        layout: Layout,
        on_file: Callable[[str], None] = lambda _: None,
        *,
        begin_at: str | None = None,
        cleaned: Cleaned | None = None,
        all_places: bool = False,
    ) -> None:
        """`on_file` is called with the name of each WARC file before it is read.

        Files before `begin_at`, the name of one, are not read again. `cleaned` cleans the pages
        again and is called after each file, unless the database is damaged; it also checks the
        digests of rows. With `all_places`, each damaged place of an imported file is a finding.
        """
        self.tally = VerifyTally()
        self._imports = ImportFindings(self.tally, all_places)
        self._begin_at = begin_at
        self._cleaned = cleaned
        self._layout = layout
        self._on_file = on_file
        self._running: set[str] = set()
        self._unended: set[str] = set()
        """Ids of runs without an outcome in the database."""
        self._broken_off: set[str] = set()
        """Portals whose interrupted crawl was reported."""
        self._ids = RecordIds()
        self._outdated = 0
        """Indexes that an earlier release wrote."""
        self._is_damaged = False
        """Whether the database is; its rows are then not compared with their pages."""
        self._marked: dict[str, frozenset[str]] = {}
        """Oddities noted in metadata records, by the id of the answer, which comes later."""

    def findings(self) -> Iterator[Finding]:
        """All findings, one by one.

        Raises ArchiveMissingError if there is no archive, and QueryError if `begin_at` is not one
        of its files.
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
        """Findings in rows and files; rows are read only if the tables are as we make them."""
        is_ours = True
        for words in schema_findings(connection):
            is_ours = False
            yield Finding("schema", "archive.db", f"{words}; the rows were not checked")
        if is_ours:
            self._unended = _unended_runs(connection)
            checks = [database_problems, search_problems]
            if not self._cleaned:
                checks.append(row_digests)
            for code, where, what in chain.from_iterable(check(connection) for check in checks):
                yield Finding(code, where, what)
        yield from self._files(connection if is_ours else None)

    def _portals_running(self) -> set[str]:
        names = (path.stem for path in self._layout.locks.glob("[!_]*.lock"))
        return {name for name in names if self._may_run(name)}

    def _may_run(self, portal: str) -> bool:
        """Whether a portal is being crawled.

        If only another user can see its lock, a WARC file that is open decides.
        """
        running = is_running(self._layout, portal)
        return storage.is_written(self._layout, portal) if running is None else running

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
                yield Finding("file-missing", name, f"is missing; it held {count} captures")
            except ArchiveDamagedError as error:
                yield Finding("unreadable", name, str(error))
            except OSError as error:
                yield Finding("unreadable", name, f"cannot be read: {error.strerror or error}")
            yield from self._pages_up_to(name)
        yield from self._outdated_indexes()

    def _outdated_indexes(self) -> Iterator[Finding]:
        """One finding for all indexes of an earlier release."""
        if self._outdated:
            count = "1 index" if self._outdated == 1 else f"{self._outdated} indexes"
            what = (
                f"{count} of an earlier release lead to answers of 304, which other players show "
                "as empty pages; `portal repair` rewrites them"
            )
            yield Finding(OUTDATED, "warc", what, is_damage=False)

    def _pages_up_to(self, name: str) -> Iterator[Finding]:
        if self._cleaned is not None and not self._is_damaged:
            yield from self._cleaned(name)

    def _pass_over(self, connection: sqlite3.Connection | None, names: set[str]) -> None:
        """Note the ids of records in files that are not read, as their rows have them."""
        if self._begin_at is None:
            return
        if self._begin_at not in names:
            raise QueryError(
                f"--from {self._begin_at} is not a WARC file of {self._layout.folder}; "
                "give its path in the archive, as `portal verify -v` shows it"
            )
        rows = connection.execute("SELECT warc_file, record_id FROM captures") if connection else ()
        for name, record_id in rows:
            if is_before(name, self._begin_at):
                self._ids.note(record_id)

    def _imported(
        self, connection: sqlite3.Connection | None, named: set[str]
    ) -> Iterator[Finding]:
        """Findings in imported files, whose records those of our files may name."""
        with StoredRecords(self._layout) as records:
            rows = ImportedRows(connection, records) if connection is not None else None
            checks = ImportChecks(self._layout, self._ids.note, rows, self._begin_at)
            for file in checks.files():
                self._on_file(file.name)
                yield from self._imports.of(file)
                yield from self._pages_up_to(file.companion)
        self.tally.files += checks.counts.files
        self.tally.records += checks.counts.records
        self.tally.captures += checks.counts.captures
        lost = {IMPORTED_FOLDER + path.name for path in lost_files(self._layout)}
        for name in sorted((named | lost) - checks.counts.names):
            if name.startswith(IMPORTED_FOLDER):
                what = "is missing; import it again, or remove the rest of it: import --remove"
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
        """Findings in a file's records, then in rows and index lines without a record."""
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
        """One finding for a portal: what an interrupted crawl did not write is not damage."""
        if portal in self._broken_off:
            return
        self._broken_off.add(portal)
        self.tally.broken_off += 1
        what = "a crawl was interrupted; the next one completes the file"
        yield Finding("crawl-broken-off", name, what, is_damage=False)

    def _is_running(self, portal: str, *, is_open: bool) -> bool:
        """Whether a portal is being crawled; checked again for an open file of a new crawl."""
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
    """Findings for figures of a run or an exchange that are read as if they were not there."""
    if len(facts.field_lines) != facts.block_bytes:
        return  # the block is longer than the part that is kept
    if names := ", ".join(ignored_lines(dict(fields_of(facts.field_lines)))):
        what = f"{names}: not a number, or out of bounds; left out of the rows"
        yield Finding("record-number", where, what, is_damage=False)


_MEMBER_WORDS = {
    MemberState.BROKEN_OFF: ("broken-off", "the file ends in the middle of a record"),
    MemberState.DAMAGED: ("damaged", "no record can be unpacked here"),
    MemberState.NO_MEMBER: ("no-member", "these bytes are not a gzip member"),
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
    """Each member of a file, with its facts; an empty file gives one that is broken off."""
    size, offset = file.seek(0, 2), 0
    while offset < size or offset == size == 0:
        record = RecordReading()
        member = read_member(file, offset, record)
        yield member, record.facts()
        offset += max(member.length, 1)


def _row_findings(
    row: CaptureRow, member: Member, facts: RecordFacts, where: str
) -> Iterator[Finding]:
    for code, what in row_differences(row, member, facts):
        yield Finding(code, where, what)


def _rows_left(rows: Rows, name: str) -> Iterator[Finding]:
    for offset, row in sorted(rows.items()):
        what = f"no record begins here, where capture {row.id} of {row.url} should lie"
        yield Finding("row-without-record", f"{name}:{offset}", what)


def _status(answer: RecordFacts) -> int | None:
    return answer.message.head.status if answer.message is not None else None
