"""From a body's element to its text, pictures and byline, by passes that each remove one thing."""

from dataclasses import dataclass

from lxml import etree

from archive.models import Image, Video
from portal_crawler.cleaning.blocks import Block, flatten
from portal_crawler.cleaning.boilerplate import (
    is_attachment_label,
    is_boilerplate,
    is_tail_boilerplate,
)
from portal_crawler.cleaning.bylines import take_bylines
from portal_crawler.cleaning.captions import take_captions
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.selectors import Page
from portal_crawler.cleaning.text import folded


@dataclass(frozen=True, slots=True)
class Body:
    """What a body's element holds, taken apart."""

    text: str | None
    images: tuple[Image, ...]
    """With addresses as they stand in the page."""
    author: str | None
    source: str | None = None
    """Whom the byline names as the text's source."""
    videos: tuple[Video, ...] = ()
    """With addresses as they stand in the page."""


def read_body(body: etree._Element, page: Page, profile: Profile, heads: tuple[str, ...]) -> Body:
    """Take a body apart. `heads` are title and lead, which bodies often repeat at their start.

    Removes the furniture from the page's tree.
    """
    drop_furniture(body, page, profile)
    drop_outside_markers(body, page, profile)
    captions = frozenset(found for css in profile.captions for found in page.select(css))
    blocks = without_boilerplate(flatten(body, captions))
    blocks, author = take_bylines(blocks, last=profile.last_byline)
    blocks, images = take_captions(blocks)
    blocks = without_heads(without_tail(blocks), heads)
    paragraphs = [block.text for block in blocks if block.text]
    return Body("\n\n".join(paragraphs) or None, tuple(images), author)


def drop_furniture(body: etree._Element, page: Page, profile: Profile) -> None:
    """Removes what the platform itself puts into a body: account lines, related news, tools."""
    for css in profile.drop:
        for element in page.select(css):
            if element is not body:
                remove(element)


def remove(element: etree._Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def drop_outside_markers(body: etree._Element, page: Page, profile: Profile) -> None:
    """Removes what stands before the start marker or behind the end marker of the editor's text."""
    for css, preceding in ((profile.body_start, True), (profile.body_end, False)):
        marker = page.first((css,)) if css else None
        if marker is not None and body in marker.iterancestors():
            _drop_on_one_side(body, marker, preceding=preceding)


def _drop_on_one_side(body: etree._Element, marker: etree._Element, *, preceding: bool) -> None:
    """Empty the body up to the marker, or from it on, however deep the marker stands."""
    element = marker
    while element is not body:
        parent = element.getparent()
        if parent is None:
            return
        for sibling in list(element.itersiblings(preceding=preceding)):
            parent.remove(sibling)
        if preceding:
            parent.text = None
        else:
            element.tail = None
        element = parent


def without_boilerplate(blocks: list[Block]) -> list[Block]:
    """Removes lines that are furniture wherever they stand."""
    for block in blocks:
        if block.text and not block.is_caption and is_boilerplate(block.text):
            block.text = ""
    return [block for block in blocks if block.text or block.pictures]


def without_tail(blocks: list[Block]) -> list[Block]:
    """Removes furniture at the very end, where its words are no heading of a text.

    So is a list of documents under its label: they are kept as attachments.
    """
    end = len(blocks)
    while end and blocks[end - 1].only_links:
        end -= 1
    if not end or not is_attachment_label(blocks[end - 1].text):
        end = len(blocks)
    while end and is_tail_boilerplate(blocks[end - 1].text):
        end -= 1
    return blocks[:end]


def without_heads(blocks: list[Block], heads: tuple[str, ...]) -> list[Block]:
    """Removes title and lead where the body repeats them before its first own paragraph."""
    known = {folded(head) for head in heads}
    start = 0
    while start < len(blocks) and folded(blocks[start].text) in known:
        start += 1
    return blocks[start:]
