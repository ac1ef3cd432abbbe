"""Names of elements: the CSS selectors that a learned model may consist of.

Each element has names of several kinds, because some sites have no classes, and on others the outer
layout shifts. `selectors.ParsedPage` understands them all, and a person can edit them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import combinations

from portal_crawler.learning.page_facts import BlockFact, PageFacts

BY_LABEL, BY_ANCHOR, FROM_BODY, BY_TURN = range(4)
"""Kinds of names, best first for readability and stability: classes; steps from an element with
classes; steps from the body; the last three steps."""

LONGEST_ANCHORED_STEPS = 4
"""A class further away says nothing about the element."""

TURN_STEPS = 3

MOST_CLASSES = 5
"""Classes of an element that are combined: more of them have too many combinations."""


LEAST_SHARE = 0.1
"""Share of the pages: a selector that finds something on fewer is not learned."""

MOST_SELECTORS = 3
"""Selectors of one field: one for each template, and a spare."""

NEARLY_MOST_PAGES = 0.98
"""Share of the pages of the most frequent name: among names above it the best kind is chosen."""

ElementName = tuple[int, str]
"""The kind and the selector of a name."""


class Skeleton:
    """A page's facts with values derived from them, which learning needs several times."""

    def __init__(self, facts: PageFacts) -> None:
        self.facts = facts
        self._starts = [block.element for block in facts.blocks]
        self._names: dict[int, tuple[ElementName, ...]] = {}

    def block_range(self, place: int) -> tuple[int, int]:
        """The range of the page's blocks that are in an element: the first, and the one behind the
        last."""
        end = self.facts.ends[place]
        return bisect_left(self._starts, place), bisect_left(self._starts, end)

    def is_leaf(self, place: int) -> bool:
        """Whether all text in an element is of one block."""
        first, end = self.block_range(place)
        return end - first <= 1

    def ancestors(self, place: int) -> Iterator[int]:
        """The places of the elements around an element, from its parent outwards."""
        parents = self.facts.parents
        place = parents[place]
        while place >= 0:
            yield place
            place = parents[place]

    def block_path(self, block: BlockFact) -> str:
        """The last two steps to a block; they distinguish equal texts in different places."""
        return self.steps[block.element]

    @cached_property
    def steps(self) -> list[str]:
        """For each element the last two steps to it, with labels."""
        own = [tag + label for tag, label in zip(self.facts.tags, self.facts.labels, strict=True)]
        return [
            f"{own[parent]} > {own[place]}" if parent >= 0 else own[place]
            for place, parent in enumerate(self.facts.parents)
        ]

    def names(self, place: int) -> tuple[ElementName, ...]:
        """The kind and selector of each name of an element."""
        found = self._names.get(place)
        if found is None:
            found = self._names[place] = tuple(self._named(place))
        return found

    def _named(self, place: int) -> Iterator[ElementName]:
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
        """An element's tag and label."""
        return self.facts.tags[place] + self.facts.labels[place]

    def _turns(self, chain: list[int]) -> Iterator[str]:
        """Steps by tag and number, from the chain's last element, the outermost, to its first."""
        facts = self.facts
        return (f"{facts.tags[at]}:nth-of-type({facts.nths[at]})" for at in reversed(chain))

    def inner_names(self, place: int, container: int, selector: str) -> Iterator[ElementName]:
        """Kind and selector of an element inside the container that `selector` finds."""
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
        """Tags with fewer classes than the element has: as CSS they find it, too."""
        label = self.facts.labels[place]
        classes = label.split(".")[1:] if label.startswith(".") else []
        for count in range(1, min(len(classes), MOST_CLASSES)):
            for some in combinations(classes[:MOST_CLASSES], count):
                yield self.facts.tags[place] + "".join(f".{name}" for name in some)

    @cached_property
    def last_of_type(self) -> frozenset[int]:
        """The elements without a later sibling of the same tag."""
        facts = self.facts
        siblings = zip(facts.parents, facts.tags, strict=True)
        last = {kin: place for place, kin in enumerate(siblings)}
        return frozenset(last.values())


def covering(found: list[dict[str, int]]) -> tuple[str, ...]:
    """A few names that cover the pages: each finds something on most of the pages left by the
    others.

    `found` has, for each page, the names with their kinds. Among names of nearly as many pages the
    one of the best kind is chosen.
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
