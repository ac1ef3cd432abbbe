"""The addresses of pictures that a page loads late, while `src` holds a placeholder."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from portal_crawler.cleaning.page.selectors import attributes_of

LAZY_ATTRIBUTES = (
    "data-original", "data-src", "data-lazy-src", "data-lazysrc", "data-lazyload", "data-lazy",
    "data-mobile-url", "data-orig-src", "data-echo", "data-cfsrc", "data-pagespeed-lazy-src",
    "data-full", "data-image", "data-bg", "data-background",
)  # fmt: skip
"""Attributes with a picture's address, the most trusted first; the last four have other uses, too.
docs/FIELDS.md lists them."""

SRCSET_ATTRIBUTES = ("data-srcset", "data-lazy-srcset", "srcset", "imagesrcset")
"""Attributes with lists of addresses, the lazy ones first."""

_LATE_SRCSETS = ("data-srcset", "data-lazy-srcset")
_LATE_ATTRIBUTES = frozenset((*LAZY_ATTRIBUTES, *_LATE_SRCSETS))
"""Attributes that are trusted more than `src`."""

MAX_SRCSET_CHARS = 20_000

_MARKUP = re.compile(r"[<>{}\"\r\n]")
"""Characters that no address has."""

_NO_ADDRESS = re.compile(
    r"(?:true|false|yes|no|none|null|undefined|lazy|auto|loaded)?|[\d\s.,:;/x%+-]*|#.*"
    r"|(?:rgba?|hsla?|linear-gradient|var)\(.*",
    re.IGNORECASE | re.DOTALL,
)
"""A value that is not an address: a switch, a number, a ratio, a color."""

_INLINE = ("data:", "blob:", "about:", "javascript:")
"""Schemes of addresses that lead to no server."""

_CSS_ADDRESS = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)", re.IGNORECASE)

_PLACEHOLDER = re.compile(
    r"(?:.*[-_.])?(?:blank|spacer|placeholder|loading|loader|preloader|lazy|lazyload|pixel|empty"
    r"|transparent|trans|clear|1x1|1px|grey|gray)(?:[-_.]?\d[\dx]*)?(?:\.min)?(?:\.[a-z]{3,4})?",
    re.IGNORECASE,
)
"""The last part of a placeholder's path: `blank.gif`, `img-loading_2.svg`."""

MOST_AROUND = 10
"""How many sources or copies of a picture are looked at."""

_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)[wx]")


def picture_address(image: etree._Element) -> str | None:
    """The picture's address as in the page; None if it only has `data:` addresses.

    A lazy attribute is trusted more than `src`. A placeholder is given only if there is nothing
    else.
    """
    placeholder = None
    for address in _candidates(image):
        if not _is_placeholder(address):
            return address
        placeholder = placeholder or address
    return placeholder


def lazy_address(value: str) -> str | None:
    """The address in a lazy attribute, without the `url()` of a style; None if it has none."""
    value = value.strip()
    if css := _CSS_ADDRESS.fullmatch(value):
        value = css[2].strip()
    return value if is_address(value) and not _NO_ADDRESS.fullmatch(value) else None


def is_address(value: str) -> bool:
    """Whether an attribute may hold an address of the network, not markup, a template or JSON."""
    value = value.strip()
    is_text = _MARKUP.search(value) or value.startswith("[")
    return bool(value) and not is_text and not value.lower().startswith(_INLINE)


def srcset(value: str) -> Iterator[tuple[str, float]]:
    """The addresses of a `srcset` (HTML standard, 4.8.4.2), each with its width or density, or
    1."""
    rest = value[:MAX_SRCSET_CHARS]
    while rest := rest.lstrip(" \t\n\f\r,"):
        address, *after = rest.split(None, 1)
        rest, size = (after[0] if after else ""), ""
        if address.endswith(","):
            address = address.rstrip(",")
        else:
            size, _, rest = rest.partition(",")
        if not address.lower().startswith("data:"):
            written = _SIZE.fullmatch(size.strip())
            yield address, float(written[1]) if written else 1.0


def _candidates(image: etree._Element) -> Iterator[str]:
    """The addresses that the markup gives for the picture, the most trusted first."""
    attributes = attributes_of(image)
    if not _LATE_ATTRIBUTES.isdisjoint(attributes):
        for name in LAZY_ATTRIBUTES:
            if (value := attributes.get(name)) and (address := lazy_address(value)):
                yield address
        yield from _largest(attributes, _LATE_SRCSETS)
    source = attributes.get("src", "").strip()
    if source and not source.lower().startswith(_INLINE):
        yield source
    yield from _largest(attributes, ("srcset",))
    yield from _around(image)


def _largest(attributes: Mapping[str, str], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if found := list(srcset(attributes.get(name, ""))):
            yield max(found, key=lambda one: one[1])[0]


def _around(image: etree._Element) -> Iterator[str]:
    """The addresses in the sources of its `<picture>`, and in the `noscript` copy behind it."""
    sources: list[etree._Element] = []
    for around in islice(image.iterancestors(), MOST_AROUND):
        if around.tag == "source":  # lxml's parser does not know that it has no end tag
            sources.append(around)
            continue
        if around.tag == "picture":
            sources += islice(around.iterchildren("source"), MOST_AROUND)
            image = around
        break
    for source in sources:
        yield from _largest(attributes_of(source), SRCSET_ATTRIBUTES)
    behind = image.getnext()
    if behind is not None and behind.tag == "noscript":
        for copy in islice(behind.iterdescendants("img"), MOST_AROUND):
            if is_address(address := (copy.get("src") or "").strip()):
                yield address


def _is_placeholder(address: str) -> bool:
    path = address.partition("#")[0].partition("?")[0]
    end = path[max(path.rfind("/"), path.rfind(":")) + 1 :]
    if address.isprintable() and not _PLACEHOLDER.fullmatch(end):
        return False  # Most addresses end here: splitting them takes longer.
    try:
        path = urlsplit(address).path
    except ValueError:
        return False
    return bool(_PLACEHOLDER.fullmatch(path.rpartition("/")[2]))
