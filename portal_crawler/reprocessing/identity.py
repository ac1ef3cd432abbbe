"""Which article a page belongs to, if its address was requested under a key that may be wrong.

The address at the end of redirects decides. An address that was captured as an article keeps the
key of its first exchange, whatever a rule says later. If two keys turn out to belong to one
article, the capture gets the key of the target, and the other one as `asked_key`.
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


def identity(
    asked: str,
    url: str,
    rule: Callable[[str], str | None],
    past: Past,
    *,
    redirected: bool,
) -> str:
    """The key of the article at an address that was asked for, or redirected to, as `asked`.

    An address that the rule gives no key changes nothing. An address that no redirect led to keeps
    the key of the listing which named it: the listing may show more than the address does. Pure but
    for the reads of `past`.
    """
    named = rule(without_session(url))
    if named is None:
        return asked
    target = past.first_key(url) or named
    if target == asked or past.has_page(target):
        return target
    return asked if past.has_page(asked) or not redirected else target


def is_front(portal: PageReader, url: str) -> bool:
    """Whether an address is the portal's home or a listing's first page: no article's, ever.

    Many systems redirect there from pages that they no longer have.
    """
    page = _place(url)
    fronts = (portal.entry().home, *portal.sections.values())
    return page[1:] == ("/", "") or page in map(_place, fronts)


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(without_session(url))
    return parts.netloc.lower(), parts.path.rstrip("/") or "/", parts.query
