"""From a body's element to its text, pictures and byline, in passes that each remove one thing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from itertools import islice

from lxml import etree

from archive.models import Image, Video
from portal_crawler.cleaning.body.blocks import BodyBlock
from portal_crawler.cleaning.body.bylines import take_bylines
from portal_crawler.cleaning.body.captions import take_captions
from portal_crawler.cleaning.body.flattening import flatten, flatten_marked
from portal_crawler.cleaning.body.page_lines import date_lines, field_elements
from portal_crawler.cleaning.page.selectors import ParsedPage, text_of
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.words.boilerplate import (
    is_attachment_label,
    is_boilerplate,
    is_contact,
    is_imprint,
    is_tail_boilerplate,
)
from portal_crawler.cleaning.words.names import account_of
from portal_crawler.cleaning.words.text import folded_line

_NOT_IN_TREES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that a tree may hold after parsing (`&#1;`) but that lxml refuses to set."""


@dataclass(frozen=True, slots=True)
class ArticleBody:
    """The parts of a body."""

    text: str | None
    """Paragraphs with an empty line between them; None if nothing is left."""
    images: tuple[Image, ...]
    """In page order, with addresses as they stand in the page."""
    author: str | None
    source: str | None = None
    """The text's source, from the byline."""
    credit: str | None = None
    """The author of the pictures, from the byline."""
    account: str | None = None
    """The account that filed the article, from a labelled line at the end."""
    videos: tuple[Video, ...] = ()
    """With addresses as they stand in the page."""
    blocks: tuple[BodyBlock, ...] = field(default=(), repr=False)
    """The blocks that text, images and videos were read from, in page order."""
    base: str | None = None
    """The base of the page's addresses, as its `base` element gives it; only in `bodies_marked`."""


WRAPPERS_OF_ACCOUNT = 3
"""How many elements around an account may hold its label and nothing else."""

_SHOWN = ("img", "picture", "video", "audio", "iframe", "embed", "object", "svg")
"""Elements that readers see although they have no text."""

_marked: ContextVar[list[ArticleBody] | None] = ContextVar("marked", default=None)


@contextmanager
def bodies_marked() -> Iterator[list[ArticleBody]]:
    """While the block runs, bodies are read with the looks of their text and added to the list.

    To show an article: the call that reads its body lies behind `read_article_page`, which portals
    override and which takes nothing but the page. The text that is read is the same.
    """
    bodies: list[ArticleBody] = []
    token = _marked.set(bodies)
    try:
        yield bodies
    finally:
        _marked.reset(token)


def read_body(
    body: etree._Element, page: ParsedPage, profile: Profile, heads: tuple[str, ...]
) -> ArticleBody:
    """The parts of a body. `heads` are title and lead, which bodies often repeat at their start.

    Removes the boilerplate from the page's tree.
    """
    drop_boilerplate(body, page, profile)
    drop_outside_markers(body, page, profile)
    drop_accounts(body, page, profile)
    for element in list(field_elements(body, page, profile)):
        remove_element(element)
    captions = frozenset(found for css in profile.captions for found in page.select(css))
    bodies = _marked.get()
    flat = (flatten if bodies is None else flatten_marked)(body, captions)
    signed = take_bylines(without_boilerplate(flat), last=profile.last_byline)
    blocks = without_heads(without_tail(take_captions(signed.blocks)), heads)
    read = ArticleBody(
        text="\n\n".join(block.line for block in blocks if block.text) or None,
        images=tuple(image for block in blocks for image in block.images),
        author=signed.author,
        source=signed.source,
        credit=signed.credit,
        account=signed.account,
        videos=tuple(video for block in blocks for video in block.videos),
        blocks=tuple(blocks),
    )
    if bodies is not None:
        bodies.append(replace(read, base=_base(page)))
    return read


def _base(page: ParsedPage) -> str | None:
    return next((element.get("href") for element in page.root.iter("base")), None)


def drop_boilerplate(body: etree._Element, page: ParsedPage, profile: Profile) -> None:
    """Remove from the tree the elements that the platform puts into a body: related news, tools."""
    # All are found before the first is removed: some selectors count siblings.
    for element in [found for css in profile.drop for found in page.select(css)]:
        if element is not body:
            remove_element(element)


