"""Asks an archive the queries of the benchmark of search, and prints their times as JSON.

    python -m benchmarks.search_program < REQUEST

REQUEST is JSON: folder, is_cold, and cases as
benchmarks.search_cases makes them. Each query gives its wall and CPU time in milliseconds, and what
it found.
"""

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive.database.reading import answering, reading
from archive.errors import ArchiveSlowError
from archive.layout import Layout
from archive.search.counts import counted_by
from archive.search.filters import Filters
from archive.search.find import DEFAULT_LIMIT, Search
from archive.search.query import parsed

ROUNDS = 3
"""Of a warm query, of which the least counts."""

Times = tuple[float, float, object]


def do(connection: sqlite3.Connection, what: str, asked: dict[str, Any]) -> object:
    """Ask one query as `portal search` does."""
    given = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in asked["filters"].items()
    }
    search = Search(connection, parsed(asked["query"]), Filters(**given))
    if what == "count":
        count, row = search.count(), search.count_in_a_row()
        return [count.number, row and row.number]
    if what in ("year", "portal"):
        return [[each.value, each.articles] for each in counted_by(search, what)]
    return [hit.id for hit in search.hits(what, limit=DEFAULT_LIMIT)]


def timed(ask: Callable[[], object]) -> Times:
    """Milliseconds on the clock and of CPU, and the answer; None if it came too late."""
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        answer = ask()
    except ArchiveSlowError:
        answer = None
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000, answer


def forget(path: Path) -> None:
    """Let the system drop a file from its cache."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def cold(layout: Layout, what: str, asked: dict[str, Any]) -> Times:
    """Of a new connection to a database that is not in memory."""

    def ask() -> object:
        with answering(layout) as connection:
            return do(connection, what, asked)

    forget(layout.database)
    return timed(ask)


def warm(connection: sqlite3.Connection, what: str, asked: dict[str, Any]) -> Times:
    """Of a connection that has been asked the same before."""
    rounds = [timed(lambda: do(connection, what, asked)) for _ in range(ROUNDS)]
    return min(each[0] for each in rounds), min(each[1] for each in rounds), rounds[0][2]


def main() -> int:
    """Read the request, ask, print."""
    request = json.load(sys.stdin)
    layout = Layout(Path(request["folder"]))
    times = []
    with reading(layout) as connection:
        for case in request["cases"]:
            if request["is_cold"]:
                times.append([cold(layout, case["do"], asked) for asked in case["asked"]])
            else:
                times.append([warm(connection, case["do"], asked) for asked in case["asked"]])
            print(case["name"], file=sys.stderr, flush=True)
    print(json.dumps({"sqlite": sqlite3.sqlite_version, "times": times}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
