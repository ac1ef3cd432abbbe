"""`portal crawl` of several portals, each in a process of its own, and `scrapy crawl` of one."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support.crawls import ROOT, ended, rows, start_crawl, warc_files, wire_environment
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page

BOTH = ("wire", "wire-two")


@pytest.fixture(autouse=True)
def portals(server: WireServer) -> None:
    for prefix, number in (("", 1), ("/two", 2)):
        server.answer(f"{prefix}/tin-tuc", page(listing([number], prefix=prefix)))
        server.answer(f"{prefix}/tin/{number}", page(article(number)))


def test_each_has_a_run_and_a_row_of_json(server: WireServer, archive: Path) -> None:
    env = wire_environment(server)
    end = ended(start_crawl(archive, "--jobs", "2", "--json", env=env, portals=BOTH))
    assert end.code == 0, end.stderr
    found = [json.loads(line) for line in end.stdout.splitlines()]
    assert sorted((row["portal"], row["outcome"], row["articles_new"]) for row in found) == [
        ("wire", "complete", 1), ("wire-two", "complete", 1),
    ]  # fmt: skip
    assert "2 portals: 2 complete; 2 new articles" in end.stderr
    assert sorted(path.parent.name for path in warc_files(archive)) == ["wire", "wire-two"]


def test_all_means_all_that_are_known(server: WireServer, archive: Path) -> None:
    env = wire_environment(server)
    end = ended(start_crawl(archive, "--all", "--json", env=env, portals=()))
    assert end.code == 0
    assert {json.loads(line)["portal"] for line in end.stdout.splitlines()} == set(BOTH)


def test_options_reach_each_of_them(server: WireServer, archive: Path) -> None:
    env = wire_environment(server)
    arguments = ("--since", "2024-03-03", "--pages", "1", "--articles", "5", "--full")
    assert ended(start_crawl(archive, *arguments, env=env, portals=BOTH)).code == 0
    assert rows(archive, "SELECT key FROM articles") == [("2",)]


def test_the_worst_outcome_counts(server: WireServer, archive: Path) -> None:
    server.answer("/two/tin-tuc", page("<html></html>"))
    end = ended(start_crawl(archive, env=wire_environment(server), portals=BOTH))
    assert end.code == 3
    assert "1 complete" in end.stderr
    assert "1 unhealthy" in end.stderr


def test_one_that_is_locked_does_not_keep_the_other(server: WireServer, archive: Path) -> None:
    hold = threading.Event()
    server.answer("/tin/1", page(article(1), hold=hold))
    env = wire_environment(server)
    first = start_crawl(archive, env=env)
    server.wait_for("/tin/1")
    end = ended(start_crawl(archive, "--json", env=env, portals=BOTH))
    hold.set()
    assert ended(first).code == 0
    assert end.code == 5
    errors = [json.loads(line) for line in end.stdout.splitlines()]
    assert [row.get("outcome") for row in errors if row["portal"] == "wire-two"] == ["complete"]
    assert "locked" in next(row["error"] for row in errors if row["portal"] == "wire")


def test_quiet_says_nothing_when_all_is_well(server: WireServer, archive: Path) -> None:
    end = ended(start_crawl(archive, "-q", env=wire_environment(server), portals=BOTH))
    assert (end.code, end.stdout, end.stderr) == (0, "", "")


def test_scrapy_crawl_writes_the_same_archive_under_the_same_lock(
    server: WireServer, archive: Path
) -> None:
    hold = threading.Event()
    server.answer("/tin/1", page(article(1), hold=hold))
    settings = ("SPIDER_MODULES=tests.support.portals", "DOWNLOAD_DELAY=0")
    words = [word for setting in settings for word in ("-s", setting)]
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "wire", *words],
        cwd=ROOT, env=wire_environment(server, PORTAL_ARCHIVE=str(archive)), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    server.wait_for("/tin/1")
    assert ended(start_crawl(archive, env=wire_environment(server))).code == 5
    hold.set()
    assert ended(process).code == 0
    assert rows(archive, "SELECT key FROM articles") == [("1",)]
    assert rows(archive, "SELECT outcome FROM runs") == [("complete",)]
