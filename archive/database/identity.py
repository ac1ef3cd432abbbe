"""Which article an address or a listed key is of, by the captures that there are. Reads only.

An address that was captured as an article keeps the key of its first exchange. A capture whose page
was asked for under another key (captures.asked_key) says that both are one article.
"""

import sqlite3

from archive.addresses import without_session

MOVES = 10
"""Articles that moved and moved again are followed so far."""


def first_key(connection: sqlite3.Connection, portal: str, url: str) -> str | None:
    """The key under which an address was captured first as an article's; None where it never was.

    Ids of sessions tell no addresses apart: earlier versions kept them in keys, too.
    """
    bare = without_session(url)
    rows = connection.execute(
        "SELECT url, key FROM captures"
        " WHERE (url IN (?1, ?2) OR url > ?2 || ';' AND url < ?2 || '<') AND +portal = ?3"
        " AND role = 'article' AND status = 200 AND +key IS NOT NULL"  # the index of urls, by `+`
        " ORDER BY fetched_at, warc_file, warc_offset",
        (url, bare, portal),
    )
    return next((key for found, key in rows if without_session(found) == bare), None)


def has_page(connection: sqlite3.Connection, portal: str, key: str) -> bool:
    """Whether a page was ever captured under a key."""
    row = connection.execute(
        "SELECT 1 FROM captures WHERE portal = ? AND key = ? AND role = 'article'"
        " AND status = 200 LIMIT 1",
        (portal, key),
    ).fetchone()
    return row is not None


def resolved(connection: sqlite3.Connection, portal: str, key: str) -> str:
    """The key of the article that a listed key is of now: its own, or where it has moved to."""
    seen = {key}
    while len(seen) <= MOVES:
        row = connection.execute(
            "SELECT c.key FROM captures c WHERE c.portal = ?1 AND c.asked_key = ?2"
            " AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.portal = ?1 AND a.key = ?2"
            "  AND a.gone_at IS NULL)"
            " ORDER BY fetched_at DESC, warc_file DESC, warc_offset DESC LIMIT 1",
            (portal, key),
        ).fetchone()
        if row is None or row[0] in seen:
            return key
        key = str(row[0])
        seen.add(key)
    return key
