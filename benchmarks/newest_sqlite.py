"""Asks an archive with the SQLite of package pysqlite3-binary, put in the place of sqlite3.

python -m benchmarks.newest_sqlite < REQUEST    # as benchmarks.search_program
"""

import importlib
import sqlite3
import sys
from functools import partial
from typing import Any


def module() -> Any:
    """The package, with the names and methods that it lacks beside sqlite3."""
    found: Any = importlib.import_module("pysqlite3")
    for name in dir(sqlite3):
        if not hasattr(found, name):
            setattr(found, name, getattr(sqlite3, name))

    class Connection(found.Connection):  # type: ignore[misc]
        def setlimit(self, _category: int, _limit: int) -> int:
            """Nothing hostile is measured."""
            return 0

    found.connect = partial(found.connect, factory=Connection)
    return found


if __name__ == "__main__":
    sys.modules["sqlite3"] = module()
    sys.exit(importlib.import_module("benchmarks.search_program").main())
