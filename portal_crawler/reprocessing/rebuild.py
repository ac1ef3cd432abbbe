"""Rebuilds archive.db from the WARC files alone."""

import contextlib
import logging
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from archive.database.holdings import Holdings, holdings, known_holdings
from archive.database.schema import (
    end_bulk_loading,
    open_aside,
    remove_aside,
    somebodys_own,
    swap_in,
)
from archive.database.store import Store
from archive.errors import ArchiveUnwritableError
from archive.filesystem.disk_space import check_room_for
from archive.filesystem.names import UNNAMEABLE, is_nameable
from archive.filesystem.regular import check_database, database_files
from archive.imports.companion import ImportedFile, companions, unusable
from archive.imports.kept_files import unfinished
from archive.layout import IMPORTED, Layout
from archive.warc import storage
from archive.warc.cdxj import timestamp
from portal_crawler.errors import FewerRowsError
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.crawl_files import OnCaptures, Reprocessing, Workers
from portal_crawler.reprocessing.fingerprint import rules_by_portal
from portal_crawler.reprocessing.imported_files import ImportReprocessing
from portal_crawler.reprocessing.missing_modules import (
    check_rows_declared,
    missing_words,
    undeclared,
)
from portal_crawler.reprocessing.relearn import Relearning

logger = logging.getLogger(__name__)

ASIDE = "archive.db.rebuilt"

