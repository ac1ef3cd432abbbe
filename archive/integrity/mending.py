"""Cuts damaged stretches out of closed WARC files and keeps their good members, byte for byte.

Nothing is deleted: the stretches and the file as it was stay beside it, under names that no reader
takes for a WARC file.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from archive.integrity.import_checks import ImportChecks
from archive.integrity.record_ids import REFERENCES
from archive.layout import Layout
from archive.moments import now
from archive.warc import storage
from archive.warc.cdxj import index_bytes
from archive.warc.closing import index_lines
from archive.warc.file_names import DAMAGED_SUFFIX, MENDED_SUFFIX, index_path, is_open
from archive.warc.members import MemberState, read_member
from archive.warc.own_metadata import why_unusable
from archive.warc.record_checks import problems
from archive.warc.record_facts import RecordFacts, RecordReading
from archive.warc.records import WARC_FIELDS, Record, warc_fields, write_member
from archive.warc.stream import fields_of

UNSOUND = frozenset(
    ("header", "record-id", "record-length", "several-records", "record-end", "block-digest")
)
"""Codes of findings after which a record cannot be trusted."""

_WARCINFO = "warc-warcinfo-id"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of a file that are cut out, and why."""

    offset: int
    length: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """The changes that one closed file needs."""

    path: Path
    size: int
    cut: tuple[Stretch, ...]
    """The stretches in the order of the file."""
    warcinfo: str | None = None
    """The id of the file's warcinfo record, if it is lost and must be written again."""
    run: str | None = None
    """The id of the run, as the file's metadata records name it."""

    @property
    def good(self) -> Iterator[tuple[int, int]]:
        """Start and end of each stretch that is kept."""
        start = 0
        for stretch in self.cut:
            if stretch.offset > start:
                yield start, stretch.offset
            start = stretch.offset + stretch.length
        if start < self.size:
            yield start, self.size


class _Place(NamedTuple):
    path: Path
    offset: int


class _Reference(NamedTuple):
    """A header field of the record at a place, which names another record."""

    header: str
    record_id: str
    place: _Place


@dataclass(slots=True)
class _Seen:
    """The records that one pass over all files saw. Ids are kept as hashes: there are millions."""

    ids: set[int] = field(default_factory=set)
    own: set[int] = field(default_factory=set)
    """The part of `ids` that stands in the archive's own files."""
    asked: dict[int, list[_Reference]] = field(default_factory=dict)
    """By hash of an id whose record was not seen yet: who names it."""
    files: dict[Path, Mending] = field(default_factory=dict)

    def note(self, record_id: str) -> None:
        """A record of an imported file."""
        self.ids.add(hash(record_id))

    def add(self, facts: RecordFacts, place: _Place) -> None:
        self.own.add(hash(facts.record_id))
        self.ids.add(hash(facts.record_id))
        self.asked.pop(hash(facts.record_id), None)
        for name in REFERENCES:
            given = facts.value(name)
            if given and hash(given) not in self.ids:
                self.asked.setdefault(hash(given), []).append(_Reference(name, given, place))


