"""Sorts any number of lines of an index by bytes in little memory."""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import groupby, islice
from pathlib import Path

RUN_LINES = 25_000
"""The number of lines sorted in memory, about 10 MB. Each such run needs an open file."""

BUFFER_BYTES = 64 * 1024


@contextmanager
def sorted_lines(
    lines: Iterable[str], folder: Path, run_lines: int = RUN_LINES
) -> Iterator[Iterator[bytes]]:
    """Take all lines and give them in order without duplicates, each with its line end.

    Lines wait in unnamed files of the folder. Raises OSError.
    """
    with ExitStack() as held:
        runs = []
        for run in _runs(iter(lines), run_lines):
            spool = tempfile.TemporaryFile(dir=folder, buffering=BUFFER_BYTES)  # noqa: SIM115
            runs.append(held.enter_context(spool))
            spool.writelines(run)
            spool.seek(0)
        yield (line for line, _ in groupby(heapq.merge(*runs)))


def _runs(lines: Iterator[str], run_lines: int) -> Iterator[list[bytes]]:
    while run := sorted(line.encode() + b"\n" for line in islice(lines, run_lines)):
        yield run
