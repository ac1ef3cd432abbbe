"""The links of a page that may lead to listings, and its feeds. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from archive.words.letters import normalised, without_marks
from portal_crawler.cleaning.listings.found import SHORTEST_TITLE_CHARS
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.cleaning.words.text import clean

MOST_LINKS = 5_000
"""Links of a page that are looked at."""

MOST_PARENTS = 4
FEWEST_BELOW = 3
"""Articles in a folder that may have a list of them."""

LONGEST_LABEL_CHARS = 60
"""The entry of a menu is shorter."""

_NEWS = re.compile(
    r"\b(?:tin tuc|tin noi bat|tin moi|tin hoat dong|su kien|hoat dong|thong bao|ban tin|diem tin"
    r"|tin nganh|tin trong|chuyen doi so|chuyen muc|chi dao dieu hanh|diem bao|news|tin)\b"
)
"""Words, without marks, of menu entries that lead to news."""

_BEST = re.compile(r"(?:tin tuc|tin tuc (?:va )?su kien|tin hoat dong|news)")
_HEADS = re.compile(r"(?:tin|thong bao|su kien|ban tin|diem tin|diem bao|chi dao dieu hanh|news)\b")
"""Words with which the entry of a section of news begins."""

MOST_SIBLINGS = 15
"""A folder with more entries in one menu is no folder of sections."""
CROWDED = 1.5

_OTHERS = re.compile(
    r"\b(?:van ban|thu tuc|dich vu|lien he|gioi thieu|so do|hoi dap|gop y|lich|video|album|hinh anh"
    r"|dang nhap|rss|english|tra cuu|tim kiem|hom thu|co cau|to chuc|du thao|bao cao|thong ke"
    r"|phan anh|cong khai|giai dap|ho so|tai lieu|tuyen dung|dau thau|thanh tra|khao sat)\b"
)
"""Words of menu entries that lead to other parts of a portal."""

_NO_PAGE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|jpe?g|png|gif|svg|mp[34]|css|js|xml|rss|atom)$",
    re.IGNORECASE,
)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")

ArticleKey = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The links of a page and its title."""

    links: tuple[Link, ...] = ()
    feeds: tuple[str, ...] = ()
    """Addresses of RSS and Atom feeds that the page's head names."""
    language: str | None = None
    """The first part of the path of the Vietnamese pages, if the page names it: `vi`."""
    title: str | None = None
    site_name: str | None = None
    """As the page states it for machines."""


def links_of(body: bytes, url: str, content_type: str | None) -> PageLinks:
    """The links of a page, each address once, and its feeds."""
    decoded = decode(body, content_type)
    root = tree_of(decoded.text, decoded.utf8)
    if root is None:
        return PageLinks()
    found: dict[str, str] = {}
    for element in islice(root.iter("a"), MOST_LINKS):
        address = absolute(url, element.get("href") or "")
        if address is not None:
            label = clean(text_of(element)) or clean(element.get("title") or "")
            found[address] = max(found.get(address, ""), label, key=len)
    return PageLinks(
        links=tuple(Link(address, label) for address, label in found.items()),
        feeds=tuple(dict.fromkeys(_feeds(root, url))),
        language=next(_languages(root, url), None),
        title=next((clean(text_of(each)) for each in root.iter("title")), None) or None,
        site_name=next(_site_names(root), None),
    )


def _feeds(root: etree._Element, url: str) -> Iterator[str]:
    for element in islice(root.iter("link"), MOST_LINKS):
        address = absolute(url, element.get("href") or "")
        if address is not None and (element.get("type") or "").lower() in _FEED_TYPES:
            yield address


def _languages(root: etree._Element, url: str) -> Iterator[str]:
    for element in islice(root.iter("link"), MOST_LINKS):
        address = absolute(url, element.get("href") or "")
        if address is not None and (element.get("hreflang") or "").lower().startswith("vi"):
            part = urlsplit(address).path.strip("/").removesuffix(".html")
            if re.fullmatch(r"[a-z]{2}", part):
                yield part


def _site_names(root: etree._Element) -> Iterator[str]:
    for element in islice(root.iter("meta"), MOST_LINKS):
        names = (element.get("property"), element.get("name"))
        value = clean(element.get("content") or "")
        if value and not {"og:site_name", "application-name"}.isdisjoint(names):
            yield value


