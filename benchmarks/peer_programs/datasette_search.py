"""Searches a table in Datasette as its own search box does, and prints the times as JSON.

    python datasette_search.py DATABASE < QUERIES    # JSON: a list of lists of queries

DATABASE holds table articles and the index of it that `sqlite-utils enable-fts` makes. Each query
gives the wall and CPU time in milliseconds of a page of 20 rows with the count, without facets, and
the count.
"""

import asyncio
import json
import sqlite3
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from datasette.app import Datasette

LIMIT_MS = 30_000


async def page(datasette: "Datasette", path: str) -> tuple[float, float, object]:
    """One answer; its count is None if it came too late."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = (await datasette.client.get(path)).json()
    used = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
    return *used, answer.get("filtered_table_rows_count")


async def times(path: str, groups: list[list[str]]) -> list[list[tuple[float, float, object]]]:
    """Of each query, the second time that it is asked."""
    from datasette.app import Datasette  # of an environment of its own

    datasette = Datasette([path], settings={"sql_time_limit_ms": LIMIT_MS, "num_sql_threads": 1})
    await datasette.invoke_startup()
    name = next(name for name in datasette.databases if name != "_internal")
    found = []
    for queries in groups:
        found.append([])
        for query in queries:
            asked = f"/{name}/articles.json?_size=20&_nosuggest=1&_search={quote(query)}"
            await page(datasette, asked)
            found[-1].append(await page(datasette, asked))
    return found


def main() -> None:
    """Read, ask, print."""
    print(
        json.dumps(
            {
                "sqlite": sqlite3.sqlite_version,
                "times": asyncio.run(times(sys.argv[1], json.load(sys.stdin))),
            }
        )
    )


if __name__ == "__main__":
    main()
