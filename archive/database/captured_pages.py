"""The captures that a crawl need not repeat or requests conditionally, and those that are
lacking."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from archive.database.answers import NEWEST_FIRST, whole_page
from archive.layout import IMPORTED_FOLDER
from archive.models import Capture, Role

PARTS_AT_ONCE = 500
"""Pictures and documents that are read in one query: a portal may lack a hundred thousand."""


class MissingPart(NamedTuple):
    """A picture or document of an article that was never captured."""

    role: str
    """requisite or attachment."""
    url: str
    article: str
    """The article's address."""


class MissingResource(NamedTuple):
    """A resource of a page that the archive lacked when the page was checked."""

    url: str
    kind: str
    """As `replay_checks.missing` has it."""
    page: str
    """The page's address."""


class CapturedPages:
    """Table captures of one portal; reads only."""

    def __init__(self, connection: sqlite3.Connection, portal: str, begun: str) -> None:
        self._db = connection
        self._portal = portal
        self._begun = begun

    def whole_page(self, url: str) -> Capture | None:
        """The newest capture that holds the body of a listing page, to ask conditionally for it.

        Of an address that was captured in another role no rows were made, and a 304 would make
        none either. An answer to a form does not count.
        """
        return newest_capture(
            self._db,
            "url = ? AND portal = ? AND role = 'listing' AND request_digest IS NULL"
            f" AND {whole_page()}",
            (url, self._portal),
        )

    def original(self, capture: Capture) -> Capture:
        """The capture that holds the body of another: the one it repeats, or else itself."""
        if capture.revisit_of is None:
            return capture
        found = self.get(capture.revisit_of)
        assert found is not None, "revisit_of is a foreign key"
        return found

    def resolved(self, url: str) -> Capture | None:
        """The newest answer after which a requisite or attachment need not be requested again.

        It is a complete one, a redirect, a refusal such as 404, or one beyond the size limit.
        """
        return newest_capture(
            self._db,
            "url = ? AND portal = ? AND request_digest IS NULL"
            " AND (truncated = 'length' OR truncated IS NULL"
            " AND status BETWEEN 200 AND 499 AND status NOT IN (408, 425, 429)"
            " AND (status <> 304 OR revisit_of IS NOT NULL))",
            (url, self._portal),
        )

    def get(self, identifier: int) -> Capture | None:
        """The capture with that captures.id; None if there is none."""
        return newest_capture(self._db, "id = ?", (identifier,))

    def parts_without_capture(self) -> Iterator[MissingPart]:
        """The pictures and documents of articles that were never captured."""
        for table, column, role in (
            ("images", "src", Role.REQUISITE.value),
            ("attachments", "href", Role.ATTACHMENT.value),
        ):
            last = 0
            sql = (
                f"SELECT p.rowid, p.{column}, a.url FROM {table} p JOIN articles a"  # noqa: S608
                " ON a.id = p.article_id WHERE a.portal = ? AND p.capture_id IS NULL"
                " AND p.rowid > ? ORDER BY p.rowid LIMIT ?"
            )
            while rows := self._db.execute(sql, (self._portal, last, PARTS_AT_ONCE)).fetchall():
                last = rows[-1][0]
                yield from (MissingPart(role, row[1], row[2]) for row in rows)

    def pages_of_incomplete_run(self) -> Iterator[Capture]:
        """The article pages of the last run that received answers, if it was not complete."""
        run = self._db.execute(
            "SELECT id, outcome FROM runs WHERE portal = ? AND started_at < ?"
            " AND (outcome IS NOT 'failed' OR requests > 0)"
            " ORDER BY started_at DESC, id DESC LIMIT 1",
            (self._portal, self._begun),
        ).fetchone()
        if run is None or run["outcome"] == "complete":
            return
        rows = self._db.execute(
            "SELECT id FROM captures WHERE run_id = ? AND portal = ? AND role = 'article'"  # noqa: S608
            f" AND {whole_page()} ORDER BY warc_file, warc_offset",
            (run["id"], self._portal),
        ).fetchall()
        for row in rows:
            if (found := self.get(row["id"])) is not None:
                yield found

    def missing_in_replay(self) -> list[MissingResource]:
        """The resources that the newest check of each page found to be missing."""
        rows = self._db.execute(
            "SELECT value ->> 'url', value ->> 'kind', r.url FROM replay_checks r,"
            " json_each(CASE WHEN json_valid(r.missing) THEN r.missing ELSE '[]' END)"
            " WHERE portal = :portal AND NOT EXISTS (SELECT 1 FROM replay_checks later"
            "  WHERE later.portal = :portal AND later.url = r.url"
            "  AND (later.checked_at, later.id) > (r.checked_at, r.id))"
            " ORDER BY r.checked_at, r.id, key",
            {"portal": self._portal},
        )
        return [MissingResource(str(url), str(kind), page) for url, kind, page in rows]


def newest_capture(
    connection: sqlite3.Connection, condition: str, values: tuple[object, ...]
) -> Capture | None:
    """The newest capture that fulfills a condition in SQL; None if none does."""
    row = connection.execute(
        f"SELECT * FROM captures WHERE {condition}"  # noqa: S608
        f" ORDER BY {NEWEST_FIRST} LIMIT 1",
        values,
    ).fetchone()
    return Capture(**row) if row is not None else None


def conditions(known: Capture | None, body: Capture | None) -> dict[str, str]:
    """The headers that request an address only if it has changed since a capture.

    `body` is the capture that holds the body of `known`. If it is imported, there are no headers:
    a 304 would make the crawl's own files depend on somebody else's.
    """
    headers: dict[str, str] = {}
    if known is None or body is None or body.warc_file.startswith(IMPORTED_FOLDER):
        return headers
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers
