"""What a page needs to look right, from its bytes or a stylesheet's to addresses. Pure.

Pictures (lazy ones, `srcset` and backgrounds too), icons, stylesheets, scripts, fonts, and what
stylesheets import in turn. Not: videos, sounds, frames, and what scripts ask for by themselves.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from archive.addresses import asked_address
from portal_crawler.cleaning.page.caps import MAX_REQUISITES
from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.lazy_pictures import (
    LAZY_ATTRIBUTES,
    SRCSET_ATTRIBUTES,
    is_address,
    lazy_address,
    srcset,
)
from portal_crawler.cleaning.page.urls import absolute

STYLE, SCRIPT, IMAGE, ICON, FONT = "style", "script", "image", "icon", "font"

IMAGE_ATTRIBUTES = ("background", "poster")
"""HTML 4's backgrounds of body and table cells, and the picture before a video."""

MAX_ADDRESS_CHARS = 2_000

_FONT_ENDINGS = (".woff", ".woff2", ".ttf", ".otf", ".eot")

_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_CSS_TOKEN = re.compile(
    r"/\*.*?(?:\*/|\Z)"
    r"|(?P<namespace>@namespace\b[^;]*)"
    r"|(?P<import>@import\b)"
    rf"|url\(\s*(?:(?P<quoted>{_STRING})|(?P<bare>(?:[^\s\"'()\\]|\\[0-9a-f]{{1,6}}\s?|\\.)*))"
    rf"|(?P<string>{_STRING})",
    re.IGNORECASE | re.DOTALL,
)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)


_NAMING_TAGS = frozenset(
    ("base", "link", "style", "script", "img", "image", "use", "input", "amp-img")
)
_OTHER_LAZY = ("script", "iframe", "video", "a")
"""Tags whose lazy attributes name no picture."""
_NAMING_ATTRIBUTES = frozenset(("style", *SRCSET_ATTRIBUTES, *LAZY_ATTRIBUTES, *IMAGE_ATTRIBUTES))


@dataclass(frozen=True, slots=True)
class Requisite:
    """Something that a page needs, and what it is needed as."""

    url: str
    """Absolute, as it is asked for."""
    kind: str
    """style, script, image, icon or font."""


def page_requisites(
    body: bytes, url: str, content_type: str | None = None
) -> tuple[Requisite, ...]:
    """All that a page names, each address once, in the page's order."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    try:
        root = etree.fromstring(decode(body, content_type).text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return ()
    if root is None:
        return ()
    elements = [
        element
        for tree in (root, *root.itersiblings())  # a stray </html> makes a second root
        for element in tree.iter(etree.Element)
        if element.tag in _NAMING_TAGS or not _NAMING_ATTRIBUTES.isdisjoint(element.keys())
    ]
    base = _base(elements, url)
    found = (each for element in elements for each in _of_element(element))
    return _absolute(found, base)


def stylesheet_requisites(css: bytes, url: str) -> tuple[Requisite, ...]:
    """All that a stylesheet imports and shows, each address once."""
    return _absolute(_of_css(css.decode("utf-8", errors="replace")), url)


def _absolute(found: Iterable[tuple[str, str]], base: str) -> tuple[Requisite, ...]:
    requisites: dict[str, Requisite] = {}
    for address, kind in islice(found, MAX_REQUISITES):
        address = address.strip()
        if not address or address.startswith("#") or len(address) > MAX_ADDRESS_CHARS:
            continue
        asked = _asked(_origin(base) if address.startswith("/") else base, address)
        if asked is not None:
            requisites.setdefault(asked, Requisite(asked, kind))
    return tuple(requisites.values())


@lru_cache(maxsize=4096)
def _asked(base: str, address: str) -> str | None:
    """Cached, as a portal's pages name much the same."""
    url = absolute(base, address)
    return asked_address(url) if url is not None else None


def _origin(url: str) -> str:
    """All of the base that counts for an address that begins with a slash."""
    return "/".join(url.split("/", 3)[:3]) + "/"


def _base(elements: Iterable[etree._Element], url: str) -> str:
    given = (each.get("href") for each in elements if each.tag == "base")
    first = next((href for href in given if href), None)
    return (absolute(url, first) if first else None) or url


def _of_element(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Addresses as written, with what each is needed as."""
    tag = element.tag
    if tag == "link":
        yield from _of_link(element)
    elif tag == "style":
        yield from _of_css(element.text or "")
    elif tag in ("script", "img", "image", "use", "input", "amp-img"):
        yield from _of_source(element, str(tag))
    for name, value in element.items():
        if name in _NAMING_ATTRIBUTES:
            yield from _of_attribute(str(tag), str(name), str(value))


def _of_attribute(tag: str, name: str, value: str) -> Iterator[tuple[str, str]]:
    if name == "style":
        if "url" in value.lower():
            yield from _of_css(value)
    elif name in SRCSET_ATTRIBUTES:
        for address, _ in srcset(value):
            yield address, IMAGE
    elif name in IMAGE_ATTRIBUTES:
        if is_address(value):
            yield value, IMAGE
    elif tag not in _OTHER_LAZY and (picture := lazy_address(value)):
        yield picture, IMAGE


def _of_link(element: etree._Element) -> Iterator[tuple[str, str]]:
    href = element.get("href")
    rels = (element.get("rel") or "").lower().split()
    if not href:
        return
    if "stylesheet" in rels:
        yield href, STYLE
    elif any("icon" in rel for rel in rels):
        yield href, ICON
    elif {"preload", "modulepreload"}.intersection(rels):
        kind = (element.get("as") or "script").lower()
        if kind in (STYLE, SCRIPT, IMAGE, FONT):
            yield href, kind


def _of_source(element: etree._Element, tag: str) -> Iterator[tuple[str, str]]:
    if tag == "input" and (element.get("type") or "").lower() != "image":
        return
    names = ("href", "xlink:href") if tag in ("image", "use") else ("src",)
    for name in names:
        value = element.get(name)
        if value and is_address(value):
            yield value, SCRIPT if tag == "script" else IMAGE


def _of_css(css: str) -> Iterator[tuple[str, str]]:
    importing = False
    for token in _CSS_TOKEN.finditer(css):
        if token["import"]:
            importing = True
            continue
        written = token["quoted"] or token["bare"] or (token["string"] if importing else None)
        if not written:
            continue
        address = _unescaped(written[1:-1] if written[0] in "\"'" else written)
        if address[:5].lower() != "data:":
            yield address, STYLE if importing else _kind(address)
        importing = False


def _unescaped(written: str) -> str:
    if "\\" not in written:
        return written
    return _CSS_ESCAPE.sub(lambda match: match[2] or _character(match[1]), written)


def _character(code: str) -> str:
    number = int(code, 16)
    valid = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
    return chr(number) if valid else "\ufffd"


def _kind(address: str) -> str:
    try:
        path = urlsplit(address).path.lower()
    except ValueError:
        return IMAGE
    return FONT if path.endswith(_FONT_ENDINGS) else IMAGE
