"""Makes an archive older, as if time had passed."""

import sqlite3
from contextlib import closing
from pathlib import Path

MOMENTS = {
    "runs": ("started_at", "finished_at"),
    "captures": ("fetched_at",),
    "articles": ("first_seen_at", "last_seen_at", "gone_at", "published_at"),
    "sightings": ("seen_at", "last_seen_at"),
}
"""Columns that hold a moment. Dates of listings stay, because the listing will show them again.
An article's date is moved, because its age counts from it; the next capture restores it."""


def let_pass(archive: Path, days: float) -> None:
    """Move all moments of an archive into the past, only in its database."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        for table, columns in MOMENTS.items():
            for column in columns:
                zone = "+07:00" if column == "published_at" else "Z"
                connection.execute(
                    f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%S',"
                    f" substr({column}, 1, 19), ?) || '{zone}' WHERE {column} IS NOT NULL",
                    (f"-{days} days",),
                )
