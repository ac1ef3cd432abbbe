"""Finds the captures that the pages of articles need to be shown without the archive."""

import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from urllib.parse import urljoin

from archive.database.replayed import FoundCapture, nearest
from archive.errors import ArchiveDamagedError
from archive.imports.stored import stored_answer
from archive.layout import Layout
from archive.models import Capture
from archive.warc.reader import StoredAnswer
from portal_crawler.references.followed import FOLLOWED, MAX_HOPS, Followed
from portal_crawler.references.reference import FRAME, ICON, IMAGE
from portal_crawler.references.requisites import Requisite, asked_from

REDIRECTS = (301, 302, 303, 307, 308)

_COLUMNS = ", ".join(f"c.{field.name}" for field in fields(Capture))
_PAGES = (
    f"SELECT {_COLUMNS} FROM captures c JOIN articles a ON a.portal = c.portal AND a.key = c.key"  # noqa: S608
    " WHERE a.id = ? AND c.role = 'article' AND c.status IS NOT NULL AND c.status <> 304"
)
_PARTS = (
    "SELECT capture_id FROM images WHERE article_id = ?1"
    " UNION SELECT capture_id FROM attachments WHERE article_id = ?1"
    " UNION SELECT capture_id FROM videos WHERE article_id = ?1"
)


class NeededCaptures:
    """Collects captures by article: each capture of its page with page resources, and documents."""

    def __init__(self, layout: Layout, connection: sqlite3.Connection) -> None:
        self.ids: set[int] = set()
        self.unread = 0
        """The number of answers whose record cannot be read; their page resources are left out."""
        self._layout = layout
        self._connection = connection
        self._followed: set[tuple[int, str]] = set()

    def add(self, article: int) -> None:
        """Add all captures of one article."""
        for row in self._connection.execute(_PAGES, (article,)):
            capture = Capture(**dict(row))
            found = FoundCapture(capture, self._original(capture))
            self._take(found)
            self._follow(found, FRAME, capture.fetched_at)
        for (part,) in self._connection.execute(_PARTS, (article,)):
            if (shown := self._capture(part)) is not None:
                self._take(FoundCapture(shown, self._original(shown)))

    def _take(self, found: FoundCapture) -> None:
        self.ids.add(found.original.id)
        if found.capture.status != 304:
            self.ids.add(found.capture.id)

    def _follow(self, found: FoundCapture, kind: str, moment: str) -> None:
        """Add the page resources of an answer, and those that they name."""
        waiting = [(found, kind, 1)]
        while waiting:
            found, kind, hop = waiting.pop()
            if hop > MAX_HOPS or (found.capture.id, kind) in self._followed:
                continue
            self._followed.add((found.capture.id, kind))
            for needed in self._named_by(found, kind):
                there = nearest(self._connection, needed.url, moment)
                if there is not None:
                    self._take(there)
                    waiting.append((there, needed.kind, hop + 1))

    def _named_by(self, found: FoundCapture, kind: str) -> Iterator[Requisite]:
        is_redirect = found.status in REDIRECTS
        if kind not in FOLLOWED and not is_redirect:
            return
        answer = self._answer(found)
        if answer is None:
            return
        url = found.capture.url
        if is_redirect:
            target = asked_from(url, answer.head.value("location") or "")
            yield from [Requisite(target, kind)] if target is not None else []
            return
        content_type = answer.head.value("content-type")
        named = Followed(url, kind, answer.body, content_type).requisites()
        yield from named
        if kind == FRAME and all(one.kind != ICON for one in named):
            yield Requisite(urljoin(url, "/favicon.ico"), IMAGE)

    def _answer(self, found: FoundCapture) -> StoredAnswer | None:
        try:
            return stored_answer(self._layout, found.capture, found.original)
        except ArchiveDamagedError:
            self.unread += 1
            return None

    def _original(self, capture: Capture) -> Capture:
        return self._capture(capture.revisit_of) or capture

    def _capture(self, identifier: int | None) -> Capture | None:
        sql = f"SELECT {_COLUMNS} FROM captures c WHERE c.id = ?"  # noqa: S608
        row = self._connection.execute(sql, (identifier,)).fetchone()
        return Capture(**dict(row)) if row is not None else None
