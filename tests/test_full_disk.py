"""An archive on a disk without room: a small one of its own, filled to the last page."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.moments import CLOCK_SHIFT_VARIABLE
from portal_crawler.cli import main
from tests.support.crawls import (
    Ended,
    crawl,
    ended,
    environment,
    last_run,
    rows,
    start_crawl,
    wire_environment,
)
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page, wire_server

PORTALS = ("-s", "SPIDER_MODULES=tests.support.portals")
NO_RESERVE = ("-s", "PORTAL_DISK_RESERVE_MB=0")
LATER = {CLOCK_SHIFT_VARIABLE: "10"}
DISK_BYTES = 8 * 1024 * 1024


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three articles."""
    folder = tmp_path_factory.mktemp("crawled")
    with wire_server(folder) as server:
        serve(server, 3)
        assert crawl(server, folder / "archive").code == 0
    return folder / "archive"


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it on a disk of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},nr_inodes=200", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(words, check=False, capture_output=True).returncode:
        pytest.skip("no disk of its own can be mounted here")
    try:
        yield shutil.copytree(crawled, disk / "archive")
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def serve(server: WireServer, count: int) -> None:
    server.answer("/tin-tuc", page(listing(range(1, count + 1))))
    for number in range(1, count + 1):
        server.answer(f"/tin/{number}", page(article(number)))


def fill(archive: Path, left_bytes: int = 0) -> Path:
    """Take all room but so much; the file that takes it."""
    disk = os.statvfs(archive)
    ballast = archive.parent / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - left_bytes)
    return ballast


