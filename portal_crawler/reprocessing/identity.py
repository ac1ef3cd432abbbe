"""Which article a page is of, when its address was asked for under one key and may have another.

Where redirects end decides what was not known before. An address that was captured as an article
keeps the key of its first exchange, whatever a rule says later. So two keys that turn out to be of
one article become the target's: the capture bears its key, and in `asked_key` the other one.
"""

from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from archive.addresses import without_session
from portal_crawler.portals.reader import PageReader


class Past(Protocol):
    """The captures that were made before."""

    def first_key(self, url: str) -> str | None:
        """The key under which an address was first captured as an article's."""

    def has_page(self, key: str) -> bool:
        """Whether a page was captured under a key."""


def identity(asked: str, url: str, rule: Callable[[str], str | None], past: Past) -> str:
    """The key of the article at an address that was asked for, or redirected to, as `asked`.

    An address that the rule takes for no article's decides nothing. Pure but for what `past` reads.
    """
    named = rule(without_session(url))
    if named is None:
        return asked
    target = past.first_key(url) or named
    if target == asked or past.has_page(target) or not past.has_page(asked):
        return target
    return asked


def is_front(portal: PageReader, url: str) -> bool:
    """Whether an address is the portal's home or a listing's first page: no article's, ever.

    Many a system redirects there from what it does not have any more.
    """
    page = _place(url)
    fronts = (portal.entry().home, *portal.sections.values())
    return page[1:] == ("/", "") or page in map(_place, fronts)


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(without_session(url))
    return parts.netloc.lower(), parts.path.rstrip("/") or "/", parts.query
