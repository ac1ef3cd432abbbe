"""The skeleton of expected.json for saved pages, with all that can be read from them. Pure.

A saved page does not say by itself its address and whether it is an article. Both are taken from
the page where it states them, from its file's name, and from the rows of the listings beside it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.expected.entries import article_entry, listed_keys, listing_entry
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.reader import FetchedPage, read_article
from portal_crawler.portals.recognition import SeenPage
from portal_crawler.portals.scope import declared_scope

FEWEST_ROWS = 2
"""A page with fewer is not a listing, unless its name says so."""

HEAD_BYTES = 4_096
"""The beginning of a page, in which browsers note where they saved it from."""

_SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d+\)(\S+) -->")


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A page in a file."""

    body: bytes = field(repr=False)
    saved_at: datetime
    """When the file was last written, with a time zone."""


@dataclass(frozen=True, slots=True)
class ExpectedSkeleton:
    """The value for expected.json, and the places that a person has to complete."""

    expected: dict[str, Any]
    todo: tuple[str, ...]


def skeleton_of(
    portal: type[PortalDeclaration], files: Mapping[str, SavedFile]
) -> ExpectedSkeleton:
    """The skeleton for the pages of a folder, as a portal reads them."""
    pages = {name: _page(portal, saved) for name, saved in files.items()}
    listings = {name: page for name, page in pages.items() if _is_listing(portal, name, page)}
    rows = [row for page in listings.values() for row in _rows(portal, page)]
    by_title = {row.title: row.url for row in rows if row.title}
    entries: dict[str, list[dict[str, Any]]] = {"listings": [], "articles": []}
    for number, (name, page) in enumerate(listings.items(), 1):
        placed = replace(page, url=page.url or next(iter(portal.sections.values())))
        entry = listing_entry(portal, name, placed, number)
        entries["listings"].append({**entry, "url": page.url})
    keys = listed_keys(entries["listings"])
    for name, page in pages.items():
        if name not in listings:
            listed = by_title.get(_title(portal, page) or "", page.url)
            entries["articles"].append(_article(portal, name, replace(page, url=listed), keys))
    day = max((saved.saved_at for saved in files.values()), default=None)
    origin = f"saved on {day.date().isoformat()}" if day is not None else "saved"
    return ExpectedSkeleton({"origin": origin, **entries}, tuple(_todo(entries)))


def _article(
    portal: type[PortalDeclaration], name: str, page: FetchedPage, keys: Mapping[str, str]
) -> dict[str, Any]:
    if page.url:
        return article_entry(portal, name, page, keys)
    entry = article_entry(portal, name, replace(page, url=str(portal.entry().home)), keys)
    return {**entry, "url": "", "key": None}


def _page(portal: type[PortalDeclaration], saved: SavedFile) -> FetchedPage:
    return FetchedPage(
        body=saved.body,
        url=_stated_address(portal, saved.body) or "",
        fetched_at=saved.saved_at,
        content_type=None,
    )


def _stated_address(portal: type[PortalDeclaration], body: bytes) -> str | None:
    """The address that a page states for itself, if it is one of the portal's."""
    home = str(portal.entry().home)
    has = declared_scope(portal).has
    if found := _SAVED_FROM.search(body[:HEAD_BYTES]):
        saved_from = found[1].decode("utf-8", "replace")
        return saved_from if has(saved_from) else None
    parsed = SeenPage.of(body, home).parsed
    if parsed is None:
        return None
    stated = [each.get("href") for each in parsed.select('link[rel="canonical"]')]
    stated += [each.get("content") for each in parsed.select('meta[property="og:url"]')]
    addresses = (absolute(home, each) for each in stated if each)
    return next((each for each in addresses if each is not None and has(each)), None)


def _is_listing(portal: type[PortalDeclaration], name: str, page: FetchedPage) -> bool:
    if name.startswith(("listing", "article")):
        return name.startswith("listing")
    if page.url and portal.article_key(page.url) is not None:
        return False
    return len(_rows(portal, page)) >= FEWEST_ROWS and _title(portal, page) is None


def _rows(portal: type[PortalDeclaration], page: FetchedPage) -> tuple[Any, ...]:
    url = page.url or next(iter(portal.sections.values()))
    return portal.read_listing_page(page.body, url, page.fetched_at, page.content_type).rows


def _title(portal: type[PortalDeclaration], page: FetchedPage) -> str | None:
    try:
        return read_article(portal, replace(page, url=page.url or str(portal.entry().home))).title
    except ExtractionError:
        return None


def _todo(entries: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    for kind, pages in entries.items():
        for number, entry in enumerate(pages):
            if not entry["url"]:
                place = f"{kind}[{number}] ({entry['file']})"
                yield f"{place}: write its address as url; the page does not state it"