def told(archive: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Ended:
    code = main([*words, "--archive", str(archive)])
    return Ended(code, *capsys.readouterr())


@pytest.mark.parametrize("words", [("status",), ("search", "tin"), ("show", "wire/1"), ("verify",)])
def test_a_sound_archive_is_read_on_a_full_disk(
    archive: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    fill(archive)
    end = told(archive, capsys, *words)
    assert (end.code, "damaged" in end.stderr) == (0, False), end.stderr
    assert sorted(path.name for path in archive.glob("archive.db*")) == ["archive.db"]


@pytest.mark.parametrize("words", [("status",), ("verify",), ("repair", *PORTALS, *NO_RESERVE)])
def test_rows_that_sqlite_cannot_reach_on_a_full_disk_are_no_damage(
    archive: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    leave_rows_in_wal(archive)
    ballast = fill(archive)
    end = told(archive, capsys, *words)
    assert end.code == 1
    assert f"the disk of the archive in {archive} is full" in end.stderr
    assert "nothing is damaged, free the disk" in end.stderr
    assert "rebuild" not in end.stderr
    ballast.unlink()
    assert told(archive, capsys, "verify").code == 0


def leave_rows_in_wal(archive: Path) -> None:
    """As a crawl does that is killed; SQLite's index of the -wal is gone with the machine."""
    files = [archive / f"archive.db{suffix}" for suffix in ("", "-wal")]
    connection = sqlite3.connect(files[0])
    connection.execute("CREATE TABLE somebodys_notes (text)")
    connection.commit()
    kept = [path.read_bytes() for path in files]
    connection.close()
    for path, data in zip(files, kept, strict=True):
        path.write_bytes(data)


def test_a_rebuild_looks_for_room_before_it_begins(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    end = told(archive, capsys, "rebuild", *PORTALS)
    assert end.code == 1
    assert "a new database needs about 1 MB" in end.stderr
    assert "500 are to stay free (PORTAL_DISK_RESERVE_MB): free the disk first" in end.stderr
    assert told(archive, capsys, "rebuild", *PORTALS, *NO_RESERVE).code == 0


@pytest.mark.parametrize("command", ["rebuild", "repair"])
def test_a_rebuild_that_finds_no_room_leaves_nothing_half_made(
    archive: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (archive / "archive.db").unlink()
    ballast = fill(archive, left_bytes=200_000)
    end = told(archive, capsys, command, *PORTALS, *NO_RESERVE)
    assert end.code == 1
    assert "database or disk is full" in end.stderr
    assert "free or repair the disk" in end.stderr
    assert list(archive.glob("archive.db*")) == []
    ballast.unlink()
    assert told(archive, capsys, command, *PORTALS, *NO_RESERVE).code == 0
    assert rows(archive, "SELECT count(*) FROM articles") == [(3,)]


def test_a_repair_that_needs_a_new_database_looks_for_room_first(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (archive / "archive.db").write_bytes(b"no database " * 1000)
    before = sorted(archive.rglob("*"))
    end = told(archive, capsys, "repair", *PORTALS)
    assert (end.code, "a new database needs about" in end.stderr) == (1, True)
    assert sorted(archive.rglob("*")) == before


@pytest.mark.parametrize("left_bytes", [0, 60_000])
def test_an_import_that_finds_no_room_says_so(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], left_bytes: int
) -> None:
    (file,) = archive.glob("warc/wire/*.warc.gz")
    large = tmp_path / "large.warc.gz"
    large.write_bytes(file.read_bytes() * 30)
    ballast = fill(archive, left_bytes)
    end = told(archive, capsys, "import", str(large), *PORTALS)
    assert end.code == 1
    assert "free the disk" in end.stderr
    assert "damaged;" not in end.stderr
    ballast.unlink()
    assert told(archive, capsys, "verify").code == 0


def test_a_disk_that_takes_no_further_file_is_full(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shutil.copy(next(archive.glob("warc/wire/*.warc.gz")), tmp_path / "a.warc.gz")
    taken = 0
    while os.statvfs(archive).f_favail:
        (archive.parent / f"file-{(taken := taken + 1)}").touch()
    assert told(archive, capsys, "verify").code == 0
    end = told(archive, capsys, "import", str(file), *PORTALS)
    assert (end.code, "nothing is damaged, free the disk" in end.stderr) == (1, True), end.stderr


def test_a_page_or_metrics_file_that_finds_no_room_is_said(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(archive)
    metrics = archive.parent / "archive.prom"
    end = told(archive, capsys, "status", "--metrics", str(metrics))
    assert end.code == 1
    assert f"cannot write {metrics}: No space left on device; free the disk" in end.stderr
    assert list(archive.parent.glob("*archive.prom*")) == []


@pytest.mark.parametrize("portals", [("wire",), ("wire", "wire-two")])
def test_a_crawl_on_a_full_disk_asks_for_nothing_and_says_why(
    server: WireServer, archive: Path, portals: tuple[str, ...]
) -> None:
    fill(archive)
    words = ("--jobs", str(len(portals)))
    end = ended(start_crawl(archive, *words, env=wire_environment(server), portals=portals))
    assert end.code == 1
    for portal in portals:
        assert f"{portal}: 0 MB are free in {archive}, 500 are to stay free" in end.stderr
    assert "without a result" not in end.stderr
    assert server.paths() == []
    assert list(archive.glob("warc/*/*.open")) == []


def test_a_crawl_without_a_reserve_ends_on_a_full_disk_with_a_sentence(
    server: WireServer, archive: Path
) -> None:
    fill(archive)
    end = crawl(server, archive, *NO_RESERVE)
    assert end.code == 1
    assert "free the disk" in end.stderr
    assert server.paths() == []


# What becomes of the run


def runs(archive: Path) -> list[tuple[object, ...]]:
    return rows(archive, "SELECT * FROM runs ORDER BY id")


def test_a_crawl_that_the_reserve_refuses_is_a_failed_run(
    server: WireServer, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(server, 3)
    assert crawl(server, archive, "-s", "PORTAL_DISK_RESERVE_MB=100").code == 1
    run = last_run(archive)
    assert (run["outcome"], run["requests"]) == ("failed", 0)
    assert "100 are to stay free (PORTAL_DISK_RESERVE_MB): free the disk" in run["reason"]
    assert "failed" in told(archive, capsys, "status").stdout
    assert told(archive, capsys, "verify").code == 0
    before = runs(archive)
    assert told(archive, capsys, "rebuild", *PORTALS, *NO_RESERVE).code == 0
    assert runs(archive) == before
    assert crawl(server, archive, *NO_RESERVE).code == 0
    assert runs(archive)[:2] == before


def test_an_archive_that_is_not_there_yet_has_the_run_that_was_refused(
    server: WireServer, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = archive.parent / "new"
    assert crawl(server, new, "-s", "PORTAL_DISK_RESERVE_MB=100").code == 1
    assert last_run(new)["outcome"] == "failed"
    assert told(new, capsys, "status").code == 0


def test_what_a_killed_crawl_left_is_caught_up_with_behind_a_run_that_was_refused(
    server: WireServer, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(server, 9)
    process = start_crawl(
        archive, *NO_RESERVE, "-s", "DOWNLOAD_DELAY=0.2", env=wire_environment(server, **LATER)
    )
    server.wait_for("/tin/7")
    process.kill()
    process.communicate(timeout=30)
    own = {CLOCK_SHIFT_VARIABLE: "20"}
    assert crawl(server, archive, "-s", "PORTAL_DISK_RESERVE_MB=100", **own).code == 1
    assert crawl(server, archive, *NO_RESERVE, **{CLOCK_SHIFT_VARIABLE: "30"}).code == 0
    outcomes = rows(archive, "SELECT outcome FROM runs ORDER BY id")
    assert outcomes == [("complete",), ("interrupted",), ("failed",), ("complete",)]
    assert list(archive.glob("warc/wire/*.open")) == []
    assert told(archive, capsys, "verify").code == 0
    before = runs(archive)
    assert told(archive, capsys, "rebuild", *PORTALS, *NO_RESERVE).code == 0
    assert runs(archive) == before


@pytest.mark.parametrize("held_bytes", [0, 300_000])
def test_a_run_whose_disk_filled_up_stays_one_that_failed(
    server: WireServer, archive: Path, capsys: pytest.CaptureFixture[str], held_bytes: int
) -> None:
    serve(server, 40)
    process = start_crawl(
        archive, *NO_RESERVE, "-s", "DOWNLOAD_DELAY=0.1", env=wire_environment(server, **LATER)
    )
    server.wait_for("/tin/8")
    ballast = fill(archive, held_bytes)
    for number in range(20, 41):
        server.answer(f"/tin/{number}", page(article(number) + noise(number)))
    end = ended(process)
    assert (end.code, "free" in end.stderr) == (1, True)
    failed = last_run(archive)
    assert failed["outcome"] == "failed"
    assert told(archive, capsys, "verify").code == 0
    ballast.unlink()
    own = {CLOCK_SHIFT_VARIABLE: "100"}
    assert crawl(server, archive, *NO_RESERVE, **own).code == 0
    outcomes = rows(archive, "SELECT outcome, reason FROM runs ORDER BY id")
    assert outcomes == [("complete", None), ("failed", failed["reason"]), ("complete", None)]
    assert rows(archive, "SELECT count(*) FROM articles") == [(40,)]
    assert rows(archive, "SELECT sum(articles_new) FROM runs") == [(40,)]
    before = runs(archive)
    assert told(archive, capsys, "rebuild", *PORTALS, *NO_RESERVE).code == 0
    assert runs(archive) == before


def noise(number: int) -> str:
    """A comment that no compression makes much smaller."""
    return f"<!--{random.Random(number).randbytes(60_000).hex()}-->"


# Output that goes to a file there


@pytest.mark.parametrize("words", [("status",), ("search", "tin"), ("list", "--json")])
def test_an_output_that_finds_no_room_is_said_in_a_sentence(
    crawled: Path, words: tuple[str, ...]
) -> None:
    end = into_full_disk("stdout", *words, "--archive", str(crawled))
    assert end.code == 1
    told = end.stderr.splitlines()[-1]
    assert told.endswith("cannot use the output: No space left on device; free the disk")
    assert "Traceback" not in end.stderr


@pytest.mark.parametrize(("words", "code"), [(("verify",), 0), (("show", "nothing"), 2)])
def test_words_that_find_no_room_end_no_command(
    crawled: Path, words: tuple[str, ...], code: int
) -> None:
    assert into_full_disk("stderr", *words, "--archive", str(crawled)).code == code


def into_full_disk(stream: str, *words: str) -> Ended:
    """`portal` with one of its outputs on a disk that is always full."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with open("/dev/full", "w") as full:  # noqa: PTH123  a device
        outputs = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: full}
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "portal_crawler.cli", *words], env=environment(),
            text=True, timeout=60, check=False, **outputs,
        )  # fmt: skip
    return Ended(ended.returncode, ended.stdout or "", ended.stderr or "")
