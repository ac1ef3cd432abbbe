"""The rows of a listing that an interface answers as JSON."""

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from archive.models import ListedArticle
from archive.numbers import grouped_number
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.page.urls import absolute, is_refused
from portal_crawler.cleaning.words.dates import DateReading, first_date
from portal_crawler.cleaning.words.text import field

MOST_JSON_ROWS = 10_000
"""Rows of an answer that are read; interfaces give some hundred at most."""

LONGEST_VALUE_CHARS = 100_000
"""The longest text of a field that is read."""

_TAG = re.compile(r"<[^<>]{0,500}>")
_IN_BRACES = re.compile(r"\{([^{}]+)\}")
_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?[\s]*[\[{]")

Path = tuple[str, ...]
"""Names that lead from object to object; a number is a place in a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonProfile:
    """The layout of a listing in JSON."""

    url: str
    """The article's address: a field's name, or a form such as `/tin/View_Detail.aspx?ItemID={ID}`
    whose names in braces are fields of the row."""
    rows: Path = ()
    """The path to the list of rows; empty if the answer is that list."""
    title: Path = ()
    """In the row."""
    date: Path = ()
    """In the row."""
    total: Path = ()
    """The path to the number of all articles that the portal lists."""
    html: Path = ()
    """The path to a text of HTML that has the rows, in place of `rows`; it is read by
    `listing_profile`."""


def json_value(body: bytes) -> object | None:
    """The value of a body in JSON; None if it is not JSON, or nested too deeply to be read."""
    if not _JSON_START.match(body):
        return None
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


def html_within(body: bytes, profile: JsonProfile | None) -> bytes | None:
    """The HTML that an answer in JSON has for its rows, in UTF-8; None if it has none."""
    if profile is None or not profile.html:
        return None
    inner = _at(json_value(body), profile.html)
    return inner.encode("utf-8", "replace") if isinstance(inner, str) else None


def read_json_rows(
    value: object,
    url: str,
    profile: JsonProfile,
    *,
    key: Callable[[str], str | None],
    fetched_at: datetime,
) -> ListingPage:
    """The rows of an answer, as `read_listing` gives those of a page."""
    listed = _at(value, profile.rows)
    items = listed if isinstance(listed, list) else []
    found = []
    refused = 0
    for item in items[:MOST_JSON_ROWS]:
        address = _address(item, url, profile)
        refused += is_refused(url, address)
        row = _row(item, absolute(url, address), profile, key, fetched_at)
        found += [row] if row is not None else []
    return ListingPage(
        rows=tuple(row for row, _ in found),
        total=_total(value, profile),
        later_dates=sum(date.is_later for _, date in found),
        refused=refused,
        cut=len(items) > MOST_JSON_ROWS,
    )


def _row(
    item: object,
    address: str | None,
    profile: JsonProfile,
    key: Callable[[str], str | None],
    fetched_at: datetime,
) -> tuple[ListedArticle, DateReading] | None:
    article = key(address) if address is not None else None
    if address is None or article is None:
        return None
    date = first_date(_texts(item, profile.date), fetched_at)
    title = next((title for text in _texts(item, profile.title) if (title := _plain(text))), None)
    return ListedArticle(key=article, url=address, title=title, date=date.value), date


def _address(item: object, url: str, profile: JsonProfile) -> str:
    """The address as the answer has it; the page's own if a field of it is missing."""
    if "{" not in profile.url:
        return next(iter(_texts(item, tuple(profile.url.split(".")))), url)
    values: dict[str, str] = {}
    for name in _IN_BRACES.findall(profile.url):
        text = next(iter(_texts(item, tuple(name.split(".")))), None)
        if text is None:
            return url
        values[name] = quote(text, safe="/")
    return _IN_BRACES.sub(lambda match: values[match[1]], profile.url)


def _total(value: object, profile: JsonProfile) -> int | None:
    if not profile.total:
        return None
    return next((grouped_number(text) for text in _texts(value, profile.total)), None)


def _texts(value: object, path: Path) -> Iterable[str]:
    """The text or number at a path, as text."""
    found = _at(value, path) if path else None
    if isinstance(found, str):
        yield found[:LONGEST_VALUE_CHARS]
    elif isinstance(found, int) and not isinstance(found, bool):
        yield str(found)


def _at(value: object, path: Path) -> object | None:
    for name in path:
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _plain(text: str) -> str | None:
    """A title without markup and entities."""
    return field(html.unescape(_TAG.sub("", text)))
