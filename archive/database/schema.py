"""The tables of archive.db and the migrations that make them, each recorded in the database."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from archive.database.descriptions import DESCRIPTIONS
from archive.errors import ArchiveDamagedError, ArchiveUnwritableError, ArchiveVersionError
from archive.filesystem.locks import schema_lock
from archive.layout import SCHEMA_VERSION, Layout
from archive.warc.writer import sync_folder

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
"""Result codes of SQLite that tell of what is in the file, not of the disk or who holds it."""

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for another one, or for a reader's checkpoint, before it gives up."""

SEARCHED = ("title", "lead", "body", "author")
"""The columns of articles that both search indexes hold, in this order."""

SEARCH_TABLES = ("articles_exact", "articles_folded")

migrations = Migrations("archive")

_INTEGER_DEFAULTS = (
    "listed", "articles_new", "articles_changed", "articles_unchanged", "articles_gone",
    "dead_links", "pages_without_title", "refused", "problems", "requests", "bytes", "failures",
    "requisites_failed", "swept",
)  # fmt: skip


def open_for_writing(layout: Layout) -> sqlite3.Connection:
    """A connection to the archive's database, made or migrated where needed.

    Raises ArchiveUnwritableError where the folder or file refuses, ArchiveDamagedError where the
    file is no database any more.
    """
    try:
        layout.folder.mkdir(parents=True, exist_ok=True)
        with schema_lock(layout):
            return _migrated(layout)
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGED:
            raise ArchiveDamagedError(
                f"{layout.database} is damaged: {error}; `portal rebuild` makes it again from the "
                "WARC files, which hold all that was in it"
            ) from error
        raise ArchiveUnwritableError(
            f"cannot write the archive in {layout.folder}: {error}; "
            "choose another folder with --archive, or mend this one's permissions"
        ) from error


