"""Reads one article with all rows that belong to it. Nothing is written."""

import json
import sqlite3
from dataclasses import dataclass, replace
from typing import Any

from archive.database.article_rows import LISTS, PART_COLUMNS, REPAIRED_COLUMNS, VERSIONED
from archive.entities import mended
from archive.errors import ArchiveDamagedError, QueryError
from archive.models import Capture
from archive.moments import is_capture_moment

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article's row and the rows that belong to it, as dicts of their columns."""

    article: Row
    """`problems` and `tags` are lists."""
    images: tuple[Row, ...]
    attachments: tuple[Row, ...]
    videos: tuple[Row, ...]
    versions: tuple[Row, ...]
    """Without their texts."""
    capture: Row
    """The exchange that the row was read from."""
    portal_title: str


def stored_article(connection: sqlite3.Connection, identifier: int) -> StoredArticle:
    """The article with an id that is in the database, in its newest version."""
    article = _row(connection, "SELECT * FROM articles WHERE id = ?", identifier)
    for column in LISTS:
        article[column] = json.loads(str(article[column]))
    portal = _row(connection, "SELECT title FROM portals WHERE name = ?", article["portal"])
    return StoredArticle(
        article=article,
        images=_parts(connection, "images", identifier),
        attachments=_parts(connection, "attachments", identifier),
        videos=_parts(connection, "videos", identifier),
        versions=_rows(
            connection,
            "SELECT version, seen_at, published_at, title, content_hash, capture_id"
            " FROM article_versions WHERE article_id = ? ORDER BY version",
            identifier,
        ),
        capture=_row(connection, "SELECT * FROM captures WHERE id = ?", article["capture_id"]),
        portal_title=str(portal.get("title", "")),
    )


def at_version(
    connection: sqlite3.Connection, stored: StoredArticle, version: int
) -> StoredArticle:
    """The article with the texts of an earlier version and the capture that they were read from.

    Everything else, such as pictures and tags, is kept for the newest version only. Raises
    QueryError if there is no such version.
    """
    if version not in {held["version"] for held in stored.versions}:
        count = len(stored.versions)
        held = "version 1 only" if count == 1 else f"versions 1 to {count}"
        raise QueryError(f"article {stored.article['id']} has {held}, no version {version}")
    found = connection.execute(
        f"SELECT version, capture_id, {', '.join(VERSIONED)} FROM article_versions"  # noqa: S608
        " WHERE article_id = ? AND version = ?",
        (stored.article["id"], version),
    ).fetchone()
    capture = _row(connection, "SELECT * FROM captures WHERE id = ?", found["capture_id"])
    return replace(stored, article={**stored.article, **dict(found)}, capture=capture)


def repaired(stored: StoredArticle) -> StoredArticle:
    """The article with the broken entities of its texts mended, which is never stored."""
    article = _mended(stored.article, "articles")
    if isinstance(article["body"], str):
        # A paragraph of only &nbsp; is not a paragraph.
        paragraphs = article["body"].split("\n\n")
        article["body"] = "\n\n".join(filter(str.strip, paragraphs)) or None
    return replace(
        stored,
        article=article,
        images=tuple(_mended(row, "images") for row in stored.images),
        attachments=tuple(_mended(row, "attachments") for row in stored.attachments),
        videos=tuple(_mended(row, "videos") for row in stored.videos),
        versions=tuple(_mended(row, "articles") for row in stored.versions),
    )


def _mended(row: Row, table: str) -> Row:
    texts = {column: row[column] for column in REPAIRED_COLUMNS[table] if column in row}
    return {**row, **{name: mended(text) for name, text in texts.items() if isinstance(text, str)}}


def capture_row(connection: sqlite3.Connection, identifier: object) -> Row:
    """The row of a capture; empty if there is none."""
    return _row(connection, "SELECT * FROM captures WHERE id = ?", identifier)


def page_captures(connection: sqlite3.Connection, stored: StoredArticle) -> tuple[Capture, Capture]:
    """The capture that the article was read from, and the capture that holds its body.

    Both are the same unless the first is a revisit. Raises ArchiveDamagedError if one is not in the
    database.
    """
    capture = _capture(stored.capture, stored)
    if capture.revisit_of is None:
        return capture, capture
    return capture, _capture(capture_row(connection, capture.revisit_of), stored)


def _capture(row: Row, stored: StoredArticle) -> Capture:
    if not row:
        raise ArchiveDamagedError(
            f"the capture of article {stored.article['id']} is not in the database; "
            "run `portal verify`"
        )
    if not is_capture_moment(str(row["fetched_at"])):
        raise ArchiveDamagedError(
            f"capture {row['id']} was fetched at no moment that there is; run `portal verify`"
        )
    values: dict[str, Any] = {name: row[name] for name in Capture.__dataclass_fields__}
    return Capture(**values)


def _row(connection: sqlite3.Connection, sql: str, *values: object) -> Row:
    """The row that a foreign key names; empty if the database is damaged."""
    row = connection.execute(sql, values).fetchone()
    return dict(row) if row is not None else {}


def _parts(connection: sqlite3.Connection, table: str, article: int) -> tuple[Row, ...]:
    """The rows of images, videos or attachments that belong to an article, in page order."""
    columns = ", ".join((*PART_COLUMNS[table], "capture_id"))
    return _rows(
        connection,
        f"SELECT {columns} FROM {table} WHERE article_id = ? ORDER BY position",  # noqa: S608
        article,
    )


def _rows(connection: sqlite3.Connection, sql: str, *values: object) -> tuple[Row, ...]:
    return tuple(dict(row) for row in connection.execute(sql, values))
