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
        """As `put`, of a run that did not come to its end, with the figures that its rows give.

        No later run may have changed them.
        """
        counted = dataclasses.replace(run, **figures(self._db, run))  # type: ignore[arg-type]
        self.put(counted)
        return counted

    def note_failure(self, run: int, why: str) -> None:
        """Note that a run whose row is there failed, whatever it came to."""
        self._db.execute("UPDATE runs SET outcome = 'failed', reason = ? WHERE id = ?", (why, run))

    def portal_of(self, run: int) -> str | None:
        """Whose crawl a run is; None where there is none of that id."""
        row = self._db.execute("SELECT portal FROM runs WHERE id = ?", (run,)).fetchone()
        return str(row["portal"]) if row is not None else None

    def has_ended(self, run: int) -> bool:
        """Whether the row of a run says how it ended."""
        row = self._db.execute("SELECT 1 FROM runs WHERE id = ? AND outcome IS NOT NULL", (run,))
        return row.fetchone() is not None

    def why_failed(self, run: int) -> str | None:
        """Why a run failed, as its row says; None of others."""
        row = self._db.execute(
            "SELECT coalesce(reason, '') FROM runs WHERE id = ? AND outcome = 'failed'", (run,)
        ).fetchone()
        return None if row is None else str(row[0])
