"""An article's body as a flat list of blocks: paragraphs, tables and pictures in page order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from portal_crawler.cleaning.text import clean

BLOCK_TAGS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
        ),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2"),
        *("h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_SILENT_TAGS = frozenset(
    (
        *("script", "style", "noscript", "template", "button", "select", "option", "textarea"),
        *("input", "head", "title", "iframe", "object", "embed", "svg", "audio", "video", "canvas"),
    )
)
"""Elements whose text is no part of what a reader reads."""
_ITALIC_TAGS = frozenset(("em", "i", "cite"))
_BOLD_TAGS = frozenset(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"))

_ALIGNMENT = re.compile(r"text-align\s*:\s*(left|right|center|justify)", re.IGNORECASE)
_FLOATING = re.compile(r"float\s*:\s*(?:left|right)", re.IGNORECASE)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)

LAZY_ATTRIBUTES = ("data-original", "data-src", "data-mobile-url")
"""Where pages that load pictures late keep the address; `src` is then a placeholder."""


@dataclass(slots=True)
class Block:
    """One paragraph, table or picture."""

    text: str = ""
    """Cleaned; of a table, a line a row and a tab between cells."""
    align: str = ""
    italic: bool = False
    """All of the text is in italics."""
    bold: bool = False
    pictures: list[str] = field(default_factory=list)
    """Addresses as they stand in the page."""
    floating: bool = False
    """A picture of the block is set beside the text."""
    is_caption: bool = False
    """The markup itself says so."""
    is_table: bool = False
    only_links: bool = False
    """All of the text is in links."""
    box: int = 0
    """The layout table that the block lies in; 0 for none."""
    after_gap: bool = False
    """An empty paragraph stands before the block."""


@dataclass(slots=True)
class _Style:
    """What an element hands down to the text in it."""

    align: str = ""
    italic: bool = False
    bold: bool = False
    link: bool = False
    caption: bool = False
    box: int = 0


@dataclass(slots=True)
class _Open:
    """The block being filled, with the lengths of its text by kind."""

    pieces: list[str] = field(default_factory=list)
    style: _Style = field(default_factory=_Style)
    total: int = 0
    italic: int = 0
    bold: int = 0
    linked: int = 0
    pictures: list[str] = field(default_factory=list)
    floating: bool = False
    breaks: int = 0
    """Line breaks since the last text: two of them end a paragraph."""


def picture_address(image: etree._Element) -> str | None:
    """Where the picture really is; None for a placeholder in a `data:` address."""
    for name in (*LAZY_ATTRIBUTES, "src"):
        address = (image.get(name) or "").strip()
        if address and not address.startswith("data:"):
            return address
    return None


def flatten(body: etree._Element, captions: frozenset[etree._Element]) -> list[Block]:
    """The blocks of a body; `captions` are its elements that are captions by their class."""
    return _Flattener(captions).flatten(body)


class _Flattener:
    """Walks a body once and cuts it into blocks."""

    def __init__(self, captions: frozenset[etree._Element]) -> None:
        self.blocks: list[Block] = []
        self._captions = captions
        self._open = _Open()
        self._styles = [_Style()]
        self._gap = False

    def flatten(self, body: etree._Element) -> list[Block]:
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
        style = self._styles[-1]
        if tag in BLOCK_TAGS:
            self._flush()
            style = self._block_style(element, style)
            self._open.style = style
        elif tag == "br":
            self._break()
        elif tag == "img":
            self._picture(element)
        else:
            style = _inline_style(element, style)
        self._styles.append(style)
        if tag == "table" and is_data_table(element):
            self._table(element)
            return False
        return tag not in _SILENT_TAGS

    def _end(self, element: etree._Element) -> None:
        self._styles.pop()
        if element.tag in BLOCK_TAGS:
            self._flush()
            self._open.style = self._styles[-1]

    def _block_style(self, element: etree._Element, outer: _Style) -> _Style:
        css = element.get("style") or ""
        tag = element.tag
        return _Style(
            align=_alignment(element, css) or outer.align,
            italic=outer.italic or bool(_ITALIC_STYLE.search(css)),
            bold=outer.bold or tag in _BOLD_TAGS,
            link=outer.link,
            caption=outer.caption or tag == "figcaption" or element in self._captions,
            box=outer.box or (len(self.blocks) + 1 if tag == "table" else 0),
        )

    def _text(self, text: str | None) -> None:
        if not text:
            return
        now = self._open
        now.pieces.append(text)
        if length := len(text.strip()):
            style = self._styles[-1]
            now.breaks = 0
            now.total += length
            now.italic += length if style.italic else 0
            now.bold += length if style.bold else 0
            now.linked += length if style.link else 0

    def _break(self) -> None:
        self._open.breaks += 1
        if self._open.breaks > 1:
            self._flush()
        else:
            self._open.pieces.append("\n")

    def _picture(self, image: etree._Element) -> None:
        address = picture_address(image)
        if address is None:
            return
        now = self._open
        now.pictures.append(address)
        css = image.get("style") or ""
        now.floating |= bool(_FLOATING.search(css)) or image.get("align") in ("left", "right")

    def _table(self, table: etree._Element) -> None:
        rows = [row for row in table_rows(table) if row]
        if rows:
            self.blocks.append(Block(text="\n".join(rows), is_table=True))

    def _flush(self) -> None:
        done = self._open
        if not done.pieces and not done.pictures:
            return
        self._open = _Open(style=done.style)
        raw = "".join(done.pieces)
        text = clean(raw)
        if text or done.pictures:
            self.blocks.append(_closed(done, text, after_gap=self._gap))
            self._gap = False
        elif "\xa0" in raw or done.breaks:
            self._gap = True


def _closed(done: _Open, text: str, *, after_gap: bool) -> Block:
    style = done.style
    return Block(
        text=text,
        align=style.align,
        italic=0 < done.total == done.italic,
        bold=0 < done.total == done.bold,
        only_links=0 < done.total == done.linked,
        pictures=done.pictures,
        floating=done.floating,
        is_caption=style.caption,
        box=style.box,
        after_gap=after_gap,
    )


def _alignment(element: etree._Element, css: str) -> str:
    """What the element itself says; empty where it says nothing."""
    if "text-right" in (element.get("class") or ""):
        return "right"
    if own := _ALIGNMENT.search(css):
        return own[1].lower()
    return (element.get("align") or ("center" if element.tag == "center" else "")).lower()


def _inline_style(element: etree._Element, outer: _Style) -> _Style:
    tag = element.tag
    css = element.get("style")
    italic = tag in _ITALIC_TAGS or bool(css and _ITALIC_STYLE.search(css))
    bold, link = tag in _BOLD_TAGS, tag == "a"
    if not (italic or bold or link):
        return outer
    return _Style(
        align=outer.align,
        italic=outer.italic or italic,
        bold=outer.bold or bold,
        link=outer.link or link,
        caption=outer.caption,
        box=outer.box,
    )


def is_data_table(table: etree._Element) -> bool:
    """Whether a table holds figures in rows and columns, and is not the page's layout.

    A layout table has pictures or tables in it, or never two cells with text beside each other.
    """
    beside_each_other = False
    for element in table.iter("tr", "table", "img"):
        if element.tag == "tr":
            beside_each_other = beside_each_other or _filled_cells(element) > 1
        elif element is not table:
            return False
    return beside_each_other


def _filled_cells(row: etree._Element) -> int:
    cells = row.iterchildren("td", "th")
    return sum(any(not text.isspace() for text in cell.itertext()) for cell in cells)


def table_rows(table: etree._Element) -> Iterator[str]:
    """Each row as one line, a tab between its cells; an empty row is an empty line."""
    for row in table.iter("tr"):
        cells = [clean(" ".join(_spoken(cell))) for cell in row.iterchildren("td", "th")]
        yield "\t".join(cells) if any(cells) else ""


def _spoken(cell: etree._Element) -> Iterator[str]:
    """Texts of a cell, the paragraphs in it set apart but not the letters of a word."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element.tag in BLOCK_TAGS or element.tag == "br":
            yield "".join(pieces)
            pieces = []
        if event == "start" and element.tag not in _SILENT_TAGS:
            pieces.append(element.text or "")
        elif event == "end" and element is not cell:
            pieces.append(element.tail or "")
    yield "".join(pieces)
