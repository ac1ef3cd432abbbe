"""An archive.db that somebody else had a hand in: what is written into, and what is refused."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.database import schema_check
from archive.database.migrations import SCHEMA_DIGEST, SCHEMA_VERSION, migrations
from archive.database.schema import (
    make_schema,
    open_for_writing,
    schema_findings,
    somebodys_own,
)
from archive.errors import ArchiveDamagedError
from archive.integrity.verify import Verification
from archive.layout import Layout

STRANGE = {
    "trigger articles_copied on articles": (
        "CREATE TRIGGER articles_copied AFTER UPDATE ON articles BEGIN DELETE FROM runs; END"
    ),
    "trigger once on Runs": (
        "CREATE TRIGGER once BEFORE INSERT ON Runs BEGIN SELECT RAISE(ABORT, 'no'); END"
    ),
    "trigger kept on _sqlite_migrations": (
        "CREATE TRIGGER kept AFTER INSERT ON _sqlite_migrations BEGIN DELETE FROM portals; END"
    ),
    "trigger told on articles_folded_text": (
        "CREATE TRIGGER told INSTEAD OF INSERT ON articles_folded_text BEGIN SELECT 1; END"
    ),
    "index by_title on articles": "CREATE UNIQUE INDEX by_title ON articles (title)",
    "index by_migration on _sqlite_migrations": (
        "CREATE INDEX by_migration ON _sqlite_migrations (migration_set)"
    ),
    "index half on captures": "CREATE INDEX half ON captures (abs(id)) WHERE status = 200",
    "table runs is not": "ALTER TABLE runs ADD COLUMN mood TEXT",
    "table images is not": (
        "ALTER TABLE images ADD COLUMN double TEXT AS (caption || caption) VIRTUAL"
    ),
    "table sightings is not": "ALTER TABLE sightings RENAME COLUMN date TO listed_date",
    "view articles_folded_text is not": (
        "DROP VIEW articles_folded_text;"
        "CREATE VIEW articles_folded_text AS SELECT search_id, title, title AS lead FROM articles"
    ),
    "view videos is not": (
        "DROP TABLE videos; CREATE VIEW videos AS WITH RECURSIVE n(i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS article_id FROM n"
    ),
    "table boilerplate is not": "DROP TABLE boilerplate; CREATE TABLE boilerplate (portal, since)",
    "table Attachments is not": (
        "DROP TABLE attachments; CREATE TABLE Attachments (article_id CHECK (article_id > 0))"
    ),
    "trigger articles_exact_insert on articles is not": (
        "DROP TRIGGER articles_exact_insert; CREATE TRIGGER articles_exact_insert"
        " AFTER INSERT ON articles BEGIN DELETE FROM articles_exact; END"
    ),
    "trigger articles_folded_delete on portals is not": (
        "DROP TRIGGER articles_folded_delete; CREATE TRIGGER articles_folded_delete"
        " AFTER INSERT ON portals BEGIN DELETE FROM portals; END"
    ),
    "table articles_folded is not": (
        "DROP TABLE articles_folded; CREATE VIRTUAL TABLE articles_folded"
        " USING fts5(title, lead, body, author, repaired_words)"
    ),
    "table articles_exact is not": (
        "DROP TABLE articles_exact; CREATE TABLE articles_exact (title)"
    ),
    "index idx_runs_portal_started_at on runs is missing": (
        "DROP INDEX idx_runs_portal_started_at"
    ),
    "index idx_images_src on notes is not": (
        "DROP INDEX idx_images_src; CREATE TABLE notes (src);"
        "CREATE INDEX idx_images_src ON notes (src)"
    ),
}
"""What a refusal names, by how it got there."""

OWN = """
CREATE TABLE notes (article INTEGER REFERENCES articles (id), words TEXT CHECK (words <> ''));
CREATE INDEX notes_by_article ON notes (article);
CREATE TRIGGER notes_once AFTER INSERT ON notes BEGIN DELETE FROM notes WHERE words = 'x'; END;
CREATE VIEW articles_of_today AS SELECT * FROM articles WHERE published_at > '2026';
CREATE TRIGGER today_told INSTEAD OF INSERT ON articles_of_today BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE notes_found USING fts5(words);
ANALYZE;
"""


def changed(layout: Layout, script: str) -> None:
    with closing(sqlite3.connect(layout.database)) as connection:
        connection.executescript(script)


@pytest.mark.parametrize("named", STRANGE)
def test_an_object_that_no_migration_made_is_named_and_nothing_is_written(
    copy: Layout, named: str
) -> None:
    changed(copy, STRANGE[named])
    before = copy.database.read_bytes()
    with pytest.raises(ArchiveDamagedError, match="portal rebuild") as refused:
        open_for_writing(copy)
    assert named in str(refused.value)
    assert copy.database.read_bytes() == before


@pytest.mark.parametrize("named", STRANGE)
def test_verify_names_it_too(copy: Layout, named: str) -> None:
    changed(copy, STRANGE[named])
    found = [str(finding.what) for finding in Verification(copy).findings()]
    assert any(named in what for what in found), found


def test_tables_and_views_of_other_names_are_somebodys_own(copy: Layout) -> None:
    changed(copy, OWN)
    before = copy.database.read_bytes()
    open_for_writing(copy).close()
    assert copy.database.read_bytes() == before
    assert [finding for finding in Verification(copy).findings() if finding.is_damage] == []
    with closing(sqlite3.connect(copy.database)) as connection:
        own = schema_check.others(schema_check.schema_objects(connection))
    assert {"notes", "articles_of_today", "notes_found", "sqlite_stat1"} <= {o.name for o in own}


def test_what_an_earlier_release_made_is_nobodys_own(tmp_path: Path) -> None:
    names = [one.name for one in migrations().pending(Database(memory=True))]
    assert len(names) == SCHEMA_VERSION
    for name in names[1:]:
        layout = Layout(tmp_path / name)
        layout.folder.mkdir()
        with closing(sqlite3.connect(layout.database)) as connection:
            migrations().apply(Database(connection), stop_before=name)
        assert somebodys_own(layout) == [], name


def test_thousands_of_them_are_not_all_named(copy: Layout) -> None:
    changed(copy, "".join(f"CREATE INDEX by_{n} ON runs (id);" for n in range(1000)))
    changed(copy, f"CREATE INDEX {'x' * 100_000} ON runs (id)")
    with pytest.raises(ArchiveDamagedError, match="and more") as refused:
        open_for_writing(copy)
    assert len(str(refused.value)) < 1000


def older(folder: Path, script: str) -> Layout:
    """A database of the first version in which somebody has been."""
    layout = Layout(folder)
    with closing(sqlite3.connect(layout.database)) as connection:
        migrations().apply(Database(connection), stop_before="m003_fields")
        connection.execute("PRAGMA user_version = 2")
        connection.commit()
    changed(layout, script)
    return layout


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TRIGGER told AFTER INSERT ON descriptions BEGIN DELETE FROM articles; END",
        "DROP TABLE descriptions; CREATE VIEW descriptions AS SELECT 1 AS table_name",
        "ALTER TABLE articles ADD COLUMN source TEXT",
        "DROP TABLE _sqlite_migrations; CREATE VIEW _sqlite_migrations AS SELECT 1 AS name",
        "DROP TABLE _sqlite_migrations",
        "DROP TABLE images",
        "CREATE TABLE videos (src)",
    ],
)
def test_an_older_database_that_is_not_as_it_was_made_is_refused(
    tmp_path: Path, script: str
) -> None:
    with pytest.raises(ArchiveDamagedError, match="portal rebuild"):
        open_for_writing(older(tmp_path, script))


def test_an_older_database_with_somebodys_own_tables_is_brought_up_to_date(tmp_path: Path) -> None:
    layout = older(tmp_path, OWN)
    with closing(open_for_writing(layout)) as connection:
        assert list(schema_findings(connection)) == []
        assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert connection.execute("SELECT count(*) FROM articles_of_today").fetchone() == (0,)


def test_the_digest_is_that_of_the_newest_migrations() -> None:
    """Else each start of a crawl would make a fresh database to compare with."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        make_schema(connection)
        found = schema_check.schema_objects(connection)
    assert schema_check.digest(found) == SCHEMA_DIGEST
    tables = {one.name for one in found if one.kind in ("table", "view")}
    assert tables == schema_check.TABLES - {schema_check.MIGRATIONS}
    assert {one.name for one in found if one.kind == "trigger"} == schema_check.SEARCH_TRIGGERS


def test_white_space_that_earlier_versions_left_makes_no_difference(copy: Layout) -> None:
    script = "UPDATE sqlite_master SET sql = replace(trim(sql, char(10)), char(10), '  ')"
    changed(copy, f"PRAGMA writable_schema = ON; {script}")
    with closing(open_for_writing(copy)) as connection:
        found = schema_check.schema_objects(connection)
    assert schema_check.digest(found) == SCHEMA_DIGEST
