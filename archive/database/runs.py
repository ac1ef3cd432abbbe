"""Writes and reads the rows of portals and runs, inside the transactions of a Store."""

import dataclasses
import sqlite3

from archive.database.run_figures import figures
from archive.database.statements import columns_of_value, upsert
from archive.models import PortalEntry, Run


class Runs:
    """Tables portals and runs over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put_portal(self, portal: PortalEntry) -> None:
        """Insert the portal or bring its row up to date."""
        upsert(self._db, "portals", columns_of_value(portal), ("name",))

    def put(self, run: Run) -> None:
        """Insert the run or bring its row up to date."""
        upsert(self._db, "runs", columns_of_value(run), ("id",))

    def put_killed(self, run: Run) -> Run:
        """As `put`, for a run that was killed; its figures are counted from its rows.

        It must be called before a later run changes these rows.
        """
        counted = dataclasses.replace(run, **figures(self._db, run))  # type: ignore[arg-type]
        self.put(counted)
        return counted

    def note_failure(self, run: int, why: str) -> None:
        """Set the outcome of a run that has a row to failed, whatever it was."""
        self._db.execute("UPDATE runs SET outcome = 'failed', reason = ? WHERE id = ?", (why, run))

    def portal_of(self, run: int) -> str | None:
        """The portal of a run; None if there is no run with that id."""
        row = self._db.execute("SELECT portal FROM runs WHERE id = ?", (run,)).fetchone()
        return str(row["portal"]) if row is not None else None

    def has_ended(self, run: int) -> bool:
        """Whether the row of a run has an outcome."""
        row = self._db.execute("SELECT 1 FROM runs WHERE id = ? AND outcome IS NOT NULL", (run,))
        return row.fetchone() is not None

    def why_failed(self, run: int) -> str | None:
        """The reason of a failed run; None if it did not fail or has no row."""
        row = self._db.execute(
            "SELECT coalesce(reason, '') FROM runs WHERE id = ? AND outcome = 'failed'", (run,)
        ).fetchone()
        return None if row is None else str(row[0])
