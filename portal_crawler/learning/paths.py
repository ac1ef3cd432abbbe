"""Names for places on a page: CSS selectors that a learned model can be written with.

Each place has names of several kinds, so that learning works where there are no classes, and where
the outer layout shifts. All of them are understood by `selectors.Page` and can be edited by hand.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import combinations

from portal_crawler.learning.page_facts import BlockFact, PageFacts

BY_LABEL, BY_ANCHOR, FROM_BODY, BY_TURN = range(4)
"""Kinds of names, first what a person reads best and a redesign shifts least: classes; steps from
something with classes; steps from the body; the last three steps wherever they stand."""

LONGEST_ANCHORED_STEPS = 4
"""Further away a class says nothing about the place."""

TURN_STEPS = 3

MOST_CLASSES = 5
"""Of an element: with more of them the ways to name it are too many to look at."""


LEAST_SHARE = 0.1
"""Of the pages: a selector for fewer is not learned."""

MOST_SELECTORS = 3
"""For one field: one a template, and a spare."""

NEARLY_MOST_PAGES = 0.98
"""Of the most pages: names that a person reads better are taken from here on."""


class Skeleton:
    """A page's facts with what is derived from them while a site is learned."""

    def __init__(self, facts: PageFacts) -> None:
        self.facts = facts
        self._starts = [block.element for block in facts.blocks]
        self._names: dict[int, tuple[tuple[int, str], ...]] = {}

    def block_range(self, place: int) -> tuple[int, int]:
        """Which of the page's blocks lie in an element: the first, and the one behind the last."""
        end = self.facts.ends[place]
        return bisect_left(self._starts, place), bisect_left(self._starts, end)

    def is_leaf(self, place: int) -> bool:
        """Whether all text in an element is of one block: a selector then finds just that."""
        first, end = self.block_range(place)
        return end - first <= 1

    def ancestors(self, place: int) -> Iterator[int]:
        """From the parent outwards."""
        parents = self.facts.parents
        place = parents[place]
        while place >= 0:
            yield place
            place = parents[place]

    def block_path(self, block: BlockFact) -> str:
        """The last two steps to a block, by which the same text at two places is told apart."""
        return self.steps[block.element]

    @cached_property
    def steps(self) -> list[str]:
        """For each element the last two steps, with labels."""
        own = [tag + label for tag, label in zip(self.facts.tags, self.facts.labels, strict=True)]
        return [
            f"{own[parent]} > {own[place]}" if parent >= 0 else own[place]
            for place, parent in enumerate(self.facts.parents)
        ]

    def names(self, place: int) -> tuple[tuple[int, str], ...]:
        """An element's selectors with their kinds."""
        found = self._names.get(place)
        if found is None:
            found = self._names[place] = tuple(self._named(place))
        return found

    def _named(self, place: int) -> Iterator[tuple[int, str]]:
        facts = self.facts
        tag, label = facts.tags[place], facts.labels[place]
        if tag in ("html", "body"):
            yield BY_LABEL, tag
            return
        chain = [place]
        anchor = None
        for outer in self.ancestors(place):
            if facts.tags[outer] in ("html", "body"):
                break
            if anchor is None and facts.labels[outer]:
                anchor = len(chain), outer
            chain.append(outer)
        if label:
            before = f"{self.step(anchor[1])} " if anchor else ""
            yield BY_LABEL, f"{before}{tag}{label}"
        elif anchor and anchor[0] <= LONGEST_ANCHORED_STEPS:
            yield BY_ANCHOR, " > ".join((self.step(anchor[1]), *self._turns(chain[: anchor[0]])))
        yield FROM_BODY, " > ".join(("body", *self._turns(chain)))
        if len(chain) >= TURN_STEPS:
            yield BY_TURN, " > ".join(self._turns(chain[:TURN_STEPS]))

    def step(self, place: int) -> str:
        """Tag and label."""
        return self.facts.tags[place] + self.facts.labels[place]

    def _turns(self, chain: list[int]) -> Iterator[str]:
        """Steps by tag and turn, from the outermost to the first of the chain."""
        facts = self.facts
        return (f"{facts.tags[at]}:nth-of-type({facts.nths[at]})" for at in reversed(chain))

    def inner_names(self, place: int, container: int, selector: str) -> Iterator[tuple[int, str]]:
        """Selectors of an element inside the container that `selector` finds."""
        label = self.facts.labels[place]
        if label:
            yield BY_LABEL, f"{selector} {self.step(place)}"
        chain = [place]
        for outer in self.ancestors(place):
            if outer == container:
                break
            chain.append(outer)
        yield BY_ANCHOR, " > ".join((selector, *self._turns(chain)))
        if place in self.last_of_type:
            last = f"{self.facts.tags[place]}:last-of-type"
            yield BY_TURN, " > ".join((selector, *self._turns(chain[1:]), last))

    def looser_labels(self, place: int) -> Iterator[str]:
        """Labels of fewer classes than the element has: as CSS they find it too."""
        label = self.facts.labels[place]
        classes = label.split(".")[1:] if label.startswith(".") else []
        for count in range(1, min(len(classes), MOST_CLASSES)):
            for some in combinations(classes[:MOST_CLASSES], count):
                yield self.facts.tags[place] + "".join(f".{name}" for name in some)

    @cached_property
    def last_of_type(self) -> frozenset[int]:
        """Elements that no sibling with their tag follows."""
        facts = self.facts
        siblings = zip(facts.parents, facts.tags, strict=True)
        last = {kin: place for place, kin in enumerate(siblings)}
        return frozenset(last.values())


def covering(found: list[dict[str, int]]) -> tuple[str, ...]:
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
        near = [name for name, count in counts.items() if count >= NEARLY_MOST_PAGES * most]
        chosen.append(min(near, key=lambda name: (kinds[name], -counts[name], len(name), name)))
        left = [names for names in left if chosen[-1] not in names]
    return tuple(chosen)
