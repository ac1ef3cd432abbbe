"""From an article's elements to the blocks of its body, in page order.

A crawl only needs the text of a block. To show an article, `flatten_marked` keeps the links and
emphasis inside the text as well.
"""

import re

from lxml import etree

from portal_crawler.cleaning.body.blocks import BLOCK_TAGS, BlockKind, BodyBlock, Cell
from portal_crawler.cleaning.body.open_block import OpenBlock, closed_block, preformatted_blocks
from portal_crawler.cleaning.body.shapes import (
    BACK_TO_TEXT,
    BOLD_TAGS,
    ITALIC_TAGS,
    SHAPING_TAGS,
    SHIFTED_TAGS,
    Style,
    alignment_of,
    is_italic,
    shape_of,
)
from portal_crawler.cleaning.body.styled_text import BREAK, StyledStretch, cleaned_stretches
from portal_crawler.cleaning.body.tables import Placed, is_data_table, placed_cells
from portal_crawler.cleaning.body.videos import PLAYER_TAGS, video_address
from portal_crawler.cleaning.page.lazy_pictures import picture_address
from portal_crawler.cleaning.page.visible import SILENT_TAGS, css_of, is_hidden, word_bullet
from portal_crawler.cleaning.words.text import clean

_BOX_TAGS = frozenset(("div", "figure"))
_PLAIN_TAGS = BLOCK_TAGS - BOLD_TAGS - SHAPING_TAGS - {"table", "center", "figcaption"}
"""Blocks that look like the text around them, unless they have attributes."""

_FLOATING = re.compile(r"float\s*:\s*(?:left|right)")


def flatten(body: etree._Element, captions: frozenset[etree._Element]) -> list[BodyBlock]:
    """The blocks of a body; `captions` are its elements that are captions by their class."""
    return _Flattener(captions).flatten(body)


def flatten_marked(body: etree._Element, captions: frozenset[etree._Element]) -> list[BodyBlock]:
    """The same blocks as `flatten` gives, with the stretches of each block's text."""
    return _MarkingFlattener(captions).flatten(body)


