"""Opens archive.db for writing, created or migrated if needed, and swaps a rebuilt one in."""

import os
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from archive.database import patience
from archive.database.descriptions import ALL_DESCRIPTIONS
from archive.database.distrust import distrust
from archive.database.migrations import SCHEMA_DIGEST, SCHEMA_VERSION, migrations
from archive.database.reading import read_only
from archive.database.schema_check import (
    digest,
    others,
    schema_differences,
    schema_objects,
    unfit_for_migration,
)
from archive.database.search_index import SearchIndex
from archive.database.sqlite_errors import (
    damage,
    disk_refusal,
    is_busy,
    is_damage,
    is_of_the_disk,
)
from archive.errors import (
    ArchiveDamagedError,
    ArchiveError,
    ArchiveUnwritableError,
    ArchiveVersionError,
)
from archive.filesystem.disk_space import remedy
from archive.filesystem.locks import schema_lock
from archive.filesystem.publishing import sync_folder
from archive.filesystem.regular import check_database, database_files
from archive.layout import Layout

if TYPE_CHECKING:
    from sqlite_utils import Database

NOT_NEEDED = ("pandas", "numpy")
"""sqlite-utils imports them where they are installed: a second and 80 MB of a new archive's first
crawl, for kinds of values that we never give it."""

NAMED = 3
"""Most schema objects that a refusal names; there can be thousands."""

MANY_NAMED = 20
"""Most tables that a rebuild names as left out."""


def open_for_writing(layout: Layout) -> sqlite3.Connection:
    """A connection to the archive's database, created or migrated if needed.

    Raises ArchiveUnwritableError if the folder or file cannot be written, ArchiveVersionError if
    the schema is newer, and ArchiveDamagedError if the file is not a database, or if its tables,
    views, indexes or triggers are not those that the migrations make.
    """
    try:
        layout.folder.mkdir(parents=True, exist_ok=True)
        check_database(layout)
        with schema_lock(layout):
            return _migrated(layout)
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, sqlite3.Error) and is_damage(layout, error):
            raise damage(layout, error) from error
        if isinstance(error, sqlite3.Error) and is_of_the_disk(layout, error):
            raise disk_refusal(layout, error) from error
        todo = "choose another folder with --archive, or fix this one's permissions"
        raise ArchiveUnwritableError(
            f"cannot write the archive in {layout.folder}: {error}; {remedy(error, todo)}"
        ) from error


def _migrated(layout: Layout) -> sqlite3.Connection:
    connection = sqlite3.connect(
        layout.database,
        timeout=patience.WRITER_PAUSE_S,
        check_same_thread=False,
        isolation_level=None,
    )
    begun = time.monotonic()
    while True:
        try:
            _make_ready(connection, layout)
        except (sqlite3.Error, ArchiveError) as error:
            if not is_busy(error) or time.monotonic() - begun >= patience.WRITER_S:
                connection.close()
                raise
        else:
            connection.execute(patience.busy_timeout(patience.WRITER_S))
            return connection


def _make_ready(connection: sqlite3.Connection, layout: Layout) -> None:
    """It is repeated if another process comes between: each migration is its own transaction."""
    if connection.in_transaction:
        connection.rollback()
    distrust(connection)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if (
        _version(connection, layout) < SCHEMA_VERSION
    ):  # writing nothing spares a wait for another writer
        _refuse(layout, unfit_for_migration(schema_objects(connection)))
        make_schema(connection)
    _refuse(layout, schema_findings(connection))
    connection.execute("PRAGMA trusted_schema = ON")  # our triggers fill FTS5's tables


def _refuse(layout: Layout, findings: Iterable[str]) -> None:
    found = list(islice(findings, NAMED + 1))
    if found:
        more = " and more" if len(found) > NAMED else ""
        raise ArchiveDamagedError(
            f"{layout.database} is not as this software makes it: {', '.join(found[:NAMED])}{more};"
            " drop what was added with sqlite3, or let `portal rebuild` make the database again"
            " from the WARC files"
        )


