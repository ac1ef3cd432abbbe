"""Crawls that are stopped while something is coming or waits, and crawls that reach a limit."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from archive.filesystem.locks import portal_lock
from archive.layout import Layout
from tests.support.crawls import (
    ROOT,
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
from tests.support.wire_server import Answer, WireServer, message, page, raw

ENDS_WITHIN_S = 13.0
"""Ten seconds, and a margin for a machine that does other things."""


def serve(server: WireServer, count: int, prefix: str = "") -> None:
    server.answer(f"{prefix}/tin-tuc", page(listing(range(1, count + 1), prefix=prefix)))
    for number in range(1, count + 1):
        server.answer(f"{prefix}/tin/{number}", page(article(number)))


def dripping() -> Answer:
    """A page whose end never comes."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<html>"
    return raw(head, *[b"<!-- drip -->"] * 200, pause_s=0.3)


def wait_until_kept(server: WireServer, path: str) -> None:
    server.wait_for(path)
    time.sleep(1.0)  # so that some of it has come


def keys(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles")}


def end_after(process: "subprocess.Popen[str]", number: int) -> tuple[int, float]:
    """The exit code after a signal, and the seconds that the end took."""
    begun = time.monotonic()
    process.send_signal(number)
    return ended(process).code, time.monotonic() - begun


# What is coming


@pytest.mark.parametrize("origin", ["http", "https"])
def test_what_is_still_coming_is_broken_off_kept_and_asked_for_again(
    server: WireServer, archive: Path, origin: str
) -> None:
    serve(server, 3)
    server.answer("/tin/2", dripping())
    address = f"{origin}://localhost:{server.port}"
    env = wire_environment(server, WIRE_ORIGIN=address, SSL_CERT_FILE=str(server.certificate))
    process = start_crawl(archive, env=env)
    wait_until_kept(server, "/tin/2")
    code, seconds = end_after(process, signal.SIGTERM)
    assert code == 130
    assert 7 < seconds < ENDS_WITHIN_S
    run = last_run(archive)
    assert (run["outcome"], run["failures"]) == ("interrupted", 0)
    (kept,) = [each for each in warc_records(archive, "response") if each.url.endswith("/tin/2")]
    assert kept.headers["WARC-Truncated"] == "time"
    assert kept.block.startswith(b"HTTP/1.1 200 OK\r\n")
    assert kept.block.endswith(b"<!-- drip -->")
    assert verified(archive).code == 0
    assert keys(archive) == {"1"}
    server.answer("/tin/2", page(article(2)))
    assert ended(start_crawl(archive, env=env)).code == 0
    assert keys(archive) == {"1", "2", "3"}


def test_what_is_coming_for_portals_side_by_side_is_broken_off(
    server: WireServer, archive: Path
) -> None:
    serve(server, 2)
    serve(server, 2, "/two")
    server.answer("/tin/1", dripping())
    server.answer("/two/tin/1", dripping())
    env = wire_environment(server)
    process = start_crawl(archive, "--jobs", "2", env=env, portals=("wire", "wire-two"))
    server.wait_for("/tin/1")
    wait_until_kept(server, "/two/tin/1")
    code, seconds = end_after(process, signal.SIGINT)
    assert code == 130
    assert seconds < ENDS_WITHIN_S
    assert rows(archive, "SELECT outcome FROM runs") == [("interrupted",), ("interrupted",)]
    cut = [each.url for each in warc_records(archive) if "WARC-Truncated" in each.headers]
    assert [url.rpartition(str(server.port))[2] for url in sorted(cut)] == ["/tin/1", "/two/tin/1"]


def test_a_second_signal_ends_portals_side_by_side_at_once(
    server: WireServer, archive: Path
) -> None:
    serve(server, 2)
    serve(server, 2, "/two")
    server.answer("/tin/1", dripping())
    server.answer("/two/tin/1", dripping())
    env = wire_environment(server)
    process = start_crawl(archive, "--jobs", "2", env=env, portals=("wire", "wire-two"))
    server.wait_for("/tin/1")
    wait_until_kept(server, "/two/tin/1")
    process.send_signal(signal.SIGTERM)
    time.sleep(0.1)
    code, seconds = end_after(process, signal.SIGTERM)
    assert code == 130
    assert seconds < 7
    assert rows(archive, "SELECT outcome FROM runs") == [("interrupted",), ("interrupted",)]


# What waits


def test_a_crawl_delay_does_not_hold_up_the_end(server: WireServer, archive: Path) -> None:
    serve(server, 3)
    rules = message(b"User-agent: *\nCrawl-delay: 300\n", kind="text/plain")
    server.answer("/robots.txt", raw(rules))
    process = start_crawl(archive, env=wire_environment(server))
    server.wait_for("/robots.txt")
    time.sleep(2.0)
    code, seconds = end_after(process, signal.SIGTERM)
    assert code == 130
    assert seconds < 6  # it may have asked for the listing before it knew
    assert last_run(archive)["failures"] == 0


def test_nothing_is_asked_for_after_rules_that_came_after_the_stop(
    server: WireServer, archive: Path
) -> None:
    serve(server, 3)
    rules = message(b"User-agent: *\nAllow: /\n", kind="text/plain")
    server.answer("/robots.txt", raw(rules[:20], rules[20:], pause_s=3.0))
    process = start_crawl(archive, env=wire_environment(server))
    wait_until_kept(server, "/robots.txt")
    code, _ = end_after(process, signal.SIGTERM)
    assert code == 130
    assert server.paths() == ["/robots.txt"]
    assert last_run(archive)["failures"] == 0


def test_portals_end_when_the_process_that_crawls_them_is_killed(
    server: WireServer, archive: Path
) -> None:
    serve(server, 300)
    serve(server, 300, "/two")
    env = wire_environment(server)
    process = start_crawl(
        archive, "--jobs", "2", "-s", "DOWNLOAD_DELAY=0.2",
        env=env, portals=("wire", "wire-two"),
    )  # fmt: skip
    server.wait_for("/tin/3")
    server.wait_for("/two/tin/3")
    process.kill()
    process.communicate(timeout=30)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if set(rows(archive, "SELECT outcome FROM runs")) == {("interrupted",)}:
            break
        time.sleep(0.2)
    assert rows(archive, "SELECT outcome FROM runs") == [("interrupted",), ("interrupted",)]


# Limits


def test_a_time_limit_ends_a_run_well_and_the_next_one_goes_on(
    server: WireServer, archive: Path
) -> None:
    serve(server, 30)
    end = crawl(server, archive, "--time-limit", "2s", "-s", "DOWNLOAD_DELAY=0.3")
    assert end.code == 0
    assert "time limit of 2 s reached" in end.stderr
    run = last_run(archive)
    assert (run["outcome"], run["reason"]) == ("complete", "time limit of 2 s reached")
    assert (run["swept"], run["failures"]) == (0, 0)
    had = keys(archive)
    assert 0 < len(had) < 30
    server.forget()
    assert crawl(server, archive).code == 0
    assert len(keys(archive)) == 30
    assert not {f"/tin/{key}" for key in had} & set(server.paths())


def test_a_time_limit_ends_a_run_that_hangs_in_an_answer(server: WireServer, archive: Path) -> None:
    serve(server, 3)
    server.answer("/tin/2", dripping())
    begun = time.monotonic()
    end = crawl(server, archive, "--time-limit", "1")
    assert end.code == 0
    assert time.monotonic() - begun < ENDS_WITHIN_S + 3
    assert last_run(archive)["reason"] == "time limit of 1 s reached"
    assert warc_records(archive, "response")[-1].headers["WARC-Truncated"] == "time"


def test_a_time_limit_does_not_excuse_what_failed_before(server: WireServer, archive: Path) -> None:
    serve(server, 30)
    server.answer("/tin/1", page("", status="403 Forbidden"))
    end = crawl(server, archive, "--time-limit", "2", "-s", "DOWNLOAD_DELAY=0.3")
    assert end.code == 3
    assert "article answered 403" in last_run(archive)["reason"]


@pytest.mark.parametrize("given", ["0", "2d", "1.5h", "-1", "m"])
def test_a_time_limit_that_is_none_is_wrong_usage(
    server: WireServer, archive: Path, given: str
) -> None:
    end = crawl(server, archive, f"--time-limit={given}")
    assert end.code == 2
    assert "write it as 90 (seconds), 30m or 2h" in end.stderr
    assert server.paths() == []


def test_a_crawl_does_not_begin_on_a_disk_without_its_reserve(
    server: WireServer, archive: Path
) -> None:
    serve(server, 3)
    end = crawl(server, archive, "-s", f"PORTAL_DISK_RESERVE_MB={10**9}")
    assert end.code == 1
    assert "are to stay free (PORTAL_DISK_RESERVE_MB): free the disk" in end.stderr
    assert server.paths() == []
    assert crawl(server, archive).code == 0


def test_a_run_ends_as_failed_and_saved_when_the_disk_falls_to_its_reserve(
    server: WireServer, archive: Path, tmp_path: Path
) -> None:
    gigabyte = 1024**3
    disk = os.statvfs(tmp_path)
    reserve_mb = (disk.f_bavail * disk.f_frsize - gigabyte) // 1024**2
    serve(server, 60)
    process = start_crawl(
        archive, "-s", f"PORTAL_DISK_RESERVE_MB={reserve_mb}", "-s", "DOWNLOAD_DELAY=0.3",
        env=wire_environment(server),
    )  # fmt: skip
    server.wait_for("/tin/2")
    with (tmp_path / "other").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, 2 * gigabyte)
        end = ended(process)
    (tmp_path / "other").unlink()
    assert end.code == 1
    run = last_run(archive)
    assert run["outcome"] == "failed"
    assert "are to stay free (PORTAL_DISK_RESERVE_MB)" in run["reason"]
    assert 0 < len(keys(archive)) < 60
    assert [path.suffix for path in warc_files(archive)] == [".gz"]
    assert verified(archive).code == 0
    assert crawl(server, archive).code == 0
    assert len(keys(archive)) == 60


