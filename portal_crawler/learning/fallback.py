"""Reads a page without a learned layout: the layout of that page alone.

The blocks of the text are chosen by several readings. The element that holds them is read like a
container, without its other blocks: so paragraphs, captions, bylines and minutes are kept, which
general extractors lose.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from lxml import etree

from portal_crawler.cleaning.body.blocks import BLOCK_TAGS
from portal_crawler.cleaning.page.visible import shown_text
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.words.text import clean
from portal_crawler.learning.choice import Choice
from portal_crawler.learning.containers import CONTAINER_TAGS
from portal_crawler.learning.covers import covers
from portal_crawler.learning.fields import is_byline
from portal_crawler.learning.known_page import KnownPage
from portal_crawler.learning.leads import is_headline, lead_of
from portal_crawler.learning.marking import MARK, MARKED, empty
from portal_crawler.learning.page_facts import KEPT_CHARS, BlockFact
from portal_crawler.learning.pictures import (
    CAPTION_NAMES,
    LONGEST_CAPTION_CHARS,
    is_named_caption,
)
from portal_crawler.learning.repetition import LONGEST_DATE_LINE_CHARS, SitePage, is_link

HOLDERS = CONTAINER_TAGS | {"body", "html", "main", "span", "font", "a", "blockquote"}

CORE_SHARE = 0.8
"""Share of the text in the innermost element that holds most of it: there, pictures without text
belong to the article."""

NEAREST_DATES = 5
"""Dates that are tried, in the order of their distance from the headline."""

ELEMENTS_TO_DATE = 25
"""Elements from the headline to a date that is taken for the article's; others are guesses."""

BLOCKS_TO_BYLINE = 3
"""Blocks behind the text that are looked at for a byline: tags or a rule may come first."""

PART = "data-part"
"""The attribute that names the parts of the article in the page's tree. Selectors that count
siblings would find other elements in broken markup."""


def one_page_layout(known: KnownPage, choice: Choice) -> Profile:
    """The layout of one page, from the blocks of its text and its headline.

    It has no body if no block is chosen. Marks the parts and the elements to be dropped.
    """
    page, text = _text_of_page(known, choice.blocks)
    if not text:
        return _dates_of_page(known, page)
    container, core = (_holder(page, text, share) for share in (1.0, CORE_SHARE))
    lead = _lead_place(known, page, text)
    layout = _fields_of_page(known, page, text, lead)
    paths = frozenset(page.skeleton.block_path(page.facts.blocks[at]) for at in text)
    first, last = (page.facts.blocks[at].element for at in (text[0], text[-1]))
    pictures = covers(page, known, next(_places_of_text(page, text, lead), first))
    around = frozenset(outer for picture in pictures for outer in picture.iterancestors())
    area = _Area(container, core, text, paths, first, last, around)
    _mark_foreign(known, page, area)
    return replace(
        layout,
        cover=tuple(_named_covers(pictures, known, area, lead)),
        drop=(*layout.lead, MARKED),
        body=(_named(known, container, "body"),),
        captions=_mark_captions(known, container),
    )


def one_page_fields(known: KnownPage, blocks: Sequence[bool]) -> Profile:
    """The date, the lead and the author of one page, for which it has selectors of its own.

    `blocks` has for each block whether it is the page's text.
    """
    page, text = _text_of_page(known, blocks)
    if not text:
        return _dates_of_page(known, page)
    return _fields_of_page(known, page, text, _lead_place(known, page, text))


def _text_of_page(known: KnownPage, blocks: Sequence[bool]) -> tuple[SitePage, list[int]]:
    """The page with other blocks as its own, and the places of these blocks."""
    page = replace(known.page, junk=[not one for one in blocks])
    page.weigh((known.headline or "")[:KEPT_CHARS])
    return page, [at for at, own in enumerate(page.own) if own and not is_headline(page, at)]


def _dates_of_page(known: KnownPage, page: SitePage) -> Profile:
    own_dates = known.model.date if known.model else ()
    near, far = (
        tuple(_named(known, place, f"date-{place}") for place in places) for places in _dates(page)
    )
    return Profile(name="one page", title=("title",), date=(*own_dates, *near), date_guesses=far)


def _lead_place(known: KnownPage, page: SitePage, text: list[int]) -> int | None:
    # The lead of a short article is more than its share, and stands in the core then.
    core = max(_holder(page, text, CORE_SHARE), _holder(page, text[1:] or text))
    return lead_of(page, known, text, core)


