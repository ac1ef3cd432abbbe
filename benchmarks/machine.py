"""The machine that figures come from, in words."""

import os
import platform
import re
import sqlite3
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path


def cpu_model(cpuinfo: str) -> str:
    """The first processor's name in the text of /proc/cpuinfo."""
    found = re.search(r"^(?:model name|Model|Hardware)\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return " ".join(found[1].split()) if found else platform.machine()


def memory_gb(meminfo: str) -> float:
    """All memory, by the text of /proc/meminfo."""
    found = re.search(r"^MemTotal:\s+(\d+) kB", meminfo, re.MULTILINE)
    return int(found[1]) * 1024 / 1e9 if found else 0.0


def busy() -> str:
    """The other work of the machine: the load of the last minute."""
    load, _, _ = os.getloadavg()
    return f"load {load:.1f} before the start"


def facts() -> Iterator[str]:
    """A line on the machine and a line on versions."""
    cores = len(os.sched_getaffinity(0))
    yield ", ".join((
        cpu_model(Path("/proc/cpuinfo").read_text()),
        f"{cores} cores",
        f"{memory_gb(Path('/proc/meminfo').read_text()):.0f} GB of memory",
        f"Linux {platform.release()}",
        busy(),
    ))  # fmt: skip
    yield ", ".join((
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        f"portal-archive {version('portal-archive')}",
        f"Scrapy {version('scrapy')}",
        f"lxml {version('lxml')}",
    ))  # fmt: skip
