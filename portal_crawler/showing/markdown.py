"""An article's blocks as Markdown (CommonMark with the pipe tables of GFM).

No library does it: they start from HTML, not from blocks. Markup that Markdown does not have
(merged cells, bold inside a word) is left out rather than written as HTML. The one element is
`<br>`: GFM has nothing else for the lines of a cell.
"""

import re
from collections.abc import Iterable

from portal_crawler.cleaning.body.blocks import BlockKind, BodyBlock, Cell
from portal_crawler.cleaning.body.lists import BULLET
from portal_crawler.cleaning.body.styled_text import StyledStretch
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.showing.markup import VIDEO_LINK, link_target
from portal_crawler.showing.outline import ItemNode, ListNode, Node, Quotation, outline

_SIGNS = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#?\w+;)")
_LINE_SIGNS = re.compile(r"([#+\-=])|(\d{1,9})([.)])(?=\s|$)")
"""Signs that have a meaning only at the beginning of a line."""
_CLOSING_SIGNS = re.compile(r"(?<!\\)#+$")
"""At the end of a heading they would be read as its markup."""
_TARGET_SIGNS = re.compile(r"[()<>\\`|]|&(?=#?\w+;)")


CELL_BREAK = "<br>"
"""A line break in a cell."""


def article_markdown(blocks: Iterable[BodyBlock], base: str) -> str:
    """The blocks as Markdown, ending in a line break, or empty; `base` makes addresses absolute."""
    text = "\n\n".join(part for node in outline(blocks) if (part := _node(node, base)))
    return f"{text}\n" if text else ""


def markdown_line(text: str) -> str:
    """Markdown that shows a line of text as it is."""
    return _without_line_sign(_inline(text))


def _without_line_sign(line: str) -> str:
    sign = _LINE_SIGNS.match(line)
    if sign is None:
        return line
    return f"{line[: sign.end() - 1]}\\{line[sign.end() - 1 :]}"


def _escaped_signs(found: re.Match[str]) -> str:
    return "".join(f"\\{sign}" for sign in found[0])


def _inline(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", text)


def _node(node: Node, base: str) -> str:
    if isinstance(node, Quotation):
        inside = "\n\n".join(part for inner in node.nodes if (part := _node(inner, base)))
        return _indented(inside, "> ", "> ")
    if isinstance(node, ListNode):
        return "\n".join(_item(item, base) for item in node.items)
    parts = [*_pictures(node, base), _block(node, base) if node.text else ""]
    return "\n\n".join(part for part in parts if part)


def _item(item: ItemNode, base: str) -> str:
    """An item. Markdown only has numbers: a letter is written before the text."""
    mark = item.item.mark
    start, words = f"{mark} ", ""
    if mark != BULLET and not mark[:-1].isdigit():
        start, words = f"{BULLET} ", f"{mark} "
    parts = [part for node in item.nodes if (part := _node(node, base))]
    return _indented(words + "\n\n".join(parts), start, " " * len(start))


def _indented(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    rest = [f"{others}{line}".rstrip() for line in lines[1:]]
    return "\n".join([f"{first}{lines[0]}", *rest])


def _block(block: BodyBlock, base: str) -> str:
    if block.kind is BlockKind.TABLE:
        return _table(block.rows, base)
    if block.kind is BlockKind.PREFORMATTED:
        longest = max((len(ticks) for ticks in re.findall("`+", block.text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}\n{block.text}\n{fence}"
    if block.kind is BlockKind.HEADING:
        signs = "#" * max(2, block.level)
        text = _stretches(block.stretches, base, bold=False).replace("\\\n", " ")
        return f"{signs} {_CLOSING_SIGNS.sub(_escaped_signs, text)}"
    return _stretches(block.stretches, base)


def _table(rows: list[list[Cell]], base: str) -> str:
    """A table with its first row as head: GFM requires one."""
    width = max(cell.column + cell.columns for row in rows for cell in row)
    lines = [_row(row, width, base) for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _row(row: list[Cell], width: int, base: str) -> str:
    cells = [""] * width
    for cell in row:
        texts = [_stretches(line, base).replace("\\\n", CELL_BREAK) for line in cell.lines]
        cells[cell.column] = CELL_BREAK.join(texts)
    return "|" + "".join(f" {text} |" if text else " |" for text in cells)


def _pictures(block: BodyBlock, base: str) -> Iterable[str]:
    """Pictures and videos. A caption is its own line: readers do not see the text inside a
    picture."""
    for image in block.images:
        if src := absolute(base, image.src):
            yield f"![]({target(src)})"
        if image.caption:
            yield f"*{markdown_line(image.caption)}*"
    for video in block.videos:
        if src := absolute(base, video.src):
            yield f"[{VIDEO_LINK}]({target(src)})"
        if video.caption:
            yield markdown_line(video.caption)


def target(address: str) -> str:
    """Markdown of an address as a link's target."""
    return _TARGET_SIGNS.sub(r"\\\g<0>", address)


def _stretches(stretches: Iterable[StyledStretch], base: str, *, bold: bool = True) -> str:
    """The stretches of a block or a cell; `bold` is False if the text around them is bold."""
    listed = list(stretches)
    written = ""
    for position, stretch in enumerate(listed):
        if stretch.text == "\n":
            written += "\\\n"
            continue
        before = listed[position - 1].text[-1:] if position else "\n"
        after = listed[position + 1].text[:1] if position + 1 < len(listed) else "\n"
        text = _inline(stretch.text)
        # Elsewhere the signs of emphasis might be read as text.
        if written[-1:] != "*" and _is_edge(before) and _is_edge(after):
            text = _emphasised(
                stretch.text, text, "**" * (bold and stretch.bold) + "*" * stretch.italic
            )
        href = link_target(stretch.href, base)
        if href and written.endswith("!"):
            # Before a link it would make a picture of it.
            written = f"{written[:-1]}\\!"
        written += f"[{text}]({target(href)})" if href else text
    return "\n".join(map(_without_line_sign, written.split("\n")))


def _is_edge(character: str) -> bool:
    """Whether a character cannot be inside a word."""
    return character.isspace() or character in '()[]“”".,;:!?–—'


def _emphasised(plain: str, text: str, signs: str) -> str:
    """The text between signs of emphasis, which must not be beside spaces."""
    if not signs or not plain.strip():
        return text
    start = " " * plain[0].isspace()
    end = " " * plain[-1].isspace()
    return f"{start}{signs}{text.strip()}{signs}{end}"
