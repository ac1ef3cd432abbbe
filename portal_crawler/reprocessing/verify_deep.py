"""Cleans every stored page again and compares it with its row: `portal verify --deep`.

It changes nothing. A row that was read by other rules than today's may differ from its page, but
not from its own digest; a row read by the same rules may not differ at all.
"""

import sqlite3
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

from archive.database.article_rows import (
    VERSIONED,
    PageContent,
    digest_of,
    hash_of,
    page_content,
    stored_content,
)
from archive.database.reading import reading
from archive.database.site_models import NO_MODEL
from archive.errors import ArchiveDamagedError
from archive.imports.stored import stored_answer
from archive.integrity.findings import Finding
from archive.integrity.order import is_before
from archive.integrity.row_checks import ARTICLE_DIGEST, DIGEST_WORDS, SITE_MODEL
from archive.layout import IMPORTED_FOLDER, Layout
from archive.models import Capture
from archive.moments import utc_moment
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.portals.reader import PageReader
from portal_crawler.reprocessing.articles import article_of
from portal_crawler.reprocessing.fingerprint import fingerprint
from portal_crawler.reprocessing.learned_portal import knowing

RULES_CHANGED = "rules-changed"
ROW_DIFFERS = "row-differs"

_CAPTURE = ", ".join(f"c.{name} AS {name}" for name in Capture.__dataclass_fields__)

_ARTICLES = (
    "SELECT a.id AS row_id, NULL AS row_version, a.rules AS row_rules,"  # noqa: S608
    f" a.row_digest AS row_proof, {_CAPTURE}"
    " FROM articles a JOIN captures c ON c.id = a.capture_id"
)
_VERSIONS = (
    "SELECT v.article_id AS row_id, v.version AS row_version, v.rules AS row_rules,"  # noqa: S608
    f" v.content_hash AS row_proof, {_CAPTURE}"
    " FROM article_versions v JOIN captures c ON c.id = v.capture_id"
)
_ROWS = f"{_ARTICLES} UNION ALL {_VERSIONS}"
_IN_FILE_ORDER = (
    f"SELECT * FROM ({_ROWS})"  # noqa: S608
    f" ORDER BY warc_file NOT GLOB '{IMPORTED_FOLDER}*', warc_file, warc_offset"
)
"""In the order of `archive.integrity.order`."""

_NEWEST_HASH = (
    "SELECT v.content_hash FROM articles a"
    " JOIN article_versions v ON v.article_id = a.id AND v.version = a.version WHERE a.id = ?"
)


@dataclass(slots=True)
class DeepTally:
    """Counts of the rows whose pages were cleaned again."""

    rows: int = 0
    unknown: int = 0
    """Rows of portals that are not declared, whose pages cannot be cleaned."""
    undeclared: set[str] = field(default_factory=set)
    """The names of these portals."""
    rules_changed: int = 0
    """Rows that differ from their page, but were read by other rules."""
    without_digest: int = 0
    """Articles stored before rows had digests and not read since."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of articles (version None) or article_versions, and the capture of its page."""

    article: int
    version: int | None
    rules: str | None
    proof: str | None
    """Its row_digest or content_hash."""
    capture: Capture

    @property
    def where(self) -> str:
        """Table and id, for a person."""
        if self.version is None:
            return f"articles {self.article}"
        return f"article_versions {self.article} version {self.version}"


@dataclass(frozen=True, slots=True)
class _Difference:
    """A difference between a row and its page."""

    columns: tuple[str, ...]
    words: str
    is_damage: bool = False
    """Whether changed rules cannot explain it."""


@dataclass(frozen=True, slots=True)
class _FileFindings:
    """The findings of the pages of one WARC file; the learned layouts come first."""

    name: str
    found: Iterator[Finding]


@dataclass(frozen=True, slots=True)
class _Page:
    """The values of a capture's page today, or why it has none."""

    capture: int
    values: PageContent | _Difference


class DeepVerification:
    """One pass over the rows that were read from pages; `tally` grows during it."""

    def __init__(
        self,
        layout: Layout,
        portals: Mapping[str, PageReader],
        begin_at: str | None = None,
    ) -> None:
        """Pages in files before `begin_at`, the name of one, are skipped."""
        self.tally = DeepTally()
        self._layout = layout
        self._declared = portals
        self._portals: dict[str, PageReader] = {}
        self._begin_at = begin_at
        self._files = self._by_file()
        self._waiting: _FileFindings | None = None
        self._read = _Page(0, {})

    def findings(self) -> Iterator[Finding]:
        """Where a row and its page differ; `is_damage` is False if changed rules explain it."""
        for file in self._files:
            yield from file.found

    def up_to(self, name: str) -> Iterator[Finding]:
        """The findings in files up to a name, without those given before."""
        while (file := self._waiting or next(self._files, None)) is not None:
            self._waiting = file
            if is_before(name, file.name):
                return
            yield from file.found
            self._waiting = None

    def close(self) -> None:
        """Close the database."""
        self._files.close()

    def _by_file(self) -> Generator[_FileFindings]:
        with reading(self._layout) as connection:
            connection.execute("BEGIN")
            yield _FileFindings(IMPORTED_FOLDER, self._learn(connection))
            rows = map(_row_of, connection.execute(_IN_FILE_ORDER))
            left = (row for row in rows if not is_before(row.capture.warc_file, self._begin_at))
            for name, of_file in groupby(left, lambda row: row.capture.warc_file):
                found = filter(None, map(partial(self._row, connection), of_file))
                yield _FileFindings(name, found)

    def _learn(self, connection: sqlite3.Connection) -> Iterator[Finding]:
        """Read each portal's learned layout; a portal whose layout is damaged counts as unknown."""
        for name, portal in self._declared.items():
            try:
                self._portals |= knowing({name: portal}, connection)
            except NO_MODEL as error:
                yield Finding(SITE_MODEL, f"site_models {name}", f"cannot be read: {error}")

    def _row(self, connection: sqlite3.Connection, row: _Row) -> Finding | None:
        content = _row_content(connection, row)
        doubt = self._doubt(connection, row, content)
        difference = None
        if row.capture.portal in self._portals:
            self.tally.rows += 1
            difference = _difference(content, self._page(connection, row.capture))
        else:
            self.tally.unknown += 1
            self._note_undeclared(row.capture.portal)
        if difference is not None:
            return self._finding(row, difference, doubt)
        # verify itself names a version whose hash is another.
        is_of_article = doubt is not None and row.version is None
        return Finding(ARTICLE_DIGEST, row.where, str(doubt)) if is_of_article else None

    def _note_undeclared(self, portal: str) -> None:
        if portal not in self._declared:
            self.tally.undeclared.add(portal)

    def _doubt(self, connection: sqlite3.Connection, row: _Row, content: PageContent) -> str | None:
        """Why a row contradicts its own digest; None if it does not."""
        versioned = hash_of([content[name] for name in VERSIONED])
        if row.version is not None:
            return None if versioned == row.proof else "nor does content_hash match it"
        if row.proof is not None:
            return None if digest_of(content) == row.proof else DIGEST_WORDS
        self.tally.without_digest += 1
        if row.rules is not None and row.rules == self._today(row):
            return "it has no row_digest, though it was read by today's rules"
        newest = connection.execute(_NEWEST_HASH, (row.article,)).fetchone()
        is_kept = newest is not None and newest[0] == versioned
        return None if is_kept else "its newest version's content_hash does not match it"

    def _today(self, row: _Row) -> str | None:
        """The fingerprint of the portal's rules; None if the portal is not declared."""
        portal = self._declared.get(row.capture.portal)
        return fingerprint(portal) if portal is not None else None

    def _finding(self, row: _Row, difference: _Difference, doubt: str | None) -> Finding:
        place = f"{row.capture.warc_file}:{row.capture.warc_offset}"
        what = f"{', '.join(difference.columns)}: {difference.words} ({place})"
        today = self._today(row)
        if doubt is not None:
            return Finding(ROW_DIFFERS, row.where, f"{what}; {doubt}")
        if row.rules == today or difference.is_damage:
            return Finding(ROW_DIFFERS, row.where, what)
        self.tally.rules_changed += 1
        since = f"; cleaned by other rules ({row.rules or 'not noted'}; now {today})"
        return Finding(RULES_CHANGED, row.where, what + since, is_damage=False)

    def _page(self, connection: sqlite3.Connection, capture: Capture) -> PageContent | _Difference:
        """The values of a capture's page today, or why it has none; kept for the row's version."""
        if self._read.capture != capture.id:
            self._read = _Page(capture.id, self._cleaned(connection, capture))
        return self._read.values

    def _cleaned(
        self, connection: sqlite3.Connection, capture: Capture
    ) -> PageContent | _Difference:
        try:
            utc_moment(capture.fetched_at)
        except ValueError:
            words = f"the time of its capture, {capture.fetched_at!r:.80}, is not valid"
            return _Difference(("capture_id",), words, is_damage=True)
        try:
            original = _original(connection, capture)
            answer = stored_answer(self._layout, capture, original)
            return page_content(article_of(self._portals[capture.portal], answer, capture))
        except ExtractionError as error:
            words = f"the page, cleaned again, gives no article ({error})"
            return _Difference(("title",), words)
        except ArchiveDamagedError as error:
            return _Difference(("title",), f"the page cannot be read ({error})", is_damage=True)


def _difference(content: PageContent, page: PageContent | _Difference) -> _Difference | None:
    if isinstance(page, _Difference):
        return page
    columns = tuple(name for name in content if content[name] != page[name])
    words = "differs from the page, cleaned again"
    return _Difference(columns, words) if columns else None


def _row_of(row: sqlite3.Row) -> _Row:
    capture = Capture(**{name: row[name] for name in Capture.__dataclass_fields__})
    return _Row(row["row_id"], row["row_version"], row["row_rules"], row["row_proof"], capture)


def _original(connection: sqlite3.Connection, capture: Capture) -> Capture:
    """The capture that holds the body; for a revisit, the one that it repeats."""
    if capture.revisit_of is None:
        return capture
    row = connection.execute(
        f"SELECT {_CAPTURE} FROM captures c WHERE c.id = ?",  # noqa: S608
        (capture.revisit_of,),
    ).fetchone()
    if row is None:
        raise ArchiveDamagedError(f"{capture.record_id} repeats a capture that is not there")
    return Capture(**dict(row))


def _row_content(connection: sqlite3.Connection, row: _Row) -> PageContent:
    """The content of a row; for a version, the columns that it keeps."""
    if row.version is None:
        return stored_content(connection, row.article)
    found = connection.execute(
        f"SELECT {', '.join(VERSIONED)} FROM article_versions"  # noqa: S608
        " WHERE article_id = ? AND version = ?",
        (row.article, row.version),
    ).fetchone()
    return dict(found)
