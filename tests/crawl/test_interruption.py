"""Crawls that are stopped, killed, locked out, or find the disk full."""

import gzip
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.support.crawls import (
    ROOT,
    Ended,
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


def serve(server: WireServer, count: int, held: int | None = None) -> threading.Event:
    """A listing of so many articles; the answer of one is held until the event."""
    hold = threading.Event()
    server.answer("/tin-tuc", page(listing(range(1, count + 1))))
    for number in range(1, count + 1):
        body = article(number)
        server.answer(f"/tin/{number}", page(body, hold=hold if number == held else None))
    return hold


def start(server: WireServer, archive: Path, *arguments: str) -> "subprocess.Popen[str]":
    return start_crawl(archive, *arguments, env=wire_environment(server))


def keys(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles")}


def assert_whole(path: Path) -> None:
    gzip.decompress(path.read_bytes())


# Signals


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_crawl_after_saving(server: WireServer, archive: Path, number: int) -> None:
    hold = serve(server, 20, held=4)
    process = start(server, archive)
    server.wait_for("/tin/4")
    process.send_signal(number)
    time.sleep(0.3)
    hold.set()
    end = ended(process)
    assert end.code == 130
    assert "wire: interrupted" in end.stderr
    assert {"1", "2", "3"} <= keys(archive) < {str(each) for each in range(1, 21)}
    assert last_run(archive)["outcome"] == "interrupted"


def test_what_an_interrupted_crawl_leaves_is_closed_and_counted(
    server: WireServer, archive: Path
) -> None:
    hold = serve(server, 20, held=4)
    process = start(server, archive)
    server.wait_for("/tin/4")
    process.send_signal(signal.SIGTERM)
    hold.set()
    ended(process)
    (path,) = warc_files(archive)
    assert path.suffix == ".gz"
    assert_whole(path)
    run = last_run(archive)
    assert run["articles_new"] == len(keys(archive))
    assert run["requests"] == len(warc_records(archive, "response"))
    assert b"outcome: interrupted" in warc_records(archive, "metadata")[-1].block


def test_after_an_interruption_the_rest_is_crawled(server: WireServer, archive: Path) -> None:
    hold = serve(server, 12, held=3)
    process = start(server, archive)
    server.wait_for("/tin/3")
    process.send_signal(signal.SIGINT)
    hold.set()
    ended(process)
    had = keys(archive)
    server.forget()
    assert crawl(server, archive).code == 0
    assert keys(archive) == {str(number) for number in range(1, 13)}
    assert not {f"/tin/{key}" for key in had} & set(server.paths())


def test_a_pause_that_the_portal_asked_for_does_not_hold_up_the_end(
    server: WireServer, archive: Path
) -> None:
    serve(server, 3)
    server.answer("/tin/2", page("", "Retry-After: 300", status="503 Service Unavailable"))
    process = start(server, archive)
    server.wait_for("/tin/2")
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    assert ended(process).code == 130
    assert time.monotonic() - begun < 10
    assert keys(archive) == {"1"}


def test_a_second_signal_ends_it_at_once(server: WireServer, archive: Path) -> None:
    hold = serve(server, 5, held=2)
    process = start(server, archive)
    server.wait_for("/tin/2")
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    assert ended(process).code == 130
    assert time.monotonic() - begun < 10
    hold.set()
    assert_whole(*warc_files(archive))
    assert last_run(archive)["outcome"] == "interrupted"


@pytest.mark.parametrize("after_s", [0.1, 0.3, 0.5, 0.7])
def test_ctrl_c_at_the_very_start_leaves_nothing_half_done(
    server: WireServer, archive: Path, after_s: float
) -> None:
    hold = serve(server, 2, held=1)
    process = start(server, archive)
    time.sleep(after_s)
    process.send_signal(signal.SIGINT)
    hold.set()
    _, stderr = process.communicate(timeout=30)
    # Before our own first line the interpreter says it its own way.
    assert process.returncode in (130, -signal.SIGINT)
    assert process.returncode != 130 or "Traceback" not in stderr
    if archive.exists() and warc_files(archive):
        assert rows(archive, "SELECT outcome FROM runs") == [("interrupted",)]


def test_a_signal_reaches_portals_that_are_crawled_side_by_side(
    server: WireServer, archive: Path
) -> None:
    hold = serve(server, 5, held=2)
    server.answer("/two/tin-tuc", page(listing([3, 4], prefix="/two")))
    server.answer("/two/tin/3", page(article(3)))
    server.answer("/two/tin/4", page(article(4), hold=hold))
    env = wire_environment(server)
    process = start_crawl(archive, "--jobs", "2", env=env, portals=("wire", "wire-two"))
    server.wait_for("/tin/2")
    server.wait_for("/two/tin/4")
    process.send_signal(signal.SIGTERM)
    time.sleep(0.6)
    hold.set()
    assert ended(process).code == 130
    assert set(rows(archive, "SELECT outcome FROM runs")) == {("interrupted",)}


# Locks


def test_a_second_crawl_of_the_same_portal_is_locked_out(server: WireServer, archive: Path) -> None:
    hold = serve(server, 2, held=1)
    first = start(server, archive)
    server.wait_for("/tin/1")
    second = crawl(server, archive)
    assert second.code == 5
    assert f"wire is locked by process {first.pid}" in second.stderr
    assert server.paths().count("/robots.txt") == 1
    assert len(rows(archive, "SELECT id FROM runs")) == 1
    hold.set()
    assert ended(first).code == 0


def test_another_portal_can_be_crawled_meanwhile(server: WireServer, archive: Path) -> None:
    hold = serve(server, 2, held=1)
    server.answer("/two/tin-tuc", page(listing([3], prefix="/two")))
    server.answer("/two/tin/3", page(article(3)))
    first = start(server, archive)
    server.wait_for("/tin/1")
    env = wire_environment(server)
    assert ended(start_crawl(archive, env=env, portals=("wire-two",))).code == 0
    hold.set()
    assert ended(first).code == 0
    assert keys(archive) == {"1", "2", "3"}


def test_the_lock_is_given_back_however_a_crawl_ends(server: WireServer, archive: Path) -> None:
    hold = serve(server, 2, held=1)
    for number in (signal.SIGTERM, signal.SIGKILL):
        process = start(server, archive)
        server.wait_for("/tin/1")
        process.send_signal(number)
        hold.set()
        process.communicate(timeout=30)
    assert crawl(server, archive).code == 0


# Crashes


@pytest.mark.parametrize("held", [2, 30, 60])
def test_after_kill_9_the_next_crawl_makes_up_for_it(
    server: WireServer, archive: Path, held: int
) -> None:
    hold = serve(server, 60, held=held)
    process = start(server, archive)
    server.wait_for(f"/tin/{held}")
    if held == 30:
        time.sleep(2.5)  # so that what was before it is in the database
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    hold.set()
    assert crawl(server, archive).code == 0
    assert keys(archive) == {str(number) for number in range(1, 61)}
    outcomes = rows(archive, "SELECT outcome FROM runs ORDER BY id")
    assert outcomes == [("interrupted",), ("complete",)]
    found = {identifier for (identifier,) in rows(archive, "SELECT record_id FROM captures")}
    answers = [each for each in warc_records(archive) if each.kind in ("response", "revisit")]
    assert found == {record.record_id for record in answers}
    assert verified(archive).code == 0


def test_every_row_that_kill_9_left_leads_to_a_record(server: WireServer, archive: Path) -> None:
    hold = serve(server, 60, held=50)
    process = start(server, archive)
    server.wait_for("/tin/50")
    time.sleep(2.5)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    hold.set()
    (path,) = warc_files(archive)
    assert path.name.endswith(".warc.gz.open")
    data = path.read_bytes()
    found = rows(archive, "SELECT record_id, warc_offset, warc_length FROM captures")
    assert len(found) > 40
    for record_id, offset, length in found:
        assert record_id.encode() in gzip.decompress(data[offset : offset + length])


# The disk


def crawl_on_a_small_disk(server: WireServer, archive: Path, limit_kb: int) -> Ended:
    """No file may grow beyond the limit, as if the disk were full then."""
    limited = ["bash", "-c", 'ulimit -f "$1"; shift; exec "$@"', "-", str(limit_kb)]
    process = subprocess.Popen(
        [*limited, *command(archive)], cwd=ROOT, env=wire_environment(server), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    return ended(process)


@pytest.mark.parametrize("limit_kb", [150, 1200, 1500])
def test_a_disk_that_refuses_ends_the_crawl_as_failed(
    server: WireServer, archive: Path, limit_kb: int
) -> None:
    server.answer("/tin-tuc", page(listing(range(1, 41))))
    noise = random.Random(1)
    for number in range(1, 41):
        comment = noise.randbytes(60_000).hex()
        server.answer(f"/tin/{number}", page(article(number) + f"<!--{comment}-->"))
    end = crawl_on_a_small_disk(server, archive, limit_kb)
    assert end.code == 1
    assert f"cannot write {archive}" in end.stderr or f"archive in {archive}" in end.stderr
    assert "never retrieved" not in end.stderr
    assert len(server.paths()) < 40
    for path in warc_files(archive):
        assert_whole(path)
    if limit_kb > 150:  # else there was no room even for the tables
        assert last_run(archive)["outcome"] == "failed"
    assert crawl(server, archive).code == 0
    assert len(keys(archive)) == 40
    assert verified(archive).code == 0


def test_rows_that_find_no_room_end_the_crawl_as_failed(server: WireServer, archive: Path) -> None:
    server.answer("/tin-tuc", page(listing(range(1, 21))))
    for number in range(1, 21):  # which the WARC packs well and the database not at all
        server.answer(f"/tin/{number}", page(article(number, body="Một câu dài. " * 9000)))
    end = crawl_on_a_small_disk(server, archive, 1200)
    assert end.code == 1
    assert f"cannot write {archive}/archive.db: " in end.stderr
    for path in warc_files(archive):
        assert_whole(path)
    assert crawl(server, archive).code == 0
    assert len(keys(archive)) == 20
    assert verified(archive).code == 0


def command(archive: Path) -> list[str]:
    return [
        sys.executable, "-m", "portal_crawler.cli", "crawl", "wire", "--archive", str(archive),
        "-s", "SPIDER_MODULES=tests.support.portals", "-s", "DOWNLOAD_DELAY=0",
    ]  # fmt: skip
