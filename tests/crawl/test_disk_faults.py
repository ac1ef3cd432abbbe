"""Disks that are slow, full or broken at one place, or read-only from one moment to the next.

strace answers the system calls of a real crawl as the kernel would: late, or with an error.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.crawls import (
    crawl,
    ended,
    last_run,
    rows,
    start_crawl,
    verified,
    warc_files,
    warc_records,
    wire_environment,
)
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page

WRITING = "write,pwrite64,writev,pwritev,ftruncate,truncate,fsync,fdatasync"
CHANGING = f"{WRITING},openat,mkdir,rename,unlink"
SLOW = ("write:delay_enter=10000", "fsync:delay_enter=400000")
"""Microseconds: some 30 pages a second, and a second or two to close a file."""

MAY_WAIT = 16
"""Answers: MAX_PENDING of portal_crawler.run.crawl_run, which bounds the memory."""

ENDS_WITHIN_S = 13.0
"""Ten seconds, and a margin for a machine that does other things."""


@pytest.fixture(autouse=True, scope="module")
def strace() -> None:
    """Skip where no process may be told what its disk answers."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        try:
            with faults(sleeper, [Path("/nowhere")], "fsync:error=EIO"):
                pass
        except AssertionError as error:
            pytest.skip(f"strace may not attach to a process here: {error}")
        finally:
            sleeper.kill()


@contextmanager
def faults(
    process: "subprocess.Popen[str] | subprocess.Popen[bytes]",
    paths: Iterable[Path],
    *injected: str,
) -> Iterator[None]:
    """Answer, for the time of the block, the process's calls on the paths as strace -e inject."""
    words = ["strace", "-f", "-o", os.devnull, "-p", str(process.pid)]
    words += [word for path in paths for word in ("-P", str(path))]
    words += [word for one in injected for word in ("-e", f"inject={one}")]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        said = tracer.stderr.readline()
        try:
            if "attached" not in said:
                raise AssertionError(said.strip())
            yield
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.communicate(timeout=10)


def serve(server: WireServer, count: int) -> None:
    server.answer("/tin-tuc", page(listing(range(1, count + 1))))
    for number in range(1, count + 1):
        server.answer(f"/tin/{number}", page(article(number)))


def begin(server: WireServer, archive: Path, delay_s: float = 0.0) -> "subprocess.Popen[str]":
    """A crawl whose first articles are there."""
    env = wire_environment(server)
    process = start_crawl(archive, "-s", f"DOWNLOAD_DELAY={delay_s}", env=env)
    server.wait_for("/tin/3")
    return process


def open_warc(archive: Path) -> Path:
    (path,) = archive.glob("warc/wire/*.open")
    return path


