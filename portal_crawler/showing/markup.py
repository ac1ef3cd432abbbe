"""An article's blocks as HTML: few elements, absolute addresses, no scripts.

The text is that of the body and the captions, with one word for each video. The page's own markup
never gets here; as a second protection nh3 (ammonia) sanitizes the HTML that is made.
"""

import html
from collections.abc import Iterable

import nh3

from archive.models import Image, Video
from portal_crawler.cleaning.body.blocks import BlockKind, BodyBlock, Cell
from portal_crawler.cleaning.body.styled_text import StyledStretch
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.showing.outline import ItemNode, ListNode, Node, Quotation, outline

ALLOWED = {
    **dict.fromkeys(("p", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "br"), ()),
    **dict.fromkeys(("em", "strong", "sup", "sub"), ()),
    **dict.fromkeys(("ul", "table", "tbody", "tr", "figure", "figcaption"), ()),
    "ol": ("type", "start"),
    "li": ("value",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
    "img": ("src", "alt"),
    "a": ("href",),
}
"""The elements of an article's HTML, with their attributes."""

VIDEO_LINK = "Video"
"""The text of the link in place of a video."""


def article_html(blocks: Iterable[BodyBlock], base: str) -> str:
    """The blocks as HTML; `base` makes addresses absolute. Only http and https addresses stay."""
    written = "\n".join(_node(node, base) for node in outline(blocks))
    return nh3.clean(
        written,
        tags=set(ALLOWED),
        attributes={tag: set(names) for tag, names in ALLOWED.items() if names},
        clean_content_tags={"script", "style"},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _node(node: Node, base: str) -> str:
    if isinstance(node, Quotation):
        inside = "\n".join(_node(inner, base) for inner in node.nodes)
        return f"<blockquote>\n{inside}\n</blockquote>"
    if isinstance(node, ListNode):
        return _list(node, base)
    return _pictures(node, base) + (_block(node, base) if node.text else "")


def _list(node: ListNode, base: str) -> str:
    numeral = node.of.numeral
    items = "".join(_item(item, base, ordered=bool(numeral)) for item in node.items)
    if not numeral:
        return f"<ul>\n{items}</ul>"
    kind = f' type="{numeral}"' if numeral in ("a", "A", "i", "I") else ""
    return f"<ol{kind}>\n{items}</ol>"


def _item(item: ItemNode, base: str, *, ordered: bool) -> str:
    """An item; the text of its first block is in the `li` itself."""
    inside = ""
    for position, node in enumerate(item.nodes):
        if isinstance(node, BodyBlock) and not position and node.text:
            inside = _pictures(node, base) + _stretches(node.stretches, base)
        else:
            inside += f"\n{_node(node, base)}"
    value = f' value="{item.item.number}"' if ordered else ""
    return f"<li{value}>{inside}</li>\n"


def _block(block: BodyBlock, base: str) -> str:
    if block.kind is BlockKind.TABLE:
        return _table(block.rows, base)
    if block.kind is BlockKind.PREFORMATTED:
        return f"<pre>{html.escape(block.text)}</pre>"
    if block.kind is BlockKind.HEADING:
        # The first level is the article's title.
        tag = f"h{max(2, block.level)}"
        return f"<{tag}>{_stretches(block.stretches, base, bold=False)}</{tag}>"
    return f"<p>{_stretches(block.stretches, base)}</p>"


def _table(rows: list[list[Cell]], base: str) -> str:
    lines = ["".join(_cell(cell, base) for cell in row) for row in rows]
    return "<table>\n" + "".join(f"<tr>{line}</tr>\n" for line in lines) + "</table>"


def _cell(cell: Cell, base: str) -> str:
    tag = "th" if cell.is_heading else "td"
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    inside = "<br>\n".join(_stretches(line, base, bold=not cell.is_heading) for line in cell.lines)
    return f"<{tag}{spans}>{inside}</{tag}>"


def _pictures(block: BodyBlock, base: str) -> str:
    figures = [_figure(image, base) for image in block.images]
    figures += [_video(video, base) for video in block.videos]
    return "".join(f"{figure}\n" for figure in figures if figure)


def _figure(image: Image, base: str) -> str:
    src = absolute(base, image.src)
    picture = f'<img src="{html.escape(src)}" alt="">' if src else ""
    return _captioned(picture, image.caption)


def _video(video: Video, base: str) -> str:
    src = absolute(base, video.src)
    link = f'<p><a href="{html.escape(src)}">{VIDEO_LINK}</a></p>' if src else ""
    return _captioned(link, video.caption)


def _captioned(inside: str, caption: str | None) -> str:
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return f"<figure>{inside}{below}</figure>" if inside or below else ""


def _stretches(stretches: Iterable[StyledStretch], base: str, *, bold: bool = True) -> str:
    """The stretches as HTML; `bold` is False if the element around them is bold."""
    return "".join(_stretch(stretch, base, bold=bold) for stretch in stretches)


def _stretch(stretch: StyledStretch, base: str, *, bold: bool) -> str:
    if stretch.text == "\n":
        return "<br>\n"
    text = html.escape(stretch.text)
    wrappers = (
        (stretch.shift, bool(stretch.shift)),
        ("em", stretch.italic),
        ("strong", bold and stretch.bold),
    )
    for tag, is_set in wrappers:
        text = f"<{tag}>{text}</{tag}>" if is_set else text
    href = link_target(stretch.href, base)
    return f'<a href="{html.escape(href)}">{text}</a>' if href else text


def link_target(href: str, base: str) -> str | None:
    """The absolute address of a link; None if it leads within the page, as a footnote does."""
    return absolute(base, href) if href and not href.startswith("#") else None
