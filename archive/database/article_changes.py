"""Stores an article as a page shows it, and decides whether that is a new version."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from archive.database.answers import whole_page
from archive.database.article_parts import ArticleParts
from archive.database.article_rows import (
    VERSIONED,
    columns_of,
    content_hash,
    page_content,
    stored_content,
)
from archive.database.article_writing import ArticleWriting
from archive.database.captures import Captures
from archive.database.presence import SEEN, Presence
from archive.database.sameness import is_beside_text_the_same, says_the_same
from archive.database.statements import Row, upsert
from archive.layout import article_id
from archive.models import Article, Capture, Unread

LOST_FOR_GOOD = 3
"""After so many runs whose pages lack the body or date of an article, the loss is a version."""


class Change(StrEnum):
    """The effect of storing an article."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LOST = "lost"
    """The page lacks the body or date of the article; the row stays until a third run agrees. Or it
    lacks the headline and has another text."""


Rules = Callable[[str], str | None]
"""Returns the fingerprint of the rules that read a portal's articles, given its name."""

Reread = Callable[[Capture, Capture], Article | None]
"""Reads the page of an earlier capture again by today's rules; None if it has no title. The second
argument is the capture that holds the body: the original, or the capture itself."""

_FIRST_TITLE = (
    "SELECT v.title FROM article_versions v JOIN articles a ON a.id = v.article_id"
    " WHERE a.portal = :portal AND a.key = {} AND v.version = 1"
)


