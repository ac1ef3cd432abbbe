"""Finds menus, tools and imprints, which stand around articles, inside a body."""

import re
from collections.abc import Iterable
from itertools import islice

from lxml import etree

from portal_crawler.cleaning.body.attachments import leads_to_document
from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.words.boilerplate import LONGEST_LINE_CHARS, is_surrounding
from portal_crawler.cleaning.words.text import clean

MENU_IN_BODY = "menu-in-body"
"""A problem code: the body holds most of the page's links, or lines that sites set around
articles."""

FEWEST_MENU_LINKS = 15
"""The fewest links that stand alone in a menu. Ten in a thousand real articles have as many."""

FEWEST_IN_SHORT_TEXT = 8
"""The fewest links of a menu if links are a fifth of the text."""

FEWEST_SURROUNDING_LINES = 4
"""The fewest different lines of menus or tools; no article of a thousand has more than two."""

NEAREST_ELEMENTS = 4
"""How many elements around a link are looked at for its paragraph or item."""

_LETTER = re.compile(r"[^\W\d_]")
_LEADS_NOWHERE = ("#", "javascript:", "mailto:", "tel:")


def _number_of_links(area: etree._Element) -> int:
    return len(list(area.iter("a")))


def links_around(body: etree._Element, root: etree._Element) -> int:
    """How many links a page has, the body's included; 0 if the body has too few for a menu.

    To be called before boilerplate is removed from the tree.
    """
    is_menu_there = _number_of_links(body) >= FEWEST_IN_SHORT_TEXT
    return _number_of_links(root) if is_menu_there else 0


def _leads_to_page(address: str) -> bool:
    leads = bool(address) and not address.lower().startswith(_LEADS_NOWHERE)
    return leads and not leads_to_document(address)


def holds_menu(body: etree._Element, text: str, page_links: int) -> bool:
    """Whether the links that stand alone, as in menus, are most of the page's or most of the text.

    `body` is without its boilerplate, `text` its text, and `page_links` as `links_around` gives it.
    """
    if not page_links or _number_of_links(body) < FEWEST_IN_SHORT_TEXT:
        return False
    led = (link for link in body.iter("a") if _leads_to_page(link.get("href") or ""))
    wordless: dict[etree._Element, bool] = {}
    alone = [link for link in led if _stands_alone(link, body, wordless)]
    chars = sum(len(clean(text_of(link))) for link in alone)
    fewest = FEWEST_IN_SHORT_TEXT if 5 * chars > len(text) else FEWEST_MENU_LINKS
    return len(alone) >= fewest and (2 * len(alone) > page_links or 2 * chars > len(text))


def _stands_alone(
    link: etree._Element, body: etree._Element, wordless: dict[etree._Element, bool]
) -> bool:
    """Whether the link's paragraph or item has no words outside of links.

    `wordless` keeps which elements have no words of their own: thousands of links may share one.
    """
    if not _LETTER.search(text_of(link)):
        return False
    around = link.getparent()
    for _ in range(NEAREST_ELEMENTS):
        if around is None:
            return False
        if around not in wordless:
            wordless[around] = not _LETTER.search(_own_text(around))
        if not wordless[around]:
            return False
        if around is body or around.tag in BLOCK_TAGS:
            return True
        around = around.getparent()
    return True


def _own_text(element: etree._Element) -> str:
    return "".join((element.text or "", *(child.tail or "" for child in element)))


def holds_surroundings(lines: Iterable[str]) -> bool:
    """Whether several different lines of a body belong to menus, tools or imprints."""
    items = (line.removeprefix("- ") for line in lines)
    different = {line.casefold() for line in items if len(line) <= LONGEST_LINE_CHARS}
    if len(different) < FEWEST_SURROUNDING_LINES:
        return False
    found = filter(is_surrounding, different)
    return len(list(islice(found, FEWEST_SURROUNDING_LINES))) == FEWEST_SURROUNDING_LINES
