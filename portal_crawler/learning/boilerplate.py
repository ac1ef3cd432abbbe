"""The boilerplate inside a site's containers, and the blocks that its pages repeat."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from portal_crawler.learning.fields import ALWAYS, ContainerPlace, own_uses
from portal_crawler.learning.model import RELATED, REPEATED, SENTENCE, RepeatedBlock
from portal_crawler.learning.page_facts import BlockFact, BlockName
from portal_crawler.learning.paths import BY_LABEL, LEAST_SHARE
from portal_crawler.learning.repetition import REPEATED_PAGES, Site, SitePage, files_of, is_link

TURN_PAGES = 10
"""Pages with repeated text in a place that are needed before a selector without a class names it:
the last paragraphs of five articles may all name one office."""

TURN_SHARE = 0.98
"""As above: the share of the pages with anything in that place."""

MOST_KEPT_BLOCKS = 400
"""Repeated blocks in a model: a site's menus, sidebars and footers have some hundred."""


MOST_KEPT_FILES = 50
"""Repeated pictures and documents in a model: a template has a few inside its containers."""


def boilerplate_selectors(places: list[ContainerPlace], site: Site) -> tuple[str, ...]:
    """Selectors of the elements inside the containers that are boilerplate on all pages."""
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
    """Whether a boilerplate element holds more than links, dates and the headline."""
    first, end = page.skeleton.block_range(element)
    return any(
        not (is_link(block) or block.date or block.text == page.headline)
        for block in page.facts.blocks[first:end]
    )


def _outermost_junk(place: ContainerPlace) -> Iterator[int]:
    """The outermost elements in the container that have text, but none of the page's own."""
    page, facts = place.page, place.page.facts
    at, end = place.container + 1, facts.ends[place.container]
    while at < end:
        if page.chars(at) and _is_junk(page, at):
            yield at
            at = facts.ends[at]
        else:
            at += 1


def _is_junk(page: SitePage, element: int) -> bool:
    """Whether all blocks in an element are repeated, links, dates or the headline, and no picture
    or document in it is the page's own."""
    first, end = page.skeleton.block_range(element)
    return not (any(page.own[first:end]) or page.has_own_file(element))


def _fewest(places: list[ContainerPlace], sure: dict[str, int]) -> tuple[str, ...]:
    """One selector for each boilerplate element, the one that is easiest to read for a person."""
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
    texts: dict[BlockName, BlockFact] = {}
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


def repeated_files(places: list[ContainerPlace], site: Site) -> tuple[str, ...]:
    """The addresses of the pictures and documents inside the containers that the site repeats."""
    found = Counter(
        address
        for place in places
        for element, address in files_of(place.page.facts)
        if place.holds(element) and address in site.files
    )
    return tuple(sorted(found, key=lambda address: (-found[address], address))[:MOST_KEPT_FILES])


def _kind(block: BlockFact, is_sentence: bool) -> str:
    if is_sentence:
        return SENTENCE
    return RELATED if is_link(block) else REPEATED


def _sentences(places: list[ContainerPlace], site: Site) -> set[BlockName]:
    """Key and path of repeated blocks inside containers in places where articles have own text.

    There the text alone does not show whether it is boilerplate or a name or sentence of many
    articles. Its place may, and then `boilerplate_selectors` names it.
    """
    own: Counter[str] = Counter()
    inside: defaultdict[str, set[BlockName]] = defaultdict(set)
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
