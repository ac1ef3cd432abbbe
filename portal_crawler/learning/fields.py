"""Where a site sets title, time and lead, and what furniture stands inside its containers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal_crawler.learning.facts import BlockFact
from portal_crawler.learning.headlines import SHORTEST_HEADLINE_CHARS
from portal_crawler.learning.paths import BY_LABEL
from portal_crawler.learning.repetition import Page

LEAST_SHARE = 0.1
"""Of the pages: a selector for fewer is not learned."""

MOST_SELECTORS = 3
"""For one field: one a template, and a spare."""

ALWAYS = 0.9
"""What holds on this share of the pages where it could is taken for the layout."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page has its container."""

    page: Page
    container: int
    selector: str
    """What finds it."""

    @property
    def end(self) -> int:
        """The block behind the container's last one."""
        return self.page.skeleton.block_range(self.container)[1]


def title_selectors(places: list[Place]) -> tuple[str, ...]:
    """Where the headline stands, by what `<title>` begins with."""
    return _covering([_names_of(place.page, _headlines(place.page)) for place in places])


def _headlines(page: Page) -> list[int]:
    return [
        block.element
        for block, junk in zip(page.facts.blocks, page.junk, strict=True)
        if not junk and block.text == page.headline
    ]


def fixed_title_selectors(places: list[Place]) -> tuple[str, ...]:
    """Where a headline stands on sites whose `<title>` is the same everywhere.

    That is the place with one text of a headline's length on each page, and another on each,
    the first of them on the page, and a heading where there is one.
    """
    found = []
    for place in places:
        page = place.page
        first = page.skeleton.block_range(place.container)[0]
        blocks = [
            block
            for at, (block, own) in enumerate(zip(page.facts.blocks, page.own, strict=True))
            if own and at <= first and SHORTEST_HEADLINE_CHARS < block.length <= 300
        ]
        heads = [block for block in blocks if page.facts.tags[block.element] in _HEADINGS]
        found.append(_names_of(page, [block.element for block in heads or blocks]))
    return _covering(found)


_HEADINGS = frozenset(("h1", "h2", "h3", "h4"))


def date_selectors(places: list[Place]) -> tuple[str, ...]:
    """Where most pages have exactly one date, and different ones."""
    found = []
    values: defaultdict[str, set[str]] = defaultdict(set)
    for place in places:
        page = place.page
        names: Counter[str] = Counter()
        kinds: dict[str, int] = {}
        for block in _dates(place):
            for kind, name in page.skeleton.names(block.element):
                names[name] += 1
                kinds[name] = kind
                values[name].add(block.date)
        found.append({name: kinds[name] for name, count in names.items() if count == 1})
    return _covering(found)


def _dates(place: Place) -> Iterator[BlockFact]:
    """Dates between the headline and the container's end."""
    page, facts = place.page, place.page.facts
    top = min(_headlines(page), default=0)
    end = facts.ends[place.container]
    for block in (*facts.blocks, *facts.inline_dates):
        if block.date and top <= block.element < end:
            yield block


def _names_of(page: Page, elements: Iterable[int]) -> dict[str, int]:
    """The names of the elements with their kinds."""
    return {name: kind for at in elements for kind, name in page.skeleton.names(at)}


def _covering(found: list[dict[str, int]]) -> tuple[str, ...]:
    """Names, of which each stands on the most pages that those before it leave.

    Of names that stand on nearly as many the kind that a person reads best is taken.
    """
    chosen: list[str] = []
    left = [names for names in found if names]
    least = max(2, LEAST_SHARE * len(found))
    while left and len(chosen) < MOST_SELECTORS:
        counts = Counter(name for names in left for name in names)
        kinds = {name: kind for names in left for name, kind in names.items()}
        most = max(counts.values())
        if most < least:
            break
        near = [name for name, count in counts.items() if count >= 0.98 * most]
        chosen.append(min(near, key=lambda name: (kinds[name], -counts[name], len(name), name)))
        left = [names for names in left if chosen[-1] not in names]
    return tuple(chosen)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the lead stands, and the box around it that goes with it."""

    lead: tuple[str, ...] = ()
    box: tuple[str, ...] = ()
    """Inside the container, with nothing else of the article in it but pictures."""


def head_of(places: list[Place]) -> Head:
    """Where the first text of the article stands, if it is set apart from the others there."""
    firsts: Counter[str] = Counter()
    others: Counter[str] = Counter()
    leads: list[tuple[Place, int]] = []
    for place in places:
        blocks = _content(place)
        names = _names_if_apart(place, blocks)
        if names:
            leads.append((place, blocks[0].element))
        firsts.update(names.keys())
        rest = {name for block in blocks for _, name in _field_names(place, block.element)}
        others.update(rest - names.keys())
    least = max(2, LEAST_SHARE * len(places))
    sure = {
        name
        for name, count in firsts.items()
        if count >= least and count >= ALWAYS * (count + others[name])
    }
    return _head(leads, sure)


def _head(leads: list[tuple[Place, int]], sure: set[str]) -> Head:
    names = []
    boxes = []
    for place, element in leads:
        found = {name: kind for kind, name in _field_names(place, element) if name in sure}
        names.append(found)
        if found and _is_inside(place, element):
            boxes.append(_inner(place, _box(place, element)))
    return Head(_covering(names), _covering(boxes))


def _names_if_apart(place: Place, blocks: list[BlockFact]) -> dict[str, int]:
    """The names of the first block by which no other is meant.

    A paragraph among its like is no lead by its turn alone, but by its class it may be.
    """
    if len(blocks) < 2:
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


def _box(place: Place, lead: int) -> int:
    """The largest element inside the container that holds no own text but the lead."""
    page = place.page
    chars = page.own_chars(lead)
    box = lead
    for outer in page.skeleton.ancestors(lead):
        if outer == place.container or page.own_chars(outer) > chars:
            break
        box = outer
    return box


def _content(place: Place) -> list[BlockFact]:
    """The page's own blocks from behind the headline to the end of the container."""
    page = place.page
    start, end = page.skeleton.block_range(place.container)
    heads = _headlines(page)
    blocks = page.facts.blocks
    top = next((at for at, block in enumerate(blocks) if block.element in heads), start)
    return [blocks[at] for at in range(min(top, start), end) if page.own[at]]


def _is_inside(place: Place, element: int) -> bool:
    return place.container < element < place.page.facts.ends[place.container]


def _inner(place: Place, element: int) -> dict[str, int]:
    inner = place.page.skeleton.inner_names(element, place.container, place.selector)
    return {name: kind for kind, name in inner}


def _field_names(place: Place, element: int) -> Iterator[tuple[int, str]]:
    skeleton = place.page.skeleton
    if _is_inside(place, element):
        yield from skeleton.inner_names(element, place.container, place.selector)
    else:
        yield from skeleton.names(element)
