"""The look and the structure that the elements around a text give it."""

import re
from dataclasses import dataclass, replace

from lxml import etree

from portal_crawler.cleaning.body.lists import Item, List, item_of, list_of

ITALIC_TAGS = frozenset(("em", "i", "cite"))
BOLD_TAGS = frozenset(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"))
SHIFTED_TAGS = frozenset(("sup", "sub"))
SHAPING_TAGS = frozenset(
    ("h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "li")
)

_RIGHT_CLASSES = ("text-right", "text-end", "text-align-right", "ql-align-right")
"""The classes of Bootstrap, WordPress and the editor Quill for text at the right."""
_ALIGNMENT = re.compile(r"text-align\s*:\s*(left|right|center|justify)")
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic")

_FOOTNOTE_ID = re.compile(r"_?(?:ftn|edn)\d+$")
_FOOTNOTE_CLASSES = ("MsoFootnoteText", "MsoEndnoteText")
BACK_TO_TEXT = re.compile(r"#_(?:ftn|edn)ref\d+$")
"""The end of an address by which a footnote of Word links back to its place in the text."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The structure that a text stands in; all texts of one element share it."""

    level: int = 0
    """A heading's, 1 to 6; 0 outside of headings."""
    quoted: bool = False
    preformatted: bool = False
    footnote: bool = False
    within: List | None = None
    item: Item | None = None


PLAIN = Shape()


@dataclass(slots=True)
class Style:
    """The look that an element hands down to the text in it."""

    align: str = ""
    italic: bool = False
    bold: bool = False
    link: str | None = None
    """The address of the link that the text is in, as in the page; None outside of links."""
    caption: bool = False
    box: int = 0
    """The number of the layout table that the text is in; 0 outside of tables."""
    shape: Shape = PLAIN
    shift: str = ""
    """sup or sub."""


def shape_of(element: etree._Element, outer: Shape) -> Shape:
    """The shape inside an element; `outer` is that of the elements around it."""
    tag = str(element.tag)
    if _is_footnote(element):
        outer = replace(outer, footnote=True)
    if tag not in SHAPING_TAGS:
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


def is_italic(css: str) -> bool:
    """Whether a style sets its text in italics; `css` is as `css_of` gives it."""
    return "italic" in css and bool(_ITALIC_STYLE.search(css))


def alignment_of(element: etree._Element, css: str) -> str:
    """The alignment that an element's own attributes give it; empty if they give none."""
    classes = element.get("class") or ""
    if any(name in classes for name in _RIGHT_CLASSES):
        return "right"
    if css and (own := _ALIGNMENT.search(css)):
        return own[1]
    return (element.get("align") or ("center" if element.tag == "center" else "")).lower()
