"""What the archive already has, so that a crawl asks only for what may have changed. Reads only."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from archive.database import due, identity
from archive.database.answers import conclusive, confirmed, whole_page
from archive.database.reading import read_only
from archive.layout import IMPORTED_FOLDER, Layout
from archive.models import (
    CONFIRMED,
    MISSING,
    Capture,
    ListedArticle,
    ListingGap,
    Unread,
    gaps_of,
)

PARTS_AT_ONCE = 500
"""Pictures and documents that are looked up together: a portal may lack a hundred thousand."""

_LISTED = "portal = :portal AND key = :key AND section = :section"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one article before it is asked for."""

    had: bool
    """It has a row."""
    stored: bool
    """It has a row that is not marked gone."""
    answer: Capture | None
    """The newest answer that settled the matter: a whole page, its 304, a 404 or a 410."""
    unread: bool
    """The answer is a page that the row does not come from: a soft 404, a page without a title, a
    firewall's, or one whose run ended before it was read."""
    listed_since: str | None
    """When it was first listed as it is listed now; None where it was listed otherwise the last
    time, or never."""
    listed_by: int | None = None
    """The run that listed it so first."""

    def is_news(self, settled_at: str) -> bool:
        """Whether it is listed otherwise than up to a moment."""
        return self.listed_since is None or self.listed_since > settled_at

    def is_swept(self, since: str) -> bool:
        """Whether a sweep that was due at a moment needs it no more; dead links it leaves alone."""
        assert self.answer is not None, "what was never answered is due"
        dead = self.answer.status in MISSING and not self.had
        return dead or self.answer.fetched_at >= since

    @property
    def due(self) -> bool:
        """Whether it must be asked for: never answered, listed differently since, or missing once.

        A dead link is not due again; an article that answered 404 once is, to be sure. The run of
        the answer may have found it listed elsewhere a moment later: that is no change.
        """
        if self.answer is None or self.listed_since is None or self.unread:
            return True
        if self.stored and self.answer.status in MISSING:
            return True
        later = self.listed_since > self.answer.fetched_at
        return later and self.listed_by != self.answer.run_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenOff:
    """Where a listing was left, because one of its pages could not be had."""

    url: str
    page: int
    """Its number, from 1."""
    rows: int
    """Of the pages before."""
    settled_at: str
    """UTC; what was listed up to then was followed to there."""


