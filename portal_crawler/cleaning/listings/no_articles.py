"""Recognizes the addresses that no article has, or that an article has only if a list shows it."""

import re
from collections.abc import Iterable

from portal_crawler.cleaning.listings.article_addresses import ArticleAddress, article_address
from portal_crawler.cleaning.listings.section_names import FIXED_SECTIONS, is_section_name

_PARTS = frozenset((
    "tag", "tags", "tu-khoa", "search", "tim-kiem", "login", "dang-nhap", "dang-ky", "register",
    "logout", "rss", "feed", "feeds", "atom", "author", "user", "users", "member", "members",
    "profile", "comment", "comments", "cart", "wp-json", "wp-admin", "wp-content", "wp-login",
    "xmlrpc", "sitemap", "site-map", "sitemaps", "printpdf", "printmail", "cdn-cgi", "_layouts",
))  # fmt: skip
"""Segments of the paths of pages that are not articles."""

_CATEGORIES = frozenset((
    "category", "categories", "chuyen-muc", "chuyenmuc", "danh-muc", "danhmuc", "cat", "cate",
    "chu-de", "topic", "topics", "nhom-tin", "the-loai", "loai-tin",
))  # fmt: skip
_YEAR = r"(?:1[89]|2[01])\d\d"
"""Calendars lead far into past and future."""
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_IN_DIGITS = _YEAR + r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DAY_WORD = r"(?:xem|loc|theo|tu|den|ngay|day|date)[-_]"
_DAY_PAGE = re.compile(
    rf"(?:^|/)(?:{_DAY_WORD})*(?:{_DAY}[-_/.]{_MONTH}[-_/.]{_YEAR}"
    rf"|{_YEAR}[-_/.]{_MONTH}[-_/.]{_DAY})(?:/-)?$"
    rf"|(?:(?:^|/)(?:lich[^/]{{0,60}}|calendar|events|(?:theo-)?ngay|date)/|{_DAY_WORD}){_IN_DIGITS}$"
)
"""`/xem-theo-ngay-05-11-2026`, `/2026/11/05`, `/lich/20261105`."""
_MONTH_PAGE = re.compile(
    rf"(?:^|/)(?:(?:archive|luu-tru)[-_])?(?:{_MONTH}[-_.]{_YEAR}|{_YEAR}[-_.]{_MONTH})$"
    rf"|(?:^|/){_YEAR}/{_MONTH}$"
)
"""`/2026/11`, `/11-2026`, `/archive-11-2026`."""

_PAGE = re.compile(r"(?:comment-)?(?:page|trang|paged|p)[-_]?\d{1,5}")
_PAGE_NAME = re.compile(
    r"(?:page|trang|paged|start|p|cur|currentpage|pageindex|pagenumber|limitstart|offset)|.*_cur"
)
_SEARCH_NAMES = ("q", "s", "keyword", "keywords", "search", "tukhoa")
_COPY_NAME = re.compile(r".*(?:print|viewmode)")
_DOCUMENTS = re.compile(r"/documents/\d+(?:/|$)")


def is_never_article(address: ArticleAddress) -> bool:
    """Whether it is a file, a print view, a page of a listing, a feed, a search or a login page."""
    if address.is_file or address.is_copy or _DOCUMENTS.search(address.path):
        return True
    if not _PARTS.isdisjoint(address.segments) or is_page_of_listing(address):
        return True
    if is_calendar_path(address):
        return True
    if address.value("tmpl") == "component" or address.value("download"):
        return True
    names = (*(name for name, _ in address.parameters), *address.bare_query.lower().split("&"))
    return any(_COPY_NAME.fullmatch(name) for name in names)


def is_calendar(url: str) -> bool:
    """Whether an address is that of one day or month, as calendars link them: its path ends in a
    date alone. The path of a headline may hold a date among its words.
    """
    address = article_address(url)
    return address is not None and is_calendar_path(address)


def is_calendar_path(address: ArticleAddress) -> bool:
    """Whether the path of an address is one that `is_calendar` describes."""
    parts = address.segments
    if is_page_of_listing(address):
        parts = parts[:-2] if parts[-1].isdecimal() else parts[:-1]
    path = "/".join(parts)
    return bool(_DAY_PAGE.search(path) or _MONTH_PAGE.search(path))


def is_page_of_listing(address: ArticleAddress) -> bool:
    """Whether the path ends in the number of a page: `/page/2`, `/currentpage/2`, `/page-2`."""
    before = address.segments[-2] if len(address.segments) > 1 else ""
    counts = address.last.isdecimal() and bool(_PAGE_NAME.fullmatch(before))
    return counts or bool(_PAGE.fullmatch(address.last))


def names_category(address: ArticleAddress) -> bool:
    """Whether the path, or the parameter that says what a script shows, names a category."""
    shown = {address.value(name).lower() for name in ("view", "page", "act", "func", "task")}
    return not _CATEGORIES.isdisjoint({*address.segments, *shown})


def is_category(address: ArticleAddress) -> bool:
    """Whether the path names a category, or the query a page of a listing or a search."""
    if names_category(address):
        return True
    return bool(address.value(*_SEARCH_NAMES)) or any(
        _PAGE_NAME.fullmatch(name) and value.isdecimal() for name, value in address.parameters
    )


def is_page_of(url: str, listings: Iterable[str]) -> bool:
    """Whether an address is one of these listings, or a further page of it."""
    address = article_address(url)
    return address is not None and any(
        address.path == each.path and _without_page(address) == _without_page(each)
        for each in map(article_address, listings)
        if each is not None
    )


def _without_page(address: ArticleAddress) -> list[tuple[str, str]]:
    """The parameters but for the number of the page; at the root WordPress's `p` is an article."""
    return [
        (name, value)
        for name, value in address.parameters
        if not address.segments or not (_PAGE_NAME.fullmatch(name) and value.isdecimal())
    ]


def is_section(address: ArticleAddress) -> bool:
    """Whether the path consists of the names of sections, or lies in a section without news."""
    if not FIXED_SECTIONS.isdisjoint(address.folders):
        return True
    if not is_section_name(address.last) or (address.folders and address.has_ending):
        return False
    return all(map(is_section_name, address.folders))
