"""Takes imported files out of an archive: moves the files away, and rebuilds the database.

The rows cannot be removed one by one: the article of a page, its first version and the layout
learned from its site can rest on any earlier capture.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from archive.database.schema import open_for_writing
from archive.errors import ArchiveUnwritableError, NotImportedError
from archive.imports.companion import companion_of
from archive.imports.kept_files import file_digest
from archive.imports.removal import Move, copies_aside, move_aside, move_back
from archive.layout import IMPORTED_FOLDER, Layout
from archive.models import WarcPlace
from archive.warc import storage
from archive.warc.file_names import companion_path
from portal_crawler.errors import NeededFileError
from portal_crawler.reprocessing.imported_files import run_id_of
from portal_crawler.reprocessing.rebuild import Rebuilt

MANY = 5
"""The most files that a refusal names."""

_RESTING = (
    "FROM captures c JOIN captures o ON o.id = c.revisit_of"
    " WHERE o.warc_file IN (SELECT value FROM json_each(?))"
)


@dataclass(frozen=True, slots=True)
class Removal:
    """The outcome of taking files out."""

    moves: list[Move]
    rebuilt: Rebuilt | None
    """None if the database had no rows of the files."""
    unresolved: dict[str, int] = field(default_factory=dict)
    """By other imported file, how many of its revisits lost the record that they repeat."""


def remove_imports(layout: Layout, kept: Sequence[Path], rebuild: Callable[[], Rebuilt]) -> Removal:
    """Take out imported files. The caller holds the archive's lock.

    Raises NeededFileError if captures of crawls rest on one, NotImportedError if one was removed
    before, and the errors of `rebuild`; after an error everything is as it was.
    """
    with closing(open_for_writing(layout)) as connection:
        for path in kept:
            _check_not_needed(connection, path)
        known = [path for path in kept if _knows(connection, layout, path)]
        for path in kept:
            if path not in known and not _is_there(path):
                raise NotImportedError(f"{path.name} was removed before; nothing is left to do")
        resting = _resting_imports(connection, kept)
    moves = _moved_aside(layout, kept)
    if not known:
        return Removal(moves, None)
    try:
        rebuilt = rebuild()
    except BaseException:
        move_back(moves)
        raise
    with closing(open_for_writing(layout)) as connection:
        return Removal(moves, rebuilt, _unresolved(connection, resting))


def _is_there(path: Path) -> bool:
    return storage.exists(path) or storage.exists(companion_path(path))


def _moved_aside(layout: Layout, kept: Sequence[Path]) -> list[Move]:
    try:
        return move_aside(layout, kept)
    except OSError as error:
        raise ArchiveUnwritableError(
            f"cannot move files in {layout.warc}: {error.strerror or error}; nothing was changed; "
            "repair the permissions of the folder, then try again"
        ) from error


def _places(paths: Iterable[Path]) -> str:
    """The names of imported files and companions in captures.warc_file, as a JSON list."""
    names = [name for path in paths for name in (path.name, companion_path(path).name)]
    return json.dumps([IMPORTED_FOLDER + name for name in names])


def _knows(connection: sqlite3.Connection, layout: Layout, path: Path) -> bool:
    """Whether the database has rows of an imported file: captures, or at least its run."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM captures"
        " WHERE warc_file IN (SELECT value FROM json_each(?)))"
        " OR EXISTS (SELECT 1 FROM runs WHERE id IN (SELECT value FROM json_each(?)))",
        (_places([path]), json.dumps([run_id_of(one) for one in _digests(layout, path)])),
    )
    return bool(found.fetchone()[0])


def _digests(layout: Layout, path: Path) -> set[str]:
    """Digests of the file as it was imported, and of its copies in the archive."""
    said = companion_of(path)
    copies = [one for one in (path, *copies_aside(layout, path)) if storage.exists(one)]
    return {file_digest(one) for one in copies} | ({said.sha256} if said is not None else set())


def _check_not_needed(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute(
        f"SELECT c.warc_file, count(*) {_RESTING} AND c.warc_file NOT LIKE '{IMPORTED_FOLDER}%'"
        " GROUP BY c.warc_file ORDER BY c.warc_file",
        (_places([path]),),
    ).fetchall()
    if not found:
        return
    named = [f"{name} ({count})" for name, count in found[:MANY]]
    if len(found) > MANY:
        named.append(f"{len(found) - MANY} more files")
    raise NeededFileError(
        f"{path.name} cannot be removed: captures of the archive's own crawls repeat pages whose "
        f"bodies lie in no other file: {', '.join(named)}; nothing was changed"
    )


def _resting_imports(connection: sqlite3.Connection, kept: Sequence[Path]) -> list[WarcPlace]:
    """The places of captures in other imported files that repeat a record of these."""
    places = _places(kept)
    found = connection.execute(
        f"SELECT c.warc_file, c.warc_offset, c.warc_length {_RESTING}"  # noqa: S608
        " AND c.warc_file NOT IN (SELECT value FROM json_each(?))",
        (places, places),
    )
    return [WarcPlace(*row) for row in found]


def _unresolved(connection: sqlite3.Connection, resting: Sequence[WarcPlace]) -> dict[str, int]:
    """By file, how many of the captures no longer repeat anything."""
    query = (
        "SELECT 1 FROM captures WHERE warc_file = ? AND warc_offset = ? AND revisit_of IS NOT NULL"
    )
    lost = (
        place.file
        for place in resting
        if connection.execute(query, (place.file, place.offset)).fetchone() is None
    )
    return dict(sorted(Counter(lost).items()))
