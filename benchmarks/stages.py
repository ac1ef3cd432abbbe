"""Pages or records a second of the commands that read an archive's WARC files again."""

import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive.layout import Layout
from benchmarks.processes import FailedError, run
from benchmarks.rebuild import cpu_s, write
from benchmarks.replica import ROOT
from benchmarks.rounds import interleaved, median
from benchmarks.section import Section, met
from portal_crawler.portals.registry import readable_portals
from portal_crawler.reprocessing.rebuild import rebuild

PORTAL = [sys.executable, "-m", "portal_crawler.cli"]
COPIES = 2
"""Copies of each article, so that the start of a process is at most a tenth of a stage."""

REBUILT_A_SECOND = 650
TWO_JOBS_TIMES = 1.8
VERIFIED_A_SECOND = 2000

ONE_JOB, TWO_JOBS = "portal rebuild --jobs 1", "portal rebuild --jobs 2"
IMPORT, VERIFY, DEEP = "portal import", "portal verify", "portal verify --deep"
COUNTED = {ONE_JOB: "pages", TWO_JOBS: "pages", IMPORT: "pages", VERIFY: "records", DEEP: "rows"}


@dataclass(frozen=True, slots=True)
class Pass:
    """One reading of an archive."""

    count: int
    wall_s: float
    cpu_s: float

    @property
    def rate(self) -> float:
        """A second."""
        return self.count / self.wall_s

    @property
    def cpu_ms(self) -> float:
        """Each."""
        return self.cpu_s / self.count * 1000


def stages(articles: Mapping[str, bytes], rounds: int) -> Section:
    """The section, over an archive of the articles that is made for it."""
    with tempfile.TemporaryDirectory() as name:
        archive = Path(name) / "archive"
        write(Layout(archive), dict(articles), COPIES)
        _rebuilt(archive, 1)
        passes = interleaved("rebuild, import, verify", _measures(archive, Path(name)), rounds)
    rates = {
        stage: median(found, lambda each: each.rate)
        for stage, found in passes.items()
        if not isinstance(found, str)
    }
    return Section(
        title="Reading an archive again",
        headings=("command", "counted", "a second", "CPU ms each", "target"),
        rows=tuple(_row(stage, found, rates) for stage, found in passes.items()),
        words=frozenset((0, 1, 4)),
    )


def _measures(archive: Path, folder: Path) -> dict[str, Callable[[], Pass]]:
    return {
        ONE_JOB: partial(_rebuilt, archive, 1),
        TWO_JOBS: partial(_rebuilt, archive, 2),
        IMPORT: partial(_imported, archive, folder / "imported"),
        VERIFY: partial(_verified, archive, r"(\d+) records"),
        DEEP: partial(_verified, archive, r"(\d+) rows cleaned again", "--deep"),
    }


def _row(stage: str, found: list[Pass] | str, rates: Mapping[str, float]) -> tuple[str, ...]:
    if isinstance(found, str):
        return stage, found
    cpu_ms = median(found, lambda each: each.cpu_ms)
    return stage, COUNTED[stage], f"{rates[stage]:,.0f}", f"{cpu_ms:.2f}", _target(stage, rates)


def _target(stage: str, rates: Mapping[str, float]) -> str:
    if stage == ONE_JOB:
        return f"{REBUILT_A_SECOND}: {met(rates[stage] >= REBUILT_A_SECOND)}"
    if stage == TWO_JOBS and ONE_JOB in rates:
        times = rates[TWO_JOBS] / rates[ONE_JOB]
        return f"{TWO_JOBS_TIMES} x one job, {times:.2f} x: {met(times >= TWO_JOBS_TIMES)}"
    if stage == VERIFY:
        return f"{VERIFIED_A_SECOND:,}: {met(rates[stage] >= VERIFIED_A_SECOND)}"
    return ""


def _rebuilt(archive: Path, jobs: int) -> Pass:
    """In this process and those that it forks, as `python -m benchmarks.rebuild` has it."""
    started, used = time.monotonic(), cpu_s()
    pages = rebuild(Layout(archive), readable_portals([]), jobs).captures
    return Pass(pages, time.monotonic() - started, cpu_s() - used)


def _imported(archive: Path, new: Path) -> Pass:
    shutil.rmtree(new, ignore_errors=True)
    files = [str(path) for path in archive.rglob("*.warc.gz")]
    used = run([*PORTAL, "import", "-q", *files, "--archive", str(new)], ROOT)
    with closing(sqlite3.connect(new / "archive.db")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM captures").fetchone()
    return Pass(count, used.wall_s, used.cpu_s)


def _verified(archive: Path, pattern: str, *options: str) -> Pass:
    used = run([*PORTAL, "verify", *options, "--archive", str(archive)], ROOT)
    found = re.search(pattern, used.said)
    if found is None:
        raise FailedError("did not say how much it read")
    return Pass(int(found[1]), used.wall_s, used.cpu_s)
