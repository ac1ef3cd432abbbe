"""Lets an archive grow older, as nights that pass would."""

import sqlite3
from contextlib import closing
from pathlib import Path

MOMENTS = {
    "runs": ("started_at", "finished_at"),
    "captures": ("fetched_at",),
    "articles": ("first_seen_at", "last_seen_at", "gone_at", "published_at"),
    "sightings": ("seen_at", "last_seen_at"),
}
"""Columns that hold a moment. What a listing says stays: it will say so again. What an article's
page says is moved, as its age counts from it; to look at the page brings its own date back."""


def let_pass(archive: Path, days: float) -> None:
    """Move all that an archive did into the past, in the database alone."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        for table, columns in MOMENTS.items():
            for column in columns:
                zone = "+07:00" if column == "published_at" else "Z"
                connection.execute(
                    f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%S',"
                    f" substr({column}, 1, 19), ?) || '{zone}' WHERE {column} IS NOT NULL",
                    (f"-{days} days",),
                )
