"""Finds the article that an address or a listed key belongs to. Reads only.

An address that was captured as an article keeps the key of its first capture. A capture with an
asked_key shows that both keys belong to one article.
"""

import sqlite3

from archive.addresses import without_session
from archive.database.answers import NEWEST_FIRST, OLDEST_FIRST

MOVES = 10
"""Most moves of an article that are followed."""


def first_key(connection: sqlite3.Connection, portal: str, url: str) -> str | None:
    """The key of the first capture of an address as an article; None if there is none.

    Addresses that differ only in a session id are the same: earlier releases kept them in keys.
    """
    bare = without_session(url)
    rows = connection.execute(
        "SELECT url, key FROM captures"  # noqa: S608
        " WHERE (url IN (?1, ?2) OR url > ?2 || ';' AND url < ?2 || '<') AND +portal = ?3"
        " AND request_digest IS NULL"
        " AND role = 'article' AND status = 200 AND +key IS NOT NULL"  # the index of urls, by `+`
        f" ORDER BY {OLDEST_FIRST}",
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
    """The key of the article that a listed key belongs to now, after moves."""
    seen = {key}
    while len(seen) <= MOVES:
        row = connection.execute(
            "SELECT c.key FROM captures c WHERE c.portal = ?1 AND c.asked_key = ?2"  # noqa: S608
            " AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.portal = ?1 AND a.key = ?2"
            "  AND a.gone_at IS NULL)"
            f" ORDER BY {NEWEST_FIRST} LIMIT 1",
            (portal, key),
        ).fetchone()
        if row is None or row[0] in seen:
            return key
        key = str(row[0])
        seen.add(key)
    return key