def test_a_run_that_takes_too_much_memory_ends_as_incomplete(
    server: WireServer, archive: Path
) -> None:
    serve(server, 30)
    end = crawl(server, archive, "-s", "PORTAL_MEMORY_LIMIT_MB=10", "-s", "DOWNLOAD_DELAY=0.3")
    assert end.code == 3
    run = last_run(archive)
    assert run["outcome"] == "incomplete"
    assert "PORTAL_MEMORY_LIMIT_MB allows 10" in run["reason"]
    assert crawl(server, archive).code == 0
    assert len(keys(archive)) == 30


# Who else is there


def test_a_crawl_is_locked_out_by_a_rebuild_which_is_named(
    server: WireServer, archive: Path
) -> None:
    serve(server, 2)
    assert crawl(server, archive).code == 0
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom archive.layout import Layout\n"
        "from archive.filesystem.locks import archive_lock\n"
        "with archive_lock(Layout(Path(sys.argv[1]))):\n    print('held', flush=True)\n"
        "    sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(archive)], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    server.forget()
    end = crawl(server, archive)
    assert end.code == 5
    assert f"the archive is locked by process {holder.pid} on " in end.stderr
    assert server.paths() == []
    holder.kill()
    holder.communicate(timeout=30)
    assert crawl(server, archive).code == 0


