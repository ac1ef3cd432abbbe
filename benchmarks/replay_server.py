"""`portal replay` as a process that is measured."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.environment import environment
from benchmarks.replica import ROOT

TIMEOUT_S = 60
_TICKS = os.sysconf("SC_CLK_TCK")


class ReplayProcess:
    """A running `portal replay`."""

    def __init__(self, archive: Path, page: str | None = None) -> None:
        """`page` is what the command names, if anything."""
        words = [*([page] if page else []), "--json", "--archive", str(archive)]
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal_crawler.cli", "replay", *words],
            cwd=ROOT, env=environment(), text=True, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.url = str(json.loads(self.process.stdout.readline())["url"])
        self.root = "/".join(self.url.split("/", 3)[:3])
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", urlsplit(self.root).port, timeout=TIMEOUT_S
        )

    def page(self, url: str, stamp: str = "99991231000000") -> str:
        """Where a page alone is shown as of a moment, the newest without."""
        return f"{self.root}/{stamp}mp_/{url}"

    def view(self, url: str) -> str:
        """Where the newest capture of a page is shown under the bar."""
        return f"{self.root}/99991231000000/{url}"

    def answer_s(self, url: str) -> float:
        """Wall time of one answer over a kept connection."""
        host = {"Host": urlsplit(self.root).netloc}
        begun = time.perf_counter()
        self._connection.request("GET", self.page(url).removeprefix(self.root), headers=host)
        self._connection.getresponse().read()
        return time.perf_counter() - begun

    @property
    def cpu_s(self) -> float:
        """What it has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def most_memory_mb(self) -> float:
        """The most that it held at once."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
        return int(found[1]) * 1024 / 1e6 if found else 0.0

    def end(self) -> None:
        """As Ctrl-C does."""
        self._connection.close()
        self.process.terminate()
        self.process.wait()


@contextmanager
def replaying(archive: Path, page: str | None = None) -> Iterator[ReplayProcess]:
    """A server for the time of the block."""
    running = ReplayProcess(archive, page)
    try:
        yield running
    finally:
        running.end()
