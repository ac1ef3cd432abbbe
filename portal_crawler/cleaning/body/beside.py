"""Finds the documents that a page offers beside its article's text.

Systems set them behind the text or above it, in a box with a label, and learned layouts may take
that box for boilerplate of the body. It is therefore looked for before boilerplate is removed.
"""

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import cast

from lxml import etree

from portal_crawler.cleaning.body.attachments import addresses_in, shows_document
from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.page.selectors import text_of
from portal_crawler.cleaning.words.boilerplate import is_attachment_label
from portal_crawler.cleaning.words.text import clean, folded_line

STEPS_TO_BOX = 4
"""Elements around a link that may be the box of documents."""

LONGEST_LABEL_CHARS = 60
"""The label above a list of documents is shorter."""

MOST_PIECES = 6
"""Texts at an element's beginning that may be its label."""

MOST_LINKS = 500
"""Links around an article that are looked at."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_OUTERMOST = ("body", "html")
_LINKS = etree.XPath(
    "descendant-or-self::*[self::a or self::iframe or self::embed or self::object or @onclick]"
)
_BOX = re.compile(
    r"attach|dinh-?_?kem|download|document|tai-?_?lieu|tep-?_?tin|(?:^|[\s_-])files?(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Classes and ids of boxes with an article's documents."""
_LABEL = re.compile(
    r"(?:đính|gửi) kèm|kèm theo|tải (?:về|xuống|file|tệp|tài liệu)|attach|download", re.IGNORECASE
)
_LABEL_ALONE = re.compile(
    r"\W*(?:(?:các|những) )?(?:(?:file|tệp(?: tin)?|tập tin|tài liệu|văn bản)"
    r"(?: (?:đính kèm|gửi kèm|kèm)(?: theo)?)?|(?:đính|gửi) kèm(?: theo)?|kèm theo"
    r"|tải (?:về|xuống|file|tệp|tài liệu|văn bản)|download)\W*",
    re.IGNORECASE,
)
"""A label that is all of a line but its links."""
_OTHER_TAGS = frozenset(("nav", "aside", "footer", "header"))
_OTHER_BOX = re.compile(
    r"sidebar|relate|lien-?quan|other|tin-?khac|menu|footer|comment|banner|widget", re.IGNORECASE
)
"""Classes and ids of what stands around articles."""


def links_beside(
    body: etree._Element, title: str, root: etree._Element, base: str
) -> list[etree._Element]:
    """The links and viewers of the article's documents that are set apart from its text, in page
    order.

    `body` is the element of the text, `title` the headline. To be called before boilerplate is
    removed from the tree.
    """
    heading = _heading(root, title)
    area = _area(body, heading)
    around = {body, *body.iterancestors()}
    behind = {box for outer in around for box in outer.itersiblings()}
    offers: dict[etree._Element, bool] = {}
    found = []
    for link in islice(_behind(cast("list[etree._Element]", _LINKS(area)), heading), MOST_LINKS):
        if next(addresses_in(link, base), None) is None:
            continue
        boxes = list(takewhile(lambda outer: outer not in around, (link, *link.iterancestors())))
        if not boxes or any(map(_is_of_other_things, boxes)):
            continue
        box = boxes[-1]
        if box in behind and box not in offers:
            offers[box] = all(map(shows_document, box.iter("a")))
        if _is_set_apart(link, boxes) or offers.get(box):
            found.append(link)
    return found


def _heading(root: etree._Element, title: str) -> etree._Element | None:
    named = folded_line(title)
    headings = root.iter(*_HEADINGS)
    return next((found for found in headings if folded_line(text_of(found)) == named), None)


def _area(body: etree._Element, heading: etree._Element | None) -> etree._Element:
    """The smallest element around the text and its headline, or around the text alone if the
    headline stands far from it."""
    parent = body.getparent()
    near = body if parent is None or parent.tag in _OUTERMOST else parent
    if heading is None:
        return near
    above = set(heading.iterancestors())
    area = next((outer for outer in (body, *body.iterancestors()) if outer in above), near)
    if area is body:
        return near
    return near if area.tag in _OUTERMOST else area


def _behind(
    links: list[etree._Element], heading: etree._Element | None
) -> Iterator[etree._Element]:
    """The links that do not stand before the headline."""
    if heading is None:
        yield from links
        return
    before = set()
    for outer in (heading, *heading.iterancestors()):
        before |= set(outer.itersiblings(preceding=True))
    for link in links:
        if link not in before and before.isdisjoint(link.iterancestors()):
            yield link


def _is_of_other_things(box: etree._Element) -> bool:
    return box.tag in _OTHER_TAGS or bool(_OTHER_BOX.search(_names(box)))


def _names(box: etree._Element) -> str:
    return f"{box.get('class') or ''} {box.get('id') or ''}"


def _is_set_apart(link: etree._Element, boxes: list[etree._Element]) -> bool:
    """Whether a link is for downloads, or stands in a box of documents.

    `boxes` are the link and the elements around it that do not hold the text.
    """
    if "download" in link.attrib or link.get("onclick"):
        return True
    near = boxes[: STEPS_TO_BOX + 1]
    return any(_BOX.search(_names(box)) for box in near) or any(map(_has_label, near))


def _has_label(box: etree._Element) -> bool:
    """Whether a box begins with the label of documents, or stands behind a line with it."""
    before = box.getprevious()
    line = "" if before is None else _beginning(before)
    is_labelled = len(line) <= LONGEST_LABEL_CHARS and bool(_LABEL.search(line))
    own = "" if box.tag == "a" else _beginning(box)[:LONGEST_LABEL_CHARS]
    return is_labelled or bool(_LABEL.search(own))


def _beginning(element: etree._Element) -> str:
    """The first texts in an element."""
    pieces = islice(cast("Iterator[str]", element.itertext()), MOST_PIECES)
    return clean(" ".join(piece[:LONGEST_LABEL_CHARS] for piece in pieces))


def document_lines(
    links: list[etree._Element], body: etree._Element, base: str
) -> list[etree._Element]:
    """The lines of the body with a label and links to documents alone: "Tài liệu: ke-hoach.pdf".

    `links` are those beside the text; the body's own are looked for.
    """
    lines: dict[etree._Element, str] = {}
    own = (link for link in body.iter("a") if next(addresses_in(link, base), None) is not None)
    for link in dict.fromkeys((*links, *islice(own, MOST_LINKS))):
        line = next((one for one in link.iterancestors() if one.tag in BLOCK_TAGS), body)
        if line is not body and body in line.iterancestors() and link.tag == "a":
            lines[line] = lines.get(line, text_of(line)).replace(text_of(link), " ", 1)
    return [line for line, rest in lines.items() if _is_label_alone(clean(rest))]


def _is_label_alone(text: str) -> bool:
    """Whether a line says no more than that documents follow."""
    is_short = len(text) <= LONGEST_LABEL_CHARS
    return is_attachment_label(text) or (is_short and bool(_LABEL_ALONE.fullmatch(text)))
