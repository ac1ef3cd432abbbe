"""Learns the selectors of a site's title, date, author and lead."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from portal_crawler.cleaning.body.blocks import BodyBlock
from portal_crawler.cleaning.body.bylines import LONGEST_BYLINE_WORDS, looks_like_byline
from portal_crawler.cleaning.words.boilerplate import is_boilerplate
from portal_crawler.cleaning.words.names import labelled_source
from portal_crawler.cleaning.words.signed_lines import may_name_signers, names_signers
from portal_crawler.learning.page_facts import KEPT_CHARS, BlockFact
from portal_crawler.learning.paths import BY_LABEL, LEAST_SHARE, ElementName, covering
from portal_crawler.learning.repetition import SitePage, is_link

SIGNERS_LABEL = re.compile(
    r"(?<![a-z])(?:ky|ky-?ten|but-?danh|nguoi-?(?:viet|ky)|tac-?gia|signed|signature|by-?line"
    r"|author|autor)(?![a-z])",
    re.IGNORECASE,
)
"""A class of lines that name who wrote an article."""

ALWAYS = 0.9
"""A rule that holds on this share of the pages that it could hold on is part of the layout."""


@dataclass(frozen=True, slots=True)
class ContainerPlace:
    """The container of a page."""

    page: SitePage
    container: int
    """Its place in the skeleton."""
    selector: str
    """The selector that finds it."""

    def holds(self, element: int) -> bool:
        """Whether an element is the container or inside of it."""
        return self.container <= element < self.page.facts.ends[self.container]

    @property
    def area(self) -> int:
        """The place of the smallest element that holds the headline and the container."""
        heads = _headlines(self.page)
        ends = self.page.facts.ends
        for outer in (self.container, *self.page.skeleton.ancestors(self.container)):
            if not heads or any(outer <= head < ends[outer] for head in heads):
                return outer
        return self.container


def title_selectors(places: list[ContainerPlace]) -> tuple[str, ...]:
    """Selectors of the headline."""
    found = []
    for place in places:
        skeleton = place.page.skeleton
        heads = [at for at in _headlines(place.page) if skeleton.is_leaf(at)]
        named = [pair for at in heads for pair in skeleton.names(at)]
        found.append({name: kind for kind, name in named})
    return covering(found)


def _headlines(page: SitePage) -> list[int]:
    return [
        block.element
        for block in page.facts.blocks
        if block.text == page.headline and not is_link(block)
    ]


def date_selectors(places: list[ContainerPlace]) -> tuple[str, ...]:
    """Selectors that find exactly one date around the article on most pages."""
    found = []
    for place in places:
        skeleton = place.page.skeleton
        named = [pair for block in _dates(place) for pair in skeleton.names(block.element)]
        times = Counter(name for _, name in named)
        found.append({name: kind for kind, name in named if times[name] == 1})
    return covering(found)


def _dates(place: ContainerPlace) -> Iterator[BlockFact]:
    """The dates from the start of the area of headline and container to the container's end."""
    skeleton, facts = place.page.skeleton, place.page.facts
    top, end = place.area, facts.ends[place.container]
    for block in (*facts.blocks, *facts.inline_dates):
        if block.date and top <= block.element < end and skeleton.is_leaf(block.element):
            yield block


def author_selectors(places: list[ContainerPlace]) -> tuple[str, ...]:
    """Selectors of a byline outside of the container."""
    found = []
    bylines: Counter[str] = Counter()
    others: Counter[str] = Counter()
    people: defaultdict[str, set[str]] = defaultdict(set)
    for place in places:
        skeleton = place.page.skeleton
        names: dict[str, int] = {}
        for block in _around(place):
            own = {name: kind for kind, name in skeleton.names(block.element)}
            if is_byline(block):
                names.update(own)
                bylines.update(own.keys())
            elif _is_signature(block, skeleton.facts.labels[block.element]):
                own = {name: kind for name, kind in own.items() if kind == BY_LABEL}
                names.update(own)
                for name in own:
                    people[name].add(block.key)
                bylines.update(own.keys())
            elif not is_boilerplate(block.text):
                others.update(own.keys())
        found.append(names)
    # One name that all pages have may be that of the person who is responsible for the site.
    of_site = {
        name
        for name, lines in people.items()
        if len(lines) == 1 and not SIGNERS_LABEL.search(name.rpartition(" ")[2])
    }
    sure = {
        name
        for name, count in bylines.items()
        if count >= ALWAYS * (count + others[name]) and name not in of_site
    }
    return covering([{n: k for n, k in names.items() if n in sure} for names in found])


def _is_signature(block: BlockFact, label: str) -> bool:
    """Whether a block is a short line with a source, or with names of persons and nothing else; if
    its class names signers, with any name."""
    if block.linked or block.date or len(block.text.split()) > LONGEST_BYLINE_WORDS:
        return False
    if is_boilerplate(block.text):
        return False
    if SIGNERS_LABEL.search(label) and may_name_signers(block.text):
        return True
    return names_signers(block.text) or bool(labelled_source(block.text))


def _around(place: ContainerPlace) -> Iterator[BlockFact]:
    """The blocks in the area of headline and container that are outside of the container."""
    facts = place.page.facts
    for block in facts.blocks:
        if place.area <= block.element < facts.ends[place.area] and not _is_inside(
            place, block.element
        ):
            yield block


