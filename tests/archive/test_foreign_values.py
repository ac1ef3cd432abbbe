"""Rows that no crawl of ours wrote: commands that read show them, or say in words what is wrong."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

import pytest

from archive.database.reading import MOST_BYTES, answering, reading
from archive.errors import ArchiveDamagedError, ArchiveUnwritableError
from archive.integrity.verify import Verification
from archive.layout import Layout, article_id
from portal_crawler.cli import main
from tests.archive.building import PORTAL

FIRST = str(article_id(PORTAL, "100"))

COMMANDS = (
    ("search", "chuyen", "--json"),
    ("show", FIRST),
    ("show", FIRST, "--json"),
    ("show", FIRST, "--cite"),
    ("show", f"http://sotttt.hanoi.gov.vn/article/{100}.html", "--text"),
    ("status",),
    ("status", PORTAL),
    ("status", "--json"),
    ("status", "--html", "{folder}/page.html", "--metrics", "{folder}/page.prom"),
)

DEEP = "'" + "[" * 100_000 + "'"
NO_UTF8 = "CAST(x'ff80' AS TEXT)"
LONG_NUMBER = '\'{"tin-tuc": ' + "9" * 5000 + "}'"
ESCAPES = "'a' || char(27) || '[2J' || char(0) || char(8238) || 'b'"

ODD = [
    *(
        ("articles", column, value)
        for column in ("problems", "tags")
        for value in (DEEP, NO_UTF8, LONG_NUMBER, "''", "'null'", "'{\"a\": 1}'", "'[[1], null]'")
    ),
    *(
        ("runs", column, value)
        for column in ("alarms", "drift", "measures", "section_counts", "listing_gaps")
        for value in (DEEP, NO_UTF8, LONG_NUMBER, "'3'", "'{\"a\": [1]}'", "'[{\"alarm\": 1}]'")
    ),
    *(
        (table, column, value)
        for table, column in (
            ("articles", "published_at"), ("articles", "first_seen_at"), ("runs", "started_at"),
            ("runs", "finished_at"), ("captures", "fetched_at"), ("sightings", "seen_at"),
        )
        for value in ("''", "'2026-13-99'", "'9999-12-31T23:59:59Z'", NO_UTF8, ESCAPES)
    ),
    *(
        (table, column, value)
        for table, column in (
            ("runs", "articles_new"), ("runs", "swept"), ("captures", "warc_length"),
            ("captures", "status"), ("articles", "version"), ("images", "position"),
        )
        for value in ("-1", "-9223372036854775808", "9223372036854775807")
    ),
    ("captures", "warc_offset", "-1 - id"),
    ("captures", "warc_offset", "9223372036854775807 - id"),
    *(
        (table, column, value)
        for table, column in (
            ("articles", "title"), ("articles", "body"), ("articles", "url"), ("captures", "url"),
            ("portals", "title"), ("runs", "reason"), ("runs", "outcome"), ("images", "src"),
        )
        for value in (NO_UTF8, ESCAPES, "''")
    ),
]  # fmt: skip

LOOSE = ("portals", "runs", "captures", "articles", "article_versions", "images", "sightings")


@contextmanager
def connected(layout: Layout) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(layout.database)) as connection, connection:
        connection.execute("PRAGMA legacy_alter_table = ON")
        connection.execute("PRAGMA synchronous = OFF")
        yield connection


def check_all(
    layout: Layout,
    out: pytest.CaptureFixture[str],
    what: object,
    commands: Iterable[tuple[str, ...]] = COMMANDS,
) -> None:
    """No traceback: each command ends, with an exit code that tells of the archive."""
    for words in commands:
        given = [word.format(folder=layout.folder) for word in words]
        code = main([*given, "--archive", str(layout.folder)])
        said = out.readouterr()
        assert code in (0, 2, 4), (what, words, said.err)
        assert code == 0 or len(said.err.splitlines()) == 1, (what, words, said.err)
        assert not {"\x1b", "\0", "\u202e"} & {*said.out, *said.err}, (what, words)


@pytest.mark.parametrize(("table", "column"), dict.fromkeys((odd[0], odd[1]) for odd in ODD))
def test_a_value_that_no_row_of_ours_holds_ends_in_words(
    copy: Layout, table: str, column: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for value in [odd[2] for odd in ODD if odd[:2] == (table, column)]:
        with connected(copy) as connection:
            connection.execute("DROP TRIGGER IF EXISTS articles_exact_update")
            connection.execute("DROP TRIGGER IF EXISTS articles_folded_update")
            connection.execute(f"UPDATE {table} SET {column} = {value}")
        check_all(copy, capsys, (table, column, value[:30]))


@pytest.mark.parametrize("table", LOOSE)
def test_a_value_of_another_type_ends_in_words(
    copy: Layout, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a table that takes anything, in the place of one of ours."""
    with connected(copy) as connection:
        connection.execute(f"CREATE TABLE loose AS SELECT * FROM {table}")
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"ALTER TABLE loose RENAME TO {table}")
        if table == "articles":
            connection.execute(
                "CREATE INDEX idx_articles_states ON articles"
                " (portal, key, published_at, first_seen_at, gone_at, capture_id)"
            )
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        connection.execute(f"CREATE TABLE kept AS SELECT * FROM {table}")
    for column in columns:
        for value in ("x'00ff'", "NULL"):
            with connected(copy) as connection:
                connection.execute(f"DELETE FROM {table}")
                connection.execute(f"INSERT INTO {table} SELECT * FROM kept")
                connection.execute(f"UPDATE {table} SET {column} = {value}")
            check_all(copy, capsys, (table, column, value), (COMMANDS[2], COMMANDS[6]))
    found = list(Verification(copy).findings())
    assert any(finding.code == "schema" for finding in found)


def test_a_value_of_more_than_any_page_can_give_is_not_read(copy: Layout) -> None:
    with connected(copy) as connection:
        connection.execute("DROP TABLE videos")
        connection.execute(f"CREATE VIEW videos AS SELECT zeroblob({MOST_BYTES + 1}) AS src")
    with pytest.raises(ArchiveDamagedError, match="too big"), reading(copy) as connection:
        connection.execute("SELECT src FROM videos").fetchone()


@pytest.mark.parametrize(
    "view",
    [
        "SELECT data FROM sqlite_dbpage",
        "SELECT load_extension('x.so')",
        "SELECT writefile('{folder}/written', 'x')",
        "SELECT fts3_tokenizer('simple')",
    ],
)
def test_a_view_can_call_nothing_that_acts_outside_of_the_database(copy: Layout, view: str) -> None:
    with connected(copy) as connection:
        connection.execute("DROP TABLE videos")
        connection.execute(f"CREATE VIEW videos AS {view.format(folder=copy.folder)}")
    with pytest.raises(ArchiveDamagedError), answering(copy) as connection:
        connection.execute("SELECT * FROM videos").fetchone()
    assert not (copy.folder / "written").exists()


@pytest.mark.parametrize("sql", ["DELETE FROM images", "PRAGMA user_version = 3", "REINDEX"])
def test_a_reader_can_write_nothing(copy: Layout, sql: str) -> None:
    with pytest.raises(ArchiveUnwritableError), reading(copy) as connection:
        connection.execute(sql)


def test_the_schema_is_not_trusted_by_readers(good: Layout) -> None:
    with reading(good) as connection:
        for name, value in (("trusted_schema", 0), ("cell_size_check", 1), ("query_only", 1)):
            assert connection.execute(f"PRAGMA {name}").fetchone()[0] == value, name
