"""Reads a page without a learned layout: a general extractor, corrected.

trafilatura finds the text, but loses paragraphs, captions and bylines, and finds neither minutes
nor headlines. Therefore the element that holds its text and little else is read like a container.
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
"""The F1 of an element's text against trafilatura's from which on the element is the container;
below, trafilatura's own text is used."""

LITTLE_TEXT_CHARS = 600
"""If its text is shorter, trafilatura is called again in its thorough mode, which takes twice the
time: the fast mode sometimes loses the body and keeps a heading or a list."""

HOLDERS = CONTAINER_TAGS | {"body"}

COMPARED_CHARS = 60
"""The beginning of a block that is looked for in trafilatura's text, which cuts and joins
blocks."""

SHORTEST_COMPARED_CHARS = 4

SHORTEST_LEAD_CHARS = 40
"""A shorter line above the text is a section or a label."""

NEAREST_DATES = 3
"""Dates that are tried, in the order of their distance from the headline."""

BLOCKS_TO_BYLINE = 3
"""Blocks behind the text that are looked at for a byline: tags or a rule may come first."""

CAPTION_TAGS = ("figcaption", "caption")

_LEAD_LABEL = re.compile(
    r"sapo|hometext|brief|summary|lead\b|description|trich-?yeu", re.IGNORECASE
)
"""Names of the lead in the classes of systems."""

_NO_LETTER = re.compile(r"\W+")


def general_text(html: str, known: KnownPage) -> list[str] | None:
    """trafilatura's text of a page, by paragraphs, without blocks that the site repeats.

    None if trafilatura fails on the page. Raises MissingDependencyError.
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
    """The layout of one page, from the places of its text and its headline.

    It has no body if no element agrees with the text. Marks the elements to be dropped.
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
    """Blocks inside the container that do not belong to the text, and the date.

    trafilatura loses paragraphs between others. Another block that it leaves out does not belong to
    the text: one that is linked, has its own class, or stands before or behind all of its text.
    Captions and the byline are kept.
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
    """An element, and its agreement with trafilatura's text as F1."""

    fit: float
    place: int
    lead: BlockFact | None
    """The block between it and the headline, if there is just one."""


def _best(page: SitePage) -> _Found | None:
    """The element that agrees best, the innermost if several agree alike; None if there is none."""
    places = (at for at, tag in enumerate(page.facts.tags) if tag in HOLDERS)
    above = _above(page)
    found = (_agreement(page, place, above) for place in places if page.own_chars(place))
    return max(found, key=lambda one: (round(one.fit, 6), one.place), default=None)


def _above(page: SitePage) -> list[BlockFact]:
    """Blocks that may be a lead: long ones behind the headline without a link or a date."""
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
    """The agreement of an element. A single block between headline and element is taken for its
    lead, and does not count as lost."""
    own, chars, all_own = page.own_chars(place), page.chars(place), page.all_own_chars
    before = [block for block in islice(above, 2) if block.element < place]
    if len(before) != 1:
        return _Found(f1(own, chars, all_own), place, None)
    lead = before[0]
    all_own -= page.own_chars(lead.element)
    return _Found(f1(own, chars, all_own), place, lead)


def _labelled_lead(page: SitePage, place: int) -> BlockFact | None:
    """The element's first block if a class names it as the lead."""
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
    """A selector of that element alone."""
    names = skeleton.names(place)
    return next((name for kind, name in names if kind == FROM_BODY), names[0][1])


def _squeezed(text: str) -> str:
    """The letters and digits of a text: extractors change spaces and signs."""
    return _NO_LETTER.sub("", text.casefold())


def _dates(page: SitePage) -> Iterator[str]:
    """Selectors of the dates nearest to the headline, the nearest first."""
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
