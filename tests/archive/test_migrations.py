"""Databases of earlier versions: a crawl brings them up to date, with all that is in them."""

import ast
import inspect
import json
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from archive.database import migrations as frozen
from archive.database.articles import stored_article
from archive.database.descriptions import ALL_DESCRIPTIONS
from archive.database.migrations import SCHEMA_VERSION, migrations
from archive.database.reading import reading
from archive.database.schema import open_for_writing
from archive.field_spec import Words
from archive.layout import Layout, article_id
from archive.models import Attachment, Image, Run, Video
from tests.archive.building import PORTAL, ArchiveBuilder

FIRST_SCHEMA = 1


def first_schema(folder: Path) -> Layout:
    """An archive as the first version made it, with one article."""
    layout = Layout(folder)
    connection = sqlite3.connect(layout.database)
    migrations().apply(Database(connection), stop_before="m003_fields")
    connection.execute(f"PRAGMA user_version = {FIRST_SCHEMA}")
    connection.execute("DELETE FROM descriptions WHERE column_name = 'language'")
    connection.execute("INSERT INTO portals VALUES ('p', 'Sở', 'liferay6', NULL, 'http://p/')")
    connection.execute(
        "INSERT INTO runs (id, portal, started_at) VALUES (1, 'p', '2026-11-20T01:00:00Z')"
    )
    connection.execute(
        "INSERT INTO captures VALUES (2, '<urn:uuid:1>', 1, 'p', 'http://p/1',"
        " '2026-11-20T01:00:01Z', 200, 'text/html', 'article', '1', NULL, 'warc/p/a.warc.gz', 0, 1,"
        " 'sha1:A', NULL, NULL, NULL, NULL)"
    )
    connection.execute(
        "INSERT INTO articles (id, portal, key, url, title, first_seen_at, last_seen_at, version,"
        " capture_id, problems) VALUES (?, 'p', '1', 'http://p/1', 'Tin', '2026-11-20T01:00:01Z',"
        " '2026-11-20T01:00:01Z', 1, 2, '[]')",
        (article_id("p", "1"),),
    )
    connection.commit()
    connection.close()
    return layout


def columns(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """Of the tables that are no part of a search index."""
    rows = connection.execute(
        "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c"
        " WHERE t.type = 'table' AND t.name NOT LIKE '%sqlite%'"
    )
    return {(table, column) for table, column in rows}


def test_a_migration_rests_on_nothing_that_may_change() -> None:
    tree = ast.parse(Path(inspect.getfile(frozen)).read_bytes())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"collections.abc", "typing", "sqlite_utils", "sqlite_utils.migrations"}
    assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))


def test_an_archive_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    layout = first_schema(tmp_path)
    old, new = open_for_writing(layout), open_for_writing(Layout(tmp_path / "new"))
    assert old.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    assert columns(old) == columns(new)
    old.close()
    new.close()
    with reading(layout) as connection:
        stored = stored_article(connection, article_id("p", "1"))
    assert (stored.article["title"], stored.article["tags"]) == ("Tin", [])
    assert (stored.article["source"], stored.videos) == (None, ())


def test_the_words_for_columns_are_those_of_the_newest_version(tmp_path: Path) -> None:
    connection = open_for_writing(first_schema(tmp_path))
    rows = connection.execute("SELECT * FROM descriptions")
    told = {(table, column): Words(*words) for table, column, *words in rows}
    assert told == {
        (table, column): words for table, words_of in ALL_DESCRIPTIONS.items()
        for column, words in words_of.items()
    }  # fmt: skip
    assert columns(connection) <= set(told)
    connection.close()


def test_all_that_an_article_has_is_stored_and_read_back(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    identifier = builder.article(
        "1",
        "Tin",
        source="TTXVN",
        tags=("chuyển đổi số", "Hà Nội"),
        updated_at="2022-07-14T08:00:00+07:00",
        language="vi",
        images=(Image(src="http://p/a.jpg", credit="Kim Chi"),),
        videos=(Video(src="http://p/a.mp4", caption="Phóng sự"),),
        attachments=(Attachment(href="http://p/a.xls", kind="spreadsheet"),),
    )
    with reading(builder.close()) as connection:
        stored = stored_article(connection, identifier)
    fields = ("source", "tags", "updated_at", "language")
    assert [stored.article[name] for name in fields] == [
        "TTXVN", ["chuyển đổi số", "Hà Nội"], "2022-07-14T08:00:00+07:00", "vi",
    ]  # fmt: skip
    assert [stored.images[0]["credit"], stored.attachments[0]["kind"]] == ["Kim Chi", "spreadsheet"]
    assert [(video["src"], video["caption"]) for video in stored.videos] == [
        ("http://p/a.mp4", "Phóng sự")
    ]


def test_films_that_an_article_no_longer_has_are_taken_away(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.article("1", "Tin", videos=(Video(src="http://p/a.mp4"), Video(src="http://p/b.mp4")))
    identifier = builder.article("1", "Tin", videos=(Video(src="http://p/b.mp4"),))
    with reading(builder.close()) as connection:
        stored = stored_article(connection, identifier)
    assert [video["src"] for video in stored.videos] == ["http://p/b.mp4"]


def test_the_drift_of_a_run_is_stored_and_null_where_it_was_not_counted(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    drift = json.dumps({"lead": [3, 100]})
    builder.put(
        lambda: builder.store.runs.put(
            Run(id=7, portal=PORTAL, started_at="2026-11-20T01:00:00Z", drift=drift)
        )
    )
    with reading(builder.close()) as connection:
        rows = connection.execute("SELECT drift FROM runs ORDER BY id = 7").fetchall()
    assert [row[0] for row in rows] == [None, drift]
