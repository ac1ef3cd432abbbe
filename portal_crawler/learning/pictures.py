"""The pictures of a page as facts, and the blocks that may be their captions."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zlib import crc32

from lxml import etree

from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.body.captions import is_credit
from portal_crawler.cleaning.page.lazy_pictures import picture_address
from portal_crawler.cleaning.page.visible import css_of

MOST_PICTURES = 300
"""Pictures of a page that are kept; more of them are icons or a gallery."""

LONGEST_CAPTION_CHARS = 300
"""A longer text beside a picture is no caption."""

LONGEST_KEPT_ADDRESS = 200
"""Longer addresses are kept with a checksum for their rest."""

CAPTION_TAGS = ("figcaption", "caption")
CAPTION_NAMES = re.compile(
    r"caption|credit|chu-?thich|(?:avatar|photo|image|img)-?desc", re.IGNORECASE
)
"""Classes of captions."""

PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp)\b|/image", re.IGNORECASE)
"""In an address, a sign that it is a picture's."""

_CENTERED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)


class PictureFact(NamedTuple):
    """A picture of a page."""

    element: int
    """The place of the innermost element around it that the skeleton has."""
    following: int
    """The place of the first element that begins behind it."""
    address: str
    """As `address_key` gives it: equal for the same picture on different pages."""
    linked: bool
    """It is in a link that leads to something else than a picture."""


class Shape(NamedTuple):
    """The elements of a page's skeleton, as far as captions depend on them."""

    elements: Sequence[etree._Element]
    parents: Sequence[int]
    ends: Sequence[int]


def picture_fact(picture: etree._Element, place: int, following: int) -> PictureFact | None:
    """The fact of a picture; None if it has no address."""
    address = picture_address(picture)
    if not address:
        return None
    link = next(picture.iterancestors("a"), None)
    is_linked = link is not None and not PICTURE_FILE.search(link.get("href") or "")
    return PictureFact(place, following, address_key(address), is_linked)


def address_key(address: str) -> str:
    """A picture's address without the steps at its beginning, which differ by page."""
    address = address.strip().lstrip("./")
    if len(address) <= LONGEST_KEPT_ADDRESS:
        return address
    rest = crc32(address[LONGEST_KEPT_ADDRESS:].encode("utf-8", "surrogatepass"))
    return f"{address[:LONGEST_KEPT_ADDRESS]}…{rest:08x}"


def is_named_caption(element: etree._Element) -> bool:
    """Whether an element's tag or class says that it is a picture's caption."""
    return element.tag in CAPTION_TAGS or bool(CAPTION_NAMES.search(element.get("class") or ""))


def captions(
    pictures: Sequence[PictureFact], starts: Sequence[int], texts: Sequence[str], shape: Shape
) -> Iterator[tuple[int, str]]:
    """The blocks that may be captions, each with the address of the picture in or before it.

    `starts` has the elements of the page's blocks, `texts` their texts, as long as they are kept.
    """
    for picture in pictures:
        holder = _block_around(picture, shape)
        own = bisect_left(starts, holder)
        if own < len(starts) and starts[own] == holder:
            yield own, picture.address
            continue
        at = bisect_left(starts, picture.following)
        if at < len(starts) and len(texts[at]) <= LONGEST_CAPTION_CHARS:
            box = _box(holder, starts[at], shape)
            if _is_alone(box, starts, shape) or _is_below(box, starts[at], texts[at], shape):
                yield at, picture.address


def _block_around(picture: PictureFact, shape: Shape) -> int:
    place = picture.element
    while place >= 0 and shape.elements[place].tag not in BLOCK_TAGS:
        place = shape.parents[place]
    return place


def _box(holder: int, block: int, shape: Shape) -> int:
    """The innermost element around a picture's block and another block; -1 for the page."""
    while holder >= 0 and block >= shape.ends[holder]:
        holder = shape.parents[holder]
    return holder


def _is_alone(box: int, starts: Sequence[int], shape: Shape) -> bool:
    """Whether an element has a single block with text: a figure, a table for a picture."""
    if box < 0:
        return False
    return bisect_left(starts, shape.ends[box]) - bisect_left(starts, box) == 1


def _is_below(box: int, block: int, text: str, shape: Shape) -> bool:
    """Whether a block stands right in the box of a picture, and is set like a caption."""
    element = shape.elements[block]
    if shape.parents[block] != box:
        return False
    return is_named_caption(element) or is_credit(text) or _is_set_apart(element)


def _is_set_apart(element: etree._Element) -> bool:
    """Whether a line is centered or begins in italics."""
    first = next(element.iterchildren("*"), None)
    begins = element.tag in ("em", "i") or (
        first is not None and first.tag in ("em", "i") and not (element.text or "").strip()
    )
    css = css_of(element)
    is_centered = element.get("align") == "center" or "text-center" in (element.get("class") or "")
    return begins or is_centered or bool(_CENTERED.search(css) or _ITALIC.search(css))
