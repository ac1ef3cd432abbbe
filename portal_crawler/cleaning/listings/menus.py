"""Finds the addresses that the menus of a page link: those of sections. Pure."""

import re
from itertools import accumulate

from lxml import etree

from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.page.urls import absolute

LONGEST_SECTION_CHARS = 45
"""Labels of sections are shorter; in a menu that shows news the headlines are longer."""

_WHOLE_PAGE = ("html", "body", "main", "form", "article")
_MENU_NAME = re.compile(
    r"(?:^|[\s_-])(?:\w*menu|nav|navbar|navigation|breadcrumbs?)(?:$|[\s_-])", re.IGNORECASE
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def menu_addresses(root: etree._Element, url: str) -> set[str]:
    """The addresses of a page's menus, as absolute addresses.

    A menu that holds most links of the page is the page itself, and one of headlines is a list.
    """
    labels: list[tuple[str, bool]] = []
    begun: dict[etree._Element, int] = {}
    menus: list[tuple[int, int]] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start" and _is_menu(element):
            begun[element] = len(labels)
        elif event == "end" and element in begun:
            menus.append((begun[element], len(labels)))
        if event == "start" and element.tag == "a":
            label = text_of(element)
            address = absolute(url, element.get("href") or "") or ""
            labels.append((address, len(label) > LONGEST_SECTION_CHARS))
    return {labels[at][0] for at in _inside(menus, [is_long for _, is_long in labels])}


def _inside(menus: list[tuple[int, int]], is_long: list[bool]) -> list[int]:
    """The links with short labels in menus, by number; each menu is a range of links."""
    longs = [0, *accumulate(is_long)]
    edges = [0] * (len(is_long) + 1)
    for first, end in menus:
        links, headlines = end - first, longs[end] - longs[first]
        if 2 * links <= len(is_long) and 2 * headlines <= links:
            edges[first] += 1
            edges[end] -= 1
    depths = accumulate(edges)
    return [
        at
        for at, depth in zip(range(len(is_long)), depths, strict=False)
        if depth and not is_long[at]
    ]


def _is_menu(element: etree._Element) -> bool:
    if element.tag in _WHOLE_PAGE:
        return False
    if element.tag == "nav" or element.get("role") in ("navigation", "menu", "menubar"):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_MENU_NAME.search(_CAMEL.sub("-", names)))
