"""Writes the pictures, documents and videos of articles, and links them to their captures."""

import sqlite3
from collections.abc import Sequence

from archive.addresses import asked_address, captured_addresses, written_addresses
from archive.database.answers import NEWEST_FIRST, whole_page
from archive.database.statements import columns_of_value, upsert
from archive.layout import article_id
from archive.models import Article, Attachment, Capture, Image, Video

PARTS = {"images": "src", "attachments": "href", "videos": "src"}
"""Tables of the parts of articles, with the column of the address."""

_NEWEST = f"ORDER BY {NEWEST_FIRST} LIMIT 1"


class ArticleParts:
    """Tables images, attachments and videos over one connection, inside a Store's transactions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def link(self, capture: Capture) -> None:
        """Link the parts at a capture's address to the newest whole capture of it."""
        places = [
            (table, column, address)
            for table, column in PARTS.items()
            for address in written_addresses(capture.url)
            if self._has_part(table, column, address)
        ]
        newest = self._whole_capture(capture.url) if places else None
        if newest is None:
            return
        for table, column, address in places:
            self._db.execute(
                f"UPDATE {table} SET capture_id = ? WHERE {column} = ?",  # noqa: S608
                (newest, address),
            )

    def _has_part(self, table: str, column: str, address: str) -> bool:
        row = self._db.execute(
            f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1",  # noqa: S608
            (address,),
        )
        return row.fetchone() is not None

    def _whole_capture(self, url: str) -> int | None:
        spellings = captured_addresses(url)
        marks = ", ".join("?" * len(spellings))
        row = self._db.execute(
            f"SELECT id FROM captures WHERE url IN ({marks}) AND request_digest IS NULL"  # noqa: S608
            f" AND {whole_page()} {_NEWEST}",
            spellings,
        ).fetchone()
        return row["id"] if row is not None else None

    def put(self, article: Article, capture: Capture, *, is_new: bool) -> None:
        """Bring the rows of an article's parts up to those of its page."""
        identifier = article_id(capture.portal, capture.key or "")
        for table, address in PARTS.items():
            parts: Sequence[Image | Attachment | Video] = getattr(article, table)
            held = [] if is_new else self._parts(table, identifier)
            if held and held[-1]["position"] > len(parts):
                self._db.execute(
                    f"DELETE FROM {table} WHERE article_id = ? AND position > ?",  # noqa: S608
                    (identifier, len(parts)),
                )
            for position, part in enumerate(parts, start=1):
                row = {
                    "article_id": identifier,
                    "position": position,
                    **columns_of_value(part),
                    "capture_id": self._whole_capture(asked_address(getattr(part, address))),
                }
                if position > len(held) or dict(held[position - 1]) != row:
                    upsert(self._db, table, row, ("article_id", "position"))

    def _parts(self, table: str, article: int) -> list[sqlite3.Row]:
        return self._db.execute(
            f"SELECT * FROM {table} WHERE article_id = ? ORDER BY position",  # noqa: S608
            (article,),
        ).fetchall()