def _migrated(layout: Layout) -> sqlite3.Connection:
    connection = sqlite3.connect(
        layout.database, timeout=BUSY_TIMEOUT_S, check_same_thread=False, isolation_level=None
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if _version(connection, layout) < SCHEMA_VERSION:  # or it would wait for who writes just now
        migrations.apply(Database(connection))
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    return connection


def open_aside(path: Path) -> sqlite3.Connection:
    """A new database beside the archive's, fast to fill and of no use until `swap_in`.

    Its search indexes stay empty until `end_bulk_loading`. sqlite3.Error and OSError pass through.
    """
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    migrations.apply(Database(connection))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    for statement in _trigger_statements(connection):
        connection.execute(f"DROP TRIGGER {statement[0]}")
    return connection


def end_bulk_loading(connection: sqlite3.Connection) -> None:
    """Fill the search indexes of a database of `open_aside`, and check what it holds."""
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    migrations.apply(Database(fresh))
    for table in SEARCH_TABLES:
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
    for _, sql in _trigger_statements(fresh):
        connection.execute(sql)
    fresh.close()
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise sqlite3.IntegrityError(
            f"a row of {broken[0]} names one of {broken[2]} that is not there"
        )


def swap_in(aside: Path, layout: Layout) -> None:
    """Put a database of `open_aside` in the archive's place; readers keep the old one they have.

    The caller holds the archive's lock. What the old one had in its -wal is brought into it first,
    so that no stale -wal is ever beside the new one.
    """
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    if layout.database.exists():
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(layout.database)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in ("-wal", "-shm"):
        layout.database.with_name(layout.database.name + suffix).unlink(missing_ok=True)
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


@migrations()
def m001_tables(database: Database) -> None:
    """All tables of the first version."""
    _portals_and_runs(database)
    _captures(database)
    _articles(database)
    _parts_of_articles(database)
    _sightings(database)
    _descriptions(database)


@migrations()
def m002_search(database: Database) -> None:
    """Two full-text indexes over views, kept by triggers: as written, and folded."""
    as_written = {column: column for column in SEARCHED}
    folded = {column: f"replace(replace({column}, 'đ', 'd'), 'Đ', 'D')" for column in SEARCHED}
    _full_text(database, "articles_exact", as_written, remove_diacritics=0)
    _full_text(database, "articles_folded", folded, remove_diacritics=2)


@migrations()
def m003_fields(database: Database) -> None:
    """What else a page says of an article, its films, and a run's drift.

    Rows that are there get theirs when their page is read again, by a crawl or a rebuild.
    """
    for table, columns in {
        "articles": ("source", "updated_at", "language"),
        "images": ("credit",),
        "attachments": ("kind",),
        "runs": ("drift",),
    }.items():
        for column in columns:
            database.table(table).add_column(column, str)
    database.table("articles").add_column("tags", str, not_null_default="[]")
    _part_table(database, "videos", {"src": str, "caption": str})
    _describe(database)


@migrations()
def m004_site_models(database: Database) -> None:
    """What sites teach of their layout, by date, and by which model an article was read."""
    database.table("articles").add_column("model", str)
    database.table("site_models").create(
        {
            "portal": str,
            "since": str,
            "id": str,
            "model": str,
            "pages": int,
            "corrected_by": str,
            "first_capture": int,
            "last_capture": int,
        },
        pk=("portal", "since"),
        not_null={"pages", "first_capture", "last_capture"},
        foreign_keys=[
            ("portal", "portals", "name"),
            ("first_capture", "captures", "id"),
            ("last_capture", "captures", "id"),
        ],
        strict=True,
    )
    database.table("boilerplate").create(
        {
            "portal": str,
            "since": str,
            "position": int,
            "kind": str,
            "text": str,
            "pages": int,
            "block": str,
        },
        pk=("portal", "since", "position"),
        not_null={"block"},
        foreign_keys=[("portal", "portals", "name")],
        strict=True,
    )
    _describe(database)


@migrations()
def m005_nights(database: Database) -> None:
    """What a run that asks for little says of itself."""
    for column in ("walked", "articles_returned"):
        database.table("runs").add_column(column, int, not_null_default=0)
    _describe(database)


@migrations()
def m006_alarms(database: Database) -> None:
    """What a run measured, and what of it was far from the usual."""
    for column in ("measures", "alarms"):
        database.table("runs").add_column(column, str)
    _describe(database)


@migrations()
def m007_states(database: Database) -> None:
    """What every night reads of all articles, apart from their bodies."""
    database.table("articles").create_index(
        ["portal", "key", "published_at", "first_seen_at", "gone_at", "capture_id"],
        "idx_articles_states",
    )


def _portals_and_runs(database: Database) -> None:
    database.table("portals").create(
        {"name": str, "title": str, "platform": str, "province": str, "home": str},
        pk="name",
        not_null={"title", "platform", "home"},
        strict=True,
    )
    database.table("runs").create(
        {
            "id": int,
            "portal": str,
            "started_at": str,
            "finished_at": str,
            "outcome": str,
            "reason": str,
            "rules": str,
            **dict.fromkeys(_INTEGER_DEFAULTS, int),
            "portal_count": int,
        },
        pk="id",
        not_null={"portal", "started_at", *_INTEGER_DEFAULTS},
        defaults=dict.fromkeys(_INTEGER_DEFAULTS, 0),
        foreign_keys=[("portal", "portals", "name")],
        strict=True,
    )
    database.table("runs").create_index(["portal", "started_at"])


def _captures(database: Database) -> None:
    database.table("captures").create(
        {
            "id": int,
            "record_id": str,
            "run_id": int,
            "portal": str,
            "url": str,
            "fetched_at": str,
            "status": int,
            "mime": str,
            "role": str,
            "key": str,
            "section": str,
            "warc_file": str,
            "warc_offset": int,
            "warc_length": int,
            "payload_digest": str,
            "revisit_of": int,
            "truncated": str,
            "etag": str,
            "last_modified": str,
        },
        pk="id",
        not_null={
            "record_id", "run_id", "portal", "url", "fetched_at", "role",
            "warc_file", "warc_offset", "warc_length", "payload_digest",
        },
        foreign_keys=[
            ("run_id", "runs", "id"),
            ("portal", "portals", "name"),
            ("revisit_of", "captures", "id"),
        ],
        strict=True,
    )  # fmt: skip
    for columns in (["portal", "key", "fetched_at"], ["url", "fetched_at"], ["run_id"]):
        database.table("captures").create_index(columns)
    database.table("captures").create_index(["warc_file", "warc_offset"], unique=True)
    database.execute(
        "CREATE INDEX idx_captures_payload_digest ON captures (payload_digest)"
        " WHERE revisit_of IS NULL AND truncated IS NULL"
    )


def _articles(database: Database) -> None:
    database.table("articles").create(
        {
            "id": int,
            "portal": str,
            "key": str,
            "url": str,
            "title": str,
            "lead": str,
            "body": str,
            "author": str,
            "category": str,
            "published_at": str,
            "first_seen_at": str,
            "last_seen_at": str,
            "gone_at": str,
            "version": int,
            "capture_id": int,
            "problems": str,
            "rules": str,
        },
        pk="id",
        not_null={
            "portal", "key", "url", "title", "first_seen_at", "last_seen_at", "version",
            "capture_id", "problems",
        },
        foreign_keys=[("portal", "portals", "name"), ("capture_id", "captures", "id")],
        strict=True,
    )  # fmt: skip
    articles = database.table("articles")
    articles.create_index(["portal", "key"], unique=True)
    articles.create_index(["published_at"])
    articles.create_index(["portal", "published_at"])
    articles.create_index(["url"])
    articles.create_index(["capture_id"])


def _parts_of_articles(database: Database) -> None:
    database.table("article_versions").create(
        {
            "article_id": int,
            "version": int,
            "seen_at": str,
            "capture_id": int,
            "content_hash": str,
            "rules": str,
            "title": str,
            "lead": str,
            "body": str,
            "author": str,
            "published_at": str,
        },
        pk=("article_id", "version"),
        not_null={"seen_at", "capture_id", "content_hash", "title"},
        foreign_keys=[("article_id", "articles", "id"), ("capture_id", "captures", "id")],
        strict=True,
    )
    parts = {
        "images": {"src": str, "caption": str},
        "attachments": {"href": str, "name": str, "mime": str},
    }
    for name, columns in parts.items():
        _part_table(database, name, columns)


def _part_table(database: Database, name: str, columns: Mapping[str, object]) -> None:
    """Of what belongs to an article: the first column is the address."""
    address = next(iter(columns))
    database.table(name).create(
        {"article_id": int, "position": int, **columns, "capture_id": int},
        pk=("article_id", "position"),
        not_null={address},
        foreign_keys=[("article_id", "articles", "id"), ("capture_id", "captures", "id")],
        strict=True,
    )
    database.table(name).create_index([address])


def _sightings(database: Database) -> None:
    database.table("sightings").create(
        {
            "id": int,
            "portal": str,
            "key": str,
            "section": str,
            "url": str,
            "position": int,
            "title": str,
            "date": str,
            "seen_at": str,
            "last_seen_at": str,
            "capture_id": int,
        },
        pk="id",
        not_null={
            "portal",
            "key",
            "section",
            "url",
            "position",
            "seen_at",
            "last_seen_at",
            "capture_id",
        },
        foreign_keys=[("portal", "portals", "name"), ("capture_id", "captures", "id")],
        strict=True,
    )
    database.table("sightings").create_index(["portal", "key"])


def _descriptions(database: Database) -> None:
    table = database.table("descriptions")
    table.create(
        {"table_name": str, "column_name": str, "description": str},
        pk=("table_name", "column_name"),
        strict=True,
    )
    _describe(database)


def _describe(database: Database) -> None:
    """Today's words for every table and column, those of later migrations included."""
    database.table("descriptions").insert_all(
        (
            {"table_name": name, "column_name": column, "description": text}
            for name, columns in DESCRIPTIONS.items()
            for column, text in columns.items()
        ),
        replace=True,
    )


def _full_text(
    database: Database, name: str, columns: dict[str, str], *, remove_diacritics: int
) -> None:
    """An FTS5 table whose content is a view, so that plain sqlite3 keeps and reads it."""
    names = ", ".join(columns)
    view = ", ".join(f"{expression} AS {column}" for column, expression in columns.items())
    old, new = (_of_row(columns, row) for row in ("old", "new"))
    remove = f"INSERT INTO {name} ({name}, rowid, {names}) VALUES ('delete', old.id, {old});"
    add = f"INSERT INTO {name} (rowid, {names}) VALUES (new.id, {new});"
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
    statements = (
        f"CREATE VIEW {name}_text AS SELECT id, {view} FROM articles",
        f"CREATE VIRTUAL TABLE {name} USING fts5({names}, content='{name}_text', "
        f"content_rowid='id', tokenize='unicode61 remove_diacritics {remove_diacritics}')",
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON articles BEGIN {add} END",
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON articles BEGIN {remove} END",
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {names} ON articles "
        f"WHEN {changed} BEGIN {remove} {add} END",
    )
    for statement in statements:
        database.execute(statement)


def _of_row(columns: dict[str, str], row: str) -> str:
    return ", ".join(
        expression.replace(column, f"{row}.{column}") for column, expression in columns.items()
    )
