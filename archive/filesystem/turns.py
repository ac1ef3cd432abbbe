"""Whose turn it is to ask a server: kept in files, for all crawls of an archive together.

A file an address under locks/turns/ holds the moment of the next request, by the machine's
monotonic clock: setting the clock back makes nobody wait.
"""

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.filesystem.private import open_private
from archive.layout import Layout

FURTHEST_S = 3600.0
"""A moment further off than this was never written by a crawl: no pause is half as long."""

LOCKED_S = 0.05
"""How soon to try again if another process has the file, which it usually does for microseconds."""

LINE_BYTES = 64
"""The bytes of a file: the id of the machine's start (36), and the moment, padded."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_UNNAMEABLE = re.compile(r"[^a-z0-9.:_-]")


class Turns:
    """The turns of one archive. A file stays open once it was used: a turn costs microseconds."""

    def __init__(self, layout: Layout) -> None:
        self._folder = layout.locks / "turns"
        self._boot = boot_id()
        self._files: dict[str, int] = {}
        self._unwritten: dict[str, float] = {}
        """Pauses that could not be written yet: until when, by server."""

    def take(self, server: str, delay_s: float) -> float:
        """0.0 where it is the caller's turn, the next one then being `delay_s` later.

        Else the seconds after which to ask again; nothing is reserved meanwhile. It never waits
        for another process: a crawl that does could not be stopped. OSError if the folder cannot
        be written; raises as `regular` if a file there is not a regular one.
        """
        with self._locked(server) as file:
            if file is None:
                return LOCKED_S
            now = time.monotonic()
            due = self._put_off(file, server, now)
            if due > now:
                return due - now
            if delay_s:
                self._write(file, now + delay_s)
        return 0.0

    def hold(self, server: str, pause_s: float) -> None:
        """Nobody's turn is sooner than `pause_s` from now; raises as `take`.

        Where another process has the file just now, others hear of it at the caller's next turn.
        """
        now = time.monotonic()
        self._unwritten[server] = max(self._unwritten.get(server, 0.0), now + pause_s)
        with self._locked(server) as file:
            if file is not None:
                self._put_off(file, server, now)

    def close(self) -> None:
        """Close the files."""
        while self._files:
            os.close(self._files.popitem()[1])

    @contextmanager
    def _locked(self, server: str) -> Iterator[int | None]:
        """The file of a server; None if another process has it."""
        if server not in self._files:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / _UNNAMEABLE.sub("_", server.lower())
            self._files[server] = open_private(path, os.O_RDWR)
        file = self._files[server]
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        try:
            yield file
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    def _put_off(self, file: int, server: str, now: float) -> float:
        """The moment in a file; later, if a pause must be written into it."""
        due = self._due(os.pread(file, LINE_BYTES, 0), now)
        if (unwritten := self._unwritten.pop(server, 0.0)) > due:
            self._write(file, unwritten)
            return unwritten
        return due

    def _write(self, file: int, moment: float) -> None:
        os.pwrite(file, f"{self._boot} {moment:.3f}".ljust(LINE_BYTES - 1).encode() + b"\n", 0)

    def _due(self, line: bytes, now: float) -> float:
        """The moment in a file, where it was written since the machine was started."""
        boot, _, moment = line.decode("latin-1").strip().partition(" ")
        try:
            due = float(moment)
        except ValueError:
            return 0.0
        return due if boot == self._boot and due - now < FURTHEST_S else 0.0


def boot_id() -> str:
    """An id of this start of the machine; `-` if the system does not give one."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return "-"
