"""The interfaces in JSON that the scripts of a page name. Pure."""

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from archive.words.letters import normalised, without_marks
from portal_crawler.cleaning.json_answers import state_of
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.platforms.json_api import PROGRAM_IDS
from portal_crawler.portals.reader import FetchedPage

MOST_NAMED = 50
"""Addresses of interfaces that are looked at."""

MOST_SCRIPT_CHARS = 5_000_000

_ADDRESS = re.compile(
    r"[\"'`]((?:https?://[\w.:-]{1,100})?(?:/\w{1,30}){0,3}/(?:wp-json|api)/[\w./?=&%$+-]{1,200})[\"'`]"
)
_NEWS = re.compile(
    r"news|posts?\b|articles?|tin|bai-?viet|baiviet|thong-?bao|su-?kien|danh-?sach|list",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"auth|login|token|user|account|menu|banner|config|setting|upload|comment|weather|visit|counter"
    r"|thoi-?tiet|truy-?cap|categor|chuyen-?muc|contact|lien-?he",
    re.IGNORECASE,
)


def named_interfaces(page: FetchedPage, script: bytes | None = None) -> list[str]:
    """The addresses of interfaces that the scripts within a page name, or a script of its own;
    those that may list news come first."""
    texts = [script.decode("utf-8", "replace")] if script is not None else _scripts(page)
    found = dict.fromkeys(_addresses(texts, page.url))
    return sorted(found, key=lambda url: not may_list_news(url))


def may_list_news(url: str) -> bool:
    """Whether the words of an interface's address name news."""
    path = without_marks(normalised(url)).partition("/api/")[2] or url
    return bool(_NEWS.search(path)) and not _OTHERS.search(path)


def program_of(page: FetchedPage) -> str | None:
    """The address of the script that fills an empty page; None if the page is none."""
    root = _tree(page)
    if root is None or state_of(page.body) is not None:
        return None
    is_empty = any(
        each.get("id") in PROGRAM_IDS or each.tag == "app-root"
        for each in root.iter("div", "main", "app-root")
        if len(each) == 0 and not (each.text or "").strip()
    )
    sources = [each.get("src") or "" for each in root.iter("script") if each.get("src")]
    named = [each for each in sources if re.search(r"\b(?:main|index|app)\b", each)]
    return absolute(page.url, (named or sources)[-1]) if is_empty and sources else None


def _scripts(page: FetchedPage) -> list[str]:
    root = _tree(page)
    return [each.text or "" for each in root.iter("script")] if root is not None else []


def _addresses(texts: Iterable[str], url: str) -> Iterator[str]:
    count = 0
    for text in texts:
        for found in _ADDRESS.finditer(text[:MOST_SCRIPT_CHARS]):
            address = absolute(url, found[1])
            count += 1
            if count > MOST_NAMED:
                return
            if address is not None:
                yield address


def _tree(page: FetchedPage) -> etree._Element | None:
    decoded = decode(page.body, page.content_type)
    return tree_of(decoded.text, decoded.utf8)
