"""The capture of an address at a moment, and the portals and articles that can be replayed."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields

from archive.addresses import captured_addresses
from archive.database.articles import Row
from archive.errors import QueryError
from archive.models import Capture

MOST_CAPTURES = 5_000
"""Captures of one address that are listed: one a day for thirteen years."""

PAGE_ROWS = 100

_COLUMNS = ", ".join(f"c.{field.name}" for field in fields(Capture))

_SHOWABLE = "c.status IS NOT NULL AND (c.status <> 304 OR c.revisit_of IS NOT NULL)"
_BROKEN = "(c.truncated IS NOT NULL OR c.status >= 500 OR c.status IN (401, 403, 408, 425, 429))"


@dataclass(frozen=True, slots=True)
class FoundCapture:
    """A capture, and the one that holds its body: itself, or the original of a revisit."""

    capture: Capture
    original: Capture

    @property
    def status(self) -> int:
        """The status of the page that is shown."""
        status = self.capture.status
        return (self.original.status if status == 304 else status) or 200


def nearest(
    connection: sqlite3.Connection, url: str, moment: str, request_digest: str | None = None
) -> FoundCapture | None:
    """The capture of an address that is nearest to a moment; None if it was not captured.

    A complete answer comes before one that broke off or was refused. `moment` is UTC, as in
    captures.fetched_at; `request_digest` is that of a POST.
    """
    spellings = _spellings(url)
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM captures c WHERE c.url IN ({_marks(spellings)}) AND {_SHOWABLE}"  # noqa: S608
        f" AND c.request_digest IS ? ORDER BY {_BROKEN},"
        " abs(julianday(c.fetched_at) - julianday(?)), c.url <> ?,"
        " c.warc_file, c.warc_offset LIMIT 1",
        (*spellings, request_digest, moment, url),
    ).fetchone()
    return _with_original(connection, Capture(**dict(row))) if row is not None else None


def _with_original(connection: sqlite3.Connection, capture: Capture) -> FoundCapture:
    if capture.revisit_of is None:
        return FoundCapture(capture, capture)
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM captures c WHERE c.id = ?",  # noqa: S608
        (capture.revisit_of,),
    ).fetchone()
    return FoundCapture(capture, Capture(**dict(row)) if row is not None else capture)


def moments_of(connection: sqlite3.Connection, url: str) -> list[str]:
    """When an address was captured, in order: the moments of the newest MOST_CAPTURES."""
    spellings = _spellings(url)
    rows = connection.execute(
        f"SELECT DISTINCT c.fetched_at FROM captures c WHERE c.url IN ({_marks(spellings)})"  # noqa: S608
        f" AND {_SHOWABLE} AND c.request_digest IS NULL"
        f" ORDER BY c.fetched_at DESC LIMIT {MOST_CAPTURES}",
        spellings,
    )
    return [row["fetched_at"] for row in rows][::-1]


def article_at(connection: sqlite3.Connection, url: str) -> Row | None:
    """Id, title and portal of the article whose page an address is; None for other addresses."""
    spellings = _spellings(url)
    row = connection.execute(
        "SELECT a.id, a.title, p.title AS portal_title, p.name AS portal FROM captures c"  # noqa: S608
        " JOIN articles a ON a.portal = c.portal AND a.key = c.key"
        " JOIN portals p ON p.name = a.portal"
        f" WHERE c.url IN ({_marks(spellings)}) AND c.role = 'article' LIMIT 1",
        spellings,
    ).fetchone()
    return dict(row) if row is not None else None


def replayed_portals(connection: sqlite3.Connection) -> list[Row]:
    """Each portal with its articles: name, title, home, articles, first_seen_at, last_seen_at."""
    rows = connection.execute(
        "SELECT p.name, p.title, p.home, count(a.id) AS articles,"
        " min(a.first_seen_at) AS first_seen_at, max(a.last_seen_at) AS last_seen_at"
        " FROM portals p LEFT JOIN articles a ON a.portal = p.name"
        " GROUP BY p.name ORDER BY p.name"
    )
    return [dict(row) for row in rows]


def portal_named(connection: sqlite3.Connection, name: str) -> Row:
    """Name and title of a portal; QueryError if the archive has none of that name."""
    row = connection.execute("SELECT name, title FROM portals WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise QueryError(f"the archive has no portal {name}")
    return dict(row)


def articles(connection: sqlite3.Connection, portal: str, first: int) -> list[Row]:
    """PAGE_ROWS articles of a portal and one more, the newest first, from the row `first` on."""
    rows = connection.execute(
        "SELECT a.id, a.title, a.published_at, a.gone_at, a.url, c.url AS captured_url,"
        " c.fetched_at FROM articles a JOIN captures c ON c.id = a.capture_id WHERE a.portal = ?"
        " ORDER BY a.published_at DESC, a.id LIMIT ? OFFSET ?",
        (portal, PAGE_ROWS + 1, first),
    )
    return [dict(row) for row in rows]


def _spellings(url: str) -> Sequence[str]:
    """An address by both schemes, and as earlier releases asked for it."""
    scheme, mark, rest = url.partition("://")
    other = {"http": "https", "https": "http"}.get(scheme, scheme)
    both = (url, f"{other}{mark}{rest}")
    return tuple(dict.fromkeys(one for each in both for one in captured_addresses(each)))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
