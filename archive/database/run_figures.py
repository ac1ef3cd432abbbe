"""Counts the figures of a killed run from its rows."""

import sqlite3

from archive.database.answers import conclusive, missing_status
from archive.models import Run

_PAGES = (
    "SELECT a.problems FROM captures c JOIN articles a ON a.portal = c.portal AND a.key = c.key"
    " WHERE c.run_id = :run AND c.role = 'article' AND (c.status = 304 AND c.revisit_of IS NOT NULL"
    "  OR c.status = 200 AND coalesce(c.unread, 'lost') = 'lost')"
)
"""Pages that made or confirmed the row of an article."""

_BEFORE = (
    "SELECT p.unread FROM captures p WHERE p.portal = c.portal AND p.key = c.key"  # noqa: S608
    f" AND p.role = 'article' AND {conclusive('p')}"
    " AND p.fetched_at < :begun"
    " ORDER BY p.fetched_at DESC, p.warc_file DESC, p.warc_offset DESC LIMIT 1"
)
"""The newest answer for an article before the run."""

_FIGURES = {
    "requests": "SELECT count(*) FROM captures WHERE run_id = :run",
    "listed": "SELECT count(DISTINCT key) FROM sightings WHERE portal = :portal"
    " AND last_seen_at BETWEEN :begun AND :ended",
    "articles_new": "SELECT count(DISTINCT a.id) FROM captures c JOIN articles a"
    " ON a.portal = c.portal AND a.key = c.key AND a.first_seen_at = c.fetched_at"
    " WHERE c.run_id = :run AND c.role = 'article'",
    "articles_changed": "SELECT count(*) FROM captures c JOIN article_versions v"
    " ON v.capture_id = c.id JOIN articles a ON a.id = v.article_id"
    " WHERE c.run_id = :run AND NOT (v.version = 1 AND v.seen_at = a.first_seen_at)",
    "articles_gone": "SELECT count(DISTINCT a.id) FROM captures c JOIN articles a"  # noqa: S608
    " ON a.portal = c.portal AND a.key = c.key AND a.gone_at = c.fetched_at"
    " WHERE c.run_id = :run AND c.role = 'article'"
    f" AND ({missing_status('c')} OR c.unread = 'missing')",
    "dead_links": "SELECT count(DISTINCT c.key) FROM captures c LEFT JOIN articles a"  # noqa: S608
    " ON a.portal = c.portal AND a.key = c.key WHERE c.run_id = :run AND c.role = 'article'"
    f" AND {missing_status('c')} AND c.truncated IS NULL AND a.id IS NULL",
    "pages_without_title": "SELECT count(DISTINCT c.key) FROM captures c WHERE c.run_id = :run"  # noqa: S608
    " AND c.role = 'article' AND c.status = 200 AND c.unread IN ('no-title', 'missing')"
    f" AND coalesce(({_BEFORE}), '') NOT IN ('no-title', 'missing')",
    "problems": f"SELECT count(*) FROM ({_PAGES}) WHERE problems <> '[]'",  # noqa: S608
    "pages": f"SELECT count(*) FROM ({_PAGES})",  # noqa: S608
}


def figures(connection: sqlite3.Connection, run: Run) -> dict[str, int]:
    """The figures of a run by column, counted before a later run changes its rows.

    Some cannot be counted from rows: requests without an answer, and articles that returned.
    """
    values = {
        "run": run.id,
        "portal": run.portal,
        "begun": run.started_at,
        "ended": run.finished_at or run.started_at,
    }
    found = {name: connection.execute(sql, values).fetchone()[0] for name, sql in _FIGURES.items()}
    stored = found["articles_new"] + found["articles_changed"]
    found["articles_unchanged"] = max(0, found.pop("pages") - stored)
    return found
