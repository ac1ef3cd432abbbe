"""What an error of SQLite means, by its result code."""

import sqlite3
from pathlib import Path

import pytest

from archive.database.sqlite_errors import is_busy, is_damage, is_of_the_disk
from archive.layout import Layout


def error_of(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "code",
    [
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_IOERR_SHORT_READ,
        sqlite3.SQLITE_ERROR,
    ],
)
def test_the_content_of_the_file_is_damage(tmp_path: Path, code: int) -> None:
    assert is_damage(Layout(tmp_path), error_of(code))
    assert not is_of_the_disk(Layout(tmp_path), error_of(code))


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_FSYNC])
def test_the_disk_is_no_damage(tmp_path: Path, code: int) -> None:
    assert is_of_the_disk(Layout(tmp_path), error_of(code))
    assert not is_damage(Layout(tmp_path), error_of(code))


def test_a_database_that_another_process_holds_is_neither(tmp_path: Path) -> None:
    error = error_of(sqlite3.SQLITE_BUSY)
    assert is_busy(error)
    assert not is_damage(Layout(tmp_path), error)
    assert not is_of_the_disk(Layout(tmp_path), error)
    assert not is_busy(OSError())
