"""A page of a site that is not known well enough: a general extractor, put right.

trafilatura finds the text; then the element that holds it and little else is read like any
container, for it loses paragraphs, captions and bylines, and knows neither minutes nor headlines.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from portal_crawler.cleaning.body.reading import remove_element
from portal_crawler.cleaning.page.caps import general_part
from portal_crawler.cleaning.profile import MACHINE_DATES, Profile
from portal_crawler.cleaning.words.text import clean
from portal_crawler.learning.containers import CONTAINER_TAGS, f1
from portal_crawler.learning.extractor import extracted, without_wide_tables
from portal_crawler.learning.fields import is_byline
from portal_crawler.learning.known_page import KnownPage
from portal_crawler.learning.marking import MARK, MARKED, mark_repeated
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import KEPT_CHARS, BlockFact, PageFacts
from portal_crawler.learning.paths import FROM_BODY, Skeleton
from portal_crawler.learning.repetition import SitePage, is_link

AGREEMENT = 0.8
"""F1 of an element's text against trafilatura's from which on the element is taken for the
container; below, trafilatura's own text is kept."""

LITTLE_TEXT_CHARS = 600
"""Of a text so short trafilatura is asked once more with all its means, which take twice the time:
here and there its fast one loses the body and keeps a heading or a list."""

HOLDERS = CONTAINER_TAGS | {"body"}

COMPARED_CHARS = 60
"""Of a block, looked for in trafilatura's text: it cuts some blocks and joins others."""

SHORTEST_COMPARED_CHARS = 4

SHORTEST_LEAD_CHARS = 40
"""A shorter line above the text is a section or a label."""

NEAREST_DATES = 3
"""Tried in the order of their distance from the headline."""

BLOCKS_TO_BYLINE = 3
"""Between the text's end and a byline set outside of it stand tags or a rule, if anything."""

CAPTION_TAGS = ("figcaption", "caption")

_LEAD_LABEL = re.compile(
    r"sapo|hometext|brief|summary|lead\b|description|trich-?yeu", re.IGNORECASE
)
"""What systems call a lead in their classes."""

_NO_LETTER = re.compile(r"\W+")


def general_text(html: str, known: KnownPage) -> list[str] | None:
    """What trafilatura takes for the text of a page, by paragraphs; repeated blocks are masked.

    None where trafilatura fails on the page. Raises MissingDependencyError.
    """
    if known.model:
        html = _masked(known.tree.root, known.model)
    html = without_wide_tables(general_part(html))
    text = extracted(html, fast=True)
    if text is None or len(text) < LITTLE_TEXT_CHARS:
        again = extracted(html, favor_precision=True)
        if text is None and again is None:
            return None
        text = again or text or ""
    return [line for raw in text.split("\n") if (line := clean(raw))]


def _masked(root: etree._Element, model: SiteModel) -> str:
    masked = deepcopy(root)
    mark_repeated(masked, model.dropped)
    for element in [found for found in masked.iter("*") if MARK in found.attrib]:
        remove_element(element)
    return etree.tostring(masked, encoding="unicode", method="html")


def one_page_layout(known: KnownPage, text: list[str]) -> Profile:
    """The layout of one page, by where its text and its headline stand on it.

    It has no body where no element agrees with the text.
    """
    page = replace(known.page, junk=_unsaid(known.facts, text))
    page.weigh((known.headline or "")[:KEPT_CHARS])
    layout = Profile(name="one page", title=("title",))
    own_dates = known.model.date if known.model else ()
    layout = replace(layout, date=(*own_dates, *_dates(page), *MACHINE_DATES))
    found = _best(page)
    if found is None or found.fit < AGREEMENT:
        return layout
    skeleton = page.skeleton
    lead = found.lead or _labelled_lead(page, found.place)
    leads = (_name(skeleton, lead.element),) if lead else ()
    author = tuple(_name(skeleton, block.element) for block in _bylines(page, found.place))
    body = (_name(skeleton, found.place),)
    for place in _foreign(page, found.place):
        known.elements[place].set(MARK, "")
    return replace(layout, lead=leads, drop=(*leads, MARKED), author=author, body=body)


