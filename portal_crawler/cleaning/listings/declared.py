"""From a listing's bytes to its rows: the articles as the portal lists them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from archive.models import ListedArticle
from archive.numbers import grouped_number
from portal_crawler.cleaning.page.caps import MOST_ROWS_AROUND
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import ParsedPage, text_of
from portal_crawler.cleaning.page.substitute_pages import SubstitutePage, no_answer
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute, is_refused
from portal_crawler.cleaning.words.dates import DateReading, first_date
from portal_crawler.cleaning.words.text import clean, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingProfile:
    """The layout of a listing page, as selectors: the first that finds something is taken."""

    row: tuple[str, ...]
    """One element an article; all selectors after the first are for other themes."""
    link: tuple[str, ...]
    """Inside the row, the link to the article."""
    title: tuple[str, ...] = ()
    """Inside the row; without it the link's text, or its title attribute where that is empty."""
    date: tuple[str, ...] = ()
    """Inside the row."""
    total: tuple[str, ...] = ()
    """The element in which the portal says how many articles it lists in all."""
    total_pattern: str = r"([\d.,]+)"
    """Its first group is the number, with or without marks between the thousands."""
    month_first: bool = False
    """As Profile.month_first."""


@dataclass(frozen=True, slots=True)
class ListingPage:
    """What one page of a listing says."""

    rows: tuple[ListedArticle, ...]
    """In page order; an article that stands twice on the page is in here twice."""
    total: int | None
    """The portal's own count of all pages' articles; None where it shows none."""
    later_dates: int = 0
    """Rows whose date lies more than a day past the page's own moment; they are given none."""
    refused: int = 0
    """Links whose addresses no request can be made for; they are no rows."""
    cut: bool = False
    """The page is longer than is read: it may have had more rows."""
    no_answer: SubstitutePage | None = None
    """A gate or a failure that answered in the listing's place: no end of a listing."""


def read_listing(  # noqa: PLR0913 -- a page, what is known of it, and how to read it
    html: bytes,
    url: str,
    profile: ListingProfile,
    *,
    key: Callable[[str], str | None],
    fetched_at: datetime,
    content_type: str | None = None,
) -> ListingPage:
    """The rows of a listing page or fragment. Rows whose address has no key are no articles."""
    decoded = decode(html, content_type)
    root = tree_of(decoded.text, decoded.utf8)
    if root is None:
        return ListingPage((), None, cut=decoded.cut)
    page = ParsedPage(root)
    elements = _row_elements(page, profile)
    rows = [ParsedPage(element) for element in _not_deep(root, elements)]
    found = [row for each in rows if (row := _row(each, url, profile, key, fetched_at)) is not None]
    return ListingPage(
        rows=tuple(row for row, _ in found),
        total=_total(page, profile),
        later_dates=sum(date.is_later for _, date in found),
        refused=sum(_is_refused(each, url, profile) for each in rows),
        cut=decoded.cut or len(rows) < len(elements),
        no_answer=None if found else no_answer(root),
    )


def _row_elements(page: ParsedPage, profile: ListingProfile) -> list[etree._Element]:
    for css in profile.row:
        if found := page.select(css):
            return found
    return []


def _is_refused(row: ParsedPage, url: str, profile: ListingProfile) -> bool:
    link = row.first(profile.link)
    return link is not None and is_refused(url, link.get("href") or "")


def _not_deep(root: etree._Element, rows: list[etree._Element]) -> list[etree._Element]:
    """Rows without those in so many others that looking into each would take time by the square."""
    if len(rows) <= MOST_ROWS_AROUND:
        return rows
    known, kept, around = set(rows), [], 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element not in known:
            continue
        if event == "start":
            if around <= MOST_ROWS_AROUND:
                kept.append(element)
            around += 1
        else:
            around -= 1
    return kept


def _row(
    row: ParsedPage,
    url: str,
    profile: ListingProfile,
    key: Callable[[str], str | None],
    fetched_at: datetime,
) -> tuple[ListedArticle, DateReading] | None:
    link = row.first(profile.link)
    address = absolute(url, link.get("href") or "") if link is not None else None
    article = key(address) if address else None
    if link is None or address is None or article is None:
        return None
    titles = (*row.texts(profile.title), text_of(link), link.get("title") or "")
    date = first_date(row.texts(profile.date), fetched_at, month_first=profile.month_first)
    listed = ListedArticle(
        key=article,
        url=address,
        title=next((title for text in titles if (title := field(text))), None),
        date=date.value,
    )
    return listed, date


def _total(page: ParsedPage, profile: ListingProfile) -> int | None:
    for text in page.texts(profile.total):
        if match := re.search(profile.total_pattern, clean(text)):
            return grouped_number(match[1])
    return None
