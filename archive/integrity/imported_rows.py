"""The rows of imported files, and which of their records lack one."""

import sqlite3

from archive.database.shared_ids import SharedIds
from archive.imports.capture_ids import content_of
from archive.imports.fitness import is_answer, unfit
from archive.imports.foreign import ForeignRecord
from archive.imports.stored_records import StoredRecords
from archive.integrity.row_checks import Rows, rows_of
from archive.layout import capture_id


class ImportedRows:
    """Looks up the rows of imported files in a database that is only read."""

    def __init__(self, connection: sqlite3.Connection, records: StoredRecords) -> None:
        self._db = connection
        self._shared = SharedIds(connection)
        self._records = records

    def of(self, name: str) -> Rows:
        """The captures stored in a file."""
        return rows_of(self._db, name)

    def lack(self, record: ForeignRecord, name: str) -> bool:
        """Whether a record without a capture at its place should have one.

        A copy of a captured record needs none, nor does a revisit whose original is missing.
        """
        if not is_answer(record) or unfit(record) is not None:
            return False
        holder = self._shared.holder(capture_id(record.facts.record_id))
        if holder is None:
            return True
        if (holder.file, holder.offset) == (name, record.offset):
            return False
        content = content_of(record)
        for one in (holder, *self._shared.sharing(record.facts.record_id)):
            held = self._records.read(one)
            if held is not None and content_of(held) == content:
                return False
        return True
