"""Repairs an archive after a crash or disk damage: the files first, then the rows."""

import sqlite3
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.database.reading import reading
from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.errors import ArchiveDamagedError, ArchiveMissingError, ArchiveUnwritableError
from archive.filesystem.names import free_name
from archive.filesystem.publishing import keep_as, sync_folder
from archive.filesystem.regular import database_files
from archive.integrity.findings import Finding
from archive.integrity.mending import Mending, Survey, mend, right_index
from archive.integrity.verify import Verification
from archive.layout import Layout
from archive.warc import storage
from archive.warc.file_names import ORIGINAL_SUFFIX
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.catchup import catch_up, close_torn, left_behind, whole_bytes
from portal_crawler.reprocessing.fingerprint import rules_by_portal
from portal_crawler.reprocessing.learned_portal import knowing
from portal_crawler.reprocessing.missing_modules import undeclared
from portal_crawler.reprocessing.relearn import Relearning

MANY = 5
"""Stretches that are named; a file can have thousands."""

OF_ROWS = (
    "row-", "article-", "version-", "database", "foreign-key", "id", "content-hash", "site-model",
    "record-without-row", "file-missing", "revisit-digest", "revisit-chain", "schema",
    "search-index",
)  # fmt: skip
"""Beginnings of the codes of findings that a rebuild repairs."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a repair that was done, or with `--dry-run` would be."""

    action: str
    """closed, caught-up, mended, indexed or rebuilt."""
    where: str
    """A file, relative to the archive's folder, or a portal."""
    what: str


