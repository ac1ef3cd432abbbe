"""From an article's elements to the blocks of its body, in page order.

The text of a block is all that a crawl needs. `flatten_marked` keeps what is set off inside it as
well (links, emphasis), for those who show an article.
"""

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from portal_crawler.cleaning.body.blocks import BLOCK_TAGS, BlockKind, BodyBlock, Cell
from portal_crawler.cleaning.body.lists import Item, List, has_own_mark, item_of, list_of
from portal_crawler.cleaning.body.styled_text import BREAK, StyledStretch, cleaned_stretches
from portal_crawler.cleaning.body.tables import Placed, is_data_table, placed_cells
from portal_crawler.cleaning.body.videos import PLAYER_TAGS, video_address
from portal_crawler.cleaning.page.lazy_pictures import picture_address
from portal_crawler.cleaning.page.visible import SILENT_TAGS, css_of, is_hidden, word_bullet
from portal_crawler.cleaning.words.text import clean

_ITALIC_TAGS = frozenset(("em", "i", "cite"))
_BOLD_TAGS = frozenset(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"))
_SHIFTED_TAGS = frozenset(("sup", "sub"))
_SHAPING_TAGS = frozenset(
    ("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "li")
)
_BOX_TAGS = frozenset(("div", "figure"))
_PLAIN_TAGS = BLOCK_TAGS - _BOLD_TAGS - _SHAPING_TAGS - {"table", "center", "figcaption"}
"""Blocks that look like what they are in, but for their attributes."""

_ALIGNMENT = re.compile(r"text-align\s*:\s*(left|right|center|justify)")
_FLOATING = re.compile(r"float\s*:\s*(?:left|right)")
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic")

_FOOTNOTE_ID = re.compile(r"_?(?:ftn|edn)\d+$")
_FOOTNOTE_CLASSES = ("MsoFootnoteText", "MsoEndnoteText")
_BACK_TO_TEXT = re.compile(r"#_(?:ftn|edn)ref\d+$")
"""Word's footnotes, and the link in each that leads back to its place in the text."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the elements around a text make of it; shared by all that stand in the same."""

    level: int = 0
    quoted: bool = False
    preformatted: bool = False
    footnote: bool = False
    within: List | None = None
    item: Item | None = None


_PLAIN = _Shape()


@dataclass(slots=True)
class _Style:
    """What an element hands down to the text in it."""

    align: str = ""
    italic: bool = False
    bold: bool = False
    link: str | None = None
    """The address of the link that the text is in, empty where it has none."""
    caption: bool = False
    box: int = 0
    shape: _Shape = _PLAIN
    shift: str = ""


@dataclass(slots=True)
class _Open:
    """The block being filled, with the lengths of its text by kind."""

    pieces: list[str] = field(default_factory=list)
    style: _Style = field(default_factory=_Style)
    total: int = 0
    italic: int = 0
    bold: int = 0
    linked: int = 0
    link: str = ""
    """Of the last link with text."""
    pictures: list[str] = field(default_factory=list)
    video_addresses: dict[str, None] = field(default_factory=dict)
    """Each once, in order."""
    floating: bool = False
    is_blank: bool = False
    """White space stands in it, and no more so far."""
    breaks: int = 0
    """Line breaks since the last text: two of them end a paragraph."""
    footnote: bool = False
    marked: list[StyledStretch] = field(default_factory=list)
    """The pieces with their looks, uncleaned; of `flatten_marked` only."""


def flatten(body: etree._Element, captions: frozenset[etree._Element]) -> list[BodyBlock]:
    """The blocks of a body; `captions` are its elements that are captions by their class."""
    return _Flattener(captions).flatten(body)


def flatten_marked(body: etree._Element, captions: frozenset[etree._Element]) -> list[BodyBlock]:
    """As `flatten`, with the runs of each block's text."""
    return _MarkingFlattener(captions).flatten(body)


class _Flattener:
    """Walks a body once and cuts it into blocks."""

    def __init__(self, captions: frozenset[etree._Element]) -> None:
        self.blocks: list[BodyBlock] = []
        self._captions = captions
        self._open = _Open()
        self._styles = [_Style()]
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
        """Whether the walk goes into the element."""
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

    def _start_block(self, element: etree._Element, style: _Style) -> bool:
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

    def _block_style(self, element: etree._Element, css: str, outer: _Style) -> _Style:
        tag = element.tag
        return _Style(
            align=_alignment(element, css) or outer.align,
            italic=outer.italic or _is_italic(css),
            bold=outer.bold or tag in _BOLD_TAGS,
            link=outer.link,
            caption=outer.caption or tag == "figcaption" or element in self._captions,
            box=outer.box or (len(self.blocks) + 1 if tag == "table" else 0),
            shape=_shape(element, outer.shape),
        )

    def _inline_style(self, element: etree._Element, css: str, outer: _Style) -> _Style:
        tag = element.tag
        italic = tag in _ITALIC_TAGS or _is_italic(css)
        bold, link, shifted = tag in _BOLD_TAGS, tag == "a", tag in _SHIFTED_TAGS
        if not (italic or bold or link or shifted):
            return outer
        address = (element.get("href") or "") if link else outer.link
        if link and address and _BACK_TO_TEXT.search(address):
            self._open.footnote = True
        return _Style(
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
        # Between blocks stand mostly line ends, of which nothing comes.
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
        """The cell's text; its pictures go to the list."""
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
        self._open = _Open(style=done.style)
        raw = "".join(done.pieces)
        text = "" if raw.isspace() else clean(raw)
        if text and done.style.shape.preformatted:
            self.blocks += _preformatted(done, raw)
        elif text or done.pictures or done.video_addresses:
            self.blocks.append(self._closed(done, text))
            self.blocks[-1].after_gap = self._gap
            self._gap = False
        elif "\xa0" in raw or done.breaks:
            self._gap = True

    def _closed(self, done: _Open, text: str) -> BodyBlock:
        return _closed(done, text)


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

    def _closed(self, done: _Open, text: str) -> BodyBlock:
        block = _closed(done, text)
        block.stretches = cleaned_stretches(done.marked, text)
        return block


def _closed(done: _Open, text: str) -> BodyBlock:
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
    if shape is not _PLAIN or done.footnote:
        _give_shape(block, shape)
        block.is_footnote |= done.footnote
    return block


def _give_shape(block: BodyBlock, shape: _Shape) -> None:
    block.is_footnote = shape.footnote
    block.is_quoted = shape.quoted
    item = shape.item
    if shape.level:
        block.kind, block.level = BlockKind.HEADING, shape.level
    elif item is not None:
        _give_item(block, item)


def _give_item(block: BodyBlock, item: Item) -> None:
    """The first text of an item has its mark; a picture or a caption before it has none."""
    is_text = bool(block.text) and not block.is_caption
    if is_text and not item.is_begun:
        item.is_marked = item.is_marked and not has_own_mark(block.text)
    if item.is_marked:
        block.item = item
    if is_text:
        if item.is_marked:
            block.kind, block.mark = BlockKind.ITEM, "" if item.is_begun else item.mark
        item.is_begun = True


def _preformatted(done: _Open, raw: str) -> list[BodyBlock]:
    """The parts between empty lines, with their lines."""
    parts: list[list[str]] = [[]]
    for line in map(clean, raw.split("\n")):
        if line:
            parts[-1].append(line)
        elif parts[-1]:
            parts.append([])
    blocks = [_closed(done, "\n".join(lines)) for lines in parts if lines]
    for block in blocks:
        block.kind, block.item, block.mark = BlockKind.PREFORMATTED, None, ""
        block.stretches = (StyledStretch(block.text),)
    for block in blocks[1:]:
        block.pictures, block.video_addresses = [], []
    return blocks


def _shape(element: etree._Element, outer: _Shape) -> _Shape:
    tag = str(element.tag)
    if _is_footnote(element):
        outer = replace(outer, footnote=True)
    if tag not in _SHAPING_TAGS:
        return outer
    if tag in ("ul", "ol"):
        depth = outer.within.depth + 1 if outer.within else 1
        return replace(outer, within=list_of(element, depth))
    if tag == "li":
        within = outer.within or List("", 1, 1, 1)
        return replace(outer, within=within, item=item_of(element, within))
    if tag == "blockquote":
        return replace(outer, quoted=outer.quoted or outer.item is None)
    if tag == "pre":
        return replace(outer, preformatted=True)
    return replace(outer, level=int(tag[1]))


def _is_footnote(element: etree._Element) -> bool:
    classes, own_id = element.get("class"), element.get("id")
    if classes and classes.startswith(_FOOTNOTE_CLASSES):
        return True
    return bool(own_id and _FOOTNOTE_ID.match(own_id))


def _is_italic(css: str) -> bool:
    return "italic" in css and bool(_ITALIC_STYLE.search(css))


def _alignment(element: etree._Element, css: str) -> str:
    """What the element itself says; empty where it says nothing."""
    if "text-right" in (element.get("class") or ""):
        return "right"
    if css and (own := _ALIGNMENT.search(css)):
        return own[1]
    return (element.get("align") or ("center" if element.tag == "center" else "")).lower()


def _row_text(row: list[Cell]) -> str:
    """A row's cells with tabs between; a place that a merged cell covers is empty, so that each
    column keeps its place. Covered places at a row's end are left out."""
    line = ""
    column = 0
    for cell in row:
        line += "\t" * (cell.column - column) + cell.text
        column = cell.column
    return line


def _marked_line(block: BodyBlock) -> tuple[StyledStretch, ...]:
    return (StyledStretch(f"{block.mark} "), *block.stretches) if block.mark else block.stretches
