"""The forms that captures answer, read from the records before them in their files."""

import sqlite3
from contextlib import suppress

from archive.errors import ArchiveError
from archive.layout import Layout
from archive.warc.sent_requests import SentForm, sent_form
from archive.warc.storage import open_named
from archive.warc.stream import Damage, streamed

_END_BEFORE = (
    "SELECT warc_offset + warc_length FROM captures WHERE warc_file = ? AND warc_offset < ?"
    " ORDER BY warc_offset DESC LIMIT 1"
)


class SentForms:
    """The forms of captures with a request_digest; an archive has few of them."""

    def __init__(self, layout: Layout, connection: sqlite3.Connection) -> None:
        self._layout = layout
        self._db = connection

    def of(self, row: sqlite3.Row) -> SentForm | None:
        """The form of a row of `index_lines.PLACED`; None for a GET, or if it cannot be read."""
        if row["request_digest"] is None:
            return None
        place = (row["warc_file"], row["warc_offset"])
        before = self._db.execute(_END_BEFORE, place).fetchone()
        start = before[0] if before is not None else 0
        found = None
        with suppress(ArchiveError, OSError), open_named(self._layout, place[0]) as file:
            for record in streamed(file, start):
                if not isinstance(record, Damage) and record.kind == "request":
                    found = sent_form(record.block)
                if record.offset >= place[1]:
                    break
        return found
