"""The metadata for Datasette is that of today's schema, and Datasette searches with it."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
import sqlite_utils

import archive
from archive.database.descriptions import DESCRIPTIONS
from archive.export.datasette import QUERIES
from archive.layout import Layout
from archive.models import Attachment
from tests.archive.building import ArchiveBuilder

FILE = Path(archive.__path__[0]) / "datasette.json"
DATASETTE = Path(__file__).parents[2] / ".bench" / "datasette" / "bin" / "datasette"
START_S = 20

needs_datasette = pytest.mark.skipif(
    not DATASETTE.exists(), reason="Datasette is not in .bench: make .bench/datasette/installed"
)


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    builder = ArchiveBuilder(tmp_path_factory.mktemp("searched"))
    builder.article(
        "1", "Chuyển đổi số ở Thủ đô", published_at="2024-01-03", author="Kim Chi",
        attachments=(Attachment(href="http://p/a.pdf"),),
    )  # fmt: skip
    builder.article("2", "Phòng, chống dịch Covid-19", published_at="2021-08-01")
    builder.article("3", "Đường sắt số 3", published_at="2025-02-01", body="Đổi tuyến, chuyển ga.")
    return builder.close()


def test_the_file_in_the_package_is_what_the_module_writes() -> None:
    command = [sys.executable, "-m", "archive.export.datasette"]
    written = subprocess.run(command, capture_output=True, check=True).stdout
    assert FILE.read_bytes() == written, f"write it again: {' '.join(command[1:])}"


def test_it_describes_every_table_and_view_with_its_columns() -> None:
    tables = json.loads(FILE.read_text("utf-8"))["databases"]["archive"]["tables"]
    assert {
        name: set(table["columns"]) for name, table in tables.items() if "columns" in table
    } == {name: set(columns) - {""} for name, columns in DESCRIPTIONS.items()}


def rows(layout: Layout, sql: str, **values: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(layout.database)) as connection:
        connection.row_factory = sqlite3.Row
        connection.create_function("escape_fts", 1, lambda words: f'"{words}"')
        return [dict(row) for row in connection.execute(sql, values)]


@pytest.mark.parametrize("name", QUERIES)
def test_each_query_finds_an_article(name: str, searched: Layout) -> None:
    sql = QUERIES[name][1]
    values = {
        "words": "chuyen doi so", "year_or_month": "2024", "portal": "hanoi-sotttt",
        "ref": "hanoi-sotttt/1",
    }  # fmt: skip
    given = {key: value for key, value in values.items() if f":{key}" in sql}
    (found,) = rows(searched, sql, **given)
    assert (
        "Chuyển đổi số ở Thủ đô" in found.values()
        or "Kim Chi" in found.values()
        or (found == {"month": "2024-01", "articles": 1})
    )


def test_sqlite_utils_searches_the_index_of_articles_by_its_own_shape(searched: Layout) -> None:
    database = sqlite_utils.Database(searched.database)
    table = database.table("articles_exact")
    (found,) = table.search("số thủ")
    assert found["title"] == "Chuyển đổi số ở Thủ đô"
    (row,) = database.query("SELECT key FROM articles WHERE search_id = ?", [found["rowid"]])
    assert row == {"key": "1"}
    assert database.table("articles").detect_fts() is None
    database.close()


@pytest.fixture(scope="module")
def address(searched: Layout) -> Iterator[str]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [DATASETTE, searched.database, "-m", FILE, "-p", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}/archive"
    last = time.monotonic() + START_S
    while time.monotonic() < last:
        with suppress(URLError):
            urlopen(address)
            break
        time.sleep(0.1)
    yield address
    process.send_signal(signal.SIGINT)
    process.wait(10)


def asked(address: str, path: str, words: str) -> list[str]:
    with urlopen(f"{address}/{path}{quote(words)}") as answer:
        return [row["title"] for row in json.load(answer)]


@needs_datasette
@pytest.mark.parametrize(
    ("words", "keys"), [("chuyển đổi số", 2), ("Chuyển ĐỔI", 2), ("thủ đô", 1), ("so", 0)]
)
def test_the_search_box_of_articles_finds_words_as_written(
    words: str, keys: int, address: str
) -> None:
    assert len(asked(address, "articles.json?_shape=array&_search=", words)) == keys


@needs_datasette
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("chuyen doi so", ["Đường sắt số 3", "Chuyển đổi số ở Thủ đô"]),
        ('"chuyển đổi số"', ["Chuyển đổi số ở Thủ đô"]),
        ("Covid-19", ["Phòng, chống dịch Covid-19"]),
    ],
)
def test_query_search_finds_words_without_marks_and_phrases(
    words: str, found: list[str], address: str
) -> None:
    assert asked(address, "search.json?_shape=array&words=", words) == found


@needs_datasette
@pytest.mark.parametrize("page", [*DESCRIPTIONS, *QUERIES, "articles?_search=số"])
def test_every_page_that_the_metadata_describes_is_shown(page: str, address: str) -> None:
    with urlopen(f"{address}/{quote(page, safe='?=')}") as answer:
        assert answer.status == 200