_BEGUN = re.compile(r"-(\d{14})-\d{5}-")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The outcome of a rebuild."""

    captures: int
    """The number of captures that were read."""
    before: Holdings | None
    """The rows of the old database; None if it could not be read."""
    after: Holdings
    damages: int
    """Places of files that were passed over, and named."""
    undeclared: list[str]
    """The portals whose captures alone were stored."""


Agreed = Callable[[Holdings, Holdings], bool]
"""Asked whether to go on, with the rows of the old and of a new database that holds fewer."""


def rebuild(  # noqa: PLR0913 -- the archive, the means, and the callbacks
    layout: Layout,
    declared: Mapping[str, PageReader],
    jobs: int = 1,
    *,
    on_captures: OnCaptures = lambda _: None,
    warned: Callable[[str], None] = logger.warning,
    agreed: Agreed = lambda _before, _after: True,
) -> Rebuilt:
    """Make a new database in the place of the old one. The caller holds the archive's lock.

    `warned` gets a sentence for everything that cannot be rebuilt. After an error the old database
    is untouched. Raises FewerRowsError if `agreed` says no, MissingModuleError, and
    ArchiveUnwritableError.
    """
    check_database(layout)
    check_rows_declared(layout, declared)
    if missing := undeclared(layout, declared):
        warned(f"some portals get no articles: {missing_words(layout, missing)}")
    before = known_holdings(layout.database)
    aside = layout.folder / ASIDE
    try:
        connection = open_aside(aside)
        with (
            contextlib.closing(
                Store(connection, rules_by_portal(declared), is_indexed=False)
            ) as store,
            _workers(jobs) as workers,
        ):
            reading = _Reading(layout, store, declared, workers)
            captures = reading.all(on_captures, warned)
            end_bulk_loading(connection)
            after = holdings(connection)
        _check_holdings(layout, before, after, agreed)
        if left_out := somebodys_own(layout):
            warned(f"the new archive.db lacks these, which others added: {', '.join(left_out)}")
        swap_in(aside, layout)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveUnwritableError(
            f"cannot write {aside}: {error}; the old database is untouched; free or repair the "
            "disk, then try again"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            remove_aside(aside)
    return Rebuilt(captures, before, after, reading.damages, missing)


def _check_holdings(
    layout: Layout, before: Holdings | None, after: Holdings, agreed: Agreed
) -> None:
    if before is not None and after.is_less_than(before) and not agreed(before, after):
        raise FewerRowsError(
            f"{layout.database} holds {before.words()}, a new one would hold {after.words()}; "
            "the old one is untouched. Run `portal verify` to see which records are missing from "
            "the WARC files, or pass --yes to take the new one all the same"
        )


class _Reading:
    """Reads all files of an archive into a new database."""

    def __init__(
        self,
        layout: Layout,
        store: Store,
        declared: Mapping[str, PageReader],
        workers: Workers | None,
    ) -> None:
        self._layout = layout
        self._store = store
        self._declared = declared
        self._workers = workers
        self.damages = 0
        """The number of places that were passed over."""
        self._learned: list[Reprocessing] = []
        """The portals whose articles are read when their layouts are learned."""

    def all(self, on_captures: OnCaptures, warned: Callable[[str], None]) -> int:
        """The number of captures that were read."""
        layout = self._layout
        for path in storage.files_of_folders(layout):
            if not is_nameable(path):
                warned(f"{path.relative_to(layout.folder)}: {UNNAMEABLE}")
        for path in unfinished(layout):
            warned(f"{path.name} was not imported to its end: import it again")
        importing = ImportReprocessing(layout, self._store, self._declared, on_captures)
        captures = 0
        for stage in stages(layout):
            for name, files in stage.crawled.items():
                captures += self._crawled(name, files, on_captures)
            if stage.imported is not None:
                captures += importing.process_again(stage.imported).run.requests
        for path in unusable(layout):
            why = "it does not say how its file is read; the file was left out"
            importing.damages.note(str(path.relative_to(layout.folder)), None, why)
        importing.damages.tell_rest(IMPORTED)
        self._learn()
        self.damages += importing.damages.count
        return captures

    def _crawled(self, name: str, files: list[Path], on_captures: OnCaptures) -> int:
        reprocessing = Reprocessing(self._layout, self._store, self._declared, self._workers)
        reprocessing.process(name, files, on_captures)
        if name in self._declared and self._declared[name].learns:
            self._learned.append(reprocessing)
        self.damages += reprocessing.damages.count
        return reprocessing.captures

    def _learn(self) -> None:
        """Learn the layouts of sites, and read their articles by these."""
        corrections = [one for each in self._learned for one in each.corrections]
        for name in _learning(self._store.connection, self._declared):
            learning = Relearning(self._layout, self._store, self._declared[name])
            own = [one for one in corrections if one.portal == name]
            self._store.in_transaction([partial(learning.rebuild, own)])
        self._store.in_transaction([each.finish_runs for each in self._learned])


def check_rebuild(layout: Layout, declared: Collection[str], reserve_bytes: int) -> None:
    """Raise an error if a rebuild would lose rows, or if there is no room for it.

    ArchiveUnwritableError if a second database as large as the first does not fit, or
    MissingModuleError.
    """
    check_rows_declared(layout, declared)
    there = [path for path in database_files(layout.database) if path.exists()]
    needed_bytes = sum(path.stat().st_size for path in there)
    check_room_for(layout.folder, needed_bytes, reserve_bytes, "a new database")


def _learning(connection: sqlite3.Connection, declared: Mapping[str, PageReader]) -> list[str]:
    """The portals of the database whose layout is learned."""
    names = connection.execute("SELECT name FROM portals ORDER BY name").fetchall()
    return [name for (name,) in names if name in declared and declared[name].learns]


@dataclass(frozen=True, slots=True)
class Stage:
    """The files that were written up to an import, and the import."""

    crawled: Mapping[str, list[Path]]
    """The files of crawls, by portal."""
    imported: ImportedFile | None


def stages(layout: Layout) -> Iterator[Stage]:
    """All files of the archive, in an order in which each rests only on files before it.

    An import may rest on crawls before it, and a crawl on imports before it.
    """
    waiting = {name: storage.files_of(layout, name) for name in storage.portals_with_files(layout)}
    for imported in companions(layout):
        moment = timestamp(imported.imported_at)
        crawled = {
            name: [path for path in files if _begun(path) < moment]
            for name, files in waiting.items()
        }
        waiting = {
            name: [path for path in files if _begun(path) >= moment]
            for name, files in waiting.items()
        }
        yield Stage({name: files for name, files in crawled.items() if files}, imported)
    yield Stage(waiting, None)


def _begun(path: Path) -> str:
    """The time in a file's name at which it was begun, `20261123042947`; empty if it has none."""
    found = _BEGUN.search(path.name)
    return found[1] if found else ""


@contextlib.contextmanager
def _workers(jobs: int) -> Iterator[Workers | None]:
    if jobs == 1:
        yield None
        return
    # From Python 3.14 on the default is to start new interpreters, which look for modules in the
    # current directory first.
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as executor:
        yield Workers(executor, jobs)
