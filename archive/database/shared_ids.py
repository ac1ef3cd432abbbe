"""Table shared_ids: captures of imported records that share their Record-ID."""

import sqlite3

from archive.models import WarcPlace


class SharedIds:
    """Reads and fills the table, inside the transactions of a Store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def holder(self, identifier: int) -> WarcPlace | None:
        """The place of the record whose capture has an id, or will have it; None if there is
        none."""
        row = self._db.execute(
            "SELECT warc_file, warc_offset, warc_length FROM captures WHERE id = ?1 UNION ALL"
            " SELECT json_extract(capture, '$.warc_file'), json_extract(capture, '$.warc_offset'),"
            " json_extract(capture, '$.warc_length') FROM revisits WHERE capture_id = ?1"
            " AND found IS NULL LIMIT 1",
            (identifier,),
        ).fetchone()
        return WarcPlace(*row) if row is not None else None

    def sharing(self, record_id: str) -> list[WarcPlace]:
        """The places of the further records with one Record-ID."""
        rows = self._db.execute(
            "SELECT capture_id FROM shared_ids WHERE record_id = ? ORDER BY capture_id",
            (record_id,),
        )
        found = [self.holder(identifier) for (identifier,) in rows.fetchall()]
        return [one for one in found if one is not None]

    def put(self, identifier: int, record_id: str, place: str) -> None:
        """Note that the id of a capture was derived from its Record-ID and place."""
        self._db.execute(
            "INSERT OR IGNORE INTO shared_ids VALUES (?, ?, ?)", (identifier, record_id, place)
        )
