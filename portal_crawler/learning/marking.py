"""Marks a site's repeated blocks on a page, which are dropped when the body is read."""

from collections.abc import Collection, Container, Iterator

from lxml import etree

from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.page.lazy_pictures import picture_address
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.page.visible import shown_text
from portal_crawler.cleaning.words.text import clean
from portal_crawler.learning.page_facts import (
    UNSEEN_TAGS,
    BlockName,
    block_key,
    document_of,
    label_of,
)
from portal_crawler.learning.pictures import address_key
from portal_crawler.learning.repetition import LONGEST_DATE_LINE_CHARS

MARK = "data-repeated"
"""The attribute of elements to be dropped. They are not dropped at once: a byline or a date may be
repeated too, and is read before the body."""

FEWEST_REPEATED = 8
"""Different blocks that show a menu. Most containers of the sites at hand hold none, one holds nine
of 23."""

MARKED = f"[{MARK}]"
"""The selector of marked elements."""


def mark_repeated(
    area: etree._Element, repeated: Container[BlockName], files: Container[str]
) -> bool:
    """Mark the blocks of an area whose key and path are repeated; gives whether there are any.

    Blocks around other blocks are not marked. One that links to a document which is not among the
    site's files only loses its text.
    """
    found = [block for block in _leaf_blocks(area) if _name(block) in repeated]
    for block in found:
        documents = list(filter(None, map(document_of, block.iter("a"))))
        if all(document in files for document in documents):
            block.set(MARK, "")
        else:
            empty(block)
    return bool(found)


def empty(block: etree._Element) -> None:
    """Take the text and the pictures of a block away; its links stay."""
    for element in block.iter("*"):
        element.text = None
        if element is not block:
            element.tail = None
        if element.tag == "img":
            element.set(MARK, "")


def mark_pictures(area: etree._Element, files: Container[str]) -> bool:
    """Mark the pictures of an area that are among the site's files; gives whether there are any."""
    shown = ((picture, picture_address(picture)) for picture in area.iter("img"))
    found = [picture for picture, address in shown if address and address_key(address) in files]
    for picture in found:
        picture.set(MARK, "")
    return bool(found)


def holds_most_repeated(area: etree._Element, repeated: Container[BlockName]) -> bool:
    """Whether a marked area holds most of the page's repeated blocks; no article's text does."""
    if sum(MARK in element.attrib for element in area.iter(*BLOCK_TAGS)) < FEWEST_REPEATED:
        return False
    inside = {name for block in _leaf_blocks(area) if (name := _name(block)) in repeated}
    page = area.getroottree().getroot()
    known = {name for block in _leaf_blocks(page) if (name := _name(block)) in repeated}
    return len(inside) >= FEWEST_REPEATED and 2 * len(inside) > len(known)


def mark_date_line(area: etree._Element, dates: Collection[etree._Element]) -> bool:
    """Mark a line with the date and tools that stands in the container without a block of its own.

    The line's elements are marked and the text between them is removed. Gives whether there is such
    a line.
    """
    inline = [child for child in area if child.tag not in BLOCK_TAGS]
    if not any(element in dates for child in inline for element in child.iter()):
        return False
    between = [area.text or "", *(child.tail or "" for child in area)]
    line = clean("".join((*between, *(text_of(child) for child in inline))))
    if len(line) > LONGEST_DATE_LINE_CHARS:
        return False
    area.text = None
    for child in area:
        child.tail = None
    for child in inline:
        child.set(MARK, "")
    return True


def _leaf_blocks(area: etree._Element) -> Iterator[etree._Element]:
    for element in area.iterdescendants(*BLOCK_TAGS):
        if next(element.iterdescendants(*BLOCK_TAGS), None) is None:
            yield element


def _name(block: etree._Element) -> BlockName:
    """The block's key and path, as in `page_facts`."""
    parent = block.getparent()
    own = f"{block.tag}{label_of(block)}"
    path = own if parent is None else f"{parent.tag}{label_of(parent)} > {own}"
    return block_key(clean(shown_text(block, UNSEEN_TAGS))), path
