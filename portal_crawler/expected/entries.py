"""The entries of expected.json for saved pages, as a portal reads them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.expected.comparison import fields_of, next_address
from portal_crawler.expected.form import ARTICLE_KEYS
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.reader import FetchedPage, read_article


def listing_entry(
    portal: type[PortalDeclaration], file: str, page: FetchedPage, number: int
) -> dict[str, Any]:
    """The entry of a listing page with its rows; `number` is the page's, from 1."""
    read = portal.read_listing_page(page.body, page.url, page.fetched_at, page.content_type)
    return {
        **_page_entry(file, page),
        "page": number,
        "rows": [asdict(row) for row in read.rows],
        "total": read.total,
        "next": next_address(portal, page.body, page.url, number + 1),
    }


def article_entry(
    portal: type[PortalDeclaration], file: str, page: FetchedPage, listed: Mapping[str, str]
) -> dict[str, Any]:
    """The entry of an article's page with its fields, or the error in place of them.

    `listed` has the keys of the rows of the listings beside it, by address.
    """
    key = listed.get(page.url) or portal.article_key(page.url)
    entry = {**_page_entry(file, page), "key": key}
    if page.truncated:
        entry["truncated"] = True
    if page.listed_title is not None:
        entry["listed_title"] = page.listed_title
    try:
        found = fields_of(read_article(portal, page))
    except ExtractionError as error:
        return {**entry, "raises": type(error).__name__}
    return {
        **entry,
        "article": {key.name: found[key.name] for key in ARTICLE_KEYS if key.is_needed},
    }


def listed_keys(listings: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The keys of the rows of the entries of listings, by address."""
    return {row["url"]: row["key"] for entry in listings for row in entry["rows"]}


def _page_entry(file: str, page: FetchedPage) -> dict[str, Any]:
    return {
        "file": file,
        "url": page.url,
        "content_type": page.content_type,
        "fetched_at": page.fetched_at.isoformat(),
    }