class Survey:
    """Reads all files and says which bytes must be cut out for the rest to be whole."""

    def __init__(self, layout: Layout, on_file: Callable[[str], None] = lambda _: None) -> None:
        """`on_file` is called with the name of each WARC file before it is read."""
        self._layout = layout
        self._on_file = on_file
        self._orphans: set[_Place] = set()

    def mendings(self) -> list[Mending]:
        """The changes for each closed file that needs any. OSError passes through.

        A record that names a lost record is cut out, too: a request without its answer, a revisit
        without its original. Others may name that one, so this is repeated until none is left.
        """
        while True:
            seen = self._seen()
            asked = [one for given in seen.asked.values() for one in given]
            orphans = {one.place for one in asked if one.header != _WARCINFO}
            if orphans <= self._orphans:
                break
            self._orphans |= orphans
        for one in asked:
            if one.header == _WARCINFO:
                path = one.place.path
                seen.files[path] = replace(seen.files[path], warcinfo=one.record_id)
        closed = (one for one in seen.files.values() if not is_open(one.path))
        return [one for one in closed if one.cut or one.warcinfo]

    def _seen(self) -> _Seen:
        seen = _Seen()
        for imported in ImportChecks(self._layout, seen.note).files():
            self._on_file(imported.name)
            deque(imported.problems, 0)
        for path in [*storage.closed_files(self._layout), *storage.open_files(self._layout)]:
            self._on_file(str(path.relative_to(self._layout.folder)))
            with storage.open_own(path) as file:
                seen.files[path] = self._file(file, path, seen)
        return seen

    def _file(self, file: BinaryIO, path: Path, seen: _Seen) -> Mending:
        size, offset = file.seek(0, 2), 0
        cut: list[Stretch] = []
        run = None
        while offset < size:
            reading = RecordReading()
            member = read_member(file, offset, reading)
            facts = reading.facts()
            why, place = str(member.state), _Place(path, offset)
            if member.state is MemberState.WHOLE:
                why = self._why_cut(facts, place, seen)
                run = run or (None if why else dict(fields_of(facts.field_lines)).get("run"))
            if why:
                cut.append(Stretch(offset, member.length, why))
            else:
                seen.add(facts, place)
            offset += member.length
        return Mending(path=path, size=size, cut=tuple(cut), run=run)

    def _why_cut(self, facts: RecordFacts, place: _Place, seen: _Seen) -> str:
        """Why a member that unpacks is cut out; empty if its record is kept."""
        if place in self._orphans:
            return f"{facts.kind} whose record it belongs to is not there"
        if hash(facts.record_id) in seen.own:
            return "a second record with the same id"
        unsound = ", ".join(code for code, _ in problems(facts) if code in UNSOUND)
        return unsound or why_unusable(facts, place.path.parent.name)


def mend(mending: Mending) -> Path:
    """Change the file; returns the new name of the file as it was. OSError passes through.

    The mended file takes its place in one step, when it is on the disk. `right_index` writes its
    index.
    """
    path = mending.path
    with storage.open_own(path) as file:
        for stretch in mending.cut:
            pieces = _pieces(file, stretch.offset, stretch.offset + stretch.length)
            storage.put_beside(path, f"{DAMAGED_SUFFIX}-{stretch.offset}", pieces)
        mended = storage.put_beside(path, MENDED_SUFFIX, _kept(file, mending))
    original = storage.keep_original(path)
    if any(True for _ in mending.good):
        storage.put_in_place(mended, path)
    else:
        storage.remove_file(mended)
        storage.remove_file(path)
    return original


def right_index(path: Path, *, dry_run: bool) -> bool:
    """Write the index of a closed file if it is missing or wrong; returns whether it was.

    OSError passes through.
    """
    data = index_bytes(index_lines(path, path.name))
    if storage.read_index(path) == data:
        return False
    if not dry_run:
        storage.put_index(index_path(path), data)
    return True


def _kept(file: BinaryIO, mending: Mending) -> Iterator[bytes]:
    if mending.warcinfo is not None:
        yield _warcinfo(mending, mending.warcinfo)
    for start, end in mending.good:
        yield from _pieces(file, start, end)


def _warcinfo(mending: Mending, identifier: str) -> bytes:
    """A record in place of the lost one, with its id, which the other records name."""
    lines = [
        ("software", "portal-archive"),
        ("format", "WARC File Format 1.1"),
        ("description", "Stands for this file's warcinfo record, which `portal repair` found gone"),
        ("portal", mending.path.parent.name),
        *([("run", mending.run)] if mending.run else []),
    ]
    out = bytearray()
    record = Record(
        kind="warcinfo",
        date=now(),
        content_type=WARC_FIELDS,
        block=warc_fields(lines),
        record_id=identifier,
        fields=[("WARC-Filename", mending.path.name)],
    )
    write_member(record, out.extend)
    return bytes(out)


def _pieces(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    while start < end:
        piece = file.read(min(1024 * 1024, end - start))
        if not piece:
            return
        start += len(piece)
        yield piece
