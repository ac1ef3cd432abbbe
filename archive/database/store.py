"""Writes the rows of archive.db. Nothing is in a row that is not in a WARC."""

import dataclasses
import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeVar

from archive.addresses import (
    asked_address,
    captured_addresses,
    without_session,
    written_addresses,
)
from archive.database import identity
from archive.database.answers import confirmed, missing, whole_page
from archive.database.article_rows import MOVED_TO, VERSIONED, columns_of, content_hash, said_by
from archive.database.article_writing import ArticleWriting
from archive.database.replay_checks import put_replay_check
from archive.database.run_figures import figures
from archive.database.statements import Row, columns_of_value, insertion, upsertion
from archive.layout import IMPORTED_FOLDER, article_id, derived_id
from archive.models import (
    JUDGED_ROLES,
    Article,
    Attachment,
    Capture,
    Image,
    ListedArticle,
    PortalEntry,
    ReplayCheck,
    Run,
    Unread,
    Video,
)

T = TypeVar("T")

GONE_AT_ONCE = 410

LOST_FOR_GOOD = 3
"""Runs whose pages lack the body or date that the article had, after which that is a version."""

ODD_PAGES = 4
ODD_SHARE = 0.2
"""So many of a run's pages, or such a share, may be other pages in the place of articles that are
no more; with more without a headline, or with none that is read, the layout has changed."""

SIGHTED = ("portal", "key", "section", "url", "title", "date")
"""What makes a sighting distinct."""

PATIENCE_S = 30.0
"""How long a transaction waits for another writer, or for a reader's checkpoint."""

_WAIT_MS = 500
"""Of that, how long Python cannot look at a signal."""