def test_a_rebuild_is_locked_out_by_a_crawl_which_is_named(
    server: WireServer, archive: Path
) -> None:
    serve(server, 3)
    process = start_crawl(archive, "-s", "DOWNLOAD_DELAY=5", env=wire_environment(server))
    server.wait_for("/robots.txt")
    words = [sys.executable, "-m", "portal_crawler.cli", "rebuild", "--archive", str(archive)]
    pipe = subprocess.PIPE
    end = ended(subprocess.Popen(words, cwd=ROOT, text=True, stdout=pipe, stderr=pipe))
    assert end.code == 5
    assert f"the archive is locked by the crawl of wire, process {process.pid} on " in end.stderr
    assert end_after(process, signal.SIGTERM)[0] == 130


def test_what_a_dead_holder_wrote_is_not_believed(server: WireServer, archive: Path) -> None:
    serve(server, 2)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    layout = Layout(archive)
    layout.locks.mkdir(parents=True)
    said = f"process {dead.pid} on {os.uname().nodename} since 2026-01-01T00:00:00Z"
    (layout.locks / "wire.lock").write_text(said)
    assert crawl(server, archive).code == 0
    with portal_lock(layout, "wire"):
        (layout.locks / "wire.lock").write_text(said)
        end = crawl(server, archive)
    assert end.code == 5
    assert "wire is locked by another process" in end.stderr
    assert str(dead.pid) not in end.stderr


def test_the_lock_file_of_a_crawl_that_ended_names_nobody(
    server: WireServer, archive: Path
) -> None:
    serve(server, 1)
    assert crawl(server, archive).code == 0
    assert (Layout(archive).locks / "wire.lock").read_text() == ""


