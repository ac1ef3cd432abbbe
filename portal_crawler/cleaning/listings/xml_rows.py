"""The rows of listings in XML: RSS, Atom and sitemaps."""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from archive.models import ListedArticle
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.page.urls import absolute, is_refused
from portal_crawler.cleaning.words.dates import DateReading, first_date
from portal_crawler.cleaning.words.text import field

MOST_XML_BYTES = 50 * 1024 * 1024
"""The size of a decompressed sitemap that sitemaps.org allows."""

MOST_URLS = 50_000
"""The addresses in a sitemap that sitemaps.org allows, also of slices in an index."""

FEED_ROOTS = ("rss", "feed", "rdf")
SITEMAP_ROOTS = ("urlset", "sitemapindex")

_GZIP = b"\x1f\x8b"
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,100}(?:<\?[^>]{0,1000}>\s{0,100}|<!--(?:(?!-->).){0,1000}-->\s{0,100}){0,20}"
    rb"<(?:\w{1,30}:)?(rss|feed|rdf|urlset|sitemapindex)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_ROW_TAGS = ("item", "entry", "url")
_DATE_TAGS = ("pubdate", "published", "publication_date", "date", "issued")


@dataclass(frozen=True, slots=True)
class Slice:
    """A sitemap that an index names."""

    url: str
    changed: str
    """Its `lastmod` as written; empty without one."""


def read_xml_rows(
    body: bytes,
    url: str,
    *,
    key: Callable[[str], str | None],
    fetched_at: datetime,
) -> ListingPage | None:
    """The rows of a feed or sitemap; None if the body is neither.

    `lastmod` of a sitemap is not a row's date: it says when the page was changed.
    """
    root = xml_root(body)
    if root is None:
        return None
    elements = [one for one in root.iter("*") if _name(one) in _ROW_TAGS]
    found, refused = [], 0
    for element in elements[:MOST_URLS]:
        address = _address(element)
        refused += is_refused(url, address)
        row = _row(element, absolute(url, address) if address else None, key, fetched_at)
        found += [row] if row is not None else []
    return ListingPage(
        rows=tuple(row for row, _ in found),
        total=None,
        later_dates=sum(date.is_later for _, date in found),
        refused=refused,
        cut=len(elements) > MOST_URLS,
    )


def slices_of(body: bytes, url: str) -> list[Slice]:
    """The sitemaps that an index names, in its order; none if the body is not an index."""
    root = xml_root(body)
    if root is None or _name(root) != "sitemapindex":
        return []
    found: list[Slice] = []
    for element in root:
        if _name(element) == "sitemap" and len(found) < MOST_URLS:
            address = absolute(url, _text(element, "loc"))
            found += [Slice(address, _text(element, "lastmod"))] if address else []
    return found


def next_of_feed(body: bytes, url: str) -> str | None:
    """The address of a feed's next page (RFC 5005); None if it names none."""
    root = xml_root(body)
    for element in root.iter("*") if root is not None else ():
        if _name(element) == "link" and element.get("rel") == "next":
            return absolute(url, element.get("href") or "")
    return None


def xml_root(body: bytes) -> etree._Element | None:
    """The root of a feed or sitemap; None if the body is something else, or not XML at all."""
    content = unpacked(body)
    match = _ROOT.match(content[:30_000])
    if match is None:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, remove_comments=True,
        remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None
    known = (*FEED_ROOTS, *SITEMAP_ROOTS)
    return root if root is not None and _name(root) in known else None


def unpacked(body: bytes) -> bytes:
    """The body of a file that is gzipped itself (`sitemap.xml.gz`), to the length that is read."""
    if not body.startswith(_GZIP):
        return body[:MOST_XML_BYTES]
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MOST_XML_BYTES)
    except zlib.error:
        return b""


def _row(
    element: etree._Element,
    address: str | None,
    key: Callable[[str], str | None],
    fetched_at: datetime,
) -> tuple[ListedArticle, DateReading] | None:
    article = key(address) if address is not None else None
    if address is None or article is None:
        return None
    date = first_date(_dates(element), fetched_at)
    title = field(_text(element, "title"))
    return ListedArticle(key=article, url=address, title=title, date=date.value), date


def _address(element: etree._Element) -> str:
    """The address of a row: a link's, a sitemap's `loc`, or a guid that is one."""
    for child in element:
        is_page = _name(child) == "link" and child.get("rel", "alternate") == "alternate"
        if is_page and (written := (child.get("href") or _whole_text(child)).strip()):
            return written
    guid = _text(element, "guid")
    return _text(element, "loc") or (guid if guid.startswith("http") else "")


def _dates(element: etree._Element) -> Iterator[str]:
    for child in element.iter("*"):
        if _name(child) in _DATE_TAGS and (text := _whole_text(child).strip()):
            yield _written_in_full(text)


def _written_in_full(text: str) -> str:
    """A date of RFC 822, as feeds have it, in the form of ISO 8601; other texts unchanged."""
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text


def _text(element: etree._Element, name: str) -> str:
    """The text of the first element of this name inside another one; empty without it."""
    inner = (one for one in element.iter("*") if one is not element and _name(one) == name)
    return next((_whole_text(one).strip() for one in inner), "")


def _whole_text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _name(element: etree._Element) -> str:
    """The name of an element in lower case, without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
