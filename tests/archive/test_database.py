"""Opening an archive for reading: it creates nothing, and says what is wrong."""

import os
import re
import sqlite3
from pathlib import Path

import pytest

from archive.database import identity
from archive.database.migrations import SCHEMA_VERSION
from archive.database.reading import reading
from archive.database.schema import open_for_writing
from archive.database.timeline import Timeline
from archive.errors import ArchiveDamagedError, ArchiveMissingError, ArchiveVersionError
from archive.layout import Layout
from tests.archive.building import ArchiveBuilder


def set_version(layout: Layout, version: int) -> None:
    connection = sqlite3.connect(layout.database)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()


def opened(layout: Layout) -> int:
    with reading(layout) as connection:
        count: int = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    return count


def test_an_archive_is_read(good: Layout) -> None:
    assert opened(good) == 2


def test_a_folder_without_an_archive_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissingError, match=f"no archive in {tmp_path}/none; name one"):
        opened(Layout(tmp_path / "none"))
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "archive.db").touch()
    with pytest.raises(ArchiveMissingError, match="holds no archive yet"):
        opened(Layout(tmp_path))


@pytest.mark.parametrize(
    ("version", "words"),
    [(SCHEMA_VERSION + 1, "install that one"), (SCHEMA_VERSION - 1 or -1, "older than this")],
)
def test_another_schema_version_is_told(copy: Layout, version: int, words: str) -> None:
    set_version(copy, version)
    with pytest.raises(ArchiveVersionError, match=words):
        opened(copy)


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"<html>no database</html>" * 100)
    with pytest.raises(ArchiveDamagedError, match="is damaged"):
        opened(Layout(tmp_path))


def test_what_is_malformed_shows_while_it_is_read(copy: Layout) -> None:
    data = copy.database.read_bytes()
    copy.database.write_bytes(data[: len(data) // 2])
    with pytest.raises(ArchiveDamagedError, match="is damaged"):
        opened(copy)


def test_a_reader_cannot_write(good: Layout) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"), reading_raw(good) as connection:
        connection.execute("DELETE FROM articles")


def reading_raw(layout: Layout) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{layout.database}?mode=ro", uri=True)


def test_rows_are_read_while_a_crawl_writes(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.article("1", "Tin thứ nhất")
    assert opened(builder.layout) == 1
    builder.article("2", "Tin thứ hai")
    assert opened(builder.layout) == 2
    builder.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_read(copy: Layout) -> None:
    copy.folder.chmod(0o500)
    try:
        assert opened(copy) == 2
    finally:
        copy.folder.chmod(0o700)


def test_what_every_article_asks_of_its_past_reads_no_whole_portal(tmp_path: Path) -> None:
    connection = open_for_writing(Layout(tmp_path))
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    identity.first_key(connection, "p", "http://p/1")
    identity.has_page(connection, "p", "1")
    identity.resolved(connection, "p", "1")
    connection.row_factory = sqlite3.Row
    Timeline(connection).article_captures("p", "1")
    connection.set_trace_callback(None)
    explained = [connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall() for query in asked]
    plans = [step[3] for steps in explained for step in steps]
    searched = [plan for plan in plans if "captures" in plan or " c " in plan]
    assert len(searched) >= 4
    connection.close()
    for plan in searched:
        assert re.search(r"\(portal=\? AND (?:asked_)?key=\?\)|\(url[=><]", plan), plan
