"""The section on starts: CPU before anything is asked for, and of the commands that ask nobody."""

import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmarks.processes import run
from benchmarks.replica import ROOT
from benchmarks.rounds import interleaved, median
from benchmarks.section import Section, met
from benchmarks.start import PORTAL, command_cpu_s, first_request_cpu_s, import_cpu_s

BEYOND_IMPORT_S = 0.15
COMMAND_S = 0.1

IMPORT = "python -c 'import scrapy.crawler'"
NEW = "portal crawl, new archive, to its first request"
SECOND = "portal crawl, a second time, to its first request"


def starts(archive: Path, rounds: int) -> Section:
    """The section; `archive` is one that the portal was crawled into."""
    with tempfile.TemporaryDirectory() as name:
        folder, demo = Path(name), Path(name) / "demo"
        run([*PORTAL, "demo", "-q", "--archive", str(demo)], ROOT)
        search = partial(command_cpu_s, "search", "chuyen doi so", "--archive", str(demo))
        measures: dict[str, Callable[[], float]] = {
            IMPORT: import_cpu_s,
            NEW: partial(first_request_cpu_s, folder / "none", folder),
            SECOND: partial(first_request_cpu_s, archive, folder),
            "portal --help": partial(command_cpu_s, "--help"),
            "portal search, in the demo's archive": search,
        }
        found = interleaved("starts", measures, rounds)
    medians = {
        each: median(times, float) for each, times in found.items() if not isinstance(times, str)
    }
    return Section(
        title="Start",
        headings=("command", "CPU s", "target"),
        rows=tuple(_row(name, times, medians) for name, times in found.items()),
        words=frozenset((0, 2)),
    )


def _row(name: str, times: list[float] | str, medians: Mapping[str, float]) -> tuple[str, ...]:
    if isinstance(times, str):
        return name, times
    return name, f"{medians[name]:.3f}", _target(name, medians)


def _target(name: str, medians: Mapping[str, float]) -> str:
    if name == IMPORT:
        return ""
    if name not in (NEW, SECOND):
        return f"{COMMAND_S}: {met(medians[name] <= COMMAND_S)}"
    if IMPORT not in medians:
        return ""
    beyond = medians[name] - medians[IMPORT]
    words = f"import + {BEYOND_IMPORT_S}, import {beyond:+.2f}"
    return f"{words}: {met(beyond <= BEYOND_IMPORT_S)}"