class Change(StrEnum):
    """What storing an article did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LOST = "lost"
    """The page lacks what the article had: the row stays, until a third run says the same."""


Reread = Callable[[Capture, Capture], Article | None]
"""Reads the page of an earlier capture again with today's rules; None where no title is found. Its
body is that of the second, the capture that it repeats or else itself."""

PARTS = {"images": "src", "attachments": "href", "videos": "src"}
"""Tables of what belongs to an article, with the column of the address."""

_FIRST_TITLE = (
    "SELECT v.title FROM article_versions v JOIN articles a ON a.id = v.article_id"
    " WHERE a.portal = :portal AND a.key = {} AND v.version = 1"
)
_NEWEST = "ORDER BY fetched_at DESC, warc_file DESC, warc_offset DESC LIMIT 1"


class Store:
    """Writes rows over one connection, inside the transactions of `in_transaction`.

    The connection is one of `schema.open_for_writing`; sqlite3.Error passes through.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        rules: Callable[[str], str | None] = lambda _: None,
        *,
        is_indexed: bool = True,
    ) -> None:
        """`rules` gives by a portal's name the fingerprint of the rules that read its articles.

        A database of `schema.open_aside` is not indexed yet.
        """
        self.patience_s = PATIENCE_S
        self._db = connection
        self._rules = rules
        self._db.row_factory = sqlite3.Row
        self._db.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
        self._articles = ArticleWriting(connection, is_indexed=is_indexed)

    def in_transaction(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """Do all tasks in one transaction; what they give. After an error none of it is done."""
        self._begin()
        try:
            results = [task() for task in tasks]
            self._articles.end()
        except BaseException:
            self._db.rollback()
            self._articles.undone()
            raise
        self._db.commit()
        return results

    def _begin(self) -> None:
        begun = time.monotonic()
        while True:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() - begun >= self.patience_s:
                    raise

    def close(self) -> None:
        """End writing."""
        self._db.close()

    def put_portal(self, portal: PortalEntry) -> None:
        """Insert the portal or bring its row up to date."""
        self._upsert("portals", columns_of_value(portal), ("name",))

    def put_run(self, run: Run) -> None:
        """Insert the run or bring its row up to date."""
        self._upsert("runs", columns_of_value(run), ("id",))

    def put_killed_run(self, run: Run) -> Run:
        """As `put_run`, of a run that did not come to its end, with the figures that its rows give.

        No later run may have changed them.
        """
        counted = dataclasses.replace(run, **figures(self._db, run))  # type: ignore[arg-type]
        self.put_run(counted)
        return counted

    def note_failure(self, run: int, why: str) -> None:
        """Note that a run whose row is there failed, whatever it came to."""
        self._db.execute("UPDATE runs SET outcome = 'failed', reason = ? WHERE id = ?", (why, run))

    def put_capture(self, capture: Capture) -> None:
        """Insert the capture; one that is there stays."""
        row = columns_of_value(capture)
        statement = insertion("captures", tuple(row)) + " ON CONFLICT (id) DO NOTHING"
        self._db.execute(statement, tuple(row.values()))
        if capture.asked_key is not None and not self._has_article(capture, capture.asked_key):
            self._hand_on_sightings(capture)
        if capture.is_whole and capture.role not in JUDGED_ROLES:
            self._link_parts(capture)

    def _link_parts(self, capture: Capture) -> None:
        """Let the pictures and documents at a capture's address lead to the newest whole one."""
        places = [
            (table, column, address)
            for table, column in PARTS.items()
            for address in written_addresses(capture.url)
            if self._has_part(table, column, address)
        ]
        newest = self._whole_capture(capture.url) if places else None
        if newest is None:
            return
        for table, column, address in places:
            self._db.execute(
                f"UPDATE {table} SET capture_id = ? WHERE {column} = ?",  # noqa: S608
                (newest, address),
            )

    def _has_part(self, table: str, column: str, address: str) -> bool:
        row = self._db.execute(
            f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1",  # noqa: S608
            (address,),
        )
        return row.fetchone() is not None

    def _whole_capture(self, url: str) -> int | None:
        spellings = captured_addresses(url)
        marks = ", ".join("?" * len(spellings))
        row = self._db.execute(
            f"SELECT id FROM captures WHERE url IN ({marks}) AND {whole_page()} {_NEWEST}",  # noqa: S608
            spellings,
        ).fetchone()
        return row["id"] if row is not None else None

    def put_replay_check(self, check: ReplayCheck) -> None:
        """Insert what a check of replay found."""
        put_replay_check(self._db, check)

    def put_sightings(
        self, rows: Sequence[ListedArticle], first_position: int, capture: Capture
    ) -> None:
        """Keep each row of a listing page: a new sighting, or one more time of a known one.

        `first_position` is that of the first row in the whole listing, from 1.
        """
        for position, row in enumerate(rows, start=first_position):
            self._put_sighting(row, position, capture)

    def _put_sighting(self, row: ListedArticle, position: int, capture: Capture) -> None:
        key = identity.resolved(self._db, capture.portal, row.key)
        self._merge_sighting(
            {
                **columns_of_value(row),
                "url": without_session(row.url),
                "key": key,
                "portal": capture.portal,
                "section": capture.section or "",
                "position": position,
                "seen_at": capture.fetched_at,
                "last_seen_at": capture.fetched_at,
                "capture_id": capture.id,
            }
        )
        self._db.execute(
            "UPDATE articles SET last_seen_at = max(last_seen_at, ?) WHERE id = ?",
            (capture.fetched_at, article_id(capture.portal, key)),
        )

    def _merge_sighting(self, row: dict[str, object]) -> None:
        """Insert it; one that says the same is widened to its time."""
        said = [str(row[name] or "") for name in SIGHTED]
        self._db.execute(
            "INSERT INTO sightings VALUES (:id, :portal, :key, :section, :url, :position, :title,"
            " :date, :seen_at, :last_seen_at, :capture_id) ON CONFLICT (id) DO UPDATE SET"
            " position = iif(excluded.last_seen_at >= last_seen_at, excluded.position, position),"
            " capture_id = iif(excluded.seen_at < seen_at, excluded.capture_id, capture_id),"
            " seen_at = min(seen_at, excluded.seen_at),"
            " last_seen_at = max(last_seen_at, excluded.last_seen_at)",
            {**row, "id": derived_id("sighting", *said)},
        )

    def _hand_on_sightings(self, capture: Capture) -> None:
        """What was listed under the key that a page was asked for is of the page's article."""
        listed = (capture.portal, capture.asked_key)
        rows = self._db.execute("SELECT * FROM sightings WHERE portal = ? AND key = ?", listed)
        for row in rows.fetchall():
            self._merge_sighting({**dict(row), "key": capture.key})
        self._db.execute("DELETE FROM sightings WHERE portal = ? AND key = ?", listed)

    def _has_article(self, capture: Capture, key: str) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM articles WHERE id = ?", (article_id(capture.portal, key),)
        )
        return row.fetchone() is not None

    def put_article(self, article: Article, capture: Capture, reread: Reread) -> Change:
        """Store what a page says of an article: its row, its version, its pictures and documents.

        It is compared with the previous capture *as today's rules read it*: changed rules update
        rows in place and never make a version; a broken-off page never replaces a whole one.
        """
        if capture.key is None:
            raise ValueError(f"the capture of {capture.url} names no article key")
        change = self._put_article(article, capture, reread)
        if capture.asked_key is not None:
            self.note_moved(capture)
        return change

    def _put_article(self, article: Article, capture: Capture, reread: Reread) -> Change:
        known = self._known(article_id(capture.portal, capture.key or ""))
        if known is not None and self._is_another_page(capture):
            self.note_missing(capture)
            return Change.LOST
        self.note_unread(capture, None)
        if known is None:
            self._insert_article(article, capture)
            return Change.NEW
        if capture.truncated is not None and not known["truncated"]:
            self.note_seen(capture, capture.fetched_at)
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
        previous = self.capture(known["version_capture"])
        same = _same_bytes(capture, previous)
        before = article if same else reread(previous, self.original(previous))
        if self._is_lost(article, before, known) and not self._is_lost_for_good(capture, known):
            self.note_unread(capture, Unread.LOST)
            self.note_seen(capture, capture.fetched_at)
            return Change.LOST
        if before is not None and content_hash(before) != known["content_hash"]:
            self._put_version(before, previous, known["version"])
        if before is not None and content_hash(before) == content_hash(article):
            self._update_article(article, capture, known["version"])
            return Change.UNCHANGED
        self._put_version(article, capture, known["version"] + 1)
        self._update_article(article, capture, known["version"] + 1)
        return Change.CHANGED

    @staticmethod
    def _is_lost(article: Article, before: Article | None, known: sqlite3.Row) -> bool:
        """Whether a page lacks the body or date that the row has, and its page still gives."""
        for name in ("body", "published_at"):
            had = known[name] if before is None else getattr(before, name)
            if known[name] is not None and had is not None and getattr(article, name) is None:
                return True
        return False

    def _is_lost_for_good(self, capture: Capture, known: sqlite3.Row) -> bool:
        runs = self._db.execute(
            "SELECT count(DISTINCT run_id) FROM captures WHERE portal = ? AND key = ?"
            " AND role = 'article' AND unread = 'lost' AND run_id <> ? AND fetched_at > ?"
            " AND fetched_at <= ?",
            (capture.portal, capture.key, capture.run_id, known["fetched_at"], capture.fetched_at),
        ).fetchone()[0]
        return bool(runs + 1 >= LOST_FOR_GOOD)

    def _is_another_page(self, capture: Capture) -> bool:
        """Whether a page in an article's place was captured before as a listing, or as an article
        that began with another title: one that stands at two addresses began alike."""
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

    def note_unread(self, capture: Capture, why: Unread | None) -> None:
        """Note why a page is not what its article's row says; None of one that is."""
        self._db.execute(
            "UPDATE captures SET unread = :why WHERE id = :id AND unread IS NOT :why",
            {"why": why, "id": capture.id},
        )

    def settle_run(self, run: int) -> list[Capture]:
        """Take a run's pages without a headline for missing articles, where its others are read.

        Such pages are the portal's answer for what is no more: its front page, or a section's.
        Gives those by which an article counts as gone now. To do it again changes nothing.
        """
        read = self._db.execute(
            "SELECT count(*) FROM captures WHERE run_id = ? AND role = 'article'"  # noqa: S608
            f" AND {whole_page()} AND unread IS NULL",
            (run,),
        ).fetchone()[0]
        rows = self._db.execute(
            "SELECT c.* FROM captures c JOIN articles a ON a.portal = c.portal AND a.key = c.key"
            " WHERE c.run_id = ? AND c.role = 'article' AND c.status = 200"
            " AND c.unread = 'no-title' AND a.first_seen_at < c.fetched_at"
            " ORDER BY c.fetched_at, c.warc_file, c.warc_offset",
            (run,),
        ).fetchall()
        if not read or len(rows) > max(ODD_PAGES, ODD_SHARE * (read + len(rows))):
            return []
        return [page for row in rows if self.note_missing(page := Capture(**row))]

    def note_seen(self, capture: Capture, seen_at: str) -> None:
        """Note that the article of a capture was there at a later moment, by a 304 say."""
        self._db.execute(
            "UPDATE articles SET gone_at = NULL, last_seen_at = max(last_seen_at, ?) WHERE id = ?",
            (seen_at, article_id(capture.portal, capture.key or "")),
        )

    def note_moved(self, capture: Capture) -> None:
        """Heed that a page, asked for as another article, is of its own: the other one moved.

        That one's row stays, gone and with the problem `moved-to:KEY`, unless it was there later.
        """
        place = (capture.portal, capture.asked_key or "")
        row = self._db.execute(
            "SELECT id, gone_at, problems FROM articles a WHERE portal = ?1 AND key = ?2"  # noqa: S608
            " AND NOT EXISTS (SELECT 1 FROM captures WHERE portal = ?1 AND key = ?2"
            f"  AND role = 'article' AND {confirmed()} AND fetched_at > ?3)",
            (*place, capture.fetched_at),
        ).fetchone()
        if row is None:
            return
        earlier = [code for code in json.loads(row["problems"]) if not code.startswith(MOVED_TO)]
        problems = sorted((*earlier, f"{MOVED_TO}{capture.key}"))
        self._db.execute(
            "UPDATE articles SET gone_at = coalesce(gone_at, ?), problems = ? WHERE id = ?",
            (capture.fetched_at, json.dumps(problems), row["id"]),
        )
        self._hand_on_sightings(capture)

    def note_missing(self, capture: Capture) -> bool:
        """Heed a 404, 410 or soft 404 for an article: whether it now counts as gone.

        410 says so at once; the others when a second run says the same with no page between, or
        the same run of the same address: it asks twice only to be sure. What broke off says
        nothing.
        """
        if capture.status == 200:
            self.note_unread(capture, Unread.MISSING)
        if capture.truncated is not None:
            return False
        known = self._known(article_id(capture.portal, capture.key or ""))
        if known is None or known["gone_at"] is not None:
            return False
        if known["last_seen_at"] > capture.fetched_at:
            return False
        if capture.status != GONE_AT_ONCE and not self._missing_before(capture, known):
            return False
        self._db.execute(
            "UPDATE articles SET gone_at = ? WHERE id = ?", (capture.fetched_at, known["id"])
        )
        return True

    def capture(self, identifier: int) -> Capture:
        """The capture of an id that is in the database."""
        row = self._db.execute("SELECT * FROM captures WHERE id = ?", (identifier,)).fetchone()
        return Capture(**row)

    def has_capture(self, identifier: int) -> bool:
        """Whether there is a capture of an id."""
        row = self._db.execute("SELECT 1 FROM captures WHERE id = ?", (identifier,)).fetchone()
        return row is not None

    def original(self, capture: Capture) -> Capture:
        """The capture that holds the body of another: the one it repeats, or else itself."""
        return capture if capture.revisit_of is None else self.capture(capture.revisit_of)

    def same_payload(self, digest: str, portal: str, url: str | None) -> Capture | None:
        """The first capture of a portal's own crawls that holds a payload.

        Of an address where one is named. Imported records are none: own files stand alone.
        """
        row = self._db.execute(
            "SELECT * FROM captures WHERE payload_digest = ? AND revisit_of IS NULL"  # noqa: S608
            f" AND {whole_page()} AND portal = ? {'AND url = ?' if url else ''}"
            f" AND warc_file NOT LIKE '{IMPORTED_FOLDER}%'"
            " ORDER BY fetched_at, warc_file, warc_offset LIMIT 1",
            (digest, portal, url) if url else (digest, portal),
        ).fetchone()
        return Capture(**row) if row is not None else None

    def portal_of_run(self, run: int) -> str | None:
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

    def _missing_before(self, capture: Capture, known: sqlite3.Row) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM captures WHERE portal = ? AND key = ? AND (run_id <> ? OR url = ?)"  # noqa: S608
            " AND id <> ? AND role = 'article' AND fetched_at > max(?, coalesce((SELECT"
            "  max(fetched_at) FROM captures WHERE portal = ? AND key = ? AND status = 304"
            "  AND fetched_at <= ?), ''))"
            " AND fetched_at <= ?"
            f" AND truncated IS NULL AND ({missing()} OR status = 200"
            "  AND coalesce(unread, 'missing') = 'missing')",
            (
                capture.portal,
                capture.key,
                capture.run_id,
                capture.url,
                capture.id,
                known["fetched_at"],
                capture.portal,
                capture.key,
                capture.fetched_at,
                capture.fetched_at,
            ),
        ).fetchone()
        return row is not None

    def _known(self, identifier: int) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._db.execute(
            "SELECT a.id, a.version, a.gone_at, a.last_seen_at, v.content_hash, v.body,"
            " v.published_at, v.capture_id AS version_capture, c.truncated, c.fetched_at"
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
        self._articles.insert(row)
        self._put_version(article, capture, 1)
        self._put_parts(article, capture, is_new=True)

    def _update_article(self, article: Article, capture: Capture, version: int) -> None:
        row = {
            **_article_row(article, capture),
            "rules": self._rules(capture.portal),
            "id": article_id(capture.portal, capture.key or ""),
            "version": version,
            "gone_at": None,
        }
        self._articles.update(row)
        self._put_parts(article, capture, is_new=False)

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
        self._upsert("article_versions", row, ("article_id", "version"))

    def _put_parts(self, article: Article, capture: Capture, *, is_new: bool) -> None:
        identifier = article_id(capture.portal, capture.key or "")
        for table, address in PARTS.items():
            parts: Sequence[Image | Attachment | Video] = getattr(article, table)
            held = [] if is_new else self._parts(table, identifier)
            if held and held[-1]["position"] > len(parts):
                self._db.execute(
                    f"DELETE FROM {table} WHERE article_id = ? AND position > ?",  # noqa: S608
                    (identifier, len(parts)),
                )
            for position, part in enumerate(parts, start=1):
                row = {
                    "article_id": identifier,
                    "position": position,
                    **columns_of_value(part),
                    "capture_id": self._whole_capture(asked_address(getattr(part, address))),
                }
                if position > len(held) or dict(held[position - 1]) != row:
                    self._upsert(table, row, ("article_id", "position"))

    def _parts(self, table: str, article: int) -> list[sqlite3.Row]:
        return self._db.execute(
            f"SELECT * FROM {table} WHERE article_id = ? ORDER BY position",  # noqa: S608
            (article,),
        ).fetchall()

    def _upsert(self, table: str, row: Row, key: tuple[str, ...]) -> None:
        self._db.execute(upsertion(table, tuple(row), key), tuple(row.values()))


def _same_bytes(capture: Capture, previous: Capture) -> bool:
    return capture.payload_digest == previous.payload_digest


def _article_row(article: Article, capture: Capture) -> Row:
    return {
        **columns_of(said_by(article)),
        "last_seen_at": capture.fetched_at,
        "capture_id": capture.id,
    }
