"""The memory of a process and of all that it started, as the sum of their proportional sets (PSS).

A page of memory that several processes share counts once, parted between them.
"""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

EVERY_S = 0.03


class PeakMemory:
    """Looks about every 30 ms until the process ends; `mb` is the most that it saw."""

    def __init__(self) -> None:
        self.mb = 0.0

    def watch(self, pid: int) -> None:
        """Until the process has ended, and before anybody has waited for it."""
        while not _has_ended(pid):
            self.mb = max(self.mb, sum(_pss_mb(each) for each in _family(pid)))
            time.sleep(EVERY_S)


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _text(task).split():
            yield from _family(int(child))


def _pss_mb(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", _text(Path(f"/proc/{pid}/smaps_rollup")), re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def _text(path: Path) -> str:
    """Nothing where the process has ended since."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