class Articles:
    """Tables articles and article_versions over one connection, inside a Store's transactions."""

    def __init__(
        self,
        writing: ArticleWriting,
        captures: Captures,
        presence: Presence,
        parts: ArticleParts,
        rules: Rules,
    ) -> None:
        self._db = writing.connection
        self._writing = writing
        self._captures = captures
        self._presence = presence
        self._parts = parts
        self._rules = rules

    def put(self, article: Article, capture: Capture, reread: Reread) -> Change:
        """Store an article as a page shows it: its row, version, pictures, documents and videos.

        It is compared with the previous capture *as today's rules read it*: changed rules update
        rows in place and never make a version, and neither does what a page changes by itself. A
        page that broke off never replaces a whole one.
        Raises ValueError if the capture has no key.
        """
        if capture.key is None:
            raise ValueError(f"the capture of {capture.url} names no article key")
        change = self._put(article, capture, reread)
        if capture.asked_key is not None:
            self._presence.note_moved(capture)
        return change

    def _put(self, article: Article, capture: Capture, reread: Reread) -> Change:
        known = self._known(article_id(capture.portal, capture.key or ""))
        if known is not None and self._is_another_page(capture):
            self._presence.note_missing(capture)
            return Change.LOST
        self._captures.note_unread(capture, None)
        if known is None:
            self._insert_article(article, capture)
            return Change.NEW
        if capture.truncated is not None and not known["truncated"]:
            self._presence.note_seen(capture, capture.fetched_at)
            return Change.UNCHANGED
        if known["truncated"] and capture.truncated is None:
            self._put_version(article, capture, known["version"])
            self._update_article(article, capture, known["version"])
            return Change.CHANGED
        if content_hash(article) == known["content_hash"]:
            self._update_article(article, capture, known["version"])
            return Change.UNCHANGED
        return self._put_different(article, capture, known, reread)

    def _put_different(
        self, article: Article, capture: Capture, known: sqlite3.Row, reread: Reread
    ) -> Change:
        previous = self._captures.get(known["version_capture"])
        is_same = _is_read_the_same(capture, previous) and not article.has_approximate_date
        before = article if is_same else reread(previous, self._captures.original(previous))
        if before is not None and before.shows_headline and not article.shows_headline:
            return self._put_without_headline(article, before, capture)
        if self._is_lost(article, before, known) and not self._is_lost_for_good(capture, known):
            self._captures.note_unread(capture, Unread.LOST)
            self._presence.note_seen(capture, capture.fetched_at)
            return Change.LOST
        if before is not None and content_hash(before) != known["content_hash"]:
            self._put_version(before, previous, known["version"])
        if before is not None and content_hash(before) == content_hash(article):
            self._update_article(article, capture, known["version"])
            return Change.UNCHANGED
        if self._says_what_was_said(article, before, capture, previous, reread):
            self._put_same(article, before, capture, known)
            return Change.UNCHANGED
        self._put_version(article, capture, known["version"] + 1)
        self._update_article(article, capture, known["version"] + 1)
        return Change.CHANGED

    def _put_without_headline(self, article: Article, before: Article, capture: Capture) -> Change:
        """Leave the row as it is: a page that shows no headline any more has the same text, or may
        be another page in the place of the article, which `Presence.resolve_run` judges."""
        if says_the_same(replace(article, title=before.title), before):
            self._presence.note_seen(capture, capture.fetched_at)
            return Change.UNCHANGED
        self._captures.note_unread(capture, Unread.NO_TITLE)
        return Change.LOST

    def _says_what_was_said(
        self,
        article: Article,
        before: Article | None,
        capture: Capture,
        previous: Capture,
        reread: Reread,
    ) -> bool:
        """Whether only what the page changes by itself differs from `before`, or what reading makes
        of the listed titles: two listings may cut a title differently, and earlier releases
        recorded none.
        """
        if before is not None and says_the_same(before, article):
            return True
        if capture.listed_title == previous.listed_title:
            return False
        listed = replace(previous, listed_title=capture.listed_title)
        alike = reread(listed, self._captures.original(previous))
        return alike is not None and says_the_same(alike, article)

    def _put_same(
        self, article: Article, before: Article | None, capture: Capture, known: sqlite3.Row
    ) -> None:
        """Leave the row as it is, unless this page says more: then the version is read from it."""
        is_as_read = before is not None and content_hash(before) == known["content_hash"]
        has_news = known["listed_title"] is None and capture.listed_title is not None
        stored = stored_content(self._db, known["id"])
        if is_as_read and not has_news and is_beside_text_the_same(stored, article):
            self._presence.note_seen(capture, capture.fetched_at)
            return
        self._put_version(article, capture, known["version"])
        self._update_article(article, capture, known["version"])

    @staticmethod
    def _is_lost(article: Article, before: Article | None, known: sqlite3.Row) -> bool:
        """Whether a page lacks the body or date that the row has and the previous page has."""
        for name in ("body", "published_at"):
            previous = known[name] if before is None else getattr(before, name)
            if known[name] is not None and previous is not None and getattr(article, name) is None:
                return True
        return False

    def _is_lost_for_good(self, capture: Capture, known: sqlite3.Row) -> bool:
        runs = self._db.execute(
            "SELECT count(DISTINCT run_id) FROM captures WHERE portal = ? AND key = ?"  # noqa: S608
            " AND role = 'article' AND unread = 'lost' AND run_id <> ? AND fetched_at > max(?,"
            "  coalesce((SELECT max(fetched_at) FROM captures WHERE portal = ? AND key = ?"
            f"   AND role = 'article' AND {SEEN} AND id <> ? AND fetched_at <= ?), ''))"
            " AND fetched_at <= ?",
            (
                *(capture.portal, capture.key, capture.run_id, known["fetched_at"]),
                *(capture.portal, capture.key, capture.id, capture.fetched_at),
                capture.fetched_at,
            ),
        ).fetchone()[0]
        return bool(runs + 1 >= LOST_FOR_GOOD)

    def _is_another_page(self, capture: Capture) -> bool:
        """Whether the same page was captured before as a listing, or as another article.

        An article at two addresses is not another one: both began with the same title.
        """
        row = self._db.execute(
            "SELECT 1 FROM captures c WHERE payload_digest = :digest AND portal = :portal"  # noqa: S608
            f" AND revisit_of IS NULL AND {whole_page()}"
            " AND (fetched_at, warc_file, warc_offset) < (:at, :file, :offset)"
            " AND (role = 'listing' OR role = 'article' AND key <> :key AND ("
            f"  {_FIRST_TITLE.format('c.key')}) <> ({_FIRST_TITLE.format(':key')})) LIMIT 1",
            {
                "digest": capture.payload_digest,
                "portal": capture.portal,
                "key": capture.key,
                "at": capture.fetched_at,
                "file": capture.warc_file,
                "offset": capture.warc_offset,
            },
        ).fetchone()
        return row is not None

    def _known(self, identifier: int) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._db.execute(
            "SELECT a.id, a.version, a.gone_at, a.last_seen_at, v.content_hash, v.body,"
            " v.published_at, v.capture_id AS version_capture, c.truncated, c.fetched_at,"
            " c.listed_title"
            " FROM articles a"
            " JOIN article_versions v ON v.article_id = a.id AND v.version = a.version"
            " JOIN captures c ON c.id = a.capture_id WHERE a.id = ?",
            (identifier,),
        ).fetchone()
        return row

    def _insert_article(self, article: Article, capture: Capture) -> None:
        row = {
            **_article_row(article, capture),
            "rules": self._rules(capture.portal),
            "id": article_id(capture.portal, capture.key or ""),
            "portal": capture.portal,
            "key": capture.key,
            "first_seen_at": capture.fetched_at,
            "gone_at": None,
            "version": 1,
        }
        self._writing.insert(row)
        self._put_version(article, capture, 1)
        self._parts.put(article, capture, is_new=True)

    def _update_article(self, article: Article, capture: Capture, version: int) -> None:
        row = {
            **_article_row(article, capture),
            "rules": self._rules(capture.portal),
            "id": article_id(capture.portal, capture.key or ""),
            "version": version,
            "gone_at": None,
        }
        self._writing.update(row)
        self._parts.put(article, capture, is_new=False)

    def _put_version(self, article: Article, capture: Capture, version: int) -> None:
        row = {
            "article_id": article_id(capture.portal, capture.key or ""),
            "version": version,
            "seen_at": capture.fetched_at,
            "capture_id": capture.id,
            "content_hash": content_hash(article),
            "rules": self._rules(capture.portal),
            **{column: getattr(article, column) for column in VERSIONED},
        }
        upsert(self._db, "article_versions", row, ("article_id", "version"))


def _is_read_the_same(capture: Capture, previous: Capture) -> bool:
    """Whether both captures hold the same page, listed under the same title."""
    same = capture.payload_digest == previous.payload_digest
    return same and capture.listed_title == previous.listed_title


def _article_row(article: Article, capture: Capture) -> Row:
    return {
        **columns_of(page_content(article)),
        "last_seen_at": capture.fetched_at,
        "capture_id": capture.id,
    }
