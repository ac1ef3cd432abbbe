"""Replies with the server's own pages: the lists, an article's text, and Memento's answers."""

import sqlite3
from http import HTTPStatus
from urllib.parse import parse_qs, unquote

from archive.database.articles import capture_row, stored_article
from archive.database.named_articles import article_named
from archive.database.replayed import (
    FoundCapture,
    articles,
    moments_of,
    nearest,
    portal_named,
    replayed_portals,
)
from archive.errors import QueryError
from archive.numbers import whole_number
from archive.pasted_addresses import alike, unwrapped
from portal_crawler.replay import memento
from portal_crawler.replay.archived import about
from portal_crawler.replay.asked import Asked
from portal_crawler.replay.location import PAGE, VIEW, Location, stamp_of
from portal_crawler.replay.pages import SCRIPT, STYLE, home, portal_page
from portal_crawler.replay.reply import Reply, not_captured_reply, own, words


def home_reply(asked: Asked, rest: str, query: str) -> Reply:
    """The portals of the archive."""
    del query
    if rest:
        return not_captured_reply(asked.target)
    return own(home(replayed_portals(asked.database())))


def portal_reply(asked: Asked, rest: str, query: str) -> Reply:
    """A part of a portal's articles; QueryError if the archive has no such portal."""
    first = whole_number(parse_qs(query).get("first", ["0"])[0]) or 0
    name, database = unquote(rest), asked.database()
    return own(portal_page(portal_named(database, name), articles(database, name, first), first))


def find_reply(asked: Asked, rest: str, query: str) -> Reply:
    """A redirect to the page that was looked for; QueryError if it was not captured."""
    del rest
    wanted = parse_qs(query).get("of", [""])[0].strip()
    return Reply(HTTPStatus.FOUND, {"Location": view_of(asked.database(), wanted).path})


def about_reply(asked: Asked, rest: str, query: str) -> Reply:
    """JSON for the bar's script."""
    location = Location.of(_whole(rest, query))
    if location is None:
        return words(HTTPStatus.NOT_FOUND, "not an archived address")
    found = asked.nearest(location)
    if found is not None:
        location = Location(stamp_of(found.capture.fetched_at), found.capture.url)
    return own(about(asked, location).as_json(), mime="application/json")


def article_reply(asked: Asked, rest: str, query: str) -> Reply:
    """The cleaned text of an article. Raises QueryError if there is no such article."""
    # Portals are declared as Scrapy's spiders, and Scrapy takes half of a start and 30 MB.
    from portal_crawler.replay.article_text import article_text

    del query
    return article_text(asked, rest)


def style_reply(asked: Asked, rest: str, query: str) -> Reply:
    """The style of the server's own pages."""
    del asked, rest, query
    return own(STYLE.encode(), mime="text/css")


def script_reply(asked: Asked, rest: str, query: str) -> Reply:
    """The script of the bar."""
    del asked, rest, query
    return own(SCRIPT.encode(), mime="text/javascript")


def timegate_reply(asked: Asked, rest: str, query: str) -> Reply:
    """A redirect to the capture nearest to Accept-Datetime (RFC 7089)."""
    url = _whole(rest, query)
    moment = memento.asked_moment(asked.header("Accept-Datetime"))
    found = nearest(asked.database(), url, moment)
    if found is None:
        return not_captured_reply(url)
    there = Location(stamp_of(found.capture.fetched_at), found.capture.url, PAGE)
    return Reply(HTTPStatus.FOUND, memento.gate_headers(there))


def timemap_reply(asked: Asked, rest: str, query: str) -> Reply:
    """All captures of an address (RFC 7089)."""
    url = _whole(rest, query)
    moments = moments_of(asked.database(), url)
    if not moments:
        return not_captured_reply(url)
    body = memento.timemap(asked.server, url, moments)
    return own(body, mime="application/link-format")


def view_of(connection: sqlite3.Connection, wanted: str, moment: str | None = None) -> Location:
    """Where the page of an article, or of an address, is shown.

    `wanted` is an id, portal/key, a key or an address, as `article_named` takes them; `moment` is
    UTC, as in captures.fetched_at, and without it the newest capture is meant. QueryError if
    nothing of it was captured.
    """
    found = _captured(connection, wanted, moment or memento.LATEST)
    if found is None:
        stored = stored_article(connection, article_named(connection, wanted))
        row = capture_row(connection, stored.article["capture_id"])
        then = moment or str(row["fetched_at"])
        # An article that was read from an interface's answer has a page for readers.
        found = nearest(connection, str(stored.article["url"]), then)
        found = found or nearest(connection, str(row["url"]), then)
    if found is None:
        raise QueryError(f"{wanted} was not captured; `portal search` finds articles")
    return Location(stamp_of(found.capture.fetched_at), found.capture.url, VIEW)


def _captured(connection: sqlite3.Connection, wanted: str, moment: str) -> FoundCapture | None:
    """The capture of an address, or of one like it but in the same language."""
    for given in unwrapped(wanted):
        same_language = list(alike(given))[:2]
        for url in (url for group in same_language for url in group):
            if (found := nearest(connection, url, moment)) is not None:
                return found
    return None


def _whole(rest: str, query: str) -> str:
    """The address at the end of a path, with its own query."""
    return rest + (f"?{query}" if query else "")
