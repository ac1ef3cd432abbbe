"""Listings of interfaces, whose addresses count pages or rows: `?page=1&size=20`, `?start=0`."""

import re
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from portal_crawler.cleaning.json_answers import (
    folded,
    json_value,
    list_of_rows,
    state_of,
    text_of_value,
    values_named,
)
from portal_crawler.ways.requests import ListingAnswer, ListingRequest
from portal_crawler.ways.way import Way

PAGES = ("page", "pageindex", "pagenumber", "pageno", "pagenum", "currentpage", "trang", "p")
ROWS = ("start", "skip", "offset", "rowstart", "startindex", "startrow", "batdau", "from")
SIZES = (
    "size", "length", "limit", "take", "top", "pagesize", "perpage", "rowsperpage", "itemsperpage",
    "rows", "sobanghi",
)  # fmt: skip
NEXT = ("next", "nextpageurl", "nextlink", "nextpage")

MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedPages(Way):
    """Pages by the parameter of the section's address that counts pages, or rows before the page.

    The parameter is found by its usual names, and its first value stands in the section's address.
    Without one, the next page is the one that the answer names. A short page is the last one.
    """

    ends_with_404: bool = True
    knows_end: ClassVar[bool] = True

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The section's address with the number of the page, or of the rows before it."""
        ahead = page - answer.page
        value = _value(answer.body)
        rows = len(list_of_rows(value) or ())
        counter = _parameter(answer.url, (*PAGES, *ROWS))
        if counter is None:
            named = _named(value, answer.url) if ahead == 1 else None
            return ListingRequest(url=named) if named is not None else None
        first = answer.request.trail[0] if answer.request.trail else str(rows)
        if ahead == 1 and _is_short(rows, int(first), answer.url):
            return None
        step = 1 if folded(counter.name) in PAGES else rows
        if not step:
            return None
        url = _with(answer.url, counter.name, counter.value + ahead * step)
        return ListingRequest(url=url, trail=(first,))


def _is_short(rows: int, first: int, url: str) -> bool:
    """Whether a page has fewer rows than were asked for, of a server that gives as many as it is
    asked for."""
    size = _parameter(url, SIZES)
    return size is not None and rows < size.value <= first


def _value(body: bytes) -> object | None:
    value = json_value(body)
    return state_of(body) if value is None else value


def _parameter(url: str, names: tuple[str, ...]) -> _Parameter | None:
    """The first of the named parameters that has a number."""
    for piece in urlsplit(url).query.split("&"):
        name, _, value = piece.partition("=")
        is_number = value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS
        if is_number and folded(unquote(name)) in names:
            return _Parameter(name, int(value))
    return None


def _with(url: str, name: str, number: int) -> str:
    """The address with another number in a parameter; everything else stays as it is."""
    parts = urlsplit(url)
    changed = re.sub(rf"(?<![^&]){re.escape(name)}=\d+", f"{name}={number}", parts.query, count=1)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, changed, ""))


def _named(value: object, url: str) -> str | None:
    """The address of the next page that an answer names."""
    links = [value, *values_named(value, ("links", "_links"))]
    for one in links:
        for found in values_named(one, NEXT):
            text = text_of_value(found)
            if text is not None and "/" in text:
                return urljoin(url, text)
    return None
