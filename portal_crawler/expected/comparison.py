"""Compares a portal's saved pages with expected.json, by the functions that a crawl uses.

`portal new`, `portal check` and the tests of the portals call it. Pure: the pages are given.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from archive.models import Article
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.expected.differences import differences, list_differences
from portal_crawler.expected.form import (
    FILE,
    Difference,
    article_faults,
    file_faults,
    listing_faults,
)
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.reader import FetchedPage, read_article

LEAST_ARTICLES = 2
"""Articles that a folder has at least, with title and body."""


@dataclass(frozen=True, slots=True)
class SavedFolder:
    """The files of a portal's folder, as they were read."""

    expected: object
    """The value in expected.json."""
    pages: Mapping[str, bytes] = field(repr=False)
    """The payloads of all other files, by name."""


def compared(portal: type[PortalDeclaration], folder: SavedFolder) -> list[Difference]:
    """The differences between a folder's pages, read by a portal, and its expected.json.

    Mistakes in expected.json are findings, too; an entry with one is not compared.
    """
    expected = folder.expected
    found = list(file_faults(expected))
    if not isinstance(expected, dict):
        return found
    keys: dict[str, str] = {}
    for number, listing in enumerate(_listed(expected, "listings")):
        entry = _entry("listings", number, listing)
        faults = list(listing_faults(listing, entry)) or _absent(listing, folder, entry)
        found += faults or _in_listing(portal, listing, folder, entry)
        if not faults:
            keys |= {row["url"]: row["key"] for row in listing["rows"]}
    for number, article in enumerate(_listed(expected, "articles")):
        entry = _entry("articles", number, article)
        faults = list(article_faults(article, entry)) or _absent(article, folder, entry)
        found += faults or _in_article(portal, article, folder, entry, keys)
    if not any(finding.entry == FILE for finding in found):
        found += _in_addresses(portal, expected)
        found += _of_folder(expected, folder)
    return found


def _listed(expected: Mapping[str, Any], name: str) -> list[Any]:
    value = expected.get(name)
    return value if isinstance(value, list) else []


def _entry(name: str, number: int, given: object) -> str:
    file = given.get("file") if isinstance(given, dict) else None
    return f"{name}[{number}] ({file})" if isinstance(file, str) else f"{name}[{number}]"


def _absent(given: Mapping[str, Any], folder: SavedFolder, entry: str) -> list[Difference]:
    if given["file"] in folder.pages:
        return []
    return [
        Difference(entry, f"the folder has no file {given['file']}; save it or remove the entry")
    ]


# Pages


def _in_listing(
    portal: type[PortalDeclaration], given: Mapping[str, Any], folder: SavedFolder, entry: str
) -> list[Difference]:
    body, url = folder.pages[given["file"]], given["url"]
    at = datetime.fromisoformat(given["fetched_at"])
    page = portal.read_listing_page(body, url, at, given["content_type"])
    rows = [asdict(row) for row in page.rows]
    following = next_address(portal, body, url, given["page"] + 1)
    return [
        Difference(entry, words)
        for words in (
            *_in_rows(given["rows"], rows),
            *differences("total", given["total"], page.total),
            *differences("next", given["next"], following),
        )
    ]


def next_address(portal: type[PortalDeclaration], body: bytes, url: str, page: int) -> str | None:
    """The address of listing page `page`, from the page before it; None if it names none."""
    try:
        return portal.next_listing(body, url, page)
    except ValueError:  # from joining addresses, or a way that lacks something on the page
        return None


def _in_rows(expected: list[dict[str, Any]], found: list[dict[str, Any]]) -> Iterator[str]:
    if len(expected) != len(found):
        yield f"rows: {len(expected)} are expected, {len(found)} were found"
    for number, (one, other) in enumerate(zip(expected, found, strict=False)):
        for name, value in one.items():
            yield from differences(f"rows[{number}].{name}", value, other[name])