def _fields_of_page(known: KnownPage, page: SitePage, text: list[int], lead: int | None) -> Profile:
    bylines = enumerate(_bylines(page, text))
    return replace(
        _dates_of_page(known, page),
        lead=(_named(known, lead, "lead"),) if lead is not None else (),
        author=tuple(_named(known, place, f"by-{number}") for number, place in bylines),
    )


def _places_of_text(page: SitePage, text: Sequence[int], lead: int | None) -> Iterator[int]:
    """The places of the text's blocks behind the headline, without the lead."""
    heads = [block.element for block in page.facts.blocks if block.text == page.headline]
    top = heads[0] if heads else 0
    for at in text:
        place = page.facts.blocks[at].element
        is_lead = lead is not None and lead <= place < page.facts.ends[lead]
        if place > top and not is_lead:
            yield place


def _named_covers(
    pictures: Sequence[etree._Element], known: KnownPage, area: "_Area", lead: int | None
) -> Iterator[str]:
    """Selectors of the pictures that reading the body does not find."""
    container = known.elements[area.container]
    lead_element = None if lead is None else known.elements[lead]
    for number, picture in enumerate(pictures):
        outer = {*picture.iterancestors()}
        if container not in outer or lead_element in outer:
            picture.set(PART, f"cover-{number}")
            yield f'[{PART}="cover-{number}"]'


def _named(known: KnownPage, place: int, part: str) -> str:
    """A selector of that element alone, which is named for it."""
    element = known.elements[place]
    name = element.get(PART) or part
    element.set(PART, name)
    return f'[{PART}="{name}"]'


def _holder(page: SitePage, text: Sequence[int], share: float = 1.0) -> int:
    """The innermost element that holds a share of the text, and may be read like a container."""
    skeleton, chosen = page.skeleton, frozenset(text)
    lengths = (block.length * (at in chosen) for at, block in enumerate(page.facts.blocks))
    before = list(accumulate(lengths, initial=0))
    least = share * before[-1]
    holder = 0
    for place in range(len(page.facts.tags)):
        first, end = skeleton.block_range(place)
        if before[end] - before[first] >= least:
            holder = place
    around = (holder, *skeleton.ancestors(holder))
    return next((place for place in around if page.facts.tags[place] in HOLDERS), holder)


# What does not belong to the text


@dataclass(frozen=True, slots=True)
class _Area:
    """Where the text of a page stands."""

    container: int
    core: int
    text: Sequence[int]
    """The blocks of the text, in page order."""
    paths: frozenset[str]
    """Their paths."""
    first: int
    """The place of the first one."""
    last: int
    around_covers: frozenset[etree._Element]
    """The elements around the pictures above the text."""


def _mark_foreign(known: KnownPage, page: SitePage, area: _Area) -> None:
    """Mark the elements inside the container that do not belong to the text."""
    kept = {at for at in _inside(page, area) if _is_kept(known, page, area, at)}.union(area.text)
    ends, skeleton = page.facts.ends, page.skeleton
    own = _inside(page, area).start
    is_short = page.facts.blocks[own].length <= LONGEST_DATE_LINE_CHARS
    if is_short and own not in kept and _is_bare_text(page, area.container):
        around_text = {known.elements[place] for place in (area.first, area.last)}
        _drop_bare_ends(known.elements[area.container], around_text)
    place = area.container + 1
    while place < ends[area.container]:
        first, end = skeleton.block_range(place)
        if any(at in kept for at in range(first, end)):
            if _is_bare_text(page, place) and first not in kept:
                _drop_bare_text(known.elements[place])
            place += 1
            continue
        in_core = area.core < place < ends[area.core] or area.first < place < area.last
        in_core = in_core or known.elements[place] in area.around_covers
        if end > first:
            _drop(known, page, place, whole=not in_core or _is_linked(page, place))
        elif not in_core and _is_picture(known.elements[place]):
            known.elements[place].set(MARK, "")
        place = ends[place]


def _inside(page: SitePage, area: _Area) -> range:
    return range(*page.skeleton.block_range(area.container))


def _is_kept(known: KnownPage, page: SitePage, area: _Area, at: int) -> bool:
    """Whether a block that is not the text's stays: captions, bylines, lost paragraphs.

    A paragraph between those of the text that looks like them was lost by one of the readings.
    """
    block = page.facts.blocks[at]
    if block.date or block.element in page.date_lines:
        # Between paragraphs it is the time of what the article announces.
        before = bisect_left(area.text, at)
        return not page.junk[at] and 1 < before < len(area.text)
    return is_byline(block) or _is_caption(known, block) or _is_lost(page, area, at)