class _Flattener:
    """Walks a body once and cuts it into blocks."""

    def __init__(self, captions: frozenset[etree._Element]) -> None:
        self.blocks: list[BodyBlock] = []
        self._captions = captions
        self._open = OpenBlock()
        self._styles = [Style()]
        self._gap = False

    def flatten(self, body: etree._Element) -> list[BodyBlock]:
        walk = etree.iterwalk(body, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if self._start(element):
                    self._text(element.text)
                else:
                    walk.skip_subtree()
            else:
                self._end(element)
                if element is not body:
                    self._text(element.tail)
        self._flush()
        return self.blocks

    def _start(self, element: etree._Element) -> bool:
        """Read the start of an element; gives whether the walk goes into it."""
        tag = element.tag
        css = css_of(element)
        style = self._styles[-1]
        has_attributes = bool(css) or bool(element.keys())
        if has_attributes and len(self._styles) > 1 and is_hidden(element, css):
            self._styles.append(style)
            return False
        if tag in BLOCK_TAGS:
            is_plain = not has_attributes and tag in _PLAIN_TAGS and element not in self._captions
            return self._start_block(
                element, style if is_plain else self._block_style(element, css, style)
            )
        if tag == "br":
            self._break()
        elif tag == "img":
            self._picture(element, css)
        elif tag in PLAYER_TAGS:
            self._video(element)
        else:
            style = self._inline_style(element, css, style)
        self._styles.append(style)
        if css and (bullet := word_bullet(element, css)):
            self._text(bullet)
            return False
        return tag not in SILENT_TAGS

    def _start_block(self, element: etree._Element, style: Style) -> bool:
        self._flush()
        self._open.style = style
        self._styles.append(style)
        tag = element.tag
        if tag == "table" and is_data_table(element):
            self._table(element)
            return False
        if tag in _BOX_TAGS and element.get("type") == "VideoStream":
            self._video(element)
        return True

    def _end(self, element: etree._Element) -> None:
        self._styles.pop()
        if element.tag in BLOCK_TAGS:
            self._flush()
            self._open.style = self._styles[-1]

    def _block_style(self, element: etree._Element, css: str, outer: Style) -> Style:
        tag = element.tag
        return Style(
            align=alignment_of(element, css) or outer.align,
            italic=outer.italic or is_italic(css),
            bold=outer.bold or tag in BOLD_TAGS,
            link=outer.link,
            caption=outer.caption or tag == "figcaption" or element in self._captions,
            box=outer.box or (len(self.blocks) + 1 if tag == "table" else 0),
            shape=shape_of(element, outer.shape),
        )

    def _inline_style(self, element: etree._Element, css: str, outer: Style) -> Style:
        tag = element.tag
        italic = tag in ITALIC_TAGS or is_italic(css)
        bold, link, shifted = tag in BOLD_TAGS, tag == "a", tag in SHIFTED_TAGS
        if not (italic or bold or link or shifted):
            return outer
        address = (element.get("href") or "") if link else outer.link
        if link and address and BACK_TO_TEXT.search(address):
            self._open.footnote = True
        return Style(
            align=outer.align,
            italic=outer.italic or italic,
            bold=outer.bold or bold,
            link=address,
            caption=outer.caption,
            box=outer.box,
            shape=outer.shape,
            shift=str(tag) if shifted else outer.shift,
        )

    def _text(self, text: str | None) -> None:
        if not text:
            return
        now = self._open
        # Most texts between blocks are line ends, which add nothing.
        if not now.pieces and text.isspace() and "\xa0" not in text:
            now.is_blank = True
        else:
            self._add_text(text)

    def _add_text(self, text: str) -> None:
        now = self._open
        now.pieces.append(text)
        if length := len(text.strip()):
            style = self._styles[-1]
            now.breaks = 0
            now.total += length
            now.italic += length if style.italic else 0
            now.bold += length if style.bold else 0
            if style.link is not None:
                now.linked += length
                now.link = style.link

    def _break(self) -> None:
        self._open.breaks += 1
        if self._open.breaks > 1:
            self._flush()
        else:
            self._open.pieces.append("\n")

    def _picture(self, image: etree._Element, css: str) -> None:
        address = picture_address(image)
        if address is None:
            return
        now = self._open
        now.pictures.append(address)
        now.floating |= bool(_FLOATING.search(css)) or image.get("align") in ("left", "right")

    def _video(self, player: etree._Element) -> None:
        address = video_address(player)
        if address is not None:
            self._open.video_addresses[address] = None

    def _table(self, table: etree._Element) -> None:
        for caption in table.iterchildren("caption"):
            self.blocks += self._inside(caption)
        pictures: list[str] = []
        rows = [[self._cell(placed, pictures) for placed in row] for row in placed_cells(table)]
        rows = [row for row in rows if any(cell.text for cell in row)]
        if rows:
            text = "\n".join(map(_row_text, rows))
            block = BodyBlock(
                text=text, pictures=pictures, is_table=True, kind=BlockKind.TABLE, rows=rows
            )
            block.is_quoted = self._styles[-1].shape.quoted
            self.blocks.append(block)

    def _inside(self, element: etree._Element) -> list[BodyBlock]:
        return type(self)(self._captions).flatten(element)

    def _cell(self, placed: Placed, pictures: list[str]) -> Cell:
        """The cell with its text; its pictures are added to the list."""
        inside = self._inside(placed.element)
        pictures += [address for block in inside for address in block.pictures]
        blocks = [block for block in inside if block.text]
        return Cell(
            text=clean(" ".join(block.line for block in blocks)),
            column=placed.column,
            columns=placed.columns,
            rows=placed.rows,
            is_heading=placed.element.tag == "th",
            lines=tuple(_marked_line(block) for block in blocks if block.stretches),
        )

    def _flush(self) -> None:
        done = self._open
        if not (done.pieces or done.pictures or done.video_addresses):
            done.footnote = done.footnote and not done.is_blank
            done.is_blank = False
            return
        self._open = OpenBlock(style=done.style)
        raw = "".join(done.pieces)
        text = "" if raw.isspace() else clean(raw)
        if text and done.style.shape.preformatted:
            self.blocks += preformatted_blocks(done, raw)
        elif text or done.pictures or done.video_addresses:
            self.blocks.append(self._closed(done, text))
            self.blocks[-1].after_gap = self._gap
            self._gap = False
        elif "\xa0" in raw or done.breaks:
            self._gap = True

    def _closed(self, done: OpenBlock, text: str) -> BodyBlock:
        return closed_block(done, text)


class _MarkingFlattener(_Flattener):
    """Keeps the look of each piece of text."""

    def _add_text(self, text: str) -> None:
        super()._add_text(text)
        style = self._styles[-1]
        stretch = StyledStretch(text, style.italic, style.bold, style.shift, style.link or "")
        self._open.marked.append(stretch)

    def _break(self) -> None:
        now = self._open
        super()._break()
        if now is self._open:
            now.marked.append(BREAK)

    def _closed(self, done: OpenBlock, text: str) -> BodyBlock:
        block = closed_block(done, text)
        block.stretches = cleaned_stretches(done.marked, text)
        return block


def _row_text(row: list[Cell]) -> str:
    """A row's cells with tabs between them.

    A column that a merged cell covers is empty, which keeps the others in their places. Covered
    columns at the row's end are left out.
    """
    line = ""
    column = 0
    for cell in row:
        line += "\t" * (cell.column - column) + cell.text
        column = cell.column
    return line


def _marked_line(block: BodyBlock) -> tuple[StyledStretch, ...]:
    return (StyledStretch(f"{block.mark} "), *block.stretches) if block.mark else block.stretches