def keys(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles")}


def assert_next_crawl_has_all(server: WireServer, archive: Path, count: int) -> None:
    assert crawl(server, archive).code == 0
    assert keys(archive) == {str(number) for number in range(1, count + 1)}
    assert [path.suffix for path in warc_files(archive)] == [".gz", ".gz"]
    assert verified(archive).code == 0


# A slow disk


def slow_files(archive: Path) -> list[Path]:
    warc = open_warc(archive)
    return [warc.parent, warc, aside_of_index(warc)]


def aside_of_index(warc: Path) -> Path:
    """The name under which the index of a file is written."""
    return warc.with_name(warc.name.removesuffix(".warc.gz.open") + ".cdxj.part")


def test_a_crawl_waits_for_a_slow_disk_and_has_all(server: WireServer, archive: Path) -> None:
    serve(server, 120)
    process = begin(server, archive)
    with faults(process, slow_files(archive), *SLOW):
        begun = time.monotonic()
        server.wait_for("/tin/120")
        kept = len(warc_records(archive, "response"))
        assert ended(process).code == 0
    assert time.monotonic() - begun > 3.0  # three records an answer
    assert kept >= 120 - MAY_WAIT
    assert len(keys(archive)) == 120
    assert verified(archive).code == 0


def test_a_signal_ends_a_crawl_on_a_slow_disk_within_ten_seconds(
    server: WireServer, archive: Path
) -> None:
    serve(server, 600)
    process = begin(server, archive)
    with faults(process, slow_files(archive), *SLOW):
        server.wait_for(f"/tin/{MAY_WAIT + 20}")
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert ended(process).code == 130
    assert time.monotonic() - begun < ENDS_WITHIN_S
    assert last_run(archive)["outcome"] == "interrupted"
    answered = {path.removeprefix("/tin/") for path in server.paths() if path.startswith("/tin/")}
    assert keys(archive) == answered
    assert [path.suffix for path in warc_files(archive)] == [".gz"]
    assert verified(archive).code == 0


# A disk that refuses


def test_a_file_system_that_turns_read_only_ends_the_crawl_as_failed(
    server: WireServer, archive: Path
) -> None:
    serve(server, 60)
    process = begin(server, archive, delay_s=0.1)
    warc = open_warc(archive)
    there = [archive, *archive.rglob("*"), aside_of_index(warc)]
    with faults(process, there, f"{CHANGING}:error=EROFS"):
        end = ended(process)
    assert end.code == 1
    assert f"cannot write {warc}: Read-only file system; free or repair the disk" in end.stderr
    assert end.stderr.count("cannot write the log") == 1
    assert len(server.paths()) < 60
    assert_next_crawl_has_all(server, archive, 60)


def test_a_disk_that_fails_as_it_syncs_ends_the_crawl_and_leaves_no_row_on_it(
    server: WireServer, archive: Path
) -> None:
    serve(server, 60)
    process = begin(server, archive, delay_s=0.1)
    warc = open_warc(archive)
    with faults(process, [warc], "fsync:error=EIO"):
        before = keys(archive)
        end = ended(process)
    assert end.code == 1
    assert f"cannot write {warc}: Input/output error; free or repair the disk" in end.stderr
    assert keys(archive) == before
    assert last_run(archive)["outcome"] == "failed"
    assert_next_crawl_has_all(server, archive, 60)
    assert rows(archive, "SELECT outcome FROM runs ORDER BY id") == [("failed",), ("complete",)]


def test_what_a_killed_crawl_left_is_synced_before_it_is_closed(
    server: WireServer, archive: Path
) -> None:
    serve(server, 20)
    process = begin(server, archive, delay_s=0.1)
    process.kill()
    process.communicate(timeout=30)
    warc = open_warc(archive)
    server.forget()
    process = start_crawl(archive, env=wire_environment(server))
    with faults(process, [warc], "fsync:error=EIO"):
        end = ended(process)
    assert end.code == 1
    assert "cannot store the records of a killed crawl of wire in" in end.stderr
    assert server.paths() == []
    assert_next_crawl_has_all(server, archive, 20)


@pytest.mark.parametrize("call", ["openat", "write"])
def test_an_index_that_finds_no_room_leaves_the_file_to_the_next_crawl(
    server: WireServer, archive: Path, call: str
) -> None:
    serve(server, 20)
    process = begin(server, archive, delay_s=0.05)
    aside = aside_of_index(open_warc(archive))
    with faults(process, [aside], f"{call}:error=ENOSPC"):
        end = ended(process)
    assert end.code == 1
    assert f"cannot write {aside.with_suffix('')}: No space left on device; free" in end.stderr
    assert last_run(archive)["outcome"] == "failed"
    assert len(keys(archive)) == 20
    assert list(archive.glob("warc/wire/*.cdxj*")) == []
    server.forget()
    assert_next_crawl_has_all(server, archive, 20)
    assert set(server.paths()) == {"/robots.txt", "/tin-tuc"}
    assert rows(archive, "SELECT outcome FROM runs ORDER BY id") == [("failed",), ("complete",)]
    assert len(list(archive.glob("warc/wire/*.cdxj"))) == 2


def test_a_log_that_finds_no_room_is_said_once_and_ends_no_crawl(
    server: WireServer, archive: Path
) -> None:
    serve(server, 20)
    process = begin(server, archive, delay_s=0.05)
    (log,) = archive.glob("logs/wire-*.log")
    with faults(process, [log], f"{WRITING}:error=ENOSPC"):
        end = ended(process)
    assert end.code == 0
    assert end.stderr.count(f"cannot write the log {log}: No space left on device; free") == 1
    assert "Logging error" not in end.stderr
    assert len(keys(archive)) == 20
    assert verified(archive).code == 0
