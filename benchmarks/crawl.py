"""Crawl, capture, clean and store, beside a bare Scrapy spider that follows the same links.

    python -m benchmarks.crawl [PACK.tar.xz]

Serves a saved Liferay portal (the Hanoi pack, else the demo portals' pages) on loopback, crawls it
with both, without delay, and prints pages a second, CPU a page, the cost of cleaning an article,
and the time of one search.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.layout import Layout
from archive.models import Capture
from archive.warc.reader import stored_answer
from portal_crawler.cleaning.extraction import extract
from portal_crawler.platforms.liferay6 import ARTICLE

ROOT = Path(__file__).resolve().parent.parent
REPLICA = ROOT.parent / "shared" / "replica"
PAGES = 40
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """What one crawl took."""

    name: str
    pages: int
    wall_s: float
    cpu_s: float

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.wall_s


@contextmanager
def replica(pack: Path) -> Iterator[str]:
    """The saved portal behind a proxy of its own; its address."""
    server = subprocess.Popen(
        [sys.executable, str(REPLICA / "serve.py"), str(pack), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://[\d.]+:\d+", server.stdout.readline())
        assert found is not None
        yield found[0]
    finally:
        server.terminate()
        server.wait()


def measured(name: str, command: list[str], proxy: str, pages: Callable[[], int]) -> Figures:
    """Run a crawl and take its time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    environment = {**os.environ, "http_proxy": proxy}
    subprocess.run(command, env=environment, check=True, capture_output=True, cwd=ROOT)
    wall = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Figures(name, pages(), wall, cpu)


def bare(proxy: str, folder: Path) -> Figures:
    """The peer: it follows the same links and stores nothing."""
    log = folder / "bare.log"
    command = [sys.executable, "-m", "benchmarks.bare_spider", str(PAGES), str(log)]
    return measured("bare Scrapy", command, proxy, lambda: int(log.read_text()))


def ours(proxy: str, folder: Path) -> Figures:
    """Capture, clean and store."""
    archive = folder / f"archive-{time.monotonic_ns()}"
    command = [
        sys.executable, "-m", "portal_crawler.cli", "crawl", "hanoi-sotttt", "-q",
        "--archive", str(archive), "--pages", str(PAGES), "-s", "DOWNLOAD_DELAY=0",
    ]  # fmt: skip
    return measured("portal crawl", command, proxy, lambda: _requests(archive))


def _requests(archive: Path) -> int:
    return int(_rows(archive, "SELECT requests FROM runs")[0][0])


def _rows(archive: Path, sql: str) -> list[tuple[object, ...]]:
    import sqlite3

    with sqlite3.connect(archive / "archive.db") as connection:
        return connection.execute(sql).fetchall()
