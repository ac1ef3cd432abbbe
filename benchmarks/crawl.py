"""Crawl, capture, clean and store, beside a bare Scrapy spider that follows the same links.

    python -m benchmarks.crawl [PACK.tar.xz]

Serves a saved Liferay portal (the Hanoi pack, if none is named) on loopback, crawls it
with both, without delay, and prints pages a second, CPU a page, the cost of cleaning an article,
and the time of one search.
"""

import os
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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


def pack_argument() -> Path:
    """The pack that the command names first, else the Hanoi pack; without it the command ends."""
    pack = Path(sys.argv[1]) if len(sys.argv) > 1 else REPLICA / "hanoi-sotttt.tar.xz"
    if not pack.exists():
        print(f"{pack} is not there: name a pack of a saved Liferay portal", file=sys.stderr)
        raise SystemExit(2)
    return pack


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
        "--no-requisites",
    ]  # fmt: skip
    return measured("portal crawl", command, proxy, lambda: _requests(archive))


def _requests(archive: Path) -> int:
    return int(_rows(archive, "SELECT requests FROM runs")[0][0])


def _rows(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return connection.execute(sql).fetchall()


def cleaning_ms(archive: Path) -> float:
    """CPU of cleaning one article, from its bytes, over all articles of an archive."""
    layout = Layout(archive)
    names = ", ".join(Capture.__dataclass_fields__)
    sql = f"SELECT {names} FROM captures WHERE role = 'article' AND status = 200"  # noqa: S608
    fields = Capture.__dataclass_fields__
    captures = [Capture(**dict(zip(fields, row, strict=True))) for row in _rows(archive, sql)]
    pages = [(stored_answer(layout, capture), capture.url) for capture in captures]
    now = datetime.now(UTC)
    started = time.process_time()
    for answer, url in pages:
        content_type = answer.head.value("content-type")
        extract(answer.body, url, ARTICLE, fetched_at=now, content_type=content_type)
    return (time.process_time() - started) / len(pages) * 1000


def search_s(archive: Path) -> float:
    """The fastest of five `portal search`, process start included."""
    command = [sys.executable, "-m", "portal_crawler.cli", "search", "chuyen doi so"]
    times = []
    for _ in range(5):
        started = time.monotonic()
        arguments = [*command, "--archive", str(archive)]
        subprocess.run(arguments, check=True, capture_output=True, cwd=ROOT)
        times.append(time.monotonic() - started)
    return min(times)


def main() -> int:
    """Print the table."""
    pack = pack_argument()
    with replica(pack) as proxy, tempfile.TemporaryDirectory() as folder:
        rounds = [(bare(proxy, Path(folder)), ours(proxy, Path(folder))) for _ in range(ROUNDS)]
        archive = next(Path(folder).glob("archive-*"))
        for figures in (max(side, key=lambda f: f.rate) for side in zip(*rounds, strict=True)):
            cpu_ms = figures.cpu_s / figures.pages * 1000
            print(
                f"{figures.name:14} {figures.pages} pages  {figures.wall_s:5.2f} s  "
                f"{figures.rate:5.0f} pages/s  {cpu_ms:4.1f} ms CPU a page"
            )
        peer, best = (max(f.rate for f in side) for side in zip(*rounds, strict=True))
        print(
            f"portal crawl: {best / peer:.2f} of bare Scrapy's rate (the fastest of {ROUNDS} each)"
        )
        print(f"cleaning an article: {cleaning_ms(archive):.2f} ms CPU")
        print(f"portal search: {search_s(archive):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
