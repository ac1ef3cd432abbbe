"""Table shared_ids: captures of imported records whose Record-ID another capture has, too."""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """Where the record lies that has an id."""

    warc_file: str
    warc_offset: int


class SharedIds:
    """Asks and fills the table inside the writer's transactions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def holder(self, identifier: int) -> Holder | None:
        """The record whose capture has an id."""
        row = self._db.execute(
            "SELECT warc_file, warc_offset FROM captures WHERE id = ?", (identifier,)
        ).fetchone()
        return Holder(*row) if row is not None else None

    def sharing(self, record_id: str) -> list[Holder]:
        """The further records of one id."""
        rows = self._db.execute(
            "SELECT c.warc_file, c.warc_offset FROM shared_ids s"
            " JOIN captures c ON c.id = s.capture_id WHERE s.record_id = ?"
            " ORDER BY c.warc_file, c.warc_offset",
            (record_id,),
        )
        return [Holder(*row) for row in rows]

    def put(self, identifier: int, record_id: str, place: str) -> None:
        """Note that a capture has an id of its record's id and place."""
        self._db.execute(
            "INSERT OR IGNORE INTO shared_ids VALUES (?, ?, ?)", (identifier, record_id, place)
        )