class Repair:
    """One repair. The caller holds the archive's lock; `left` holds the findings that remain."""

    def __init__(
        self,
        layout: Layout,
        portals: Mapping[str, PageReader],
        rebuild: Callable[[], object],
        check_rebuild: Callable[[], None],
        on_file: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`rebuild` makes archive.db from the WARC files; `check_rebuild` raises an error if it
        must not."""
        self.left: list[Finding] = []
        self.undeclared: list[str] = []
        """The portals whose pages could not be read, because no module declares them."""
        self._kept = ""
        self._layout = layout
        self._portals = portals
        self._rebuild = rebuild
        self._check_rebuild = check_rebuild
        self._on_file = on_file

    def steps(self, *, dry_run: bool) -> Iterator[Step]:
        """Each step when it is done. Raises ArchiveMissingError and ArchiveUnwritableError."""
        sound = is_sound(self._layout)
        if not sound and not storage.has_files(self._layout):
            raise ArchiveMissingError(
                f"no archive in {self._layout.folder}; name one with --archive or $PORTAL_ARCHIVE"
            )
        if not sound and not dry_run:
            self._check_rebuild()
        storage.check_links(self._layout)
        try:
            moved = yield from self._files(sound=sound, dry_run=dry_run)
            if sound and not moved and not (dry_run and self._left_behind()):
                self.left = self._findings()
            if not sound or moved or self._is_of_rows():
                yield from self._rows(dry_run=dry_run)
        except (OSError, sqlite3.Error) as error:
            raise ArchiveUnwritableError(
                f"cannot repair {self._layout.folder}: {error}; nothing was lost; free the disk or "
                "repair the folder's permissions, then run it again"
            ) from error

    def _files(self, *, sound: bool, dry_run: bool) -> Generator[Step, None, bool]:
        """Returns, after the steps, whether places changed that rows name."""
        yield from self._unfinished(sound=sound, dry_run=dry_run)
        mendings = Survey(self._layout, self._on_file).mendings()
        if mendings and sound and not dry_run:
            self._check_rebuild()
            self._rename_database()
        for mending in mendings:
            original = None if dry_run else mend(mending)
            yield Step("mended", self._name(mending.path), _mended(mending, original))
        for path in storage.closed_files(self._layout):
            if right_index(path, dry_run=dry_run):
                yield Step("indexed", self._name(path), "its CDXJ index was missing or wrong")
        return bool(mendings)

    def _unfinished(self, *, sound: bool, dry_run: bool) -> Iterator[Step]:
        """Close files and store records that killed crawls left, as the next crawl would."""
        for path in storage.open_files(self._layout):
            if sound and path.parent.name not in self._portals:
                continue  # its next crawl closes it and reads its pages
            torn = storage.size(path) - whole_bytes(self._layout, path)
            if not sound and not dry_run:
                close_torn(self._layout, path)
            words = f"{torn} incomplete bytes cut off" if torn else "all its records are whole"
            yield Step("closed", self._name(path), f"its crawl was killed; {words}")
        if sound:
            yield from self._without_rows(dry_run=dry_run)

    def _without_rows(self, *, dry_run: bool) -> Iterator[Step]:
        for name, files in self._left_behind().items():
            if name not in self._portals:
                self.undeclared.append(name)
                continue
            words = f"{len(files)} files of killed crawls"
            if not dry_run:
                words += f", {self._caught_up(name)} exchanges brought into the database"
            yield Step("caught-up", name, words)

    def _left_behind(self) -> dict[str, list[Path]]:
        names = storage.portals_with_files(self._layout)
        with reading(self._layout) as connection:
            store = Store(connection)
            found = {name: left_behind(self._layout, store, name) for name in names}
        return {name: files for name, files in found.items() if files}

    def _caught_up(self, name: str) -> int:
        store = Store(open_for_writing(self._layout), rules_by_portal(self._portals))
        try:
            done = catch_up(self._layout, store, name, knowing(self._portals, store.connection))
            portal = self._portals.get(name)
            if portal is not None and portal.learns:
                relearning = Relearning(self._layout, store, portal)
                store.in_transaction([relearning.advance])
            return done
        finally:
            store.close()

    def _rename_database(self) -> None:
        """Before places change that it names: were this repair killed, no crawl may rely on it.

        A crawl that finds no database reads all that its portal's files hold.
        """
        database = self._layout.database
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        name = free_name(database.with_name(database.name + ORIGINAL_SUFFIX))
        database.rename(name)
        _, *beside = database_files(database)
        for path in beside:
            path.unlink(missing_ok=True)
        sync_folder(self._layout.folder)
        self._kept = name.name

    def _rows(self, *, dry_run: bool) -> Iterator[Step]:
        if not dry_run:
            self._check_rebuild()
            self._keep_database()
            self._rebuild()
            self.undeclared = undeclared(self._layout, self._portals)
            self.left = self._findings()
        kept = f"; the old one is {self._kept}" if self._kept else ""
        yield Step("rebuilt", "archive.db", f"made again from the WARC files{kept}")

    def _keep_database(self) -> None:
        """Nothing is deleted: the old database stays under another name."""
        database = self._layout.database
        if not database.exists():
            return
        name = free_name(database.with_name(database.name + ORIGINAL_SUFFIX))
        for suffix in ("", "-wal"):
            path = database.with_name(database.name + suffix)
            if path.exists() and path.stat().st_size:
                keep_as(path, name.with_name(name.name + suffix))
        self._kept = name.name

    def _findings(self) -> list[Finding]:
        found = Verification(self._layout, self._on_file).findings()
        return [finding for finding in found if finding.is_damage]

    def _is_of_rows(self) -> bool:
        return any(finding.code.startswith(OF_ROWS) for finding in self.left)

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self._layout.folder))


def is_sound(layout: Layout) -> bool:
    """Whether the database is there and SQLite finds nothing wrong with it."""
    try:
        with reading(layout) as connection:
            return [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
    except (ArchiveDamagedError, ArchiveMissingError):
        return False


def _mended(mending: Mending, original: Path | None) -> str:
    total = sum(stretch.length for stretch in mending.cut)
    words = [f"{total} bytes cut out"] if total else []
    words += [f"{stretch.offset}: {stretch.why}" for stretch in mending.cut[:MANY]]
    if len(mending.cut) > MANY:
        words.append(f"and {len(mending.cut) - MANY} more")
    if mending.warcinfo is not None:
        words.append("a warcinfo record in place of the one that is gone")
    if original is not None:
        words.append(f"the old file is {original.name}")
    return "; ".join(words)
