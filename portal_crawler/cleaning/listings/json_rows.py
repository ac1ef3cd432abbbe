"""The rows of a listing that an interface answers as JSON."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

from archive.models import ListedArticle
from archive.numbers import grouped_number
from portal_crawler.cleaning.json_answers import (
    LONGEST_VALUE_CHARS,
    Path,
    at,
    date_texts,
    failure_said,
    has_name,
    json_value,
    list_of_rows,
    text_of_value,
    texts_of,
    values_named,
    values_of,
)
from portal_crawler.cleaning.json_articles import filled, plain_title
from portal_crawler.cleaning.json_names import DATES, IDS, LINKS, SLUGS, TITLES, TOTALS
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.page.substitute_pages import SubstituteKind, SubstitutePage
from portal_crawler.cleaning.page.urls import absolute, is_refused
from portal_crawler.cleaning.words.dates import DateReading, first_date
from portal_crawler.cleaning.words.text import field

MOST_JSON_ROWS = 10_000
"""Rows of an answer that are read; interfaces give some hundred at most."""

_CAP = re.compile(r"[1-9]0{3,}")
"""A round number is the most that an interface counts, as the 10,000 of Elasticsearch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonProfile:
    """The layout of a listing in JSON. What it leaves out is found by the usual names."""

    url: str = ""
    """The article's address: a field's name, or a form such as `/tin/View_Detail.aspx?ItemID={ID}`
    whose names in braces are fields of the row. Left out, the row's link, or else the listing's
    path and the row's id: `/api/bai-viet/12`."""
    rows: Path = ()
    """The path to the list of rows; empty if the answer is that list, or has one longest list."""
    title: Path = ()
    """In the row."""
    date: Path = ()
    """In the row."""
    total: Path = ()
    """The path to the number of all articles that the portal lists."""
    html: Path = ()
    """The path to a text of HTML that has the rows, in place of `rows`; it is read by
    `listing_profile`."""


def html_within(body: bytes, profile: JsonProfile | None) -> bytes | None:
    """The HTML that an answer in JSON has for its rows, in UTF-8; None if it has none."""
    if profile is None or not profile.html:
        return None
    inner = at(json_value(body), profile.html)
    return inner.encode("utf-8", "replace") if isinstance(inner, str) else None


def read_json_rows(
    value: object,
    url: str,
    profile: JsonProfile,
    *,
    key: Callable[[str], str | None],
    fetched_at: datetime,
) -> ListingPage:
    """The rows of an answer, as `read_listing` gives those of a page.

    An answer that says that it failed, and one without a list of rows, is no answer.
    """
    items = rows_in(value, profile)
    found = []
    refused = 0
    for item in (items or [])[:MOST_JSON_ROWS]:
        address = _address(item, url, profile)
        refused += is_refused(url, address)
        row = _row(item, absolute(url, address), profile, key, fetched_at)
        found += [row] if row is not None else []
    return ListingPage(
        rows=tuple(row for row, _ in found),
        total=_total(value, profile, len(items or ())),
        later_dates=sum(date.is_later for _, date in found),
        refused=refused,
        cut=len(items or ()) > MOST_JSON_ROWS,
        no_answer=None if items else _no_answer(value, items),
    )


def rows_in(value: object, profile: JsonProfile) -> list[object] | None:
    """The list of rows in an answer; None if it has none."""
    if not profile.rows:
        return value if isinstance(value, list) else list_of_rows(value)
    found = at(value, profile.rows)
    if isinstance(found, list):
        return found
    *outer, name = profile.rows
    return [] if found is None and has_name(at(value, outer), name) else None


def _no_answer(value: object, items: list[object] | None) -> SubstitutePage | None:
    said = failure_said(value)
    if said is None and items is None:
        said = "an answer without a list of rows"
    return SubstitutePage(SubstituteKind.FAILURE, said) if said is not None else None


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
    dates = [at(item, profile.date)] if profile.date else values_of(item, DATES)
    date = first_date(date_texts(dates), fetched_at)
    given = text_of_value(at(item, profile.title)) if profile.title else None
    texts = texts_of(item, TITLES) if not profile.title else filter(None, [given])
    titles = (plain_title(text[:LONGEST_VALUE_CHARS]) for text in texts)
    title = next((name for one in titles if one and (name := field(one))), None)
    return ListedArticle(key=article, url=address, title=title, date=date.value), date


def _address(item: object, url: str, profile: JsonProfile) -> str:
    """The address as the answer has it; the page's own if a field of it is missing."""
    if profile.url:
        return filled(profile.url, item) or url
    link = next((text for text in texts_of(item, LINKS) if "/" in text), None)
    if link is not None:
        return link
    number = next(texts_of(item, (*IDS, *SLUGS)), None)
    parts = urlsplit(url)
    folder = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    return f"{folder}/{quote(number, safe='')}" if number is not None else url


def _total(value: object, profile: JsonProfile, rows: int) -> int | None:
    """The portal's own count; not a round number, and not one that is only found and is the number
    of rows of this page."""
    given = [at(value, profile.total)] if profile.total else values_named(value, TOTALS)
    for one in given:
        text = text_of_value(one)
        number = grouped_number(text) if text is not None else None
        if number is None or _CAP.fullmatch(str(number)):
            continue
        if profile.total or number > rows:
            return number
    return None
