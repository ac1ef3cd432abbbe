"""Takes a site's repeated blocks out of a page."""

from collections.abc import Container, Iterator

from lxml import etree

from portal_crawler.cleaning.blocks import BLOCK_TAGS
from portal_crawler.cleaning.body import remove
from portal_crawler.cleaning.text import clean
from portal_crawler.learning.facts import UNSEEN_TAGS, block_key, label_of


def drop_repeated(area: etree._Element, repeated: Container[tuple[str, str]]) -> None:
    """Remove the blocks of an area whose key and path are among the repeated ones.

    Blocks inside a repeated one stay.
    """
    for element in _blocks_of(area):
        text = clean("".join(_own_texts(element)))
        if text and (block_key(text), _path(element)) in repeated:
            _empty(element)


def _blocks_of(area: etree._Element) -> list[etree._Element]:
    return [element for element in area.iterdescendants() if element.tag in BLOCK_TAGS]


def _own_texts(block: etree._Element) -> Iterator[str]:
    """The texts of a block without those of the blocks inside it."""
    yield block.text or ""
    for child in block:
        if child.tag not in BLOCK_TAGS and child.tag not in UNSEEN_TAGS:
            yield from _own_texts(child)
        yield child.tail or ""


def _path(element: etree._Element) -> str:
    parent = element.getparent()
    own = f"{element.tag}{label_of(element)}"
    return own if parent is None else f"{parent.tag}{label_of(parent)} > {own}"


def _empty(block: etree._Element) -> None:
    """Remove a block, or only its own text where other blocks are inside it."""
    if not any(child.tag in BLOCK_TAGS for child in block.iterdescendants()):
        remove(block)
        return
    block.text = None
    for child in list(block):
        if child.tag in BLOCK_TAGS:
            child.tail = None
        else:
            remove(child)
