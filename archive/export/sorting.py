"""Sorts the lines of an index by bytes in little memory, however many there are."""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

RUN_LINES = 50_000
"""Lines that are sorted in memory, some 20 MB. A file is open for each such run."""

BUFFER_BYTES = 64 * 1024


def sorted_lines(lines: Iterable[str], folder: Path, run_lines: int = RUN_LINES) -> Iterator[bytes]:
    """The lines in order, each with its end and once; they wait in nameless files of the folder.

    OSError passes through.
    """
    with ExitStack() as held:
        runs = []
        for run in _runs(iter(lines), run_lines):
            spool = tempfile.TemporaryFile(dir=folder, buffering=BUFFER_BYTES)  # noqa: SIM115
            runs.append(held.enter_context(spool))
            spool.writelines(run)
            spool.seek(0)
        last = b""
        for line in heapq.merge(*runs):
            if line != last:
                yield line
            last = line


def _runs(lines: Iterator[str], run_lines: int) -> Iterator[list[bytes]]:
    while run := sorted(line.encode() + b"\n" for line in islice(lines, run_lines)):
        yield run
