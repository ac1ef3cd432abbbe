"""The number of addresses in a feed or sitemap, and their dates. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal_crawler.cleaning.words.dates import first_date
from portal_crawler.portals.reader import FetchedPage

MOST_BYTES = 20_000_000
MOST_SLICES = 1_000

_SITEMAP = re.compile(rb"(?im)^\s*sitemap\s*:\s*(\S+)")
_ENTRY = re.compile(rb"<(?:\w+:)?(item|entry|url|sitemap)[\s>]", re.IGNORECASE)
_LOCATION = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\s\]]+)", re.IGNORECASE)
_DATE = re.compile(
    rb"<(?:\w+:)?(?:lastmod|pubDate|published|updated|publication_date|date)>\s*([^<]{6,40})",
    re.IGNORECASE,
)
_KINDS = {
    b"item": "RSS feed",
    b"entry": "Atom feed",
    b"url": "sitemap",
    b"sitemap": "sitemap index",
}


@dataclass(frozen=True, slots=True)
class FeedClaim:
    """The claims of a feed or sitemap."""

    url: str
    kind: str
    """`RSS feed`, `Atom feed`, `sitemap` or `sitemap index`."""
    entries: int
    newest: str | None = None
    """YYYY-MM-DD."""
    oldest: str | None = None
    slices: tuple[str, ...] = ()
    """The sitemaps that an index names."""


def sitemap_addresses(robots: bytes) -> list[str]:
    """The sitemaps that a robots.txt names."""
    found = (each.decode("utf-8", "replace") for each in _SITEMAP.findall(robots[:500_000]))
    return [url for url in found if urlsplit(url).scheme in ("http", "https")]


def feed_claim(page: FetchedPage) -> FeedClaim | None:
    """The claims of a feed or sitemap; None if the page is neither."""
    body = page.body[:MOST_BYTES]
    if b"<html" in body[:2_000].lower():
        return None
    names = [name.lower() for name in _ENTRY.findall(body)]
    if not names:
        return None
    kind = max(set(names), key=names.count)
    slices = _LOCATION.findall(body)[:MOST_SLICES] if kind == b"sitemap" else []
    days = sorted(set(_days(body, page)))
    return FeedClaim(
        url=page.url,
        kind=_KINDS[kind],
        entries=names.count(kind),
        newest=days[-1] if days else None,
        oldest=days[0] if days else None,
        slices=tuple(each.decode("utf-8", "replace").replace("&amp;", "&") for each in slices),
    )


def _days(body: bytes, page: FetchedPage) -> Iterator[str]:
    for text in set(_DATE.findall(body)):
        value = first_date([text.decode("utf-8", "replace")], page.fetched_at).value
        if value is not None:
            yield value[:10]
