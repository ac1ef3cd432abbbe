"""A command that answers a person out of the database ends: in time, or when it is told to."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from archive.database.reading import QUERY_S, query_limit_s
from archive.errors import SettingError
from archive.layout import Layout

ROOT = Path(__file__).parents[2]

ENDLESS = """
DROP TABLE articles;
CREATE VIEW articles AS
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
  SELECT i AS id, 'hanoi-sotttt' AS portal, i AS key, 'Tin' AS title, NULL AS published_at,
    '2026' AS first_seen_at, NULL AS gone_at, '[]' AS problems, 1 AS capture_id FROM n
"""
"""Of somebody who does not wish us well."""

ENDLESS_SECTIONS = """
DROP TABLE sightings;
CREATE VIEW sightings AS
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
  SELECT 'hanoi-sotttt' AS portal, i AS key, 'tin-' || i AS section FROM n
"""
"""The same for a search, which reads articles by an index that a view cannot have."""

COMMANDS = {
    "search": ("search", "thuy", "--section", "tin-tuc"),
    "show": ("show", "7"),
    "show --cite": ("show", "hanoi-sotttt/x", "--cite"),
    "status": ("status",),
    "status NAME": ("status", "hanoi-sotttt", "--json"),
    "list": ("list",),
}


@pytest.fixture
def endless(copy: Layout, command: str) -> Layout:
    with closing(sqlite3.connect(copy.database)) as connection:
        connection.executescript(ENDLESS_SECTIONS if command == "search" else ENDLESS)
    return copy


def start(layout: Layout, words: tuple[str, ...], **own: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "portal_crawler.cli", *words, "--archive", str(layout.folder)]
    pipe = subprocess.PIPE
    env = {**os.environ, **own}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True)


def has_open(process: "subprocess.Popen[str]", path: Path) -> bool:
    return any(link.resolve() == path for link in Path(f"/proc/{process.pid}/fd").iterdir())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_query_that_takes_too_long_is_ended_with_one_sentence(
    endless: Layout, command: str
) -> None:
    process = start(endless, COMMANDS[command], PORTAL_QUERY_S="0.5")
    told, said = process.communicate(timeout=20)
    assert (process.returncode, told) == (1, "")
    (line,) = said.splitlines()
    assert "no answer within 0.5 s" in line
    assert "PORTAL_QUERY_S" in line


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("command", "number"),
    [*((command, signal.SIGINT) for command in COMMANDS), ("search", signal.SIGTERM)],
)
def test_a_signal_ends_a_query_at_once(
    endless: Layout, command: str, number: signal.Signals
) -> None:
    process = start(endless, COMMANDS[command])
    while not has_open(process, endless.database):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    time.sleep(0.1)
    process.send_signal(number)
    _, said = process.communicate(timeout=5)
    assert (process.returncode, said) == (130, "")


def test_a_signal_ends_the_wait_for_a_locked_database(copy: Layout) -> None:
    with closing(sqlite3.connect(copy.database, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        process = start(copy, ("status",))
        while not has_open(process, copy.database):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=5)
    assert process.returncode == 130


@pytest.mark.parametrize("value", ["0", "-1", "soon", "1_0", "nan", "1e3", "86401", "9" * 5000])
def test_a_limit_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match=r"^PORTAL_QUERY_S=.* such as 30$") as refused:
        query_limit_s(value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("command", ["search", "show", "status", "list"])
def test_each_command_refuses_it_as_wrong_usage(good: Layout, command: str) -> None:
    process = start(good, COMMANDS[command], PORTAL_QUERY_S="soon")
    told, said = process.communicate(timeout=20)
    assert (process.returncode, told) == (2, "")
    assert "PORTAL_QUERY_S=soon is not a time for a query" in said


def test_the_limit_is_as_given_and_else_half_a_minute() -> None:
    assert [query_limit_s(value) for value in (None, "", "0.5", "120", "86400")] == [
        QUERY_S, QUERY_S, 0.5, 120.0, 86_400.0,
    ]  # fmt: skip