def _in_article(
    portal: type[PortalDeclaration],
    given: Mapping[str, Any],
    folder: SavedFolder,
    entry: str,
    keys: Mapping[str, str],
) -> list[Difference]:
    """`keys` are those of the listings' rows, by address: a crawl takes them first."""
    key = keys.get(given["url"]) or portal.article_key(given["url"])
    words = list(differences("key", given["key"], key))
    read = _read(portal, given, folder)
    if isinstance(read, ExtractionError):
        name = type(read).__name__
        if "raises" not in given:
            words.append(f"no article was found: {read}")
        else:
            words += differences("raises", given["raises"], name)
    elif "raises" in given:
        words.append(f"{given['raises']} is expected, but an article was found: {read.title!r}")
    else:
        words += _in_fields(given["article"], fields_of(read))
    return [Difference(entry, each) for each in words]


def _read(
    portal: type[PortalDeclaration], given: Mapping[str, Any], folder: SavedFolder
) -> Article | ExtractionError:
    page = FetchedPage(
        body=folder.pages[given["file"]],
        url=given["url"],
        fetched_at=datetime.fromisoformat(given["fetched_at"]),
        content_type=given["content_type"],
        truncated=given.get("truncated", False),
        listed_title=given.get("listed_title"),
    )
    try:
        return read_article(portal, page)
    except ExtractionError as error:
        return error


def fields_of(article: Article) -> dict[str, Any]:
    """The fields of an article as expected.json has them: the body is a list of paragraphs."""
    found: dict[str, Any] = json.loads(json.dumps(asdict(article)))
    body = found["body"]
    return {**found, "body": body.split("\n\n") if body is not None else []}


def _in_fields(expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    for name, value in expected.items():
        if isinstance(value, list) and isinstance(found[name], list):
            yield from list_differences(f"article.{name}", value, found[name])
        else:
            yield from differences(f"article.{name}", value, found[name])


# Addresses, and the folder as a whole


def _in_addresses(
    portal: type[PortalDeclaration], expected: Mapping[str, Any]
) -> Iterator[Difference]:
    for key, forms in expected.get("addresses", {}).items():
        for form, is_older in (("newest", False), ("older", True)):
            for number, url in enumerate(forms[form]):
                entry = f"{FILE}, addresses[{key!r}].{form}[{number}]"
                for words in differences("key", key, portal.article_key(url)):
                    yield Difference(entry, f"{url}: {words}")
                if portal.is_older_address(url) != is_older:
                    kind = "an older" if not is_older else "no older"
                    yield Difference(entry, f"{url}: the platform takes it for {kind} address")
    for number, url in enumerate(expected.get("no_articles", ())):
        if (key := portal.article_key(url)) is not None:
            entry = f"{FILE}, no_articles[{number}]"
            yield Difference(entry, f"{url}: it is taken for an article, with the key {key!r}")


def _of_folder(expected: Mapping[str, Any], folder: SavedFolder) -> Iterator[Difference]:
    """Whether the folder holds the pages that each portal must have."""
    pages = [*_listed(expected, "listings"), *_listed(expected, "articles")]
    named = [page.get("file") for page in pages if isinstance(page, dict)]
    for name in sorted(folder.pages):
        if (times := named.count(name)) != 1:
            todo = "has no entry; write one" if times == 0 else f"has {times} entries; keep one"
            yield Difference(FILE, f"{name} {todo}")
    if not any(
        isinstance(page, dict) and page.get("rows") for page in _listed(expected, "listings")
    ):
        yield Difference(FILE, "listings has no page with rows; save a page of the portal's news")
    whole = [
        page
        for page in _listed(expected, "articles")
        if isinstance(page, dict) and isinstance(page.get("article"), dict)
        and page["article"].get("title") and page["article"].get("body")
    ]  # fmt: skip
    if len(whole) < LEAST_ARTICLES:
        yield Difference(
            FILE, f"articles has {len(whole)} with title and body; at least two are needed"
        )