def _is_lost(page: SitePage, area: _Area, at: int) -> bool:
    """Whether a block was lost by one of the readings: it stands in the text and looks like it."""
    facts, steps = page.facts, page.skeleton.steps
    block = facts.blocks[at]
    if is_link(block) or not area.text[0] < at < area.text[-1]:
        return False
    return not facts.labels[block.element] or steps[block.element] in area.paths


def _is_caption(known: KnownPage, block: BlockFact) -> bool:
    """Whether a block stands beside a picture and is named as its caption."""
    element = known.elements[block.element]
    if not is_named_caption(element):
        return False
    outer = element.getparent()
    return outer is not None and next(outer.iter("img", "picture", "video"), None) is not None


def _is_picture(element: etree._Element) -> bool:
    """Whether an element without blocks shows pictures and no text."""
    return next(element.iter("img", "iframe"), None) is not None and not clean(shown_text(element))


def _is_bare_text(page: SitePage, place: int) -> bool:
    """Whether an element has text of its own around other blocks."""
    first, end = page.skeleton.block_range(place)
    return end > first + 1 and page.facts.blocks[first].element == place


def _is_linked(page: SitePage, place: int) -> bool:
    """Whether most text in an element is linked, as in a list of other articles."""
    blocks = page.facts.blocks[slice(*page.skeleton.block_range(place))]
    return 2 * sum(block.linked for block in blocks) > sum(block.length for block in blocks)


def _drop(known: KnownPage, page: SitePage, place: int, *, whole: bool) -> None:
    """Mark an element to be dropped, or if not as a whole, its blocks: its pictures and its
    documents stay."""
    blocks = page.facts.blocks[slice(*page.skeleton.block_range(place))]
    if whole:
        known.elements[place].set(MARK, "")
        return
    for block in blocks:
        element = known.elements[block.element]
        if block.document:
            empty(element)
        elif not page.skeleton.is_leaf(block.element):
            _drop_bare_text(element)
        elif next(element.iter("img"), None) is None:
            element.set(MARK, "")
        elif block.length > LONGEST_CAPTION_CHARS:
            _drop_bare_text(element)


def _drop_bare_text(element: etree._Element) -> None:
    """Remove the text of an element that stands between the blocks inside it."""
    element.text = None
    for child in element:
        child.tail = None
        if child.tag not in BLOCK_TAGS and next(child.iter(*BLOCK_TAGS, "img"), None) is None:
            child.set(MARK, "")


def _drop_bare_ends(container: etree._Element, text: set[etree._Element]) -> None:
    """Remove the bare text of a container before its first and behind its last element with
    text."""
    holding = [not text.isdisjoint(child.iter()) for child in container]
    if not any(holding):
        return
    first, last = holding.index(True), len(holding) - holding[::-1].index(True)
    container.text = None
    for number, child in enumerate(container):
        if first <= number < last:
            continue
        child.tail = None
        if child.tag not in BLOCK_TAGS and next(child.iter(*BLOCK_TAGS, "img"), None) is None:
            child.set(MARK, "")


def _mark_captions(known: KnownPage, container: int) -> tuple[str, ...]:
    """A selector of the captions that a class names."""
    for element in known.elements[container].iter(*BLOCK_TAGS):
        if CAPTION_NAMES.search(element.get("class") or ""):
            element.set("data-caption", "")
    return ("[data-caption]",)


# Fields


def _bylines(page: SitePage, text: list[int]) -> Iterator[int]:
    """The elements of bylines right behind the text."""
    for block in page.facts.blocks[text[-1] + 1 : text[-1] + 1 + BLOCKS_TO_BYLINE]:
        if is_byline(block):
            yield block.element


def _dates(page: SitePage) -> tuple[list[int], list[int]]:
    """The elements of the dates near the headline, and of those further away; the nearest
    first."""
    facts = page.facts
    heads = [block.element for block in facts.blocks if block.text == page.headline]
    top = heads[0] if heads else -ELEMENTS_TO_DATE
    dates = [
        (abs(block.element - top), block.element)
        for block in (*facts.blocks, *facts.inline_dates)
        if block.date and page.skeleton.is_leaf(block.element)
    ]
    nearest = sorted(dates)[:NEAREST_DATES]
    near = [element for distance, element in nearest if distance < ELEMENTS_TO_DATE]
    return near, [element for _, element in nearest[len(near) :]]