def _foreign(page: SitePage, container: int) -> Iterator[int]:
    """Blocks inside the container that trafilatura leaves out for a reason, and the date.

    It loses paragraphs between others; what is linked, has a class of its own, or stands before or
    behind all that it takes, is something else, but for captions and the byline.
    """
    facts, skeleton = page.facts, page.skeleton
    first, end = skeleton.block_range(container)
    said = [at for at in range(first, end) if not page.junk[at]] or [end]
    paths = {skeleton.block_path(facts.blocks[at]) for at in said if at < end}
    dated = page.date_lines
    for at in range(first, end):
        block = facts.blocks[at]
        bare = not facts.labels[block.element] or skeleton.block_path(block) in paths
        is_lost = bare and said[0] < at < said[-1] and not is_link(block)
        is_kept = is_lost or is_byline(block) or facts.tags[block.element] in CAPTION_TAGS
        is_out = block.date or block.element in dated or (page.junk[at] and not is_kept)
        if is_out and skeleton.is_leaf(block.element):
            yield block.element


def _unsaid(facts: PageFacts, text: list[str]) -> list[bool]:
    """For each block whether it is not in trafilatura's text."""
    said = _squeezed(" ".join(text))
    starts = (_squeezed(block.text[: 2 * COMPARED_CHARS]) for block in facts.blocks)
    return [
        len(start) < SHORTEST_COMPARED_CHARS or start[:COMPARED_CHARS] not in said
        for start in starts
    ]


@dataclass(frozen=True, slots=True)
class _Found:
    """An element, and how well it agrees with trafilatura."""

    fit: float
    place: int
    lead: BlockFact | None
    """What stands between it and the headline, where that is one block."""


def _best(page: SitePage) -> _Found | None:
    """The element that agrees best; of those that agree alike the innermost."""
    places = (at for at, tag in enumerate(page.facts.tags) if tag in HOLDERS)
    above = _above(page)
    found = (_agreement(page, place, above) for place in places if page.own_chars(place))
    return max(found, key=lambda one: (round(one.fit, 6), one.place), default=None)


def _above(page: SitePage) -> list[BlockFact]:
    """What may be a lead: longer blocks without a link or a date behind the headline."""
    blocks = page.facts.blocks
    heads = [block.element for block in blocks if block.text == page.headline]
    dated = page.date_lines
    return [
        block
        for block in blocks
        if heads
        and block.element > heads[0]
        and block.length >= SHORTEST_LEAD_CHARS
        and not (block.date or block.linked or block.element in dated)
        and page.skeleton.is_leaf(block.element)
    ]


def _agreement(page: SitePage, place: int, above: list[BlockFact]) -> _Found:
    """How an element agrees; one block between headline and element is its lead, and no loss."""
    own, chars, all_own = page.own_chars(place), page.chars(place), page.all_own_chars
    before = [block for block in islice(above, 2) if block.element < place]
    if len(before) != 1:
        return _Found(f1(own, chars, all_own), place, None)
    lead = before[0]
    all_own -= page.own_chars(lead.element)
    return _Found(f1(own, chars, all_own), place, lead)


def _labelled_lead(page: SitePage, place: int) -> BlockFact | None:
    """The element's first block, where a class says that it is the lead."""
    facts = page.facts
    first, end = page.skeleton.block_range(place)
    own = (
        block
        for block, own in zip(facts.blocks[first:end], page.own[first:end], strict=True)
        if own
    )
    block = next(own, None)
    if block is None or not page.skeleton.is_leaf(block.element):
        return None
    labels = facts.labels[block.element], facts.labels[facts.parents[block.element]]
    return block if any(_LEAD_LABEL.search(label) for label in labels) else None


def _bylines(page: SitePage, place: int) -> Iterator[BlockFact]:
    """Bylines right behind the element."""
    _, end = page.skeleton.block_range(place)
    for block in page.facts.blocks[end : end + BLOCKS_TO_BYLINE]:
        if is_byline(block):
            yield block


def _name(skeleton: Skeleton, place: int) -> str:
    """The selector of just that element."""
    names = skeleton.names(place)
    return next((name for kind, name in names if kind == FROM_BODY), names[0][1])


def _squeezed(text: str) -> str:
    """Letters and digits alone: what extractors do to spaces and signs is no difference."""
    return _NO_LETTER.sub("", text.casefold())


def _dates(page: SitePage) -> Iterator[str]:
    """Dates in the order of their distance from the headline, those behind it first."""
    facts = page.facts
    heads = [block.element for block in facts.blocks if block.text == page.headline]
    top = heads[0] if heads else 0
    dates = [
        block
        for block in (*facts.blocks, *facts.inline_dates)
        if block.date and page.skeleton.is_leaf(block.element)
    ]
    dates.sort(key=lambda block: (abs(block.element - top), block.element))
    for block in dates[:NEAREST_DATES]:
        yield _name(page.skeleton, block.element)
