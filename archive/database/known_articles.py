"""Whether an article on a listing has to be requested, given what the archive holds of it."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from archive.database import identity
from archive.database.answers import conclusive
from archive.database.captured_pages import newest_capture
from archive.models import MISSING, Capture, ListedArticle, Unread

_LISTED = "portal = :portal AND key = :key AND section = :section"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The state of one article before it is requested."""

    has_row: bool
    is_there: bool
    """It has a row that is not marked gone."""
    answer: Capture | None
    """The newest conclusive answer: a whole page, a 304 for it, a 404 or a 410."""
    unread: bool
    """The answer is a page that the row does not come from: a soft 404, a page without a title, a
    block page, or a page whose run ended before it was read."""
    listed_since: str | None
    """When it was first listed as it is listed now (UTC); None if it was listed differently the
    last time, or never."""
    listed_by: int | None = None
    """The run that first listed it so."""

    def is_news(self, since: str) -> bool:
        """Whether it was not listed as it is now up to that moment (UTC)."""
        return self.listed_since is None or self.listed_since > since

    def is_covered(self, since: str) -> bool:
        """Whether a full crawl that was due at that moment (UTC) need not request it.

        It was requested since, or it is a dead link: a full crawl leaves those alone.
        """
        assert self.answer is not None, "an article without an answer is due"
        dead = self.answer.status in MISSING and not self.has_row
        return dead or self.answer.fetched_at >= since

    @property
    def due(self) -> bool:
        """Whether it must be requested: never answered, listed differently since, or missing once.

        An article that answered 404 once is due, to be sure; a dead link is not. A different
        listing that the answer's own run found later does not count.
        """
        if self.answer is None or self.listed_since is None or self.unread:
            return True
        if self.is_there and self.answer.status in MISSING:
            return True
        later = self.listed_since > self.answer.fetched_at
        return later and self.listed_by != self.answer.run_id


class _Since(NamedTuple):
    """When an article was first listed in one way (UTC), and by which run."""

    moment: str | None
    run: int | None


class ListedAddress(NamedTuple):
    """An address of an article, and the section that listed it with this title."""

    section: str
    url: str
    title: str | None


class KnownArticles:
    """Articles of one portal and their sightings; reads only."""

    def __init__(self, connection: sqlite3.Connection, portal: str, begun: str) -> None:
        self._db = connection
        self._portal = portal
        self._begun = begun

    def known(self, section: str, row: ListedArticle) -> Known:
        """The state of the article in a row of a listing."""
        article = self._db.execute(
            "SELECT capture_id, gone_at, last_seen_at FROM articles WHERE portal = ? AND key = ?",
            (self._portal, row.key),
        ).fetchone()
        answer = newest_capture(
            self._db,
            f"portal = ? AND key = ? AND role = 'article' AND {conclusive()}",
            (self._portal, row.key),
        )
        since = self._since(section, row)
        return Known(
            has_row=article is not None,
            is_there=article is not None and article["gone_at"] is None,
            answer=answer,
            unread=answer is not None and self._is_unread(answer, article),
            listed_since=since.moment,
            listed_by=since.run,
        )

    def _is_unread(self, answer: Capture, article: sqlite3.Row | None) -> bool:
        """As `due.ArticleState.is_open` counts such an answer."""
        if answer.status != 200:
            return False
        is_there = article is not None and article["gone_at"] is None
        if answer.unread == Unread.NO_TITLE:
            return self._rules_of(answer.run_id) != self._rules
        if answer.unread is not None:
            return is_there if answer.unread == Unread.MISSING else True
        if article is not None:
            is_newer = article["last_seen_at"] < answer.fetched_at
            return is_there and is_newer and bool(article["capture_id"] != answer.id)
        # A run that ended before it read the page has another outcome.
        run = self._db.execute("SELECT outcome FROM runs WHERE id = ?", (answer.run_id,)).fetchone()
        return bool(run["outcome"] != "complete")

    def _rules_of(self, run: int) -> str | None:
        row = self._db.execute("SELECT rules FROM runs WHERE id = ?", (run,)).fetchone()
        return str(row["rules"]) if row is not None else None

    @cached_property
    def _rules(self) -> str | None:
        """The fingerprint of the rules in force: those of the portal's newest run."""
        row = self._db.execute(
            "SELECT rules FROM runs WHERE portal = ? ORDER BY id DESC LIMIT 1", (self._portal,)
        ).fetchone()
        return str(row["rules"]) if row is not None else None

    def was_unread(self, key: str) -> bool:
        """Whether the newest answer for an article before this run was a page that gave no row."""
        answer = newest_capture(
            self._db,
            f"portal = ? AND key = ? AND role = 'article' AND fetched_at < ? AND {conclusive()}",
            (self._portal, key, self._begun),
        )
        return answer is not None and answer.unread in (Unread.NO_TITLE, Unread.MISSING)

    def _since(self, section: str, row: ListedArticle) -> _Since:
        """The sighting that says the same as `row`, of the last run that listed the article.

        All sightings of that run count: a listing may name an article twice, and differently.
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
        return _Since(sighting["seen_at"], sighting["run_id"])

    def first_key(self, url: str) -> str | None:
        """The key under which an address was first captured as an article's."""
        return identity.first_key(self._db, self._portal, url)

    def known_key(self, url: str) -> str | None:
        """The key under which a listed address was first requested, or else first listed."""
        return identity.known_key(self._db, self._portal, url)

    def has_page(self, key: str) -> bool:
        """Whether a page was ever captured under a key."""
        return identity.has_page(self._db, self._portal, key)

    def resolved(self, key: str) -> str:
        """The key of the article that a listed key belongs to now."""
        return identity.resolved(self._db, self._portal, key)

    def addresses(self, key: str, sections: Sequence[str]) -> list[ListedAddress]:
        """The addresses under which some sections listed an article, the newest first."""
        rows = self._db.execute(
            "SELECT section, url, title FROM sightings WHERE portal = ? AND key = ?"  # noqa: S608
            f" AND section IN ({', '.join('?' * len(sections))})"
            " ORDER BY last_seen_at DESC, seen_at DESC, position",
            (self._portal, key, *sections),
        )
        return [ListedAddress(*row) for row in rows]

    def is_gone(self, key: str) -> bool:
        """Whether the article is marked as gone."""
        row = self._db.execute(
            "SELECT 1 FROM articles WHERE portal = ? AND key = ? AND gone_at IS NOT NULL",
            (self._portal, key),
        ).fetchone()
        return row is not None

    def has_row(self, key: str) -> bool:
        """Whether the archive has a row of the article."""
        row = self._db.execute(
            "SELECT 1 FROM articles WHERE portal = ? AND key = ?", (self._portal, key)
        ).fetchone()
        return row is not None
