"""Finds the article that an address or a listed key belongs to. Reads only.

An address that was captured as an article keeps the key of its first capture, and until then that
of the first listing which named it. A capture with an asked_key shows that both keys belong to one
article.
"""

import sqlite3
from collections.abc import Sequence

from archive.addresses import asked_address, captured_addresses, without_session
from archive.database.answers import NEWEST_FIRST, OLDEST_FIRST
from archive.models import ListedArticle

MOVES = 10
"""Most moves of an article that are followed."""


_OF_ITS_OWN = """(status = 200 OR NOT EXISTS (
  SELECT 1 FROM captures led WHERE led.portal = captures.portal AND led.key = captures.key
    AND led.run_id = captures.run_id AND led.url <> captures.url
    AND led.status BETWEEN 301 AND 308 AND led.fetched_at <= captures.fetched_at))"""
"""Whether a capture tells whose its address is: a page, or an answer that no redirect led to."""


def first_key(connection: sqlite3.Connection, portal: str, url: str) -> str | None:
    """The key of the first capture of an address as an article; None if there is none.

    Addresses that differ only in a session id are the same: earlier releases kept them in keys.
    """
    return _first_key(connection, portal, (url,), "status = 200")


def known_key(connection: sqlite3.Connection, portal: str, url: str) -> str | None:
    """The key under which a listed address was first requested, or else first listed.

    None if it is new. Redirects and missing pages count: they are answers to this address.
    """
    bare = without_session(url)
    spellings = tuple(dict.fromkeys((bare, *captured_addresses(asked_address(bare)))))
    if (key := _first_key(connection, portal, spellings, _OF_ITS_OWN)) is not None:
        return key
    row = connection.execute(
        f"SELECT key FROM sightings WHERE url IN ({_marks(spellings)})"  # noqa: S608
        " AND +portal = ? ORDER BY seen_at, position LIMIT 1",
        (*spellings, portal),
    ).fetchone()
    return str(row[0]) if row is not None else None


def _first_key(
    connection: sqlite3.Connection, portal: str, urls: Sequence[str], which: str
) -> str | None:
    """The key of the first capture of one of these spellings of an address, with any session id."""
    bare = tuple(without_session(url) for url in urls)
    ranges = " OR ".join("url > ? || ';' AND url < ? || '<'" for _ in bare)
    rows = connection.execute(
        f"SELECT url, key FROM captures WHERE (url IN ({_marks((*urls, *bare))})"  # noqa: S608
        f" OR {ranges}) AND +portal = ? AND role = 'article' AND {which}"
        " AND request_digest IS NULL"
        f" AND +key IS NOT NULL ORDER BY {OLDEST_FIRST}",  # the index of urls, by `+`
        (*urls, *bare, *(each for one in bare for each in (one, one)), portal),
    )
    return next((key for found, key in rows if without_session(found) in bare), None)


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def has_page(connection: sqlite3.Connection, portal: str, key: str) -> bool:
    """Whether a page was ever captured under a key."""
    row = connection.execute(
        "SELECT 1 FROM captures WHERE portal = ? AND key = ? AND role = 'article'"
        " AND status = 200 LIMIT 1",
        (portal, key),
    ).fetchone()
    return row is not None


def listed_key(connection: sqlite3.Connection, portal: str, row: ListedArticle) -> str:
    """The key of the article that a listing's row belongs to now.

    A key that the rule gives its address counts if a page was captured under it; else the key under
    which the address is known does.
    """
    key = row.key
    if not has_page(connection, portal, key):
        key = known_key(connection, portal, row.url) or key
    return resolved(connection, portal, key)


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
