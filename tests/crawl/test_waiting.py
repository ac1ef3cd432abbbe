"""A signal ends a crawl soon, also while it waits for a lock, a turn, the database or a ping."""

import fcntl
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from archive.filesystem.locks import is_running, portal_lock
from archive.filesystem.turns import Turns
from archive.layout import Layout
from tests.support.crawls import (
    ROOT,
    Ended,
    crawl,
    ended,
    environment,
    rows,
    start_crawl,
    verified,
    wire_environment,
)
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page, raw

SOON_S = 5.0
"""Nothing is on its way that would be waited for."""

WITHIN_S = 10.0

NOBODY = 65534


def serve(server: WireServer, count: int) -> None:
    server.answer("/tin-tuc", page(listing(range(1, count + 1))))
    for number in range(1, count + 1):
        server.answer(f"/tin/{number}", page(article(number)))


@contextmanager
def held(path: Path) -> Iterator[None]:
    """A lock file that another process holds: flock locks are of the file as it was opened."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def end_after(process: "subprocess.Popen[str]", number: int) -> tuple[Ended, float]:
    begun = time.monotonic()
    process.send_signal(number)
    return ended(process), time.monotonic() - begun


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_turn_that_another_process_keeps_holds_up_no_end(
    server: WireServer, archive: Path, number: int
) -> None:
    serve(server, 3)
    with held(archive / "locks" / "turns" / "127.0.0.1"):
        process = start_crawl(archive, env=wire_environment(server))
        wait_for(archive / "archive.db")
        end, took_s = end_after(process, number)
    assert end.code == 130
    assert took_s < SOON_S
    assert server.connections == 0
    assert rows(archive, "SELECT outcome, failures FROM runs") == [("interrupted", 0)]
    assert crawl(server, archive).code == 0


def test_a_crawl_goes_on_when_the_turn_is_given_back(server: WireServer, archive: Path) -> None:
    serve(server, 3)
    with held(archive / "locks" / "turns" / "127.0.0.1"):
        process = start_crawl(archive, env=wire_environment(server))
        wait_for(archive / "archive.db")
        assert server.connections == 0
    assert ended(process).code == 0
    assert rows(archive, "SELECT count(*) FROM articles") == [(3,)]


def test_a_schema_that_another_process_makes_holds_up_no_end(
    server: WireServer, archive: Path
) -> None:
    serve(server, 3)
    with held(archive / "locks" / "_schema.lock"):
        process = start_crawl(archive, env=wire_environment(server))
        wait_for(archive / "logs")
        end, took_s = end_after(process, signal.SIGTERM)
    assert end.code == 130
    assert took_s < SOON_S
    assert crawl(server, archive).code == 0


def test_a_database_that_is_to_be_made_and_is_held_holds_up_no_end(
    server: WireServer, archive: Path
) -> None:
    serve(server, 3)
    archive.mkdir()
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("BEGIN IMMEDIATE")
        process = start_crawl(archive, env=wire_environment(server))
        wait_for(archive / "logs")
        end, took_s = end_after(process, signal.SIGTERM)
        writer.execute("ROLLBACK")
    assert end.code == 130
    assert took_s < SOON_S
    assert crawl(server, archive).code == 0


def test_many_answers_that_wait_for_a_held_database_hold_up_no_end(
    server: WireServer, archive: Path
) -> None:
    serve(server, 60)
    assert crawl(server, archive, "--articles", "1").code == 0
    process = start_crawl(archive, "-s", "DOWNLOAD_DELAY=0.05", env=wire_environment(server))
    server.wait_for("/tin/3")
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        server.wait_for("/tin/20")
        time.sleep(2.0)  # more wait by now than may
        end, took_s = end_after(process, signal.SIGTERM)
        writer.execute("ROLLBACK")
    assert took_s < WITHIN_S
    assert end.code == 1
    assert crawl(server, archive).code == 0
    assert rows(archive, "SELECT count(*) FROM articles") == [(60,)]
    assert verified(archive).code == 0


def test_a_healthcheck_that_does_not_answer_holds_up_no_end(
    server: WireServer, archive: Path
) -> None:
    serve(server, 30)
    server.answer("/check/130", raw(*[b"H"] * 600, pause_s=0.1))
    ping = ("--ping", f"http://127.0.0.1:{server.port}/check")
    process = start_crawl(archive, "-s", "DOWNLOAD_DELAY=0.3", *ping, env=wire_environment(server))
    server.wait_for("/tin/2")
    end, took_s = end_after(process, signal.SIGTERM)
    assert end.code == 130
    assert took_s < SOON_S
    assert "no answer within 1 s" in end.stderr


def wait_for(path: Path) -> None:
    """It is there, and a while has passed in which its maker comes to wait."""
    give_up = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < give_up, f"{path} does not come"
        time.sleep(0.05)
    time.sleep(1.5)


# Turns


def test_a_pause_that_cannot_be_told_is_told_at_the_next_turn(tmp_path: Path) -> None:
    one, other = Turns(Layout(tmp_path)), Turns(Layout(tmp_path))
    with held(tmp_path / "locks" / "turns" / "portal.test"):
        one.hold("portal.test", 600)
        assert 0 < one.take("portal.test", 1) < 1
    assert 590 < one.take("portal.test", 1) < 601
    assert 590 < other.take("portal.test", 1) < 601


# Whose the lock files are


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_lock_files_are_their_owners_alone(server: WireServer, archive: Path) -> None:
    serve(server, 1)
    locks = archive / "locks"
    (locks / "turns").mkdir(parents=True)
    for loose in (locks / "wire.lock", locks / "turns" / "127.0.0.1"):
        loose.touch()
        loose.chmod(0o644)
    assert crawl(server, archive).code == 0
    files = [path for path in locks.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {
        "127.0.0.1", "_archive.lock", "_schema.lock", "wire.lock",
    }  # fmt: skip
    assert {mode(path) for path in files} == {0o600}


@pytest.fixture
def shown() -> Iterator[Path]:
    """An archive's folder that other users of the machine may read."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder) / "archive"


AS_NOBODY = """
import contextlib, io, os, sys
from portal_crawler.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    main(sys.argv[1:])  # what it imports, another user may not be able to read
os.setgroups([])
os.setgid({nobody})
os.setuid({nobody})
sys.exit(main(sys.argv[1:]))
"""


def status_for_nobody(archive: Path, *words: str) -> str:
    program = AS_NOBODY.format(nobody=NOBODY)
    command = [sys.executable, "-c", program, "status", "--archive", str(archive), *words]
    done = subprocess.run(command, cwd=ROOT, env=environment(), text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_another_user_cannot_tell_whether_a_crawl_is_running(
    server: WireServer, shown: Path
) -> None:
    serve(server, 30)
    process = start_crawl(shown, "-s", "DOWNLOAD_DELAY=1", env=wire_environment(server))
    server.wait_for("/tin/1")
    table = status_for_nobody(shown)
    one = status_for_nobody(shown, "wire", "--json")
    end, _ = end_after(process, signal.SIGTERM)
    assert end.code == 130
    assert "unknown" in table
    assert "broken off" not in table
    assert '"running": null' in one


def test_its_owner_can(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert is_running(layout, "wire") is False
    with portal_lock(layout, "wire"):
        assert is_running(layout, "wire") is True
    assert is_running(layout, "wire") is False
