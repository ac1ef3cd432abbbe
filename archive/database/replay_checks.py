"""The rows of replay_checks, and the line about them in `portal status`."""

import sqlite3
from dataclasses import asdict, dataclass

from archive.models import ReplayCheck


@dataclass(frozen=True, slots=True)
class Checked:
    """The newest check of each page of a portal, together."""

    pages: int
    without_text: int
    with_missing: int
    checked_at: str
    """The newest; UTC."""

    @property
    def words(self) -> str:
        """One line for a person."""
        found = f"replay: {self.pages} pages checked, the last on {self.checked_at[:10]}"
        amiss = [
            words
            for number, words in (
                (self.without_text, f"{self.without_text} without their text"),
                (self.with_missing, f"{self.with_missing} with parts that are not captured"),
            )
            if number
        ]
        return f"{found}: {', '.join(amiss) or 'all well'}"


def put_replay_check(connection: sqlite3.Connection, check: ReplayCheck) -> None:
    """Insert a row; the same one again changes nothing."""
    row = asdict(check)
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT OR REPLACE INTO replay_checks ({names}) VALUES ({values})", row)  # noqa: S608


def checked(connection: sqlite3.Connection, portal: str) -> Checked | None:
    """The newest check of each page of a portal; None if no page was checked."""
    pages, without_text, with_missing, newest = connection.execute(
        "SELECT count(*), coalesce(sum(is_text_visible = 0), 0),"
        " coalesce(sum(missing <> '[]'), 0), max(checked_at) FROM replay_checks r"
        " WHERE portal = :portal AND NOT EXISTS (SELECT 1 FROM replay_checks later"
        "  WHERE later.portal = :portal AND later.url = r.url"
        "  AND (later.checked_at, later.id) > (r.checked_at, r.id))",
        {"portal": portal},
    ).fetchone()
    return Checked(pages, without_text, with_missing, newest) if pages else None
