"""Finds the lines at the end of a site's articles that sign them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from portal_crawler.cleaning.body.bylines import LONGEST_BYLINE_WORDS
from portal_crawler.cleaning.words.boilerplate import is_boilerplate
from portal_crawler.cleaning.words.names import LONGEST_NAME_CHARS, labelled_source
from portal_crawler.cleaning.words.signed_lines import (
    author_of,
    may_name_signers,
    names_signers,
)
from portal_crawler.learning.fields import ALWAYS, SIGNERS_LABEL, ContainerPlace, is_byline
from portal_crawler.learning.page_facts import BlockFact
from portal_crawler.learning.paths import BY_LABEL, covering
from portal_crawler.learning.repetition import Site

MOST_LINES = 3
"""Lines that sign one article: the author, who took the pictures, the source."""

Signing = Sequence[Sequence[int]]
"""For each container the blocks that sign the article."""


def keep_signatures(places: Sequence[ContainerPlace], site: Site) -> Signing:
    """Take the lines that sign articles for their own text, however often they come again."""
    ends = [list(_last_lines(place)) for place in places]
    paths = _signers_paths(places, ends)
    found = []
    for place, lines in zip(places, ends, strict=True):
        page = place.page
        blocks = page.facts.blocks
        sure = (at for at in lines if _signs(blocks[at]) or _path(place, at) in paths)
        signing = [at for at, _ in zip(sure, range(MOST_LINES), strict=False)]
        for at in signing:
            if page.junk[at]:
                site.keep(page, at)
        page.weigh(page.headline)
        found.append(signing)
    return found


def signature_selectors(places: Sequence[ContainerPlace], signing: Signing) -> tuple[str, ...]:
    """Selectors of lines that sign articles inside the container and nothing else.

    Those that are bylines by their label or by how they are set need no selector.
    """
    found = []
    signed: Counter[str] = Counter()
    others: Counter[str] = Counter()
    bare: set[str] = set()
    for place, lines in zip(places, signing, strict=True):
        blocks = place.page.facts.blocks
        names: dict[str, int] = {}
        for at in range(*place.page.skeleton.block_range(place.container)):
            own = dict(_labels(place, blocks[at].element))
            if at in lines:
                names |= own
                signed.update(own.keys())
                bare |= set() if is_byline(blocks[at]) else own.keys()
            elif not is_boilerplate(blocks[at].text):
                others.update(own.keys())
        found.append(names)
    sure = {name for name in bare if signed[name] >= ALWAYS * (signed[name] + others[name])}
    return covering([{n: k for n, k in names.items() if n in sure} for names in found])


def _last_lines(place: ContainerPlace) -> Iterator[int]:
    """The blocks at the container's end that may sign the article, the last first; there may be
    boilerplate between them."""
    page = place.page
    for at in reversed(range(*page.skeleton.block_range(place.container))):
        block = page.facts.blocks[at]
        if _may_sign(block):
            yield at
        elif page.own[at] or block.text == page.headline:
            return


def _signers_paths(places: Sequence[ContainerPlace], ends: Signing) -> set[str]:
    """The paths with a class that only lines have that may sign.

    There must be several signers, or the class must name them: one line on all pages is the site's.
    """
    signers: defaultdict[str, set[str]] = defaultdict(set)
    signed: Counter[str] = Counter()
    all_blocks: Counter[str] = Counter()
    for place, lines in zip(places, ends, strict=True):
        for at in range(*place.page.skeleton.block_range(place.container)):
            all_blocks[_path(place, at)] += 1
        for at in lines:
            signers[_path(place, at)].add(place.page.facts.blocks[at].key)
            signed[_path(place, at)] += 1
    return {
        path
        for path in signers
        if _is_for_signers(path, signers[path]) and signed[path] >= ALWAYS * all_blocks[path]
    }


def _is_for_signers(path: str, lines: Collection[str]) -> bool:
    step = path.rpartition(" > ")[2]
    has_label = not step.isalnum()
    return has_label and (len(lines) > 1 or bool(SIGNERS_LABEL.search(step)))


def _path(place: ContainerPlace, at: int) -> str:
    return place.page.skeleton.block_path(place.page.facts.blocks[at])


def _labels(place: ContainerPlace, element: int) -> Iterator[tuple[str, int]]:
    names = place.page.skeleton.inner_names(element, place.container, place.selector)
    return ((name, kind) for kind, name in names if kind == BY_LABEL)


def _may_sign(block: BlockFact) -> bool:
    """Whether a block may sign a text, if it stands at its end and in a place for that."""
    if block.linked or block.date or block.length > LONGEST_NAME_CHARS:
        return False
    if len(block.text.split()) > LONGEST_BYLINE_WORDS or is_boilerplate(block.text):
        return False
    return _signs(block) or may_name_signers(block.text)


def _signs(block: BlockFact) -> bool:
    """Whether a short line at a text's end reads like one that signs it, wherever it is set."""
    if is_byline(block):
        return bool(author_of(block.text) or labelled_source(block.text))
    return names_signers(block.text) or bool(labelled_source(block.text))
