"""Adds to a page's text what its readings lost: the rest of a table, and a short last line."""

from collections.abc import Iterator, Sequence

from portal_crawler.cleaning.words.boilerplate import is_boilerplate, is_tail_boilerplate
from portal_crawler.cleaning.words.other_articles import heads_other_articles
from portal_crawler.learning.known_page import KnownPage
from portal_crawler.learning.repetition import is_link

MOST_LEVELS = 6
"""Elements between a cell's text and its table."""

LONGEST_CELL_CHARS = 300
"""A table with longer cells is a page's layout."""

MOST_LINKED_SHARE = 0.3


def with_gaps_filled(kept: Sequence[bool], known: KnownPage) -> list[bool]:
    """The blocks of the text with all cells of the tables that stand in it, and with the line that
    follows a paragraph as its sibling."""
    filled = list(kept)
    for table in {place for at, one in enumerate(kept) if one for place in _table(at, known)}:
        cells = range(*known.page.skeleton.block_range(table))
        if _holds_data(cells, known):
            for at in cells:
                filled[at] = True
    for at in range(1, len(filled)):
        if filled[at - 1] and not filled[at] and _goes_on(at, known):
            filled[at] = True
    return filled


def _table(at: int, known: KnownPage) -> Iterator[int]:
    """The innermost table around a block, if there is one."""
    facts = known.facts
    place = facts.parents[facts.blocks[at].element]
    for _ in range(MOST_LEVELS):
        if place < 0:
            return
        if facts.tags[place] == "table":
            yield place
            return
        place = facts.parents[place]


def _holds_data(cells: range, known: KnownPage) -> bool:
    """Whether the cells of a table are short, mostly without links, and all of the article."""
    blocks = [known.facts.blocks[at] for at in cells]
    chars = sum(block.length for block in blocks)
    if sum(block.linked for block in blocks) > MOST_LINKED_SHARE * chars:
        return False
    title = known.headline or ""
    return all(
        block.length <= LONGEST_CELL_CHARS
        and block.text != title
        and not (is_boilerplate(block.text) or heads_other_articles(block.text))
        for block in blocks
    )


def _goes_on(at: int, known: KnownPage) -> bool:
    """Whether a block is a paragraph beside and like the one before it."""
    before, block = known.facts.blocks[at - 1 : at + 1]
    facts, steps = known.facts, known.page.skeleton.steps
    if facts.tags[block.element] != "p" or steps[block.element] != steps[before.element]:
        return False
    if facts.parents[block.element] != facts.parents[before.element]:
        return False
    is_other = is_link(block) or block.date or heads_other_articles(block.text)
    return not (is_other or known.repeated_blocks[at] or is_tail_boilerplate(block.text))