def is_byline(block: BlockFact) -> bool:
    """Whether a block reads like a byline and is set like one."""
    if block.linked or block.date or block.length >= KEPT_CHARS or is_boilerplate(block.text):
        return False
    return looks_like_byline(BodyBlock(text=block.text, align="right" if block.right else ""))


@dataclass(frozen=True, slots=True)
class LeadSelectors:
    """The selectors of the lead, and of the box around it that is dropped with it."""

    lead: tuple[str, ...] = ()
    box: tuple[str, ...] = ()
    """A box inside the container with only the lead and pictures in it."""


def lead_selectors(places: list[ContainerPlace]) -> LeadSelectors:
    """The selectors of the article's first text, if it is set apart from the other texts."""
    firsts: Counter[str] = Counter()
    others: Counter[str] = Counter()
    leads: list[tuple[ContainerPlace, int]] = []
    for place in places:
        blocks = _content(place)
        names = _names_if_apart(place, blocks)
        if names:
            leads.append((place, blocks[0].element))
        firsts.update(names.keys())
        rest = {name for block in blocks for _, name in _field_names(place, block.element)}
        looser = {name for block in blocks for name in _looser(place, block.element)}
        others.update((rest | looser) - names.keys())
    least = max(2, LEAST_SHARE * len(places))
    sure = {
        name
        for name, count in firsts.items()
        if count >= least and count >= ALWAYS * (count + others[name])
    }
    return _lead_selectors(places, leads, sure)


def _lead_selectors(
    places: list[ContainerPlace], leads: list[tuple[ContainerPlace, int]], sure: set[str]
) -> LeadSelectors:
    names = []
    boxes = []
    for place, element in leads:
        found = {name: kind for kind, name in _field_names(place, element) if name in sure}
        names.append(found)
        if found and _is_inside(place, element):
            boxes.append(_box(place, element))
    return LeadSelectors(covering(names), _boxes(places, boxes))


def _boxes(
    places: list[ContainerPlace], boxes: list[tuple[ContainerPlace, int]]
) -> tuple[str, ...]:
    """Selectors of the boxes that find no other element with own text."""
    names = [_inner(*box) for box in boxes]
    meant = Counter(name for found in names for name in found)
    used = own_uses(places, meant)
    return covering(
        [
            {name: kind for name, kind in found.items() if meant[name] >= ALWAYS * used[name]}
            for found in names
        ]
    )


def own_uses(places: list[ContainerPlace], names: Counter[str]) -> Counter[str]:
    """How often each selector finds an element inside a container that has own text."""
    uses: Counter[str] = Counter()
    for place in places:
        page = place.page
        for at in range(place.container + 1, page.facts.ends[place.container]):
            if page.own_chars(at):
                found = {*_inner(place, at), *_looser(place, at)}
                uses.update(name for name in found if name in names)
    return uses


def _names_if_apart(place: ContainerPlace, blocks: list[BlockFact]) -> dict[str, int]:
    """Selectors of the first block that find no other block, with their kinds.

    The first of several like paragraphs is a lead only by its class, not by its position.
    """
    if len(blocks) < 2 or not place.page.skeleton.is_leaf(blocks[0].element):
        return {}
    first, second, *_ = blocks
    parents = place.page.facts.parents
    apart = parents[first.element] != parents[second.element]
    others = {name for block in blocks[1:] for _, name in _field_names(place, block.element)}
    return {
        name: kind
        for kind, name in _field_names(place, first.element)
        if name not in others and (apart or kind == BY_LABEL)
    }


def _box(place: ContainerPlace, lead: int) -> tuple[ContainerPlace, int]:
    """The largest element around the lead, inside the container, without other own text."""
    page = place.page
    chars = page.own_chars(lead)
    box = lead
    for outer in page.skeleton.ancestors(lead):
        if outer == place.container or page.own_chars(outer) > chars:
            break
        box = outer
    return place, box


def _content(place: ContainerPlace) -> list[BlockFact]:
    """The page's own blocks from the headline to the end of the container, without captions."""
    page = place.page
    start, end = page.skeleton.block_range(place.container)
    heads = _headlines(page)
    blocks = page.facts.blocks
    top = next((at for at, block in enumerate(blocks) if block.element in heads), start)
    own = [blocks[at] for at in range(min(top, start), end) if page.own[at]]
    # The first text may be a lead beside its picture.
    return own[:1] + [block for block in own[1:] if not _is_caption(page, block)]


def _is_caption(page: SitePage, block: BlockFact) -> bool:
    """Whether a block stands below one of the page's own pictures and may be its caption."""
    end = page.facts.ends[block.element]
    own = [picture for picture in page.pictures if picture.address == block.picture]
    return bool(own) and not any(block.element <= picture.element < end for picture in own)


def _is_inside(place: ContainerPlace, element: int) -> bool:
    return place.container < element < place.page.facts.ends[place.container]


def _inner(place: ContainerPlace, element: int) -> dict[str, int]:
    inner = place.page.skeleton.inner_names(element, place.container, place.selector)
    return {name: kind for kind, name in inner}


def _looser(place: ContainerPlace, element: int) -> Iterator[str]:
    """Selectors of an element with fewer classes than it has; another element's may be the same."""
    labels = place.page.skeleton.looser_labels(element)
    return (f"{place.selector} {label}" for label in labels)


def _field_names(place: ContainerPlace, element: int) -> Iterator[ElementName]:
    skeleton = place.page.skeleton
    if _is_inside(place, element):
        yield from skeleton.inner_names(element, place.container, place.selector)
    else:
        yield from skeleton.names(element)
