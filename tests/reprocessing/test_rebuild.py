"""`portal rebuild` says what was there and what is, and takes nothing away unasked."""

import os
import pty
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.layout import Layout
from portal_crawler.cli import main
from tests.archive.building import ArchiveBuilder
from tests.support.crawls import ROOT, environment, rows

MODULES = ("-s", "SPIDER_MODULES=tests.support.portals")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two nights of two articles each, in a file a night."""
    for day in (0, 1):
        builder = ArchiveBuilder(tmp_path / "archive", portal="wire", days=day)
        for number in (1, 2):
            builder.article(f"{day}{number}", f"Tin số {day}{number}")
        builder.close()
    return tmp_path / "archive"


def rebuild(archive: Path, *words: str) -> int:
    return main(["rebuild", "--archive", str(archive), *MODULES, *words])


def lose_a_file(archive: Path) -> None:
    max(archive.glob("warc/wire/*.warc.gz")).unlink()


def keys(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles")}


ALL = {"01", "02", "11", "12"}
LEFT = {"01", "02"}


def test_it_says_what_was_there_and_what_is(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rebuild(archive) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "before: 4 articles, 4 versions; now: 4 articles, 4 versions" in said


def test_where_fewer_would_be_left_nothing_is_changed_unless_it_was_said(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lose_a_file(archive)
    before = (archive / "archive.db").read_bytes()
    assert rebuild(archive, "-q") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "holds 4 articles, 4 versions, a new one would hold 2 articles, 2 versions" in said
    assert "--yes" in said
    assert (archive / "archive.db").read_bytes() == before
    assert list(archive.glob("*.rebuilt*")) == []
    assert rebuild(archive, "--yes") == 0
    assert "now: 2 articles" in capsys.readouterr().err
    assert keys(archive) == LEFT


def test_fewer_versions_of_as_many_articles_are_fewer(archive: Path) -> None:
    builder = ArchiveBuilder(archive, portal="wire", days=2)
    builder.article("12", "Tin đã sửa")
    builder.close()
    lose_a_file(archive)
    assert rebuild(archive) == 2
    assert rebuild(archive, "--yes") == 0
    assert keys(archive) == ALL


def no_database(path: Path) -> None:
    path.unlink()


def none_that_is_one(path: Path) -> None:
    path.write_bytes(b"this is no database" * 500)


def of_nobody_knows_whom(path: Path) -> None:
    """A view in the place of a table would never come to an end."""
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE VIEW articles AS WITH RECURSIVE n(i) AS"
            " (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        )
        database.execute("CREATE TABLE article_versions (i)")
        database.commit()


@pytest.mark.parametrize("unreadable", [no_database, none_that_is_one, of_nobody_knows_whom])
def test_of_a_database_that_cannot_be_read_nobody_is_asked(
    archive: Path, unreadable: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    lose_a_file(archive)
    unreadable(archive / "archive.db")
    assert rebuild(archive) == 0
    assert "before: not readable; now: 2 articles" in capsys.readouterr().err


def test_a_database_of_an_earlier_version_is_counted(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as database:
        database.execute("PRAGMA user_version = 3")
    lose_a_file(archive)
    assert rebuild(archive) == 2
    assert keys(archive) == ALL


@pytest.mark.parametrize(
    ("answer", "code", "left"), [(b"yes\n", 0, LEFT), (b"no\n", 2, ALL), (b"\x04", 2, ALL)]
)
def test_on_a_terminal_it_asks(archive: Path, answer: bytes, code: int, left: set[str]) -> None:
    lose_a_file(archive)
    terminal, inside = pty.openpty()
    words = [sys.executable, "-m", "portal_crawler.cli", "rebuild", "--archive", str(archive)]
    process = subprocess.Popen(
        [*words, *MODULES], cwd=ROOT, env=environment(TERM="xterm"), stdin=inside, stdout=inside,
        stderr=inside,
    )  # fmt: skip
    os.close(inside)
    said = b""
    while b"yes or no" not in said:
        said += os.read(terminal, 1000)
    os.write(terminal, answer)
    assert process.wait(30) == code
    os.close(terminal)
    assert keys(archive) == left


def test_a_repair_does_not_ask_since_it_keeps_the_old_one(archive: Path) -> None:
    lose_a_file(archive)
    before = keys(archive)
    assert main(["repair", "--archive", str(archive), *MODULES]) == 0
    assert keys(archive) == LEFT
    kept = Layout(archive).database.with_name("archive.db.before-repair")
    with closing(sqlite3.connect(kept)) as database:
        assert {key for (key,) in database.execute("SELECT key FROM articles")} == before
