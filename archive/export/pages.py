"""The list of pages of a package: the articles, as they were at each capture."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator

_HEADER = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}

IsHeld = Callable[[sqlite3.Row], bool]
"""Whether the package has the record of a row of captures."""

_PAGES = (
    "SELECT c.id, c.url, c.fetched_at, c.warc_file, c.warc_offset,"
    " a.title AS newest_title, v.title, v.lead, v.body,"
    " v.version IS NOT NULL AS is_version,"
    " (SELECT w.title FROM article_versions w WHERE w.article_id = a.id"
    "  AND w.seen_at <= c.fetched_at ORDER BY w.version DESC LIMIT 1) AS title_then"
    " FROM captures c JOIN articles a ON a.portal = c.portal AND a.key = c.key"
    " LEFT JOIN article_versions v ON v.article_id = a.id AND v.capture_id = c.id"
    " WHERE c.role = 'article' AND c.status = 200"
    " AND (v.version IS NOT NULL OR c.unread IS NULL)"
)


def pages(
    connection: sqlite3.Connection, articles: Iterable[int] | None, is_held: IsHeld
) -> Iterator[bytes]:
    """The lines: a header, then a page for each capture of an article's page in the package.

    If no articles are named, all are listed. The text is given with the first page that has it. A
    304 is not a page of its own, but the capture that it repeats is one.
    """
    yield _line(_HEADER)
    yield from (_page(row) for row in _rows(connection, articles) if is_held(row))


def _rows(connection: sqlite3.Connection, articles: Iterable[int] | None) -> Iterator[sqlite3.Row]:
    if articles is None:
        articles = (
            article for (article,) in connection.execute("SELECT id FROM articles ORDER BY id")
        )
    for article in articles:
        yield from connection.execute(
            f"{_PAGES} AND a.id = ? ORDER BY c.fetched_at, c.id", (article,)
        )


def _page(row: sqlite3.Row) -> bytes:
    page = {
        "id": str(row["id"]),
        "url": row["url"],
        "ts": row["fetched_at"],
        "title": row["title"] or row["title_then"] or row["newest_title"],
    }
    if row["is_version"]:
        texts = (row["title"], row["lead"], row["body"])
        page["text"] = "\n\n".join(text for text in texts if text)
    return _line(page)


def _line(values: dict[str, object]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"
