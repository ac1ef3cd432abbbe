"""A block of a body while its text is read, and the blocks that it becomes."""

from dataclasses import dataclass, field

from portal_crawler.cleaning.body.blocks import BlockKind, BodyBlock
from portal_crawler.cleaning.body.lists import Item, has_own_mark
from portal_crawler.cleaning.body.shapes import PLAIN, Shape, Style
from portal_crawler.cleaning.body.styled_text import StyledStretch
from portal_crawler.cleaning.words.text import clean


@dataclass(slots=True)
class OpenBlock:
    """A block that the walk is in."""

    pieces: list[str] = field(default_factory=list)
    """Its texts so far, uncleaned."""
    style: Style = field(default_factory=Style)
    total: int = 0
    """Characters of its text so far, without the white space around each piece."""
    italic: int = 0
    bold: int = 0
    linked: int = 0
    link: str = ""
    """The address of the last link with text, as in the page."""
    pictures: list[str] = field(default_factory=list)
    video_addresses: dict[str, None] = field(default_factory=dict)
    """Addresses of videos as keys, each once, in page order; the values mean nothing."""
    floating: bool = False
    is_blank: bool = False
    """It holds white space and nothing else so far."""
    breaks: int = 0
    """Line breaks since the last text: two of them end a paragraph."""
    footnote: bool = False
    marked: list[StyledStretch] = field(default_factory=list)
    """The pieces with their looks, uncleaned; only `flatten_marked` fills it."""


def closed_block(done: OpenBlock, text: str) -> BodyBlock:
    """The block that a block becomes at its end; `text` is its text, cleaned."""
    style = done.style
    shape = style.shape
    block = BodyBlock(
        text=text,
        align=style.align,
        italic=0 < done.total == done.italic,
        bold=0 < done.total == done.bold,
        only_links=0 < done.total == done.linked,
        link=done.link if done.total == done.linked else "",
        pictures=done.pictures,
        video_addresses=list(done.video_addresses),
        floating=done.floating,
        is_caption=style.caption,
        box=style.box,
    )
    if shape is not PLAIN or done.footnote:
        _give_shape(block, shape)
        block.is_footnote |= done.footnote
    return block


def _give_shape(block: BodyBlock, shape: Shape) -> None:
    block.is_footnote = shape.footnote
    block.is_quoted = shape.quoted
    item = shape.item
    if shape.level:
        block.kind, block.level = BlockKind.HEADING, shape.level
    elif item is not None:
        _give_item(block, item)


def _give_item(block: BodyBlock, item: Item) -> None:
    """Set the item's mark before its first text, and not before a picture or a caption."""
    is_text = bool(block.text) and not block.is_caption
    if is_text and not item.is_begun:
        item.is_marked = item.is_marked and not has_own_mark(block.text)
    if item.is_marked:
        block.item = item
    if is_text:
        if item.is_marked:
            block.kind, block.mark = BlockKind.ITEM, "" if item.is_begun else item.mark
        item.is_begun = True


def preformatted_blocks(done: OpenBlock, raw: str) -> list[BodyBlock]:
    """The blocks of preformatted text, one for each part between empty lines; `raw` is uncleaned.

    The first has the pictures and videos.
    """
    parts: list[list[str]] = [[]]
    for line in map(clean, raw.split("\n")):
        if line:
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
    blocks = [closed_block(done, "\n".join(lines)) for lines in parts if lines]
    for block in blocks:
        block.kind, block.item, block.mark = BlockKind.PREFORMATTED, None, ""
        block.stretches = (StyledStretch(block.text),)
    for block in blocks[1:]:
        block.pictures, block.video_addresses = [], []
    return blocks