def schema_findings(connection: sqlite3.Connection) -> Iterator[str]:
    """How a database of today's version differs from what the migrations make, in words.

    Objects with names that this software does not use are ignored.
    """
    found = schema_objects(connection)
    if digest(found) != SCHEMA_DIGEST:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
            make_schema(fresh)
            yield from schema_differences(found, schema_objects(fresh))


def _database(connection: sqlite3.Connection) -> "Database":
    """The connection as sqlite-utils takes it; imported here, for few starts need it."""
    absent = [name for name in NOT_NEEDED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: cannot be imported
    try:
        from sqlite_utils import Database
    finally:
        for name in absent:
            del sys.modules[name]
    return Database(connection)


def make_schema(connection: sqlite3.Connection) -> None:
    """Apply the migrations that a database lacks, and write today's descriptions of its tables."""
    database = _database(connection)  # before all else of its library is imported
    migrations().apply(database)
    query = "SELECT EXISTS (SELECT 1 FROM articles WHERE search_id IS NULL)"
    if connection.execute(query).fetchone()[0]:  # a migration left them so
        fill_search_index(connection)
    rows = [
        (table, column, words.en, words.vi)
        for table, columns in ALL_DESCRIPTIONS.items()
        for column, words in columns.items()
    ]
    connection.execute("BEGIN")
    connection.execute("DELETE FROM descriptions")
    connection.executemany("INSERT INTO descriptions VALUES (?, ?, ?, ?)", rows)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")


def open_aside(path: Path) -> sqlite3.Connection:
    """A new database beside the archive's, fast to fill and not durable until `swap_in`.

    Its search indexes stay empty until `end_bulk_loading`. sqlite3.Error and OSError pass through.
    """
    remove_aside(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    make_schema(connection)
    for statement in _trigger_statements(connection):
        connection.execute(f"DROP TRIGGER {statement[0]}")
    return connection


def remove_aside(path: Path) -> None:
    """Delete a database of `open_aside` that will not be swapped in. OSError passes through."""
    for each in database_files(path):
        each.unlink(missing_ok=True)


def end_bulk_loading(connection: sqlite3.Connection) -> None:
    """Fill the search indexes of a database of `open_aside`, and check its foreign keys.

    Raises sqlite3.IntegrityError if a row names one that is not there.
    """
    fill_search_index(connection)
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise sqlite3.IntegrityError(
            f"a row of {broken[0]} names one of {broken[2]} that is not there"
        )


def fill_search_index(connection: sqlite3.Connection) -> None:
    """Number all articles and fill the search indexes, without the triggers meanwhile."""
    connection.row_factory = sqlite3.Row
    connection.execute("BEGIN")
    for name, _ in _trigger_statements(connection):
        connection.execute(f"DROP TRIGGER {name}")
    SearchIndex(connection).fill()
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        make_schema(fresh)
        for _, sql in _trigger_statements(fresh):
            connection.execute(sql)
    connection.execute("COMMIT")


def somebodys_own(layout: Layout) -> list[str]:
    """The first tables and views of the archive's database that this software did not make.

    Empty if the database does not exist or is damaged.
    """
    if not layout.database.is_file():
        return []
    with (
        suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(read_only(layout.database), uri=True)) as old,
    ):
        distrust(old)
        found = others(schema_objects(old))
        more = [f"{len(found) - MANY_NAMED} more"] if len(found) > MANY_NAMED else []
        return [*map(str, found[:MANY_NAMED]), *more]
    return []


def swap_in(aside: Path, layout: Layout) -> None:
    """Put a database of `open_aside` in the archive's place; readers keep the one they opened.

    The caller holds the archive's lock. The -wal of the old one is written into it first: a stale
    -wal must never lie beside the new one.
    """
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    if layout.database.exists():
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(layout.database)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _, *beside = database_files(layout.database)
    for path in beside:
        path.unlink(missing_ok=True)
    aside.replace(layout.database)
    sync_folder(layout.folder)


def _trigger_statements(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return [(name, sql) for name, sql in rows]


def _version(connection: sqlite3.Connection, layout: Layout) -> int:
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > SCHEMA_VERSION:
        raise ArchiveVersionError(
            f"{layout.database} was written by a newer version of this software "
            f"(schema {found}, this one knows {SCHEMA_VERSION}); upgrade this one"
        )
    return int(found)
