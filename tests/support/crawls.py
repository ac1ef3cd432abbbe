"""Runs `portal crawl` as a person does, in a process of its own, and reads its archive."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from archive.moments import CLOCK_SHIFT_VARIABLE
from tests.support.wire_server import WireServer

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 180
UNWANTED = ("Traceback", "ScrapyDeprecationWarning")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record as it stands in a WARC file."""

    kind: str
    headers: dict[str, str]
    block: bytes

    @property
    def url(self) -> str:
        """WARC-Target-URI."""
        return self.headers["WARC-Target-URI"]

    @property
    def record_id(self) -> str:
        """WARC-Record-ID."""
        return self.headers["WARC-Record-ID"]


def environment(**own: str) -> dict[str, str]:
    """This process's environment, without variables that change a crawl's way or its output.

    Children of a command find the test portals by PYTHONPATH, never by the current directory.
    """
    led_by = {
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "all_proxy",
        "portal_archive",
        "portal_portals",
        "ssl_cert_file",
        "pythonunbuffered",
    }
    kept = {name: value for name, value in os.environ.items() if name.lower() not in led_by}
    path = os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH"))))
    return {**kept, "PYTHONPATH": path, **own}


def wire_environment(server: WireServer, **own: str) -> dict[str, str]:
    """For a crawl that asks the server itself, by http unless `own` says otherwise."""
    return environment(**{"WIRE_ORIGIN": f"http://127.0.0.1:{server.port}", **own})


def start_crawl(
    archive: Path, *arguments: str, env: Mapping[str, str], portals: tuple[str, ...] = ("wire",)
) -> "subprocess.Popen[str]":
    """Start `portal crawl` over the test portals, without delay.

    Page resources are left out; tests/requisites crawls them, too.
    """
    settings = (
        "SPIDER_MODULES=tests.support.portals", "DOWNLOAD_DELAY=0", "PORTAL_REQUISITES=False",
    )  # fmt: skip
    words = [word for setting in settings for word in ("-s", setting)]
    return subprocess.Popen(
        [sys.executable, "-m", "portal_crawler.cli", "crawl", *portals,
         "--archive", str(archive), *words, *arguments],
        cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: "subprocess.Popen[str]") -> Ended:
    """Wait for a command; it must not have shown its insides."""
    try:
        stdout, stderr = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        stdout, stderr = process.communicate()
        raise AssertionError(f"still running after {TIMEOUT_S} s; it said:\n{stderr}") from None
    for word in UNWANTED:
        assert word not in stderr, stderr
    return Ended(process.returncode, stdout, stderr)


def next_night(archive: Path) -> dict[str, str]:
    """Environment of the archive's next crawl: its clock is a second on for each run before.

    Times are kept to the second, and crawls that begin within one would have the same time.
    """
    runs = len(list(archive.glob("logs/*.log")))
    return {CLOCK_SHIFT_VARIABLE: str(runs)}


def crawl(server: WireServer, archive: Path, *arguments: str, **own: str) -> Ended:
    """Crawl the server's portal `wire` from start to end, at a time of its own.

    `own` goes to the environment.
    """
    env = wire_environment(server, **{**next_night(archive), **own})
    return ended(start_crawl(archive, *arguments, env=env))


def rebuilt(server: WireServer, archive: Path, *words: str) -> Ended:
    """`portal rebuild` over the test portals, on the server that was crawled."""
    return commanded(server, archive, "rebuild", *words)


def commanded(
    server: WireServer, archive: Path, *words: str, modules: str = "tests.support.portals"
) -> Ended:
    """A command that reads pages, over the test portals, on the server that was crawled."""
    command = [sys.executable, "-m", "portal_crawler.cli", *words, "--archive", str(archive),
               "-s", f"SPIDER_MODULES={modules}"]  # fmt: skip
    env, pipe = wire_environment(server), subprocess.PIPE
    return ended(subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdout=pipe, stderr=pipe))


def verified(archive: Path) -> Ended:
    """The output of `portal verify` for an archive."""
    words = [sys.executable, "-m", "portal_crawler.cli", "verify", "--archive", str(archive)]
    pipe = subprocess.PIPE
    return ended(
        subprocess.Popen(words, cwd=ROOT, env=environment(), text=True, stdout=pipe, stderr=pipe)
    )


def rows(archive: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows that a query finds in the archive's database."""
    connection = sqlite3.connect(f"file:{archive / 'archive.db'}?mode=ro", uri=True)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def last_run(archive: Path) -> dict[str, Any]:
    """The newest row of table runs."""
    connection = sqlite3.connect(f"file:{archive / 'archive.db'}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        return dict(connection.execute("SELECT * FROM runs ORDER BY id DESC LIMIT 1").fetchone())
    finally:
        connection.close()


def warc_files(archive: Path) -> list[Path]:
    """All WARC files, oldest first."""
    found = (*archive.glob("warc/*/*.warc.gz"), *archive.glob("warc/*/*.warc.gz.open"))
    return sorted(found)


def warc_records(archive: Path, kind: str | None = None) -> list[WarcRecord]:
    """The records of all WARC files in order, of one type where it is named."""
    found = []
    for path in warc_files(archive):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                headers = dict(record.rec_headers.headers)
                found.append(WarcRecord(record.rec_type, headers, record.raw_stream.read()))
    return [record for record in found if kind in (None, record.kind)]
