"""Pages that hold nothing but the way to another page of their site. Pure.

Front pages of departments lead on by a refresh, a script, frames, or a choice of languages.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from archive.words.letters import normalised, without_marks
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.portals.reader import FetchedPage

LONGEST_WAIT_S = 10
"""A page that refreshes itself later is one to be read."""

MOST_TEXT_CHARS = 400
MOST_LINKS = 12
"""A page with more text or links is no splash page."""

MOST_ELEMENTS = 2_000
MOST_SCRIPT_CHARS = 50_000
MOST_ADDRESS_CHARS = 200
MOST_WAYS = 3
"""Addresses that a page leads on to."""

_REFRESH = re.compile(
    r"\s*(\d{1,5})(?:\.\d*)?\s*[;,]?\s*url\s*=\s*['\"]?\s*([^'\"\s]{1,2000})", re.IGNORECASE
)
_SCRIPTED = re.compile(
    r"\blocation(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*[\"']([^\"']{1,2000})[\"']"
)
_VIETNAMESE = re.compile(r"(?:tieng viet|vietnamese|viet ?nam|vie?|vn|vi vn)")
_VIETNAMESE_PATH = re.compile(
    r"(?:.*[/=])?(?:vi|vn|vi-vn)(?:/|/index\.\w+|\.html?)?", re.IGNORECASE
)
_HIDDEN = ("script", "style", "noscript", "template", "title")


def ways_on(page: FetchedPage) -> tuple[str, ...]:
    """The addresses that a page leads on to, the likeliest first; none of a page to be read."""
    decoded = decode(page.body, page.content_type)
    root = tree_of(decoded.text, decoded.utf8)
    if root is None:
        return ()
    found = dict.fromkeys(absolute(page.url, way) for way in _ways(root))
    others = (url for url in found if url is not None and url != page.url)
    return tuple(islice(others, MOST_WAYS))


def _ways(root: etree._Element) -> Iterator[str]:
    yield from _refreshes(root)
    frames = _sources(root, "frame")
    if frames:
        yield from frames
    elif _is_short(root):
        yield from _scripted(root)
        yield from _sources(root, "iframe")
        yield from _in_vietnamese(root)


def _refreshes(root: etree._Element) -> Iterator[str]:
    for element in islice(root.iter("meta"), MOST_ELEMENTS):
        if (element.get("http-equiv") or "").strip().lower() == "refresh":
            found = _REFRESH.match(element.get("content") or "")
            if found and int(found[1]) <= LONGEST_WAIT_S:
                yield found[2]


def _sources(root: etree._Element, tag: str) -> list[str]:
    return [src for each in islice(root.iter(tag), MOST_WAYS) if (src := each.get("src"))]


def _is_short(root: etree._Element) -> bool:
    """Whether a page has so little text and so few links that nobody is meant to stay there."""
    links = list(islice(root.iter("a"), MOST_LINKS + 1))
    texts = (
        text
        for element in islice(root.iter(etree.Element), MOST_ELEMENTS)
        for text in (element.text if element.tag not in _HIDDEN else None, element.tail)
        if text
    )
    return len(links) <= MOST_LINKS and len(" ".join(" ".join(texts).split())) <= MOST_TEXT_CHARS


def _scripted(root: etree._Element) -> Iterator[str]:
    scripts = (each.text or "" for each in islice(root.iter("script"), MOST_ELEMENTS))
    loading = (each.get("onload") or "" for each in islice(root.iter("body"), 1))
    for text in (*scripts, *loading):
        if found := _SCRIPTED.search(text[:MOST_SCRIPT_CHARS]):
            yield found[1]
            return


def _in_vietnamese(root: etree._Element) -> Iterator[str]:
    """The link to the site in Vietnamese, by its words, its picture's or its address."""
    for link in islice(root.iter("a"), MOST_LINKS):
        address = link.get("href") or ""
        pictures = [each.get("alt") or each.get("title") for each in link.iter("img")]
        said = (text_of(link), link.get("title"), *pictures)
        is_named = any(_VIETNAMESE.fullmatch(_plain(words)) for words in said if words)
        if is_named or _VIETNAMESE_PATH.fullmatch(address[:MOST_ADDRESS_CHARS]):
            yield address


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", without_marks(normalised(text)).lower()))
