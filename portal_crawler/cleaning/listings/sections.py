"""Tells an article's page from a section, which some systems serve in place of an article."""

from collections.abc import Callable, Iterator, Set
from itertools import chain

from lxml import etree

from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import ParsedPage, text_of
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.cleaning.words.text import clean

ArticleKey = Callable[[str], str | None]


def is_section(  # noqa: PLR0913 -- a page, its capture, and the rules to read it
    html: bytes,
    url: str,
    profile: ListingProfile,
    *,
    key: ArticleKey,
    chars: int,
    content_type: str | None = None,
) -> bool:
    """Whether a page says that it is no article, or has more text in rows than the `chars` of its
    own text. `key` gives the key in an article's address."""
    decoded = decode(html, content_type)
    root = tree_of(decoded.text, decoded.utf8)
    if root is None:
        return False
    if (stated := next(_own_addresses(root, url), None)) is not None:
        return key(stated) is None
    page = ParsedPage(root)
    selected = (frozenset(page.select(css)) for css in profile.row)
    return any(_chars_of_rows(root, url, rows, key) >= chars for rows in selected if rows)


def _own_addresses(root: etree._Element, url: str) -> Iterator[str]:
    """The addresses that the page gives as its own."""
    links = (link.get("href") for link in root.iter("link") if link.get("rel") == "canonical")
    stated = (meta.get("content") for meta in root.iter("meta") if meta.get("property") == "og:url")
    for address in chain(links, stated):
        if address and (whole := absolute(url, address)) is not None:
            yield whole


def _chars_of_rows(
    root: etree._Element, url: str, rows: Set[etree._Element], key: ArticleKey
) -> int:
    """The length of the text of the outermost rows that link articles."""
    found = 0
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element in rows:
            links = (absolute(url, link.get("href") or "") for link in element.iter("a"))
            if any(key(link) for link in links if link):
                found += len(clean(text_of(element)))
            walk.skip_subtree()
    return found
