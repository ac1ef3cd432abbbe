"""Leaves out what the readings of a page keep far from its text: notices of the sidebar, polls."""

import re
from collections.abc import Iterator, Sequence

from portal_crawler.cleaning.words.boilerplate import is_boilerplate, is_tail_boilerplate
from portal_crawler.cleaning.words.other_articles import heads_other_articles
from portal_crawler.cleaning.words.text import folded_line
from portal_crawler.learning.known_page import KnownPage
from portal_crawler.learning.page_facts import text_weight
from portal_crawler.learning.repetition import is_link

LARGEST_ISLANDS = 0.5
"""Share of the main part from which on the parts behind it are text wherever they stand."""

LEAST_BEHIND_HEADLINE = 0.25
"""Share of the heaviest part from which on a part right behind the headline is the main one."""

LONGEST_FAR_CHARS = 500
"""So much text that is kept far from the headline is the text all the same."""

_BARE_PATH = re.compile(r"[\w> ]+")
"""Two steps without a class or id: any element may stand there."""


def without_islands(kept: Sequence[bool], known: KnownPage) -> list[bool]:
    """The blocks of the text without the parts that other things separate from the main part.

    A part stays if it stands between the headline and the main part, inside of the elements of the
    main part or beside them, or in an element like theirs beside it. All parts behind it stay if
    they are much text, but not behind the heading of other articles.

    If the readings keep only little, and nothing between the headline and the heading of other
    articles, all that stands there is the text: a notice of a few words.
    """
    head = _headline(known)
    parts = list(_parts(kept, head, known))
    end = _others_behind(head, known)
    is_short = sum(_weight(part, known) for part in parts) < LONGEST_FAR_CHARS
    if is_short and head >= 0 and end < len(kept) and (not parts or parts[0][0] > end):
        return _below_headline(head, end, known)
    if not parts:
        return list(kept)
    place = _MainPart(parts, head, known)
    left = [False] * len(kept)
    for part in parts:
        for at in part:
            left[at] = place.takes(part) or place.is_near(at)
    return left


class _MainPart:
    """The part of a page's text that weighs most, and its place on the page."""

    def __init__(self, parts: Sequence[Sequence[int]], head: int, known: KnownPage) -> None:
        self._known = known
        weights = {part[0]: _weight(part, known) for part in parts}
        end = _others_behind(head, known)
        below = [part for part in parts if head <= part[0] < end] if head >= 0 else []
        self._main = max(below or parts, key=lambda part: weights[part[0]])
        if weights[self._main[0]] < LEAST_BEHIND_HEADLINE * max(weights.values()):
            self._main = max(parts, key=lambda part: weights[part[0]])
        facts, steps = known.facts, known.page.skeleton.steps
        elements = [facts.blocks[at].element for at in self._main]
        self._inside = _inside(elements, known)
        self._parents = {facts.parents[element] for element in elements}
        named = [one for one in elements if not _BARE_PATH.fullmatch(steps[one])]
        self._paths = {(steps[one], self._second_outer(one)) for one in named}
        self._begin = head if self._main[0] >= head else -1
        self._end = _others_behind(self._main[-1], known)
        behind = (weight for at, weight in weights.items() if self._main[0] < at < self._end)
        self._is_much_behind = sum(behind) >= LARGEST_ISLANDS * weights[self._main[0]]

    def takes(self, part: Sequence[int]) -> bool:
        """Whether a part is text wherever its blocks stand."""
        if part[0] < self._begin or part[0] > self._end:
            return False
        return part[0] <= self._main[0] or self._is_much_behind

    def is_near(self, at: int) -> bool:
        """Whether a block stands inside of the main part or beside it, or in an element like its
        own beside it."""
        element = self._known.facts.blocks[at].element
        if element in self._inside or self._known.facts.parents[element] in self._parents:
            return True
        step = self._known.page.skeleton.steps[element]
        return (step, self._second_outer(element)) in self._paths

    def _second_outer(self, element: int) -> int:
        """The place of the element around an element's parent; -1 if there is none."""
        parent = self._known.facts.parents[element]
        return self._known.facts.parents[parent] if parent >= 0 else -1


def _headline(known: KnownPage) -> int:
    """The number of the first block with the headline; -1 if there is none."""
    title = folded_line(known.headline or "")
    blocks = enumerate(known.facts.blocks)
    return next((at for at, block in blocks if folded_line(block.text) == title), -1)


def _others_behind(at: int, known: KnownPage) -> int:
    """The number of the first block behind one that heads other articles."""
    blocks = known.facts.blocks
    behind = range(at + 1, len(blocks))
    return next((at for at in behind if heads_other_articles(blocks[at].text)), len(blocks))


def _below_headline(head: int, end: int, known: KnownPage) -> list[bool]:
    """The blocks between the headline and the heading of other articles, without boilerplate."""
    dated = known.page.date_lines
    return [
        head < at < end
        and not (block.date or block.element in dated or is_tail_boilerplate(block.text))
        for at, block in enumerate(known.facts.blocks)
    ]


def _inside(elements: Sequence[int], known: KnownPage) -> range:
    """The places inside of the innermost element around all elements."""
    first, last = elements[0], elements[-1]
    ends = known.facts.ends
    if last < ends[first]:
        return range(first, ends[first])
    for outer in known.page.skeleton.ancestors(first):
        if last < ends[outer]:
            return range(outer, ends[outer])
    return range(0)


def _parts(kept: Sequence[bool], head: int, known: KnownPage) -> Iterator[list[int]]:
    """The blocks of the text in parts, between which there are links or boilerplate, or the
    headline begins."""
    part: list[int] = []
    for at, (block, one) in enumerate(zip(known.facts.blocks, kept, strict=True)):
        is_other = is_boilerplate(block.text) or heads_other_articles(block.text)
        if part and (at == head or is_other or (not one and is_link(block))):
            yield part
            part = []
        if one and not is_other:
            part.append(at)
    if part:
        yield part


def _weight(part: Sequence[int], known: KnownPage) -> int:
    blocks = (known.facts.blocks[at] for at in part)
    return sum(text_weight(block.text, block.length - block.linked) for block in blocks)
