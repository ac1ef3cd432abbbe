"""Finds the rows of a listing without a declared layout, by the structure of the page.

A listing is the group of links on the same path of elements whose rows hold most of the page's
text. Menus have more links but short texts, sidebars have headlines without summaries.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from lxml import etree

from archive.models import ListedArticle
from archive.numbers import grouped_number
from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.listings.article_keys import is_path
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.listings.menus import menu_addresses
from portal_crawler.cleaning.listings.pager import ArticleKey, Pager, pager_of
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.page.substitute_pages import no_answer
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute, is_refused
from portal_crawler.cleaning.words.dates import (
    LONGEST_DATE_CHARS,
    DateReading,
    first_date,
)
from portal_crawler.cleaning.words.text import clean

SHORTEST_TITLE_CHARS = 20
"""Headlines are longer, menu entries and "Xem chi tiết" are shorter; measured on portals."""

LEAST_ROWS = 2
"""A list has two links or more."""

LONGEST_ROW_CHARS = 600
"""Characters of a row that count: a title, a date and a summary of three lines. Without the bound
one long article would outweigh a page of rows."""

PATH_STEPS = 4
"""Last steps of a link's path, which the links of a group share. They distinguish a sidebar's list
from the main one, and not one row from another."""

HELD_SHARE = 0.8
"""Share of a group's links in the part of the page that is taken for the list: a stray link
elsewhere must not make it the whole page."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MORE = re.compile(
    r"\W*(?:continue reading|read (?:more|on|the rest)|learn more|more\b|view (?:more|detail)"
    r"|details?$"
    r"|(?:xem|đọc|tìm hiểu)\s+(?:tiếp|thêm|chi tiết|toàn bộ|ngay|tại đây)|chi tiết\W*$|tiếp\W*$)",
    re.IGNORECASE,
)
_MORE_NAME = re.compile(
    r"more-?link|read-?more|view-?more|xem-?(?:them|tiep)|doc-?tiep", re.IGNORECASE
)
_VARIABLE = re.compile(r"\d+")
_TOTAL = re.compile(
    r"(?:of|của|trong(?: tổng số)?|tổng số|tìm thấy)\s*:?\s*([\d.,]+)"
    r"\s*(?:kết quả|bản ghi|tin bài|bài viết|results)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """How the links of a page that has a list of articles are read."""

    sure: ArticleKey
    """Gives a key to addresses that look like an article's wherever they stand."""
    listed: ArticleKey
    """Gives one to further addresses that stand among the headlines of the list."""

    def __call__(self, url: str) -> str | None:
        """The key in an address that looks like an article's."""
        return self.sure(url)


@dataclass(slots=True)
class _Link:
    element: etree._Element
    url: str
    key: str
    text: str
    is_sure: bool = True
    """Whether the address looks like an article's; else it must stand among headlines."""

    @property
    def leads_on(self) -> bool:
        """Whether the link only says that there is more: "Xem tiếp", "Continue reading …"."""
        named = f"{self.element.get('class') or ''} {self.element.get('rel') or ''}"
        return bool(_MORE.match(self.text) or _MORE_NAME.search(named))


@dataclass(slots=True)
class _Row:
    """All links of the list that lead to one article."""

    links: list[_Link] = field(default_factory=list)

    @property
    def headline(self) -> _Link:
        """The link with the row's title: in a heading, or else the longest that is no "more"."""
        return max(
            self.links,
            key=lambda link: (not link.leads_on, _is_heading(link.element), len(link.text)),
        )

    @property
    def title(self) -> str:
        return self.headline.text


def read_link_list(
    html: bytes,
    url: str,
    *,
    key: ArticleKey,
    fetched_at: datetime,
    content_type: str | None = None,
) -> ListingPage:
    """The rows of a listing page: title, address and date of each article, in page order.

    The arguments are those of `read_listing`. A page without a list has no rows.
    """
    decoded = decode(html, content_type)
    root = tree_of(decoded.text, decoded.utf8)
    if root is None:
        return ListingPage((), None, cut=decoded.cut)
    links = list(_article_links(root, url, key))
    group = _main_group([link for link in links if link.is_sure])
    if not group:
        return ListingPage((), _total(root), cut=decoded.cut, no_answer=no_answer(root))
    part, path = _part_holding([link.element for link in group]), _path(group[0].element)
    rows = _rows(
        [
            link
            for link in links
            if (link.is_sure or _path(link.element) == path) and _is_inside(link.element, part)
        ],
        path,
    )
    owners = _owners(link for row in rows.values() for link in row.links)
    # A row never reaches beyond the list, even if it is the only one.
    owners[part] = set()
    parts = {name: _own_part(row.links[0].element, name, owners) for name, row in rows.items()}
    found = [_listed(row, parts[name], fetched_at) for name, row in rows.items()]
    return ListingPage(
        rows=tuple(row for row, _ in found),
        total=_total(root),
        later_dates=sum(date.is_later for _, date in found),
        refused=sum(is_refused(url, link.get("href") or "") for link in root.iter("a")),
        cut=decoded.cut,
    )


def next_page(
    html: bytes, url: str, page: int, key: ArticleKey, content_type: str | None = None
) -> Pager:
    """The link from a listing page to page number `page`, counted from 1.

    The pager stands in the list of articles, which `key` recognizes by their addresses, or close
    behind it.
    """
    root = tree_of(decode(html, content_type).text)
    if root is None:
        return Pager()
    group = _main_group([link for link in _article_links(root, url, key) if link.is_sure])
    holder = _part_holding([link.element for link in group]) if group else None
    return pager_of(root, holder, url, page, key)


def _article_links(root: etree._Element, url: str, key: ArticleKey) -> Iterator[_Link]:
    """The links to articles, but not those to sections: addresses without an id in a menu."""
    listed = key.listed if isinstance(key, LinkKeys) else key
    sections = menu_addresses(root, url)
    for element in root.iter("a"):
        address = absolute(url, element.get("href") or "")
        if address is None:
            continue
        name = key(address)
        is_sure = name is not None
        name = name if name is not None else listed(address)
        if name is not None and not (address in sections and is_path(name)):
            yield _Link(element, address, name, _label(element), is_sure)


def _label(link: etree._Element) -> str:
    """The words of a link; of one around a whole row, those of its heading."""
    heading = next(link.iter(*_HEADINGS), None)
    text = clean(text_of(link if heading is None else heading))
    return text or clean(text_of(link)) or clean(link.get("title") or "")


def _is_heading(link: etree._Element) -> bool:
    """Whether a link stands in a heading or holds one."""
    inside = any(parent.tag in _HEADINGS for parent in islice(link.iterancestors(), PATH_STEPS))
    return inside or next(link.iter(*_HEADINGS), None) is not None


def _main_group(links: list[_Link]) -> list[_Link]:
    """The links on the path whose rows hold the most text, each article counted once."""
    long = [link for link in links if len(link.text) >= SHORTEST_TITLE_CHARS]
    headlines = [link for link in long if not link.leads_on] or long
    groups: dict[str, list[_Link]] = {}
    for link in headlines:
        groups.setdefault(_path(link.element), []).append(link)
    large = [group for group in groups.values() if len({link.key for link in group}) >= LEAST_ROWS]
    owners = _owners(headlines)
    return max(large, key=lambda group: _weight(group, owners), default=[])


def _owners(links: Iterable[_Link]) -> dict[etree._Element, set[str]]:
    """For each element, the keys of the articles that it has links to."""
    owners: dict[etree._Element, set[str]] = {}
    for link in links:
        for element in (link.element, *link.element.iterancestors()):
            owners.setdefault(element, set()).add(link.key)
    return owners


def _weight(group: list[_Link], owners: dict[etree._Element, set[str]]) -> int:
    """The number of characters in the group's rows."""
    rows = {link.key: _own_part(link.element, link.key, owners) for link in group}
    return sum(min(len(text_of(row)), LONGEST_ROW_CHARS) for row in rows.values())


def _own_part(
    element: etree._Element, key: str, owners: dict[etree._Element, set[str]]
) -> etree._Element:
    """The largest element around a link without links to other articles."""
    for ancestor in element.iterancestors():
        if owners[ancestor] != {key}:
            break
        element = ancestor
    return element


def _path(element: etree._Element) -> str:
    steps: list[str] = []
    node: etree._Element | None = element
    while node is not None and len(steps) < PATH_STEPS:
        classes = " ".join(sorted(_VARIABLE.sub("", node.get("class") or "").split()))
        steps.append(f"{node.tag}.{classes}")
        node = node.getparent()
    return ">".join(steps)


def _part_holding(elements: list[etree._Element]) -> etree._Element:
    """The smallest element that holds nearly all of the given ones."""
    held: dict[etree._Element, int] = {}
    for element in elements:
        for ancestor in element.iterancestors():
            held[ancestor] = held.get(ancestor, 0) + 1
    enough = HELD_SHARE * len(elements)
    for ancestor in elements[0].iterancestors():
        if held[ancestor] >= enough:
            return ancestor
    # The first one is a stray link: begin from the last.
    return next(a for a in elements[-1].iterancestors() if held[a] >= enough)


def _is_inside(element: etree._Element, part: etree._Element) -> bool:
    return any(ancestor is part for ancestor in element.iterancestors())


def _rows(links: list[_Link], path: str) -> dict[str, _Row]:
    """Rows by key: those with a headline, or with a short text on the path of the headlines."""
    rows: dict[str, _Row] = {}
    for link in links:
        rows.setdefault(link.key, _Row()).links.append(link)
    return {
        name: row
        for name, row in rows.items()
        if len(row.title) >= SHORTEST_TITLE_CHARS
        or any(link.text and _path(link.element) == path for link in row.links)
    }


def _listed(
    row: _Row, element: etree._Element, fetched_at: datetime
) -> tuple[ListedArticle, DateReading]:
    named = row.headline
    date = first_date(_short_texts(element), fetched_at)
    listed = ListedArticle(key=named.key, url=named.url, title=named.text, date=date.value)
    return listed, date


def _short_texts(element: etree._Element) -> Iterator[str]:
    """Texts and attributes of a row's elements that are short enough to be its date."""
    for inside in element.iter("*"):
        for name in ("datetime", "title"):
            if inside.tag != "a" and (value := inside.get(name)):
                yield value
        if inside.tag == "a" or any(child.tag in BLOCK_TAGS for child in inside):
            continue
        text = text_of(inside)
        if text and len(text) <= LONGEST_DATE_CHARS:
            yield text


def _total(root: etree._Element) -> int | None:
    for element in root.iter("*"):
        texts = (element.text, element.tail)
        for text in texts:
            match = _TOTAL.search(clean(text)) if text and len(text) <= LONGEST_DATE_CHARS else None
            if match and (total := grouped_number(match[1])) is not None:
                return total
    return None
