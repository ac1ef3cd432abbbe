"""Runs a command as a process of its own and measures it."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environment import environment

REASON_CHARACTERS = 70


class FailedError(Exception):
    """A measured process that did not do its work; why, in one short line."""


@dataclass(frozen=True, slots=True)
class Used:
    """The cost of a process with all children that it waited for."""

    wall_s: float
    cpu_s: float
    output: str
    """On stdout."""
    said: str
    """On stderr."""


def run(
    command: list[str],
    folder: Path,
    *,
    proxy: str | None = None,
    well: tuple[int, ...] = (0,),
    watch: Callable[[int], None] | None = None,
) -> Used:
    """Run to its end, in a folder; `watch` is called with its number while it runs.

    Raises FailedError where it ends with a code that is not among `well`.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        started = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env=environment(proxy), text=True,
            stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
        )  # fmt: skip
        if watch is not None:
            watch(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        said = errors.read()
        if process.returncode not in well:
            raise FailedError(f"ended with {process.returncode}: {last_line(said)}")
        return Used(wall, used.ru_utime + used.ru_stime, output.read(), said)


def last_line(text: str) -> str:
    """The last line that is not empty, cut to the width of a table's cell."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines or ["it said nothing"])[-1][:REASON_CHARACTERS]
