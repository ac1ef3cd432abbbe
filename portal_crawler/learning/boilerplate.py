"""What stands inside a site's containers and is no part of its articles."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from portal_crawler.learning.fields import ALWAYS, ContainerPlace, own_uses
from portal_crawler.learning.model import RELATED, REPEATED, SENTENCE, RepeatedBlock
from portal_crawler.learning.page_facts import BlockFact
from portal_crawler.learning.paths import BY_LABEL, LEAST_SHARE
from portal_crawler.learning.repetition import REPEATED_PAGES, Site, SitePage, is_link

TURN_PAGES = 10
"""Pages with furniture in a place, below which the place alone, without a class, is not trusted:
the last paragraphs of five articles may all name one office."""

TURN_SHARE = 0.98
"""As above: share of the pages with anything in that place."""

MOST_KEPT_BLOCKS = 400
"""Of a model's repeated blocks: a site's menus, sidebars and footers have some hundred."""


def boilerplate_selectors(places: list[ContainerPlace], site: Site) -> tuple[str, ...]:
    """Selectors of what is furniture wherever it stands inside the containers."""
    junk: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    kinds: dict[str, int] = {}
    for place in places:
        for element in _outermost_junk(place):
            is_text = _has_repeated_text(place.page, element)
            names = place.page.skeleton.inner_names(element, place.container, place.selector)
            for kind, name in names:
                junk[name] += 1
                texts[name] += is_text
                kinds[name] = kind
    other = own_uses(places, junk)
    least = max(REPEATED_PAGES, LEAST_SHARE * site.articles)
    sure = {}
    for name, count in junk.items():
        share = ALWAYS if kinds[name] == BY_LABEL else TURN_SHARE
        needed = TURN_PAGES if texts[name] and kinds[name] != BY_LABEL else least
        if count >= max(least, needed) and count >= share * (count + other[name]):
            sure[name] = kinds[name]
    return _fewest(places, sure)


def _has_repeated_text(page: SitePage, element: int) -> bool:
    """Whether an element of furniture holds more than links, dates and the headline."""
    first, end = page.skeleton.block_range(element)
    return any(
        not (is_link(block) or block.date or block.text == page.headline)
        for block in page.facts.blocks[first:end]
    )


def _outermost_junk(place: ContainerPlace) -> Iterator[int]:
    """Elements inside the container that hold text, and none of it the page's own."""
    page, facts = place.page, place.page.facts
    at, end = place.container + 1, facts.ends[place.container]
    while at < end:
        if page.chars(at) and _is_junk(page, at):
            yield at
            at = facts.ends[at]
        else:
            at += 1


def _is_junk(page: SitePage, element: int) -> bool:
    """Whether all blocks in an element are repeated, links, dates or the headline."""
    first, end = page.skeleton.block_range(element)
    return not any(page.own[first:end])


def _fewest(places: list[ContainerPlace], sure: dict[str, int]) -> tuple[str, ...]:
    """One name for each piece of furniture, the one that a person reads best."""
    chosen: set[str] = set()
    for place in places:
        for element in _outermost_junk(place):
            inner = place.page.skeleton.inner_names(element, place.container, place.selector)
            names = [(sure[name], name) for _, name in inner if name in sure]
            if names and not any(name in chosen for _, name in names):
                chosen.add(min(names)[1])
    return tuple(sorted(chosen, key=lambda name: (sure[name], name)))


def repeated_blocks(places: list[ContainerPlace], site: Site) -> tuple[RepeatedBlock, ...]:
    """The blocks that stand on many of the site's pages, the most frequent first."""
    texts: dict[tuple[str, str], BlockFact] = {}
    for page in site.pages:
        for block in page.facts.blocks:
            texts.setdefault((block.key, page.skeleton.block_path(block)), block)
    sentences = _sentences(places, site)
    found = [
        RepeatedBlock(
            key=key,
            text=texts[key, path].text,
            path=path,
            pages=count,
            kind=_kind(texts[key, path], (key, path) in sentences),
        )
        for (key, path), count in site.counts.items()
        if count >= REPEATED_PAGES and site.repeats(key, path)
    ]
    found.sort(key=lambda block: (-block.pages, block.path, block.key))
    return tuple(found[:MOST_KEPT_BLOCKS])


def _kind(block: BlockFact, is_sentence: bool) -> str:
    if is_sentence:
        return SENTENCE
    return RELATED if is_link(block) else REPEATED


def _sentences(places: list[ContainerPlace], site: Site) -> set[tuple[str, str]]:
    """Repeated blocks inside containers that stand where articles have text of their own.

    There the text alone does not tell furniture from a name or sentence of many articles; its place
    may, and then `furniture` has named it.
    """
    own: Counter[str] = Counter()
    inside: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    all_blocks: Counter[str] = Counter()
    for place in places:
        page = place.page
        first, end = page.skeleton.block_range(place.container)
        for at in range(first, end):
            block = page.facts.blocks[at]
            path = page.skeleton.block_path(block)
            all_blocks[path] += 1
            own[path] += page.own[at]
            if site.is_repeated(page, block):
                inside[path].add((block.key, path))
    return {
        name
        for path, names in inside.items()
        if own[path] > (1 - ALWAYS) * all_blocks[path]
        for name in names
    }