def listing_candidates(links: PageLinks, key: ArticleKey, has: Callable[[str], bool]) -> list[Link]:
    """The links that may lead to a list of news, the likeliest first.

    `key` gives the key in an article's address, `has` says whether an address is the site's.
    """
    own = [link for link in links.links if has(link.url)]
    articles = [link.url for link in own if is_article(link, key)]
    others = [link for link in own if not is_article(link, key)]
    folders = Counter(map(_folder, others))
    crowded = {folder for folder, count in folders.items() if folder and count > MOST_SIBLINGS}
    scored = [
        (_score(link, articles) - CROWDED * (_folder(link) in crowded), link) for link in others
    ]
    wanted = [(score, link) for score, link in scored if score > 0]
    named = [link for _, link in sorted(wanted, key=lambda pair: -pair[0])]
    return [*named, *_parents(articles, {link.url.rstrip("/") for link in named})]


def _parents(articles: list[str], named: set[str]) -> Iterator[Link]:
    """The folders that hold most of the articles, if no link names them."""
    folders = Counter(re.sub(r"/(?:-/|[^/]*/?$).*", "", urlsplit(url).path) for url in articles)
    for path, count in folders.most_common(MOST_PARENTS):
        address = absolute(articles[0], path) if path else None
        if address is not None and count >= FEWEST_BELOW and address not in named:
            yield Link(address, "")


def neighbours(
    links: PageLinks, listings: Iterable[str], key: ArticleKey, has: Callable[[str], bool]
) -> list[Link]:
    """The entries beside listings in one menu whose words name no news, and no other part.

    An entry is in the folder of a listing, and between two listings if that is the root, in which
    all pages of a site may be.
    """
    known = set(listings)
    found: list[Link] = []
    for menu in _menus(links, key, has):
        places = [place for place, link in enumerate(menu) if link.url in known]
        folders = Counter(map(_folder, menu))
        near = {_folder(menu[place]) for place in places}
        for place, link in enumerate(menu):
            folder = _folder(link)
            is_between = places and places[0] < place < places[-1]
            is_beside = bool(folder) and folders[folder] <= MOST_SIBLINGS
            if link.url not in known and folder in near and (is_between or is_beside):
                found.append(link)
    return [link for link in found if _may_be_section(link)]


def _menus(links: PageLinks, key: ArticleKey, has: Callable[[str], bool]) -> Iterator[list[Link]]:
    """The runs of short entries of the site that follow each other without a headline."""
    menu: list[Link] = []
    for link in links.links:
        is_entry = has(link.url) and 0 < len(link.text) <= LONGEST_LABEL_CHARS
        if is_entry and not is_article(link, key):
            menu.append(link)
        elif menu:
            yield menu
            menu = []
    if menu:
        yield menu


def _may_be_section(link: Link) -> bool:
    label, parts = _plain(link.text), urlsplit(link.url)
    is_page = bool(parts.path.strip("/") or parts.query) and not _NO_PAGE.search(parts.path)
    return is_page and bool(re.search(r"[^\W\d]", label)) and not _OTHERS.search(label)


def in_language(url: str, language: str) -> str | None:
    """The address below the path of a language: `/vi/tin-tuc` for `/tin-tuc.html`."""
    path = urlsplit(url).path
    if not path.strip("/") or path.startswith(f"/{language}/"):
        return None
    return absolute(url, f"/{language}{path.removesuffix('.html')}")


def is_article(link: Link, key: ArticleKey) -> bool:
    """Whether a link leads to an article: by its address, and by words as long as a headline."""
    return key(link.url) is not None and len(link.text) >= SHORTEST_TITLE_CHARS


def _score(link: Link, articles: list[str]) -> float:
    """How likely a link leads to a list of news; 0 or less for one that does not."""
    parts = urlsplit(link.url)
    if (not parts.path.strip("/") and not parts.query) or _NO_PAGE.search(parts.path):
        return 0
    if not link.text or len(link.text) > LONGEST_LABEL_CHARS:
        return 0
    label = _plain(link.text)
    if not re.search(r"[^\W\d]", label):  # a number is a page of the list
        return 0
    words = f"{label} {_plain(re.sub(r'[-_/.]', ' ', parts.path))}"
    if _OTHERS.search(label):
        return 0
    score = 3 * bool(_BEST.fullmatch(label)) + 2 * bool(_NEWS.search(words))
    score += bool(_HEADS.match(label))
    stem = re.sub(r"\.\w{2,5}$", "", link.url).rstrip("/") + "/"
    below = sum(url.startswith(stem) for url in articles)
    return score + min(below, 10) / 5


def _folder(link: Link) -> str:
    """The folder of a link's path; empty for the root, in which all sections of a site may be."""
    return urlsplit(link.url).path.rstrip("/").rpartition("/")[0]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", without_marks(normalised(text)).lower()))
