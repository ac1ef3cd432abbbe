"""The learned layouts of sites: the rows of site_models and boilerplate.

The crawler defines the JSON of a model. The archive stores it, with the repeated blocks in a table
of their own, where SQL can list and count them.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.database.answers import of_crawl, whole_page
from archive.models import Capture, WarcPlace

BOILERPLATE = "boilerplate"
"""The list in a model's JSON that has a table of its own."""

ID_DIGITS = 16

NO_MODEL = (ValueError, TypeError, RecursionError)
"""Errors of reading a row that this software did not write."""

EXAMPLE_PAGE = (
    f"portal = :portal AND role = 'article' AND {whole_page()}"
    f" AND revisit_of IS NULL AND key IS NOT NULL AND {of_crawl()}"
)
"""SQL condition: a capture that a layout may be learned from, a whole article page of a crawl."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """A row of site_models with its boilerplate."""

    since: str
    """UTC, as captures.fetched_at."""
    model: str | None
    """The whole model as JSON; None while too few pages are known."""
    pages: int
    corrected_by: str | None
    first_capture: int
    last_capture: int
    sampled: int = 0
    agreed: float = 0.0

    @property
    def id(self) -> str | None:
        """The value by which rows of articles name the model."""
        if self.model is None:
            return None
        canonical = json.dumps(json.loads(self.model), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:ID_DIGITS]


class SiteModels:
    """Reads and writes the models of one portal, inside its caller's transactions."""

    def __init__(self, connection: sqlite3.Connection, portal: str) -> None:
        self._db = connection
        self._portal = portal

    def all(self) -> list[StoredModel]:
        """All layouts, the oldest first."""
        rows = self._db.execute(
            "SELECT since, model, pages, corrected_by, first_capture, last_capture, sampled,"
            " agreed FROM site_models WHERE portal = ? ORDER BY since",
            (self._portal,),
        ).fetchall()
        return [StoredModel(**{**dict(row), "model": self._whole(row)}) for row in rows]

    def _whole(self, row: sqlite3.Row) -> str | None:
        if row["model"] is None:
            return None
        blocks = self._db.execute(
            "SELECT block FROM boilerplate WHERE portal = ? AND since = ? ORDER BY position",
            (self._portal, row["since"]),
        )
        whole = {**json.loads(row["model"]), BOILERPLATE: [json.loads(b) for (b,) in blocks]}
        return json.dumps(whole, ensure_ascii=False, sort_keys=True)

    def put(self, stored: StoredModel) -> None:
        """Insert a layout, or update its row and its boilerplate."""
        bare = json.loads(stored.model) if stored.model is not None else {}
        blocks = bare.pop(BOILERPLATE, [])
        self._db.execute(
            "INSERT OR REPLACE INTO site_models (portal, since, id, model, pages, corrected_by,"
            " first_capture, last_capture, sampled, agreed)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._portal,
                stored.since,
                stored.id,
                json.dumps(bare, ensure_ascii=False, sort_keys=True) if bare else None,
                stored.pages,
                stored.corrected_by,
                stored.first_capture,
                stored.last_capture,
                stored.sampled,
                stored.agreed,
            ),
        )
        self._put_blocks(stored.since, blocks)

    def _put_blocks(self, since: str, blocks: list[dict[str, object]]) -> None:
        self._db.execute(
            "DELETE FROM boilerplate WHERE portal = ? AND since = ?", (self._portal, since)
        )
        self._db.executemany(
            "INSERT INTO boilerplate (portal, since, position, kind, text, pages, block)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(self._portal, since, position),
                    *(block.get(name) for name in ("kind", "text", "pages")),
                    json.dumps(block, ensure_ascii=False, sort_keys=True),
                )
                for position, block in enumerate(blocks, start=1)
            ],
        )

    def note_last(self, since: str, capture: int, sampled: int, agreed: float) -> None:
        """Note the last page that was compared with a layout, and its samples so far."""
        self._db.execute(
            "UPDATE site_models SET last_capture = ?, sampled = ?, agreed = ?"
            " WHERE portal = ? AND since = ?",
            (capture, sampled, agreed, self._portal, since),
        )

    def example_captures(
        self, *, first: int | None = None, after: int | None = None
    ) -> Iterator[Capture]:
        """The pages to learn from in the order of writing, from a capture on or after one."""
        condition = EXAMPLE_PAGE
        place = None
        for identifier, sign in ((first, ">="), (after, ">")):
            if identifier is not None:
                condition += f" AND (warc_file, warc_offset) {sign} (:file, :offset)"
                place = self._place(identifier)
        rows = self._db.execute(
            f"SELECT * FROM captures WHERE {condition} ORDER BY warc_file, warc_offset",  # noqa: S608
            {
                "portal": self._portal,
                "file": place.file if place else "",
                "offset": place.offset if place else 0,
            },
        ).fetchall()
        yield from (Capture(**dict(row)) for row in rows)

    def _place(self, capture: int) -> WarcPlace:
        row = self._db.execute(
            "SELECT warc_file, warc_offset, warc_length FROM captures WHERE id = ?", (capture,)
        ).fetchone()
        return WarcPlace(*row)

    def read_differently(self, since: str, replaced: str | None) -> list[str]:
        """Keys of the articles that a changed layout may read differently.

        They have a page fetched since, whether or not it gave a row, or were read by the replaced
        layout, by a later one, or by none.
        """
        rows = self._db.execute(
            "SELECT key FROM articles a WHERE portal = :portal AND (model IS NULL"
            " OR model = :replaced OR model IN (SELECT id FROM site_models WHERE portal = :portal"
            "  AND since > :since) OR EXISTS (SELECT 1 FROM captures c WHERE c.portal = a.portal"
            "  AND c.key = a.key AND c.role = 'article' AND c.status = 200"
            "  AND c.fetched_at >= :since)) ORDER BY key",
            {"portal": self._portal, "replaced": replaced, "since": since},
        )
        return [key for (key,) in rows]

    def ended_runs(self, keys: Iterable[str]) -> list[int]:
        """The ended runs that fetched a page of one of the articles, the oldest first."""
        runs: set[int] = set()
        for key in keys:
            rows = self._db.execute(
                "SELECT DISTINCT c.run_id FROM captures c JOIN runs r ON r.id = c.run_id"
                " WHERE c.portal = ? AND c.key = ? AND c.role = 'article' AND c.status = 200"
                " AND r.outcome IS NOT NULL",
                (self._portal, key),
            )
            runs.update(run for (run,) in rows)
        return sorted(runs)

    def missing_in(self, runs: Iterable[int]) -> list[str]:
        """Keys of the articles for which one of the runs got another page."""
        keys: set[str] = set()
        for run in runs:
            rows = self._db.execute(
                "SELECT DISTINCT key FROM captures WHERE run_id = ? AND portal = ?"
                " AND role = 'article' AND key IS NOT NULL AND unread = 'missing'",
                (run, self._portal),
            )
            keys.update(key for (key,) in rows)
        return sorted(keys)

    def without_row(self) -> list[str]:
        """Keys with a captured page but without an article."""
        rows = self._db.execute(
            f"SELECT DISTINCT key FROM captures c WHERE {EXAMPLE_PAGE} AND NOT EXISTS (SELECT 1"  # noqa: S608
            " FROM articles a WHERE a.portal = c.portal AND a.key = c.key) ORDER BY key",
            {"portal": self._portal},
        )
        return [key for (key,) in rows]