def drop_accounts(body: etree._Element, page: ParsedPage, profile: Profile) -> None:
    """Remove from the tree the account that filed the article, with its label: "By admin"."""
    for element in [found for css in profile.account for found in page.select(css)]:
        if body in element.iterancestors():
            remove_element(_account_line(element, body))


def _account_line(element: etree._Element, body: etree._Element) -> etree._Element:
    """The largest element of the body around an account that shows nothing else."""
    name, line = account_of(text_of(element)), element
    for outer in islice(element.iterancestors(), WRAPPERS_OF_ACCOUNT):
        shows_more = next(outer.iter(*_SHOWN), None) is not None
        if not name or outer is body or shows_more or account_of(text_of(outer)) != name:
            break
        line = outer
    return line


def remove_element(element: etree._Element) -> None:
    """Remove an element from its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = _NOT_IN_TREES.sub("", (parent.text or "") + element.tail)
        else:
            before.tail = _NOT_IN_TREES.sub("", (before.tail or "") + element.tail)
    parent.remove(element)


def drop_outside_markers(body: etree._Element, page: ParsedPage, profile: Profile) -> None:
    """Empty the body before the start marker and behind the end marker of the editor's text."""
    for css, preceding in ((profile.body_start, True), (profile.body_end, False)):
        inside = (
            [found for found in page.select(css) if body in found.iterancestors()] if css else []
        )
        if inside:
            # Inner ones were pasted together with a text.
            _drop_on_one_side(body, inside[0 if preceding else -1], preceding=preceding)


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


def without_boilerplate(blocks: list[BodyBlock]) -> list[BodyBlock]:
    """The blocks without the lines that are boilerplate wherever they stand."""
    for block in blocks:
        if not block.text or block.is_caption:
            continue
        if is_boilerplate(block.text) or _is_toolbar(block):
            block.text = ""
    return _without_texts(blocks, date_lines(blocks))


def _is_toolbar(block: BodyBlock) -> bool:
    """Whether a table only holds a page's tools: "In bài viết" beside "Quay lại"."""
    if not block.rows:
        return False
    cells = [cell.text for row in block.rows for cell in row if cell.text]
    return any(map(is_boilerplate, cells)) and all(map(is_tail_boilerplate, cells))


def without_tail(blocks: list[BodyBlock]) -> list[BodyBlock]:
    """The blocks without the boilerplate at the very end, and without a labelled list of documents.

    The documents are kept as attachments.
    """
    texts = [block for block in blocks if block.text]
    end = len(texts)
    while end and texts[end - 1].only_links:
        end -= 1
    if not end or not is_attachment_label(texts[end - 1].text):
        end = len(texts)
    while end and is_tail_boilerplate(texts[end - 1].text):
        end -= 1
    return _without_texts(blocks, _not_addressed(texts[end:]))


def _not_addressed(tail: list[BodyBlock]) -> list[BodyBlock]:
    """The blocks of the tail that are boilerplate: all of it if it has the site's imprint, else
    those behind the last address, with which a notice may end."""
    if any(is_imprint(block.text) for block in tail):
        return tail
    start = len(tail)
    while start and not is_contact(tail[start - 1].text):
        start -= 1
    return tail[start:]


def without_heads(blocks: list[BodyBlock], heads: tuple[str, ...]) -> list[BodyBlock]:
    """The blocks without title and lead where the body begins by repeating them."""
    known = {folded_line(head) for head in heads}
    texts = [block for block in blocks if block.text]
    start = 0
    while start < len(texts) and folded_line(texts[start].text) in known:
        start += 1
    return _without_texts(blocks, texts[:start])


def _without_texts(blocks: list[BodyBlock], removed: list[BodyBlock]) -> list[BodyBlock]:
    """The blocks without the texts of those removed; their pictures and videos stay."""
    for block in removed:
        block.text = ""
    return _not_empty(blocks)


def _not_empty(blocks: list[BodyBlock]) -> list[BodyBlock]:
    return [block for block in blocks if block.text or block.pictures or block.video_addresses]
