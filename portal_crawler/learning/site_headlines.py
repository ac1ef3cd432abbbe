"""Finds the block of each page that is its headline."""

from portal_crawler.cleaning.words.boilerplate import is_page_name
from portal_crawler.cleaning.words.headlines import LONGEST_HEADLINE_CHARS, is_running
from portal_crawler.learning.headlines import SHORTEST_HEADLINE_CHARS, headline_among
from portal_crawler.learning.page_facts import BlockFact
from portal_crawler.learning.paths import covering
from portal_crawler.learning.repetition import Site, SitePage

HEADINGS = frozenset(("h1", "h2", "h3", "h4"))

SHORTEST_TEXT_CHARS = 100
"""The longest block of an article has so many: with less text a heading makes no article."""

SHORTEST_LINE_CHARS = 15
"""The shortest headline without a heading's tag; sections and labels are shorter."""

KNOWN_SHARE = 0.5
"""Share of pages whose head names the headline; below it the site's `<title>` is a fixed text."""


def set_headlines(site: Site) -> None:
    """Set the headlines of the pages: those that their heads name, else the texts in one place."""
    for page in site.pages:
        texts = [
            block.text for block, junk in zip(page.facts.blocks, page.junk, strict=True) if not junk
        ]
        names = (headline_among(texts, title) for title in page.facts.titles)
        page.weigh(next((name for name in names if name), None))
    known = sum(page.headline is not None for page in site.pages)
    if known < KNOWN_SHARE * len(site.pages):
        _set_by_place(site)


def _set_by_place(site: Site) -> None:
    """Set the first heading above the text as headline, if most pages have it in one place."""
    firsts = {at: block for at, page in enumerate(site.pages) if (block := _first(page))}
    names = {
        at: {name: kind for kind, name in site.pages[at].skeleton.names(block.element)}
        for at, block in firsts.items()
    }
    chosen = covering(list(names.values()))
    for at, page in enumerate(site.pages):
        if any(name in chosen for name in names.get(at, ())):
            page.weigh(firsts[at].text)


def main_heading(page: SitePage) -> BlockFact | None:
    """The nearest of the highest headings above the page's longest text.

    None if there is none, or the text is only a line.
    """
    longest, above = _above_text(page)
    if longest < SHORTEST_TEXT_CHARS:
        return None
    heads = [block for block in above if page.facts.tags[block.element] in HEADINGS]
    highest = min((page.facts.tags[block.element] for block in heads), default=None)
    # Sidebars before the text have headings, too, mostly of a lower level.
    return next((b for b in reversed(heads) if page.facts.tags[b.element] == highest), None)


def line_above_date(page: SitePage) -> BlockFact | None:
    """The text right above the first date: the headline on old sites without headings; else
    None."""
    above: BlockFact | None = None
    for block, junk in zip(page.facts.blocks, page.junk, strict=True):
        if block.date:
            break
        if not junk and not block.linked:
            above = block
    else:
        return None
    if above is None or not SHORTEST_LINE_CHARS <= above.length <= LONGEST_HEADLINE_CHARS:
        return None
    return None if is_running(above.text) else above


def _first(page: SitePage) -> BlockFact | None:
    """The first heading before the page's longest text, else the first text there."""
    _, above = _above_text(page)
    heads = (block for block in above if page.facts.tags[block.element] in HEADINGS)
    return next(heads, above[0] if above else None)


def _above_text(page: SitePage) -> tuple[int, list[BlockFact]]:
    """The length of the page's longest own block, and the blocks before it that may be a
    headline."""
    blocks = zip(page.facts.blocks, page.own, strict=True)
    own = [block for block, is_own in blocks if is_own]
    longest = max(own, key=lambda block: block.length, default=None)
    if longest is None:
        return 0, []
    above = [
        block
        for block in own
        if block.element < longest.element
        and SHORTEST_HEADLINE_CHARS <= block.length <= LONGEST_HEADLINE_CHARS
        and not (is_page_name(block.text) or is_running(block.text))
    ]
    return longest.length, above
