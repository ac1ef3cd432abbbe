"""Whose turn it is to ask a server: kept in files, for all crawls of an archive together.

A file an address under locks/turns/ holds the moment of the next request, by the machine's
monotonic clock: setting the clock back makes nobody wait.
"""

import fcntl
import re
import time
from pathlib import Path

from archive.layout import Layout

FURTHEST_S = 3600.0
"""A moment further off than this was never written by a crawl: no pause is half as long."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_UNNAMEABLE = re.compile(r"[^a-z0-9.:_-]")


class Turns:
    """The turns of one archive."""

    def __init__(self, layout: Layout) -> None:
        self._folder = layout.locks / "turns"
        self._boot = boot_id()

    def take(self, server: str, delay_s: float) -> float:
        """0.0 where it is the caller's turn, the next one then being `delay_s` later.

        Else the seconds after which to ask again; nothing is reserved meanwhile. OSError where
        the folder cannot be written.
        """
        return self._change(server, delay_s, hold=False)

    def hold(self, server: str, pause_s: float) -> None:
        """Nobody's turn is sooner than `pause_s` from now; OSError as `take`."""
        self._change(server, pause_s, hold=True)

    def _change(self, server: str, seconds: float, *, hold: bool) -> float:
        with self._path(server).open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # held for this block by whoever holds it
            now = time.monotonic()
            file.seek(0)
            due = self._due(file.read(), now)
            if due > now and not hold:
                return due - now
            file.truncate(0)
            file.write(f"{self._boot} {max(due, now + seconds):.3f}\n")
        return 0.0

    def _path(self, server: str) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / _UNNAMEABLE.sub("_", server.lower())

    def _due(self, text: str, now: float) -> float:
        """The moment in a file, where it was written since the machine was started."""
        boot, _, moment = text.strip().partition(" ")
        try:
            due = float(moment)
        except ValueError:
            return 0.0
        return due if boot == self._boot and due - now < FURTHEST_S else 0.0


def boot_id() -> str:
    """What tells one start of the machine from another; `-` where the system does not say."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return "-"
