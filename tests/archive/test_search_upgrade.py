"""An archive of the release before search_id: its articles are numbered, and found as if new."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from archive.database.migrations import migrations
from archive.database.reading import reading
from archive.database.schema import open_for_writing
from archive.integrity.search_checks import search_problems
from archive.layout import Layout
from archive.search.filters import Filters
from archive.search.find import ORDERS, Search
from archive.search.query import parsed
from tests.archive.building import ArchiveBuilder
from tests.support.tables import all_rows

FIRST_WITH_NUMBERS = "m019_search_numbers"
RELEASE_BEFORE = 18

TABLES = (
    "portals", "runs", "captures", "articles", "article_versions", "images", "attachments",
    "videos", "sightings",
)  # fmt: skip

QUERIES = ("bão", "bao", '"bão số 3"', "lũ", "title:tin", "bão -lũ")


def made(folder: Path) -> Layout:
    """Articles of several months, one without a date, one edited twice."""
    builder = ArchiveBuilder(folder)
    for number, day in enumerate(("2020-01-05", "2021-07", "2021-07-02", None)):
        builder.article(
            str(number), f"Tin bão {number}", body=f"Cơn bão số {number}.", published_at=day
        )
    builder.article("1", "Tin bão 1", body="Cơn bão số 1 và lũ.", published_at="2021-07")
    builder.article("1", "Tin đã sửa", body="Hết bão.", published_at="2021-08")
    return builder.close()


def as_the_release_before(new: Layout, folder: Path) -> Layout:
    """The same rows in a database as that release made it."""
    old = Layout(folder)
    folder.mkdir()
    with closing(sqlite3.connect(old.database)) as connection:
        migrations().apply(Database(connection), stop_before=FIRST_WITH_NUMBERS)
        connection.execute("ATTACH ? AS new", (str(new.database),))
        for table in TABLES:
            known = connection.execute(f"SELECT name FROM main.pragma_table_info('{table}')")
            columns = ", ".join(name for (name,) in known)
            connection.execute(f"DELETE FROM main.{table}")
            connection.execute(
                f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}"
            )
        connection.execute(f"PRAGMA user_version = {RELEASE_BEFORE}")
        connection.commit()
    return old


def test_an_archive_of_the_release_before_is_searched_as_a_new_one(tmp_path: Path) -> None:
    new = made(tmp_path / "new")
    old = as_the_release_before(new, tmp_path / "old")
    open_for_writing(old).close()
    assert all_rows(old.folder, TABLES) == all_rows(new.folder, TABLES)
    with reading(old) as upgraded, reading(new) as fresh:
        assert list(search_problems(upgraded)) == []
        for query in QUERIES:
            for with_versions in (False, True):
                for order in ORDERS:
                    found, wanted = (
                        [
                            (hit.id, hit.version, hit.snippet.text)
                            for hit in Search(
                                connection, parsed(query), Filters(with_versions=with_versions)
                            ).hits(order, limit=20)
                        ]
                        for connection in (upgraded, fresh)
                    )
                    assert found == wanted, (query, with_versions, order)
        assert Search(upgraded, parsed("lũ"), Filters()).count().number == 0
        assert Search(upgraded, parsed("lũ"), Filters(with_versions=True)).count().number == 1
