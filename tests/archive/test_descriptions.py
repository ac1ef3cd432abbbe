"""Table descriptions has words in both languages for all that archive.db consists of."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from archive.database.descriptions import ALL_DESCRIPTIONS
from archive.database.schema import make_schema

VIETNAMESE = re.compile(
    "[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE
)


@pytest.fixture(scope="module")
def fresh() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        make_schema(connection)
        yield connection


def test_every_table_view_column_index_and_trigger_has_words_and_no_words_lack_one(
    fresh: sqlite3.Connection,
) -> None:
    objects = {(name, "") for (name,) in fresh.execute("SELECT name FROM sqlite_master")}
    columns = fresh.execute(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c"
        " WHERE m.type IN ('table', 'view')"
    )
    described = fresh.execute("SELECT table_name, column_name FROM descriptions").fetchall()
    assert objects | set(columns) == set(described)
    assert len(described) == len(set(described))


def test_each_has_a_sentence_in_english_and_one_in_vietnamese(fresh: sqlite3.Connection) -> None:
    rows = fresh.execute("SELECT description, description_vi FROM descriptions").fetchall()
    strange = [row for row in rows if VIETNAMESE.search(row[0].replace("đ", ""))]
    assert strange == []
    assert [row for row in rows if not VIETNAMESE.search(row[1])] == []
    names = re.compile(r"`[^`]+`|[a-z]+_[a-z_]+|[a-z]+\.[a-z_]+|NULL|JSON|UTC|SHA-1|SHA-256|\d+")
    for english, vietnamese in rows:
        kept = {name for name in names.findall(english) if name.startswith("`portal ")}
        assert all(name in vietnamese for name in kept), english


def test_words_of_an_earlier_version_are_replaced(fresh: sqlite3.Connection) -> None:
    fresh.execute("INSERT INTO descriptions VALUES ('nights', '', 'Once.', NULL)")
    fresh.execute("UPDATE descriptions SET description = 'Other.' WHERE table_name = 'runs'")
    make_schema(fresh)
    told = fresh.execute("SELECT * FROM descriptions ORDER BY table_name, column_name").fetchall()
    assert told == sorted(
        (table, column, words.en, words.vi)
        for table, columns in ALL_DESCRIPTIONS.items()
        for column, words in columns.items()
    )


def test_every_ordinary_table_is_strict(fresh: sqlite3.Connection) -> None:
    rows = fresh.execute(
        "SELECT name, type, strict FROM pragma_table_list WHERE schema = 'main'"
        " AND type IN ('table', 'view', 'virtual')"
    ).fetchall()
    of_libraries = {"_sqlite_migrations", "sqlite_schema"}
    loose = {name for name, kind, strict in rows if kind == "table" and not strict}
    assert loose == of_libraries
