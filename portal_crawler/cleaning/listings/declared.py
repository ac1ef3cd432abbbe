"""From a listing's bytes to its rows, the articles as the portal lists them, by selectors."""

import re
from collections.abc import Callable, Iterator
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

SHORTEST_TITLE_CHARS = 20
"""A shorter title attribute is a word of the link's text by chance."""

MOST_LINKS = 20
"""Links of a row that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingProfile:
    """The layout of a listing page, as selectors: the first that finds something is used."""

    row: tuple[str, ...]
    """One element for each article; the selectors after the first are for other themes, and are
    used if those before find no link to an article."""
    link: tuple[str, ...]
    """Inside the row, the link to the article: of the links that a selector finds, the first that
    is an article's."""
    title: tuple[str, ...] = ()
    """Inside the row; without it the link's text is used. If that is empty, as a picture's, it is
    that of another link to the article, or the link's title attribute."""
    date: tuple[str, ...] = ()
    """Inside the row."""
    total: tuple[str, ...] = ()
    """The element with the number of all articles that the portal lists."""
    total_pattern: str = r"([\d.,]+)"
    """Its first group is the number, with or without marks between the thousands."""
    month_first: bool = False
    """The site runs in en-US: 3/4/2024 is the fourth of March."""


@dataclass(frozen=True, slots=True)
class ListingPage:
    """The content of one page of a listing."""

    rows: tuple[ListedArticle, ...]
    """In page order; an article that the page lists twice has two rows."""
    total: int | None
    """The portal's own count of the articles on all pages; None if it shows none."""
    later_dates: int = 0
    """Rows with a date more than a day later than the page's own time; their date is left out."""
    refused: int = 0
    """Links whose addresses cannot be requested; they are not rows."""
    cut: bool = False
    """The page is longer than the part that is read, and may have more rows."""
    no_answer: SubstitutePage | None = None
    """The block page or error page that was served in place of the listing."""


def read_listing(  # noqa: PLR0913 -- a page, its capture, and the rules to read it
    html: bytes,
    url: str,
    profile: ListingProfile,
    *,
    key: Callable[[str], str | None],
    fetched_at: datetime,
    content_type: str | None = None,
) -> ListingPage:
    """The rows of a listing page or fragment, whatever its bytes are.

    `html` is the de-chunked, decompressed payload, `fetched_at` the time of the response with its
    zone. `key` gives the key in an article's address; rows without one are left out.
    """
    decoded = decode(html, content_type)
    root = tree_of(decoded.text, decoded.utf8)
    if root is None:
        return ListingPage((), None, cut=decoded.cut)
    page = ParsedPage(root)
    found: list[tuple[ListedArticle, DateReading]] = []
    refused, are_left_out = 0, False
    for css in profile.row:
        elements = page.select(css)
        rows = [ParsedPage(element) for element in _not_deep(root, elements)]
        read = (_row(each, url, profile, key, fetched_at) for each in rows)
        found = [row for row in read if row is not None]
        refused = refused or sum(_is_refused(each, url, profile) for each in rows)
        are_left_out = are_left_out or len(rows) < len(elements)
        if found:
            break
    return ListingPage(
        rows=tuple(row for row, _ in found),
        total=_total(page, profile),
        later_dates=sum(date.is_later for _, date in found),
        refused=refused,
        cut=decoded.cut or are_left_out,
        no_answer=None if found else no_answer(root),
    )


def _is_refused(row: ParsedPage, url: str, profile: ListingProfile) -> bool:
    link = row.first(profile.link)
    return link is not None and is_refused(url, link.get("href") or "")


def _not_deep(root: etree._Element, rows: list[etree._Element]) -> list[etree._Element]:
    """The rows without those nested in so many others that reading them would take quadratic
    time."""
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
    for link in _links(row, profile):
        address = absolute(url, link.get("href") or "")
        article = key(address) if address else None
        if address is None or article is None:
            continue
        date = first_date(row.texts(profile.date), fetched_at, month_first=profile.month_first)
        titles = (*row.texts(profile.title), *_labels(link, row))
        title = next((title for text in titles if (title := field(text))), None)
        return ListedArticle(key=article, url=address, title=title, date=date.value), date
    return None


def _links(row: ParsedPage, profile: ListingProfile) -> list[etree._Element]:
    """The links that may be the article's: a row links its section and author, too."""
    found = (row.select(css) for css in profile.link)
    return next((links[:MOST_LINKS] for links in found if links), [])


def _labels(link: etree._Element, row: ParsedPage) -> Iterator[str]:
    """The texts that may be the title: the link's title attribute if the text has more around it,
    as a number or the date; then the link's text, that of other links to the article, and the
    attribute."""
    text, title = clean(text_of(link)), clean(link.get("title") or "")
    if len(title) >= SHORTEST_TITLE_CHARS and title in text:
        yield title
    yield text
    yield from (text_of(a) for a in row.root.iter("a") if a.get("href") == link.get("href"))
    yield title


def _total(page: ParsedPage, profile: ListingProfile) -> int | None:
    for text in page.texts(profile.total):
        if match := re.search(profile.total_pattern, clean(text)):
            return grouped_number(match[1])
    return None
