"""Finds the article that a person names: by an id, portal/key, a key, or an address.

What is exactly so in the archive comes first. A name that fits several articles is refused with
their portals and keys: nothing is guessed.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from archive.database.identity import resolved
from archive.errors import QueryError
from archive.pasted_addresses import alike, is_address, numbers_in, site_of, unwrapped

MAX_ID_DIGITS = 16
"""Digits of 2**53; SQLite rejects longer integers."""

MOST_SHOWN = 10
"""Articles that a message lists."""

MOST_LOOKED_AT = 50
"""Articles with a number of an address as their key, and known addresses of one of them."""


SURE_DIGITS = 5
"""A shorter number on a site may also be that of a section, so it is only suggested."""


class _Named(NamedTuple):
    id: int
    portal: str
    key: str


_NAMED = "a.id, a.portal, a.key"


def article_named(connection: sqlite3.Connection, name: str) -> int:
    """The id of the article that a name stands for.

    An address may be the article's, that of any capture of it, or one that a listing showed; it
    may also differ from these as `pasted_addresses.alike` says, or have the article's key at the
    same place. Raises QueryError if there is no such article, or more than one.
    """
    name.encode()  # in the archive all is UTF-8; `reading` says so if this is not
    for given in dict.fromkeys((name, *unwrapped(name))):
        for look_up in (_by_id, _by_portal_and_key, _by_address, _by_key, _by_like_address):
            found = look_up(connection, given)
            if len(found) > 1:
                raise QueryError(f"{given} names {_listed(found)}; give one of them")
            if found:
                return found[0].id
    raise QueryError(_why_no_article(connection, next(unwrapped(name))))


def _by_id(connection: sqlite3.Connection, name: str) -> list[_Named]:
    if not (name.isascii() and name.isdigit() and len(name) <= MAX_ID_DIGITS):
        return []
    return _articles(connection, f"SELECT {_NAMED} FROM articles a WHERE a.id = ?", int(name))  # noqa: S608


def _by_portal_and_key(connection: sqlite3.Connection, name: str) -> list[_Named]:
    portal, slash, key = name.partition("/")
    return _of_key(connection, portal, key) if slash else []


def _of_key(connection: sqlite3.Connection, portal: str, key: str) -> list[_Named]:
    """The article of a key, or the one that it moved to."""
    sql = f"SELECT {_NAMED} FROM articles a WHERE a.portal = ? AND a.key = ?"  # noqa: S608
    found = _articles(connection, sql, portal, key)
    return found or _articles(connection, sql, portal, resolved(connection, portal, key))


def _by_key(connection: sqlite3.Connection, key: str) -> list[_Named]:
    portals = [row["name"] for row in connection.execute("SELECT name FROM portals")]
    return [each for portal in portals for each in _of_key(connection, portal, key)]


def _by_address(connection: sqlite3.Connection, url: str) -> list[_Named]:
    return _of_addresses(connection, (url,)) if is_address(url) else []


def _by_like_address(connection: sqlite3.Connection, url: str) -> list[_Named]:
    for addresses in alike(url):
        if found := _of_addresses(connection, addresses):
            return found
    wanted = set(numbers_in(url))
    return [
        article
        for article in _with_number_as_key(connection, url)
        if any(
            each.number == article.key and each in wanted and len(article.key) >= SURE_DIGITS
            for known in _own_addresses(connection, article, url)
            for each in numbers_in(known)
        )
    ]


def _of_addresses(connection: sqlite3.Connection, urls: Sequence[str]) -> list[_Named]:
    """The articles of addresses: those that have one now, else had one, else are listed by one."""
    marks = ", ".join("?" * len(urls))
    sql = f"SELECT {_NAMED} FROM articles a WHERE a.url IN ({marks})"  # noqa: S608
    if found := _articles(connection, sql, *urls):
        return found
    for source in ("captures WHERE role = 'article' AND key IS NOT NULL", "sightings WHERE 1"):
        sql = f"SELECT DISTINCT portal, key FROM {source} AND url IN ({marks})"  # noqa: S608
        keys = connection.execute(sql, urls).fetchall()
        found = [each for portal, key in keys for each in _of_key(connection, portal, key)]
        if found:
            return list(dict.fromkeys(found))
    return []


def _with_number_as_key(connection: sqlite3.Connection, url: str) -> Iterator[_Named]:
    """Articles on the site of an address whose key is a number in it."""
    keys = list(dict.fromkeys(each.number for each in numbers_in(url)))
    if not keys:
        return iter(())
    sql = (
        f"SELECT {_NAMED} FROM portals p CROSS JOIN articles a ON a.portal = p.name"  # noqa: S608
        f" WHERE a.key IN ({', '.join('?' * len(keys))}) LIMIT {MOST_LOOKED_AT}"
    )
    rows = _articles(connection, sql, *keys)
    return (row for row in rows if any(_own_addresses(connection, row, url)))


def _own_addresses(connection: sqlite3.Connection, article: _Named, url: str) -> Iterator[str]:
    """Known addresses of an article on the site of another address."""
    rows = connection.execute(
        "SELECT url FROM articles WHERE id = ?1 UNION SELECT url FROM"  # noqa: S608
        " (SELECT url FROM captures WHERE portal = ?2 AND key = ?3 AND role = 'article'"
        f" LIMIT {MOST_LOOKED_AT})",
        article,
    )
    site = site_of(url)
    return (row["url"] for row in rows if site_of(row["url"]) == site)


def _why_no_article(connection: sqlite3.Connection, name: str) -> str:
    if not is_address(name):
        return (
            f"no article {name} in this archive: it is no id, portal/key, key or address there;"
            " `portal search` shows ids"
        )
    addresses = [name, *(url for group in list(alike(name))[:2] for url in group)]
    capture = connection.execute(
        "SELECT url, role, status, fetched_at FROM captures"  # noqa: S608
        f" WHERE url IN ({', '.join('?' * len(addresses))}) ORDER BY fetched_at DESC",
        addresses,
    ).fetchone()
    if capture is not None:
        answer = f"status {capture['status']}" if capture["status"] else "no status line"
        return (
            f"{capture['url']} gave no article: it was captured as {capture['role']} on"
            f" {capture['fetched_at']} and answered with {answer}"
        )
    near = list(_with_number_as_key(connection, name))
    if near:
        return f"{name} is not in this archive; did you mean {_listed(near)}?"
    return (
        f"{name} is not in this archive, nor with another scheme, www., slash or language; "
        "`portal search` finds articles by their words"
    )


def _listed(found: Iterable[_Named]) -> str:
    names = sorted(f"{each.portal}/{each.key}" for each in found)
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return f"{', '.join(names[:MOST_SHOWN])}{more}"


def _articles(connection: sqlite3.Connection, sql: str, *values: object) -> list[_Named]:
    return [_Named(*row) for row in connection.execute(sql, values)]
