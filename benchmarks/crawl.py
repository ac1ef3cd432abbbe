"""The tools that crawl the same portal: the command of each, and the data that it keeps.

Each crawl is a whole process, including its start, with one connection per host and no delay.
"""

import gzip
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.peers import Package, UnavailableError
from benchmarks.process_memory import PeakMemory
from benchmarks.processes import FailedError, Used, last_line, run
from benchmarks.replica import ROOT

SPIDER = str(ROOT / "benchmarks" / "peer_programs" / "spider.py")
WEBARCHIVE = Package("scrapy-webarchive")
SOME_ARE_404 = 8
"""wget's exit code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The crawled portal."""

    proxy: str
    pages: int
    """Number of listing pages."""
    addresses: tuple[str, ...] = ()
    """All that a crawl asks for, in its order: for wget, and for the look at the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawler:
    """One of the tools."""

    name: str
    keeps: str
    command: Callable[[Portal], list[str]]
    """Runs in a folder of its own. Raises UnavailableError."""
    pages: Callable[[Path], int]
    """The number of answers, counted from the files in that folder."""
    well: tuple[int, ...] = (0,)
    """The exit codes of a crawl that did its work."""
    version: Callable[[], str] = str
    """The tool's own version; empty if unknown."""


@dataclass(frozen=True, slots=True)
class Crawl:
    """The cost of one crawl."""

    pages: int
    used: Used

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.used.wall_s


def crawl(crawler: Crawler, portal: Portal, memory: PeakMemory | None = None) -> Crawl:
    """Crawl into a fresh folder. Raises UnavailableError, FailedError."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "addresses").write_text("\n".join(portal.addresses) + "\n")
        used = run(
            crawler.command(portal), folder, proxy=portal.proxy, well=crawler.well,
            watch=memory.watch if memory else None,
        )  # fmt: skip
        try:
            pages = crawler.pages(folder)
        except (OSError, ValueError, sqlite3.Error) as error:
            raise FailedError(f"left no count: {last_line(used.said)}") from error
        if pages != len(portal.addresses):
            raise FailedError(f"got {pages} answers of {len(portal.addresses)}")
        return Crawl(pages, used)


def with_addresses(portal: Portal, archive: Path) -> Portal:
    """Crawl it with our crawler into an archive, which is kept, and note requested addresses."""
    run([*_ours(portal)[:-1], str(archive)], ROOT, proxy=portal.proxy)
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        rows = connection.execute(
            "SELECT url FROM captures ORDER BY warc_file, warc_offset"
        ).fetchall()
    return replace(portal, addresses=tuple(url for (url,) in rows))


def _bare(portal: Portal) -> list[str]:
    return [sys.executable, "-m", "benchmarks.bare_spider", str(portal.pages), "got"]


def _feed(portal: Portal) -> list[str]:
    return [sys.executable, "-P", SPIDER, "feed", str(portal.pages), "got", "feed.jsonl"]


def _wget(portal: Portal) -> list[str]:
    program = shutil.which("wget")
    if program is None:
        raise UnavailableError("not installed: a package of Debian, apt-get install wget")
    return [
        program, "--quiet", "--input-file=addresses", "--output-document=/dev/null",
        "--warc-file=wget", "--no-warc-keep-log",
        "--execute", f"http_proxy={portal.proxy}",
    ]  # fmt: skip


def _webarchive(portal: Portal) -> list[str]:
    python = str(WEBARCHIVE.python())
    return [python, "-P", SPIDER, "wacz", str(portal.pages), "got", "./"]


def _ours(portal: Portal) -> list[str]:
    return [
        sys.executable, "-m", "portal_crawler.cli", "crawl", "hanoi-sotttt", "-q",
        "--pages", str(portal.pages), "-s", "DOWNLOAD_DELAY=0", "--no-requisites",
        "--archive", "archive",
    ]  # fmt: skip


def _wget_version() -> str:
    program = shutil.which("wget")
    if program is None:
        return ""
    found = re.search(r"[\d.]+", run([program, "--version"], ROOT).output)
    return found[0] if found else ""


def _webarchive_version() -> str:
    return WEBARCHIVE.version


def _counted(folder: Path) -> int:
    return int((folder / "got").read_text())


def _warc_responses(folder: Path) -> int:
    with gzip.open(folder / "wget.warc.gz") as file:
        return sum(line == b"WARC-Type: response\r\n" for line in file)


def _requests(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "archive" / "archive.db")) as connection:
        return int(connection.execute("SELECT sum(requests) FROM runs").fetchone()[0])


BARE = Crawler(name="bare Scrapy spider", keeps="nothing", command=_bare, pages=_counted)
OURS = Crawler(
    name="portal crawl --no-requisites",
    keeps="WARC to the byte, rows, index",
    command=_ours,
    pages=_requests,
)
CRAWLERS = (
    BARE,
    Crawler(name="Scrapy, JSON feed", keeps="title and text", command=_feed, pages=_counted),
    Crawler(
        name="wget --warc-file",
        keeps="WARC to the byte",
        command=_wget,
        pages=_warc_responses,
        well=(0, SOME_ARE_404),
        version=_wget_version,
    ),
    Crawler(
        name="scrapy-webarchive",
        keeps="WARC rewritten, as WACZ",
        command=_webarchive,
        pages=_counted,
        version=_webarchive_version,
    ),
    OURS,
)
