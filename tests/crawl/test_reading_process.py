"""Crawls whose pages are read by a process beside them, and what becomes of them when it dies."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.crawls import (
    Ended,
    crawl,
    ended,
    last_run,
    rebuilt,
    rows,
    start_crawl,
    verified,
    warc_files,
    wire_environment,
)
from tests.support.pages import SENTENCE, article, listing
from tests.support.tables import all_rows
from tests.support.wire_server import WireServer, page

ARTICLES = 60
LONG_BODY = SENTENCE * 2_000
"""Takes a tenth of a second to read."""


def serve(server: WireServer, count: int = ARTICLES, body: str = SENTENCE * 40) -> None:
    server.answer("/tin-tuc", page(listing(range(1, count + 1))))
    for number in range(1, count + 1):
        server.answer(f"/tin/{number}", page(article(number, body=body)))


def children(process: "subprocess.Popen[str]") -> list[int]:
    path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def reader_of(process: "subprocess.Popen[str]") -> int:
    """The process that reads pages, as soon as it is there."""
    until = time.monotonic() + 30
    while not (found := children(process)):
        assert process.poll() is None, "the crawl ended without one"
        assert time.monotonic() < until
        time.sleep(0.001)
    return found[0]


def crawl_with_reader(
    server: WireServer, archive: Path, deed: Callable[[int], None]
) -> tuple[int, Ended]:
    process = start_crawl(archive, env=wire_environment(server))
    reader = reader_of(process)
    deed(reader)
    return reader, ended(process)


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def numbers(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles")}


EVERY_NUMBER = {str(number) for number in range(1, ARTICLES + 1)}


def test_pages_that_another_process_read_are_the_rows_that_a_rebuild_gives(
    server: WireServer, archive: Path
) -> None:
    serve(server)
    reader, result = crawl_with_reader(server, archive, lambda reader: None)
    assert (result.code, numbers(archive)) == (0, EVERY_NUMBER)
    assert not is_there(reader)
    before = all_rows(archive)
    assert rebuilt(server, archive).code == 0
    assert all_rows(archive) == before


def test_a_killed_reader_fails_the_run_and_the_next_crawl_has_its_pages(
    server: WireServer, archive: Path
) -> None:
    serve(server)
    _, result = crawl_with_reader(server, archive, lambda reader: os.kill(reader, signal.SIGKILL))
    assert result.code == 1
    assert "the process that reads pages ended by SIGKILL" in result.stderr
    assert last_run(archive)["outcome"] == "failed"
    assert crawl(server, archive).code == 0
    assert numbers(archive) == EVERY_NUMBER
    captured = rows(archive, "SELECT key FROM captures WHERE role = 'article' AND status = 200")
    assert len(captured) == ARTICLES, "what was captured is not asked for again"
    before = all_rows(archive)
    assert rebuilt(server, archive).code == 0
    assert all_rows(archive) == before
    assert verified(archive).code == 0


def test_a_signal_to_the_whole_group_leaves_the_reader_to_finish(
    server: WireServer, archive: Path
) -> None:
    serve(server)

    def ask_to_end(reader: int) -> None:
        os.kill(reader, signal.SIGTERM)
        os.kill(reader, signal.SIGINT)

    _, result = crawl_with_reader(server, archive, ask_to_end)
    assert (result.code, numbers(archive)) == (0, EVERY_NUMBER)


def test_a_reader_ends_with_a_crawl_that_is_killed(server: WireServer, archive: Path) -> None:
    serve(server)
    process = start_crawl(archive, env=wire_environment(server))
    reader = reader_of(process)
    process.kill()
    process.communicate()
    until = time.monotonic() + 10
    while is_there(reader):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_pages_that_wait_at_a_second_signal_are_read_by_the_next_crawl(
    server: WireServer, archive: Path
) -> None:
    serve(server, body=LONG_BODY)
    process = start_crawl(archive, env=wire_environment(server))
    reader_of(process)
    server.wait_for("/tin/20")
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    result = ended(process)
    assert result.code == 130
    assert [path for path in warc_files(archive) if path.name.endswith(".open")]
    captured = {
        key
        for (key,) in rows(
            archive, "SELECT key FROM captures WHERE role = 'article' AND truncated IS NULL"
        )
    }
    serve(server)
    assert crawl(server, archive).code == 0
    assert captured <= numbers(archive) == EVERY_NUMBER
    before = all_rows(archive)
    assert rebuilt(server, archive).code == 0
    assert all_rows(archive) == before
