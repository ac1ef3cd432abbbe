"""Which function answers a request to the replay server."""

from collections.abc import Callable
from http import HTTPStatus

from archive.errors import ArchiveError, QueryError
from portal_crawler.errors import CrawlerError
from portal_crawler.replay import own_pages
from portal_crawler.replay.archived import archived
from portal_crawler.replay.asked import Asked
from portal_crawler.replay.location import Location
from portal_crawler.replay.pages import SCRIPT_PATH, STYLE_PATH
from portal_crawler.replay.reply import Reply, not_captured_reply, words

_ROUTES: tuple[tuple[str, Callable[[Asked, str, str], Reply]], ...] = (
    ("/timegate/", own_pages.timegate_reply),
    ("/timemap/link/", own_pages.timemap_reply),
    (STYLE_PATH, own_pages.style_reply),
    (SCRIPT_PATH, own_pages.script_reply),
    ("/-/about", own_pages.about_reply),
    ("/-/article/", own_pages.article_reply),
    ("/-/find", own_pages.find_reply),
    ("/-/portal/", own_pages.portal_reply),
    ("/", own_pages.home_reply),
)
"""Prefixes of paths. Each function gets the rest of the path, and the query."""


def reply_to(asked: Asked) -> Reply:
    """The reply to a request, an error of the archive included."""
    try:
        return _routed(asked)
    except QueryError as error:
        return words(HTTPStatus.NOT_FOUND, str(error))
    except (ArchiveError, CrawlerError) as error:
        return words(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))


def _routed(asked: Asked) -> Reply:
    if (location := Location.of(asked.target)) is not None:
        return archived(asked, location)
    path, _, query = asked.target.partition("?")
    for prefix, answer in _ROUTES:
        if path.startswith(prefix):
            return answer(asked, path.removeprefix(prefix), query)
    return not_captured_reply(asked.target)