class Frontier:
    """Looks things up for one portal in the committed rows of the archive.

    `begun` is when the run that asks began: its own rows are among the committed ones.
    """

    def __init__(self, layout: Layout, portal: str, begun: str) -> None:
        self._db = sqlite3.connect(read_only(layout.database), uri=True)
        self._db.row_factory = sqlite3.Row
        self._portal = portal
        self._begun = begun

    def close(self) -> None:
        """End reading."""
        self._db.close()

    def known(self, section: str, row: ListedArticle) -> Known:
        """What is known of the article that a listing names now."""
        article = self._db.execute(
            "SELECT capture_id, gone_at FROM articles WHERE portal = ? AND key = ?",
            (self._portal, row.key),
        ).fetchone()
        answer = self._newest(
            f"portal = ? AND key = ? AND role = 'article' AND {conclusive()}",
            (self._portal, row.key),
        )
        listed_since, listed_by = self._since(section, row)
        return Known(
            had=article is not None,
            stored=article is not None and article["gone_at"] is None,
            answer=answer,
            unread=answer is not None and self._is_unread(answer, article),
            listed_since=listed_since,
            listed_by=listed_by,
        )

    def _is_unread(self, answer: Capture, article: sqlite3.Row | None) -> bool:
        """As due.states has it."""
        if answer.status != 200:
            return False
        is_there = article is not None and article["gone_at"] is None
        if answer.unread == Unread.NO_TITLE:
            return self._rules_of(answer.run_id) != self._rules
        if answer.unread is not None:
            return is_there if answer.unread == Unread.MISSING else True
        if article is not None:
            return is_there and bool(article["capture_id"] != answer.id)
        # What was not read any more is of a run that says so.
        run = self._db.execute("SELECT outcome FROM runs WHERE id = ?", (answer.run_id,)).fetchone()
        return bool(run["outcome"] != "complete")

    def _rules_of(self, run: int) -> str | None:
        row = self._db.execute("SELECT rules FROM runs WHERE id = ?", (run,)).fetchone()
        return str(row["rules"]) if row is not None else None

    @cached_property
    def _rules(self) -> str | None:
        """The fingerprint of the rules in force: those of the run that asks."""
        row = self._db.execute(
            "SELECT rules FROM runs WHERE portal = ? ORDER BY id DESC LIMIT 1", (self._portal,)
        ).fetchone()
        return str(row["rules"]) if row is not None else None

    def was_unread(self, key: str) -> bool:
        """Whether the page of an article's newest answer before this run gave no row either."""
        answer = self._newest(
            f"portal = ? AND key = ? AND role = 'article' AND fetched_at < ? AND {conclusive()}",
            (self._portal, key, self._begun),
        )
        return answer is not None and answer.unread in (Unread.NO_TITLE, Unread.MISSING)

    def _since(self, section: str, row: ListedArticle) -> tuple[str | None, int | None]:
        """When a sighting that says the same as `row`, of the last run that listed it, began.

        And the run that it began in.

        All of that run counts: listings name an article more than once, now and then differently.
        """
        sighting = self._db.execute(
            "SELECT min(seen_at) AS seen_at, (SELECT run_id FROM captures"  # noqa: S608
            f"  WHERE id = capture_id) AS run_id FROM sightings WHERE {_LISTED}"
            " AND title IS :title AND date IS :date AND last_seen_at >= coalesce((SELECT"
            "  max(started_at) FROM runs WHERE portal = :portal AND started_at <= ("
            f"  SELECT max(last_seen_at) FROM sightings WHERE {_LISTED}"
            "  AND last_seen_at < :begun)), :begun)",
            {
                "portal": self._portal,
                "key": row.key,
                "section": section,
                "title": row.title,
                "date": row.date,
                "begun": self._begun,
            },
        ).fetchone()
        return sighting["seen_at"], sighting["run_id"]

    def sweeps(self) -> list[str]:
        """When the portal's full sweeps began, the newest first; see due.last_sweeps."""
        return due.last_sweeps(self._db, self._portal, self._begun)

    def sweep_due(self, days: float) -> str | None:
        """When a full sweep falls due; see due.sweep_due."""
        return due.sweep_due(self._db, self._portal, self._begun, days)

    def states(self, days: Sequence[tuple[str, str]] | None) -> Iterator[due.State]:
        """What is known of each article that was ever listed; see due.states."""
        return due.states(self._db, self._portal, days)

    def settled_at(self) -> str:
        """The end of the last run that followed each listing as far as it had news; else empty."""
        row = self._db.execute(
            "SELECT max(finished_at) AS moment FROM runs WHERE portal = ? AND started_at < ?"
            " AND (walked = 1 OR swept = 1)",
            (self._portal, self._begun),
        ).fetchone()
        return row["moment"] or ""

    def read_to_page(self, pages: int, sections: int) -> str:
        """The end of the last run that had so many pages of each listing; empty where none had."""
        row = self._db.execute(
            "SELECT max(finished_at) AS moment FROM runs WHERE portal = :portal"  # noqa: S608
            " AND started_at < :begun AND id IN (SELECT run_id FROM (SELECT run_id FROM captures"
            f"  WHERE portal = :portal AND role = 'listing' AND {confirmed()}"
            "  AND truncated IS NULL GROUP BY run_id, section HAVING count(*) >= :pages)"
            "  GROUP BY run_id HAVING count(*) >= :sections)",
            {
                "portal": self._portal,
                "begun": self._begun,
                "pages": pages,
                "sections": sections,
            },
        ).fetchone()
        return row["moment"] or ""

    def listing_gaps(self) -> list[ListingGap]:
        """Pages of listings that the last run which says so could not have."""
        row = self._db.execute(
            "SELECT listing_gaps FROM runs WHERE portal = ? AND started_at < ?"
            " AND listing_gaps IS NOT NULL ORDER BY started_at DESC LIMIT 1",
            (self._portal, self._begun),
        ).fetchone()
        return gaps_of(row["listing_gaps"]) if row is not None else []

    def broken_off(self, section: str, since: str) -> BrokenOff | None:
        """Where the last run left a listing; None where it came to no such page, or not up to it.

        The run that came so far from the first page on must have begun after a moment.
        """
        runs = self._db.execute(
            "SELECT r.started_at, r.finished_at, c.url, c.status, c.pages FROM (SELECT run_id, url,"  # noqa: S608
            "  status, max(fetched_at || warc_file || printf('%012d', warc_offset)),"
            f"  sum({confirmed()} AND truncated IS NULL) AS pages FROM captures"
            "  WHERE portal = ? AND role = 'listing' AND section = ? AND url NOT IN (SELECT"
            "   json_extract(gap.value, '$.url') FROM runs g, json_each(g.listing_gaps) gap"
            "   WHERE g.id = run_id) GROUP BY run_id) c"
            " JOIN runs r ON r.id = c.run_id WHERE r.started_at BETWEEN ? AND ?"
            " AND r.finished_at IS NOT NULL ORDER BY r.started_at DESC",
            (self._portal, section, since, self._begun),
        ).fetchall()
        deepest = max(runs, key=lambda run: run["pages"] or 0, default=None)
        if deepest is None or runs[0]["url"] != deepest["url"]:
            return None
        if not deepest["pages"] or any(run["status"] in CONFIRMED for run in (runs[0], deepest)):
            return None
        rows = self._db.execute(
            "SELECT max(position) AS rows FROM sightings WHERE portal = ? AND section = ?",
            (self._portal, section),
        ).fetchone()["rows"]
        return BrokenOff(
            url=runs[0]["url"],
            page=deepest["pages"] + 1,
            rows=rows or 0,
            settled_at=runs[0]["finished_at"],
        )

    def count_held(self, swept_at: str) -> bool:
        """Whether a sweep came to as many rows as the portal counts."""
        row = self._db.execute(
            "SELECT 1 FROM runs WHERE portal = ? AND started_at = ? AND outcome = 'complete'",
            (self._portal, swept_at),
        ).fetchone()
        return row is not None

    def known_rows(self, section: str, swept_at: str) -> int:
        """The rows that a listing has by what is known: those of its last sweep, and new ones.

        A row may come twice on a listing, so that articles say too little.
        """
        row = self._db.execute(
            "SELECT coalesce(max(position), 0) + (SELECT count(*) FROM (SELECT key FROM sightings"
            "  WHERE portal = :portal AND section = :section GROUP BY key HAVING min(seen_at) >"
            "  (SELECT finished_at FROM runs WHERE portal = :portal AND started_at = :swept_at)))"
            " AS rows FROM sightings WHERE portal = :portal AND section = :section"
            " AND last_seen_at >= :swept_at",
            {"portal": self._portal, "section": section, "swept_at": swept_at},
        ).fetchone()
        return int(row["rows"])

    def first_key(self, url: str) -> str | None:
        """The key under which an address was first captured as an article's."""
        return identity.first_key(self._db, self._portal, url)

    def has_page(self, key: str) -> bool:
        """Whether a page was ever captured under a key."""
        return identity.has_page(self._db, self._portal, key)

    def resolved(self, key: str) -> str:
        """The key of the article that a listed key is of now."""
        return identity.resolved(self._db, self._portal, key)

    def addresses(self, key: str, sections: Sequence[str]) -> list[tuple[str, str]]:
        """Section and address of an article as some listings named it, the newest first."""
        rows = self._db.execute(
            "SELECT section, url FROM sightings WHERE portal = ? AND key = ?"  # noqa: S608
            f" AND section IN ({', '.join('?' * len(sections))})"
            " ORDER BY last_seen_at DESC, seen_at DESC, position",
            (self._portal, key, *sections),
        )
        return [(row["section"], row["url"]) for row in rows]

    def is_gone(self, key: str) -> bool:
        """Whether the archive has the article marked as gone."""
        row = self._db.execute(
            "SELECT 1 FROM articles WHERE portal = ? AND key = ? AND gone_at IS NOT NULL",
            (self._portal, key),
        ).fetchone()
        return row is not None

    def whole_page(self, url: str) -> Capture | None:
        """The newest capture that holds the body of an address, to ask conditionally for it."""
        return self._newest(f"url = ? AND portal = ? AND {whole_page()}", (url, self._portal))

    def had(self, key: str) -> bool:
        """Whether the archive has a row of the article."""
        row = self._db.execute(
            "SELECT 1 FROM articles WHERE portal = ? AND key = ?", (self._portal, key)
        ).fetchone()
        return row is not None

    def original(self, capture: Capture) -> Capture:
        """The capture that holds the body of another: the one it repeats, or else itself."""
        if capture.revisit_of is None:
            return capture
        found = self.capture(capture.revisit_of)
        assert found is not None, "revisit_of is a foreign key"
        return found

    def settled(self, url: str) -> Capture | None:
        """The newest answer that settles whether a requisite or an attachment can be had.

        A whole one; a redirect; a refusal, as one that is not there; one beyond the limit.
        """
        return self._newest(
            "url = ? AND portal = ? AND (truncated = 'length' OR truncated IS NULL"
            " AND status BETWEEN 200 AND 499 AND status NOT IN (408, 425, 429)"
            " AND (status <> 304 OR revisit_of IS NOT NULL))",
            (url, self._portal),
        )

    def parts_without_capture(self) -> Iterator[tuple[str, str, str]]:
        """Role, address and the article's address of pictures and documents never captured."""
        for table, column, role in (
            ("images", "src", "requisite"),
            ("attachments", "href", "attachment"),
        ):
            last = 0
            sql = (
                f"SELECT p.rowid, p.{column}, a.url FROM {table} p JOIN articles a"  # noqa: S608
                " ON a.id = p.article_id WHERE a.portal = ? AND p.capture_id IS NULL"
                " AND p.rowid > ? ORDER BY p.rowid LIMIT ?"
            )
            while rows := self._db.execute(sql, (self._portal, last, PARTS_AT_ONCE)).fetchall():
                last = rows[-1][0]
                yield from ((role, row[1], row[2]) for row in rows)

    def pages_of_incomplete_run(self) -> Iterator[Capture]:
        """The articles' pages of the last run that asked for some, if that was not complete."""
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
            if (found := self.capture(row["id"])) is not None:
                yield found

    def missing_in_replay(self) -> list[tuple[str, str, str]]:
        """Address, kind and page of what the newest check of each page lacked."""
        rows = self._db.execute(
            "SELECT value ->> 'url', value ->> 'kind', r.url FROM replay_checks r,"
            " json_each(CASE WHEN json_valid(r.missing) THEN r.missing ELSE '[]' END)"
            " WHERE portal = :portal AND NOT EXISTS (SELECT 1 FROM replay_checks later"
            "  WHERE later.portal = :portal AND later.url = r.url"
            "  AND (later.checked_at, later.id) > (r.checked_at, r.id))"
            " ORDER BY r.checked_at, r.id, key",
            {"portal": self._portal},
        )
        return [(str(url), str(kind), page) for url, kind, page in rows]

    def capture(self, identifier: int) -> Capture | None:
        """The capture of an id, as revisit_of names it."""
        return self._newest("id = ?", (identifier,))

    def _newest(self, condition: str, values: tuple[object, ...]) -> Capture | None:
        row = self._db.execute(
            f"SELECT * FROM captures WHERE {condition}"  # noqa: S608
            " ORDER BY fetched_at DESC, warc_file DESC, warc_offset DESC LIMIT 1",
            values,
        ).fetchone()
        return Capture(**row) if row is not None else None


def conditions(known: Capture | None, body: Capture | None) -> dict[str, str]:
    """The headers that ask for an address only if it is no longer as captured.

    `body` is the capture that holds the body. There are none if that is imported: a 304 would
    make the crawl's own files rest on somebody else's.
    """
    headers: dict[str, str] = {}
    if known is None or body is None or body.warc_file.startswith(IMPORTED_FOLDER):
        return headers
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers
