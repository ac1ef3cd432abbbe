"""Checks of the rows of archive.db, among themselves and against their records."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archive.database.article_rows import MOVED_TO, VERSIONED, digest_of, hash_of, stored_content
from archive.database.site_models import NO_MODEL, SiteModels
from archive.layout import article_id, capture_id, shared_capture_id
from archive.moments import whole_second
from archive.warc.members import Member
from archive.warc.record_facts import RecordFacts, digest_bytes
from archive.warc.records import own_truncation

Problem = tuple[str, str]
"""Code and words."""
PlacedProblem = tuple[str, str, str]
"""Code, place and words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRow:
    """The columns of table captures that repeat facts of the row's record."""

    id: int
    record_id: str
    url: str
    fetched_at: str
    status: int | None
    warc_offset: int
    warc_length: int
    payload_digest: str
    truncated: str | None
    original: str | None
    """The record id of the capture that revisit_of names."""


Rows = dict[int, CaptureRow]
"""The captures in one WARC file, by offset."""


def rows_of(connection: sqlite3.Connection, name: str) -> Rows:
    """The captures in a WARC file, named relative to the archive's folder."""
    found = connection.execute(
        "SELECT c.id, c.record_id, c.url, c.fetched_at, c.status, c.warc_offset, c.warc_length,"
        " c.payload_digest, c.truncated, o.record_id AS original FROM captures c"
        " LEFT JOIN captures o ON o.id = c.revisit_of WHERE c.warc_file = ?",
        (name,),
    )
    return {row["warc_offset"]: CaptureRow(**row) for row in found}


def row_differences(row: CaptureRow, member: Member, facts: RecordFacts) -> Iterator[Problem]:
    """The differences between a row of captures and the record at its place."""
    if facts.record_id != row.record_id:
        yield "row-record", f"capture {row.id} is of {row.record_id}, here lies {facts.record_id}"
        return
    said = (
        ("row-length", "warc_length", row.warc_length, member.length),
        ("row-url", "url", row.url, facts.value("warc-target-uri")),
        ("row-date", "fetched_at", row.fetched_at, _second(facts.value("warc-date"))),
        ("row-truncated", "truncated", row.truncated, _truncation(facts)),
        ("row-original", "revisit_of", row.original, facts.value("warc-refers-to")),
        ("row-status", "status", row.status, facts.message.head.status if facts.message else None),
    )
    for code, column, given, recorded in said:
        if given != recorded:
            yield code, f"{column} of capture {row.id} is {given}, the record says {recorded}"
    digest = digest_bytes(facts.value("warc-payload-digest") or "")
    if digest is not None and digest_bytes(row.payload_digest) != digest:
        yield "row-digest", f"payload_digest of capture {row.id} is not that of its record"


def _truncation(facts: RecordFacts) -> str | None:
    return own_truncation(facts.kind, facts.value("warc-profile"), facts.value("warc-truncated"))


def _second(date: str | None) -> str | None:
    return whole_second(date) if date else None


def database_problems(connection: sqlite3.Connection) -> Iterator[PlacedProblem]:
    """Contradictions within the database: code, table and id, words."""
    for (words,) in connection.execute("PRAGMA integrity_check"):
        if words != "ok":
            yield "database", "archive.db", words
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield "foreign-key", f"{table} row {rowid}", f"names a row of {parent} that is not there"
    yield from _selected(connection)
    yield from _ids(connection)
    yield from _content_hashes(connection)
    yield from _site_models(connection)


SITE_MODEL = "site-model"
ARTICLE_DIGEST = "article-digest"
DIGEST_WORDS = "its columns are not those that row_digest was computed over"

ROW_CHECKS = (
    (
        "article-capture",
        "articles",
        "its capture is of another article, or not the page of an article",
        "SELECT a.id FROM articles a JOIN captures c ON c.id = a.capture_id"
        " WHERE c.portal <> a.portal OR c.key IS NOT a.key OR c.role <> 'article'",
    ),
    (
        "article-version",
        "articles",
        "differs from its newest row in article_versions, or has none",
        "SELECT a.id FROM articles a LEFT JOIN article_versions v"  # noqa: S608
        " ON v.article_id = a.id AND v.version = a.version WHERE v.article_id IS NULL"
        + "".join(f" OR v.{name} IS NOT a.{name}" for name in VERSIONED),
    ),
    (
        "article-versions",
        "articles",
        "its versions are not numbered from 1 to the newest",
        "SELECT a.id FROM articles a JOIN article_versions v ON v.article_id = a.id"
        " GROUP BY a.id HAVING count(*) <> a.version OR max(v.version) <> a.version",
    ),
    (
        "version-capture",
        "article_versions of article",
        "a version's capture is of another article, or was fetched at another time",
        "SELECT v.article_id FROM article_versions v JOIN articles a ON a.id = v.article_id"
        " JOIN captures c ON c.id = v.capture_id WHERE c.portal <> a.portal"
        " OR c.key IS NOT a.key OR c.role <> 'article' OR c.fetched_at <> v.seen_at",
    ),
    (
        "article-moved",
        "articles",
        f"has the problem {MOVED_TO}KEY, but no page of that key was asked for as it",
        "SELECT a.id FROM articles a,"  # noqa: S608
        " json_each(iif(json_valid(a.problems), a.problems, '[]')) code"
        f" WHERE code.value LIKE '{MOVED_TO}%' AND NOT EXISTS (SELECT 1 FROM captures c"
        "  WHERE c.portal = a.portal AND c.asked_key = a.key"
        f"  AND c.key = substr(code.value, {len(MOVED_TO) + 1}))",
    ),
    (
        "revisit-digest",
        "captures",
        "repeats a capture that has another payload digest",
        "SELECT c.id FROM captures c JOIN captures o ON o.id = c.revisit_of"
        " WHERE c.payload_digest <> o.payload_digest",
    ),
    (
        "revisit-chain",
        "captures",
        "repeats a capture that is itself a revisit, and so has no body",
        "SELECT c.id FROM captures c JOIN captures o ON o.id = c.revisit_of"
        " WHERE o.revisit_of IS NOT NULL",
    ),
)
"""Code, table, words, and the SQL that gives the ids of the rows that are wrong."""


def _selected(connection: sqlite3.Connection) -> Iterator[PlacedProblem]:
    for code, table, words, sql in ROW_CHECKS:
        for (identifier,) in connection.execute(sql):
            yield code, f"{table} {identifier}", words


def _ids(connection: sqlite3.Connection) -> Iterator[PlacedProblem]:
    rows = connection.execute(
        "SELECT c.id, c.record_id, s.place FROM captures c"
        " LEFT JOIN shared_ids s ON s.capture_id = c.id AND s.record_id = c.record_id"
    )
    for identifier, record, place in rows:
        derived = capture_id(record) if place is None else shared_capture_id(record, place)
        if derived != identifier:
            yield "id", f"captures {identifier}", f"is not the id that {record} gives"
    for identifier, portal, key in connection.execute("SELECT id, portal, key FROM articles"):
        if article_id(portal, key) != identifier:
            yield "id", f"articles {identifier}", f"is not the id that {portal}/{key} gives"


def _site_models(connection: sqlite3.Connection) -> Iterator[PlacedProblem]:
    """Layouts whose id is not that of their content: they were changed by hand."""
    given: dict[str, list[str | None]] = {}
    for portal, identifier in connection.execute(
        "SELECT portal, id FROM site_models ORDER BY portal, since"
    ):
        given.setdefault(portal, []).append(identifier)
    for portal, identifiers in given.items():
        try:
            derived = [model.id for model in SiteModels(connection, portal).all()]
        except NO_MODEL as error:
            yield SITE_MODEL, f"site_models {portal}", f"cannot be read: {error}"
            continue
        if derived != identifiers:
            words = "a model or its boilerplate is not the one that its id was computed over"
            yield SITE_MODEL, f"site_models {portal}", words


def row_digests(connection: sqlite3.Connection) -> Iterator[PlacedProblem]:
    """Articles whose digest is not that of their content: they were changed by hand."""
    rows = connection.execute("SELECT id, row_digest FROM articles WHERE row_digest IS NOT NULL")
    for article, given in rows:
        if digest_of(stored_content(connection, article)) != given:
            yield ARTICLE_DIGEST, f"articles {article}", DIGEST_WORDS


def _content_hashes(connection: sqlite3.Connection) -> Iterator[PlacedProblem]:
    """Versions whose hash is not that of their text: they were changed by hand."""
    columns = ", ".join(VERSIONED)
    rows = connection.execute(
        f"SELECT article_id, version, content_hash, {columns} FROM article_versions"  # noqa: S608
    )
    for article, version, given, *values in rows:
        if hash_of(values) != given:
            where = f"article_versions {article} version {version}"
            yield (
                "content-hash",
                where,
                "its text is not the one that content_hash was computed over",
            )