def test_a_long_query_of_a_reader_holds_up_no_crawl(server: WireServer, archive: Path) -> None:
    serve(server, 2)
    assert crawl(server, archive).code == 0
    server.answer("/tin-tuc", page(listing(range(1, 31))))
    for number in range(3, 31):
        server.answer(f"/tin/{number}", page(article(number)))
    with closing(sqlite3.connect(f"file:{archive}/archive.db?mode=ro", uri=True)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (2,)
        assert crawl(server, archive).code == 0
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    assert len(keys(archive)) == 30


def test_a_crawl_waits_for_another_writer_of_the_database(
    server: WireServer, archive: Path
) -> None:
    serve(server, 12)
    assert crawl(server, archive, "--articles", "1").code == 0
    process = start_crawl(archive, "-s", "DOWNLOAD_DELAY=0.1", env=wire_environment(server))
    server.wait_for("/tin/3")
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        time.sleep(4)
        writer.execute("ROLLBACK")
    assert ended(process).code == 0
    assert len(keys(archive)) == 12


def test_a_writer_that_never_ends_fails_the_crawl_and_nothing_is_lost(
    server: WireServer, archive: Path
) -> None:
    serve(server, 12)
    assert crawl(server, archive, "--articles", "1").code == 0
    program = (
        "import sys, archive.database.patience as patience\npatience.WRITER_S = 1.0  # 30\n"
        "from portal_crawler.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "crawl", "wire", "--archive", str(archive),
         "-s", "SPIDER_MODULES=tests.support.portals", "-s", "DOWNLOAD_DELAY=0.2"],
        cwd=ROOT, env=wire_environment(server), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    server.wait_for("/tin/3")
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        end = ended(process)
        writer.execute("ROLLBACK")
    assert end.code == 1
    assert "archive.db: database is locked; free the disk, or wait until no other" in end.stderr
    server.forget()
    assert crawl(server, archive).code == 0
    assert len(keys(archive)) == 12
    assert "/tin/2" not in server.paths()  # kept before the database was locked
    assert verified(archive).code == 0


def test_a_signal_is_heeded_while_another_writer_does_not_end(
    server: WireServer, archive: Path
) -> None:
    serve(server, 12)
    assert crawl(server, archive, "--articles", "1").code == 0
    process = start_crawl(archive, "-s", "DOWNLOAD_DELAY=0.2", env=wire_environment(server))
    server.wait_for("/tin/3")
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        server.wait_for("/tin/8")
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        end = ended(process)
        took_s = time.monotonic() - begun
        writer.execute("ROLLBACK")
    assert took_s < ENDS_WITHIN_S
    assert end.code == 1
    assert "archive.db: database is locked; free the disk, or wait until no other" in end.stderr
    server.forget()
    assert crawl(server, archive).code == 0
    assert len(keys(archive)) == 12
    assert "/tin/7" not in server.paths()
    assert verified(archive).code == 0


def test_a_signal_is_heeded_while_what_a_killed_crawl_left_is_read(
    server: WireServer, archive: Path
) -> None:
    serve(server, 12)
    process = start_crawl(archive, "-s", "DOWNLOAD_DELAY=0.2", env=wire_environment(server))
    server.wait_for("/tin/6")
    process.kill()
    process.communicate()
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        process = start_crawl(archive, env=wire_environment(server))
        wait_for_logs(archive, 2)
        code, took_s = end_after(process, signal.SIGTERM)
        writer.execute("ROLLBACK")
    assert took_s < ENDS_WITHIN_S
    assert code == 130
    server.forget()
    assert crawl(server, archive).code == 0
    assert len(keys(archive)) == 12
    assert "/tin/5" not in server.paths()
    assert verified(archive).code == 0


def wait_for_logs(archive: Path, count: int) -> None:
    """So many runs have begun."""
    give_up = time.monotonic() + 20
    while len(list(archive.glob("logs/*"))) < count:
        assert time.monotonic() < give_up
        time.sleep(0.05)
    time.sleep(1.0)


# Logs


def test_logs_of_old_runs_are_removed_and_nothing_else(server: WireServer, archive: Path) -> None:
    serve(server, 1)
    day_s = 86_400
    now = time.time()

    def log(days: float, name: str = "wire-{}.log", written_days: float | None = None) -> Path:
        identifier = int((now - days * day_s) * 1000) << 12
        path = archive / "logs" / name.format(identifier)
        path.write_text("")
        written = now - (days if written_days is None else written_days) * day_s
        os.utime(path, (written, written))
        return path

    (archive / "logs").mkdir(parents=True)
    old = [log(91), log(400, "another-{}.log"), log(91, "wire-2026-08-27-221500-{}.log")]
    kept = [
        log(89),
        log(88, "wire-2026-08-30-221500-{}.log"),
        log(400, written_days=1),
        log(400, "wire-{}.log.gz"),
        log(400, "notes-1.log"),
        log(400, "{}.txt"),
    ]
    folder = archive / "logs" / f"wire-{int((now - 400 * day_s) * 1000) + 5 << 12}.log"
    folder.mkdir()
    assert crawl(server, archive).code == 0
    assert [path.exists() for path in old] == [False] * 3
    assert [path.exists() for path in (*kept, folder)] == [True] * 7
    assert crawl(server, archive, "-s", "PORTAL_LOG_DAYS=80").code == 0
    assert [path.exists() for path in kept[:2]] == [False, False]
