"""Archive folders that somebody else had a hand in, opened by real processes."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.crawls import ROOT, Ended, crawl, ended, environment, rows
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page


@pytest.fixture
def crawled(server: WireServer, archive: Path) -> Path:
    server.answer("/tin-tuc", page(listing([1, 2])))
    for number in (1, 2):
        server.answer(f"/tin/{number}", page(article(number)))
    assert crawl(server, archive).code == 0
    server.forget()
    return archive


def change(archive: Path, script: str) -> None:
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        connection.executescript(script)


def portal(archive: Path, *words: str, **own: str) -> Ended:
    """Run a command on the archive."""
    command = [sys.executable, "-m", "portal_crawler.cli", *words, "--archive", str(archive)]
    pipe = subprocess.PIPE
    return ended(
        subprocess.Popen(
            command, cwd=ROOT, env=environment(**own), stdout=pipe, stderr=pipe, encoding="utf-8"
        )
    )


def test_a_foreign_trigger_ends_a_crawl_before_anything_is_asked(
    server: WireServer, crawled: Path
) -> None:
    forger = "CREATE TRIGGER forger AFTER INSERT ON captures BEGIN DELETE FROM articles; END"
    change(crawled, f"CREATE TABLE notes (words); {forger}")
    end = crawl(server, crawled)
    assert end.code == 4
    assert "trigger forger on captures is not one of this software's" in end.stderr
    assert server.paths() == []
    assert rows(crawled, "SELECT count(*) FROM articles") == [(2,)]
    change(crawled, "DROP TRIGGER forger")
    assert crawl(server, crawled).code == 0
    assert rows(crawled, "SELECT count(*) FROM notes") == [(0,)]


def test_a_rebuild_names_what_it_leaves_out(crawled: Path) -> None:
    change(crawled, "CREATE TABLE notes (words); CREATE VIEW newest AS SELECT * FROM articles")
    change(crawled, "CREATE TRIGGER forger AFTER INSERT ON captures BEGIN SELECT 1; END")
    end = portal(crawled, "rebuild", "-s", "SPIDER_MODULES=tests.support.portals")
    assert end.code == 0
    assert "which others added: view newest, table notes" in end.stderr
    named = rows(crawled, "SELECT name FROM sqlite_master WHERE name IN ('notes', 'forger')")
    assert named == []
