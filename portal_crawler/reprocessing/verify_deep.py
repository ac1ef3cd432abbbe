"""Cleans every stored page again and says where its row differs: `portal verify --deep`.

It reads only. A row that was read by other rules than today's may differ from its page without
anything being damaged; a row that was read by the same rules may not.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archive.database.reading import reading
from archive.database.store import MOVED_TO, VERSIONED
from archive.errors import ArchiveDamagedError
from archive.integrity.verify import Finding
from archive.layout import Layout
from archive.models import Article, Capture
from archive.warc.reader import stored_answer
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.articles import article_of
from portal_crawler.reprocessing.effects import Portals
from portal_crawler.reprocessing.fingerprint import fingerprint
from portal_crawler.reprocessing.learned_portal import knowing

RULES_CHANGED = "rules-changed"
ROW_DIFFERS = "row-differs"

_CAPTURE = ", ".join(f"c.{name} AS {name}" for name in Capture.__dataclass_fields__)

_ARTICLES = (
    f"SELECT a.id AS row_id, NULL AS row_version, a.rules AS row_rules, {_CAPTURE}"  # noqa: S608
    " FROM articles a JOIN captures c ON c.id = a.capture_id"
)
_VERSIONS = (
    f"SELECT v.article_id AS row_id, v.version AS row_version, v.rules AS row_rules,"  # noqa: S608
    f" {_CAPTURE} FROM article_versions v JOIN captures c ON c.id = v.capture_id"
)
_IN_FILE_ORDER = f"{_ARTICLES} UNION ALL {_VERSIONS} ORDER BY warc_file, warc_offset"

_PARTS = {
    "images": ("src", "caption", "credit"),
    "attachments": ("href", "name", "mime", "kind"),
    "videos": ("src", "caption"),
}
_BESIDES = ("source", "category", "updated_at", "language")
"""Columns of articles alone; of the newest version as all that is no part of one."""
_LISTS = ("tags", "problems")
"""Columns of articles alone that hold a JSON list."""


@dataclass(slots=True)
class DeepTally:
    """What was cleaned again."""

    rows: int = 0
    unknown: int = 0
    """Rows of portals that are not declared: they cannot be cleaned."""
    rules_changed: int = 0
    """Rows that differ from their page and were read by other rules."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of articles (version None) or article_versions, and the capture of its page."""

    article: int
    version: int | None
    rules: str | None
    capture: Capture

    @property
    def where(self) -> str:
        """For a person."""
        if self.version is None:
            return f"articles {self.article}"
        return f"article_versions {self.article} version {self.version}"


class DeepVerification:
    """One pass over the rows that were read from pages; `tally` counts while it goes on."""

    def __init__(
        self,
        layout: Layout,
        portals: Mapping[str, PageReader],
        on_row: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`on_row` is told the name of each row before its page is cleaned."""
        self.tally = DeepTally()
        self._layout = layout
        self._declared = portals
        self._portals: Portals = {}
        self._on_row = on_row
        self._read: tuple[int, Article | str] = (0, "")

    def findings(self) -> Iterator[Finding]:
        """Where a row and its page differ; what changed rules explain has `is_damage` False."""
        with reading(self._layout) as connection:
            connection.execute("BEGIN")
            self._portals = knowing(self._declared, connection)
            for row in connection.execute(_IN_FILE_ORDER):
                yield from self._row(connection, _row_of(row))

    def _row(self, connection: sqlite3.Connection, row: _Row) -> Iterator[Finding]:
        if row.capture.portal not in self._portals:
            self.tally.unknown += 1
            return
        self._on_row(row.where)
        self.tally.rows += 1
        page = self._page(connection, row.capture)
        if isinstance(page, str):
            differing, words = ["title"], page
        else:
            differing = [
                name
                for name, stored in _stored(connection, row).items()
                if stored != _as_stored(getattr(page, name))
            ]
            words = "the page, cleaned again, says otherwise"
        if differing:
            yield self._finding(row, differing, words)

    def _finding(self, row: _Row, differing: list[str], words: str) -> Finding:
        place = f"{row.capture.warc_file}:{row.capture.warc_offset}"
        what = f"{', '.join(differing)}: {words} ({place})"
        today = fingerprint(self._declared[row.capture.portal])
        if row.rules == today:
            return Finding(ROW_DIFFERS, row.where, what)
        self.tally.rules_changed += 1
        since = f"; cleaned by other rules ({row.rules or 'not noted'}; now {today})"
        return Finding(RULES_CHANGED, row.where, what + since, is_damage=False)

    def _page(self, connection: sqlite3.Connection, capture: Capture) -> Article | str:
        """The article of a capture's page, or why there is none. A row and its version share it."""
        if self._read[0] != capture.id:
            self._read = (capture.id, self._cleaned(connection, capture))
        return self._read[1]

    def _cleaned(self, connection: sqlite3.Connection, capture: Capture) -> Article | str:
        try:
            original = _original(connection, capture)
            answer = stored_answer(self._layout, capture, original)
            return article_of(self._portals[capture.portal], answer, capture)
        except ExtractionError as error:
            return f"the page, cleaned again, gives no article ({error})"
        except ArchiveDamagedError as error:
            return f"the page cannot be read ({error})"


def _row_of(row: sqlite3.Row) -> _Row:
    capture = Capture(**{name: row[name] for name in Capture.__dataclass_fields__})
    return _Row(row["row_id"], row["row_version"], row["row_rules"], capture)


def _original(connection: sqlite3.Connection, capture: Capture) -> Capture:
    """The capture that holds the body: of a revisit the one that it names."""
    if capture.revisit_of is None:
        return capture
    row = connection.execute(
        f"SELECT {_CAPTURE} FROM captures c WHERE c.id = ?",  # noqa: S608
        (capture.revisit_of,),
    ).fetchone()
    if row is None:
        raise ArchiveDamagedError(f"{capture.record_id} repeats a capture that is not there")
    return Capture(**dict(row))


def _stored(connection: sqlite3.Connection, row: _Row) -> dict[str, Any]:
    """The fields that a row has, by the name that an Article gives them."""
    if row.version is not None:
        found = connection.execute(
            f"SELECT {', '.join(VERSIONED)} FROM article_versions"  # noqa: S608
            " WHERE article_id = ? AND version = ?",
            (row.article, row.version),
        ).fetchone()
        return dict(found)
    found = connection.execute(
        f"SELECT {', '.join((*VERSIONED, *_BESIDES, *_LISTS))}"  # noqa: S608
        " FROM articles WHERE id = ?",
        (row.article,),
    ).fetchone()
    values = {**dict(found), **{name: json.loads(found[name]) for name in _LISTS}}
    # That it moved, no page of its own says.
    values["problems"] = [code for code in values["problems"] if not code.startswith(MOVED_TO)]
    for table, columns in _PARTS.items():
        parts = connection.execute(
            f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608
            " WHERE article_id = ? ORDER BY position",
            (row.article,),
        )
        values[table] = [dict(part) for part in parts]
    return values


def _as_stored(value: Any) -> Any:
    """A field of an Article as `_stored` gives it."""
    if not isinstance(value, tuple):
        return value
    return [
        part if isinstance(part, str) else {name: getattr(part, name) for name in part.__slots__}
        for part in value
    ]
