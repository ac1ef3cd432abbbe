"""All rows of an archive, to hold them against those of a rebuild."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

TABLES = (
    "portals", "runs", "captures", "articles", "article_versions", "images", "attachments",
    "videos", "sightings", "site_models", "boilerplate", "replay_checks",
)  # fmt: skip

ARRIVAL = {"search_id"}
"""Columns that say in which order rows came: a rebuild may give others."""


def all_rows(archive: Path, tables: Sequence[str] = TABLES) -> dict[str, list[dict[str, Any]]]:
    """Every row of the tables, by column."""
    with closing(sqlite3.connect(f"file:{archive / 'archive.db'}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        return {table: _rows(database, table) for table in tables}


def _rows(database: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    found = (dict(row) for row in database.execute(f"SELECT * FROM {table}"))
    kept = [{name: row[name] for name in row if name not in ARRIVAL} for row in found]
    return sorted(kept, key=repr)
