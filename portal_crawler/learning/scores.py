"""Reads a page by scores: the element whose paragraphs weigh most, with the best of its siblings.

Paragraphs give points to the elements around them, links and the names of classes take some away.
Readers' modes of browsers work like this. It takes two milliseconds, and errs on other pages than
trafilatura does.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from portal_crawler.learning.page_facts import BlockFact, text_weight
from portal_crawler.learning.paths import Skeleton

ENOUGH_CHARS = 500
"""With less text the page is read again, trusting the names of its classes less."""

SHORTEST_PARAGRAPH_CHARS = 25
LONG_PARAGRAPH_CHARS = 100

LEVELS = 5
"""Elements around a paragraph that get points from it."""

NEARLY_TOP = 0.75
"""Share of the top score from which on an element competes with the top one."""

COMPETITORS = 3
"""So many elements that compete inside another one are parts of it."""

SIBLING_SHARE = 0.2
"""Share of the top score from which on a sibling belongs to the text."""

LONG_SIBLING_CHARS = 80
MANY_COMMAS = 10
"""A part with so many commas is text, whatever else it is."""

NAME_WEIGHT = 25
KEPT_NAMES = 4096

_UNLIKELY = re.compile(
    r"-ad-|\bads?\b|advert|banner|breadcrumb|combx|comment|community|disqus|extra|footer|gdpr|cookie"
    r"|header|legend|menu|\bnav|related|remark|replies|\brss|shoutbox|sidebar|skyscraper|social"
    r"|sponsor|supplement|agegate|paginat|pager|popup|newsletter|subscribe|share"
    r"|lien-?quan|tin-?khac|binh-?luan",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"article|body|column|content|main|mathjax|shadow|story|entry|detail|noi-?dung|chi-?tiet",
    re.IGNORECASE,
)
_GOOD = re.compile(
    r"article|body|content|entry|main|page|post|text|blog|story|detail|noi-?dung|chi-?tiet",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"-ad-|hidden|\bhid\b|banner|combx|comment|com-|contact|footer|gdpr|masthead|media|meta|outbrain"
    r"|promo|related|scroll|share|shoutbox|sidebar|skyscraper|sponsor|shopping|tags|widget"
    r"|newsletter|subscribe|lien-?quan|tin-?khac|binh-?luan",
    re.IGNORECASE,
)
_ROLES = frozenset(
    ("menu", "menubar", "complementary", "navigation", "alert", "alertdialog", "dialog")
)
_COMMA = re.compile("[,\u060c\u3001\uff0c\ufe50\ufe10]")

_PARTS = frozenset(("body", "article", "main", "html"))
"""Elements that are never left out for their names."""
_OUTSIDE = frozenset(("nav", "aside", "footer"))
_PARAGRAPHS = frozenset(
    (
        *("section", "h2", "h3", "h4", "h5", "h6", "p", "td", "pre", "div", "blockquote", "center"),
        *("article", "main", "figure", "dd", "body"),
    )
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LISTS = frozenset(("ul", "ol"))
_CLEANED = frozenset(("form", "fieldset", "table", "ul", "ol", "div", "section", "header", "dl"))

_FIRST_POINTS = {
    "article": 8,
    "div": 5,
    "main": 5,
    "section": 5,
    "pre": 3,
    "td": 3,
    "blockquote": 3,
    **dict.fromkeys(("address", "ol", "ul", "dl", "dd", "dt", "li", "form"), -3),
    **dict.fromkeys((*_HEADINGS, "th"), -5),
}


@dataclass(frozen=True, slots=True)
class Trust:
    """How far the names of classes are trusted."""

    leaves_out: bool = True
    """Elements with unlikely names are left out."""
    weighs: bool = True
    """Names give points and take them away."""


TRUSTS = (Trust(), Trust(leaves_out=False), Trust(leaves_out=False, weighs=False))


def scored_blocks(
    skeleton: Skeleton, names: Sequence[tuple[str, str]], left_out: Sequence[bool]
) -> list[bool]:
    """For each block of a page whether it belongs to the text.

    `names` has the classes and ids, and the role, of each element; `left_out` says which blocks do
    not count.
    """
    best: list[bool] = []
    most = -1
    for trust in TRUSTS:
        found = _Scores(skeleton, names, left_out, trust).chosen()
        kept = (block for block, one in zip(skeleton.facts.blocks, found, strict=True) if one)
        chars = sum(text_weight(block.text, block.length) for block in kept)
        if chars > most:
            best, most = found, chars
        if chars >= ENOUGH_CHARS:
            return found
    return best


def long_blocks(
    skeleton: Skeleton, names: Sequence[tuple[str, str]], left_out: Sequence[bool]
) -> list[bool]:
    """For each block whether it is a paragraph that is not in a menu, footer or box; the arguments
    are those of `scored_blocks`."""
    found: list[bool] = []
    for trust in TRUSTS[:2]:  # Where end tags are missing, all of the page may be in its menu.
        scores = _Scores(skeleton, names, left_out, trust)
        found = [
            counted and weight >= LONG_PARAGRAPH_CHARS and 3 * block.linked < block.length
            for block, weight, counted in zip(
                skeleton.facts.blocks, scores.sums.weights, scores.counted, strict=True
            )
        ]
        if any(found):
            break
    return found


@lru_cache(maxsize=KEPT_NAMES)
def _weight(name: str) -> int:
    return NAME_WEIGHT * (bool(_GOOD.search(name)) - bool(_BAD.search(name)))


@lru_cache(maxsize=KEPT_NAMES)
def _is_unlikely(name: str) -> bool:
    return bool(_UNLIKELY.search(name)) and not _MAYBE.search(name)


class _Sums:
    """Sums over the blocks of any element, each in constant time."""

    def __init__(self, skeleton: Skeleton, counted: Sequence[bool]) -> None:
        blocks, tags = skeleton.facts.blocks, skeleton.facts.tags
        self._skeleton = skeleton
        in_headings = [tags[block.element] in _HEADINGS for block in blocks]
        in_items = [tags[block.element] == "li" for block in blocks]
        self.commas = [len(_COMMA.findall(block.text)) for block in blocks]
        self.weights = [text_weight(block.text, block.length) for block in blocks]
        lengths = [weight * one for weight, one in zip(self.weights, counted, strict=True)]
        links = [
            text_weight(block.text, block.linked) * one
            for block, one in zip(blocks, counted, strict=True)
        ]
        self._chars = _before(lengths)
        self._linked = _before(links)
        self._commas = _before(self.commas)
        self._headings = _before(map(int.__mul__, lengths, map(int, in_headings)))
        self._items = _before(map(int.__mul__, lengths, map(int, in_items)))

    def _of(self, sums: list[int], place: int) -> int:
        first, end = self._skeleton.block_range(place)
        return sums[end] - sums[first]

    def chars(self, place: int) -> int:
        return self._of(self._chars, place)

    def density(self, place: int) -> float:
        """The share of the text that is linked."""
        return self._share(self._linked, place)

    def headings(self, place: int) -> float:
        """The share of the text that is in headings."""
        return self._share(self._headings, place)

    def items(self, place: int) -> float:
        """The share of the text that stands bare in items of lists."""
        return self._share(self._items, place)

    def all_commas(self, place: int) -> int:
        return self._of(self._commas, place)

    def _share(self, sums: list[int], place: int) -> float:
        chars = self.chars(place)
        return self._of(sums, place) / chars if chars else 0.0


def _before(values: Iterator[int] | Sequence[int]) -> list[int]:
    return list(accumulate(values, initial=0))


class _Scores:
    """The scores of a page's elements."""

    def __init__(
        self,
        skeleton: Skeleton,
        names: Sequence[tuple[str, str]],
        left_out: Sequence[bool],
        trust: Trust,
    ) -> None:
        self.skeleton, self.facts, self.names, self.trust = skeleton, skeleton.facts, names, trust
        self._is_out = self._outside()
        blocks = self.facts.blocks
        self.counted = [
            not (out or self._is_out[block.element])
            for block, out in zip(blocks, left_out, strict=True)
        ]
        self.sums = _Sums(skeleton, self.counted)
        self.scores = self._scored()

    def _outside(self) -> list[bool]:
        """For each element whether it is left out, alone or with one around it."""
        out: list[bool] = []
        for place, parent in enumerate(self.facts.parents):
            out.append((parent >= 0 and out[parent]) or self._is_unlikely(place))
        return out

    def _is_unlikely(self, place: int) -> bool:
        tag, (name, role) = self.facts.tags[place], self.names[place]
        if not self.trust.leaves_out or tag in _PARTS:
            return False
        return tag in _OUTSIDE or role in _ROLES or _is_unlikely(name)

    def _weight(self, place: int) -> int:
        return _weight(self.names[place][0]) if self.trust.weighs else 0

    def _scored(self) -> dict[int, float]:
        scores: dict[int, float] = {}
        counts = zip(self.sums.commas, self.sums.weights, self.counted, strict=True)
        for block, (commas, weight, counted) in zip(self.facts.blocks, counts, strict=True):
            is_short = weight < SHORTEST_PARAGRAPH_CHARS
            if counted and not is_short and self.facts.tags[block.element] in _PARAGRAPHS:
                points = 1 + commas + min(weight // 100, 3)
                for level, place in enumerate(self._around(block)):
                    share = points / (1, 2, 6, 9, 12)[level]
                    scores[place] = scores.get(place, self._first_points(place)) + share
        return {place: score * (1 - self.sums.density(place)) for place, score in scores.items()}

    def _first_points(self, place: int) -> float:
        return _FIRST_POINTS.get(self.facts.tags[place], 0) + self._weight(place)

    def _around(self, block: BlockFact) -> Iterator[int]:
        """The elements that get a block's points: itself if it holds other blocks."""
        first, end = self.skeleton.block_range(block.element)
        parents = self.facts.parents
        place = block.element if end - first > 1 else parents[block.element]
        for _ in range(LEVELS):
            if place < 0 or self.facts.tags[place] == "html":
                return
            yield place
            place = parents[place]

    def chosen(self) -> list[bool]:
        """For each block whether it belongs to the text."""
        chosen = [False] * len(self.facts.blocks)
        if not self.scores:
            return chosen
        for part in self._parts(self._top()):
            for at in range(*self.skeleton.block_range(part)):
                chosen[at] = self.counted[at]
            self._clean(part, chosen)
        return chosen

    def _top(self) -> int:
        """The element with the text: the best one, or one around it that holds more of it."""
        best = sorted(self.scores, key=lambda place: (-self.scores[place], place))[:LEVELS]
        top = best[0]
        limit = NEARLY_TOP * self.scores[top]
        rivals = [place for place in best[1:] if 0 < limit <= self.scores[place]]
        ends = self.facts.ends
        for outer in self._outwards(top):
            if sum(outer < rival < ends[outer] for rival in rivals) >= COMPETITORS:
                top = outer
                break
        top = self._grown(top)
        for outer in self._outwards(top):
            if len(self._children(outer)) > 1:
                break
            top = outer
        return top

    def _grown(self, top: int) -> int:
        """An element around the top one whose score is higher, unless scores fall far before."""
        last = self.scores.get(top, self._first_points(top))
        limit = last / 3
        for outer in self._outwards(top):
            score = self.scores.get(outer)
            if score is None:
                continue
            if score < limit:
                break
            if score > last:
                return outer
            last = score
        return top

    def _outwards(self, place: int) -> Iterator[int]:
        """The elements around one, inside of the page's body."""
        for outer in self.skeleton.ancestors(place):
            if self.facts.tags[outer] in ("body", "html"):
                return
            yield outer

    def _children(self, place: int) -> list[int]:
        found = []
        child, end = place + 1, self.facts.ends[place]
        while child < end:
            found.append(child)
            child = self.facts.ends[child]
        return found

    def _parts(self, top: int) -> list[int]:
        """The top element with those of its siblings that belong to the text."""
        parent = self.facts.parents[top]
        if parent < 0 or self.facts.tags[top] == "body":
            return [top]
        return [one for one in self._children(parent) if one == top or self._belongs(one, top)]

    def _belongs(self, sibling: int, top: int) -> bool:
        if self._is_out[sibling]:
            return False
        score = self.scores.get(top, 0)
        name = self.names[sibling][0]
        bonus = SIBLING_SHARE * score if name and name == self.names[top][0] else 0
        if sibling in self.scores and self.scores[sibling] + bonus >= max(
            10, SIBLING_SHARE * score
        ):
            return True
        if self.facts.tags[sibling] != "p":
            return False
        chars, density = self.sums.chars(sibling), self.sums.density(sibling)
        if chars > LONG_SIBLING_CHARS:
            return density < 0.25
        return bool(chars) and not density and self._text(sibling).endswith(".")

    def _text(self, place: int) -> str:
        first, end = self.skeleton.block_range(place)
        return self.facts.blocks[first].text if end > first else ""

    def _clean(self, part: int, chosen: list[bool]) -> None:
        """Take the elements out that are menus, lists of links, boxes."""
        place, end = part + 1, self.facts.ends[part]
        while place < end:
            if self._is_box(place):
                for at in range(*self.skeleton.block_range(place)):
                    chosen[at] = False
                place = self.facts.ends[place]
            else:
                place += 1

    def _is_box(self, place: int) -> bool:
        tag, sums = self.facts.tags[place], self.sums
        if tag in _OUTSIDE:
            return True
        weight = self._weight(place)
        if tag not in _CLEANED:
            return tag in ("h1", "h2") and weight < 0
        if weight < 0:
            return True
        if sums.all_commas(place) >= MANY_COMMAS or (tag == "table" and self._is_data(place)):
            return False
        density = sums.density(place)
        if tag in _LISTS or sums.items(place) > 0.9:
            return density > 0.5
        is_label = 0 < sums.chars(place) < SHORTEST_PARAGRAPH_CHARS and density > 0
        return (is_label and sums.headings(place) < 0.9) or density > (0.5 if weight > 0 else 0.2)

    def _is_data(self, table: int) -> bool:
        """Whether a table holds data, and not the page's layout."""
        tags = Counter(self.facts.tags[table + 1 : self.facts.ends[table]])
        return tags["tr"] >= 10 or bool(tags["th"] or tags["caption"] or tags["thead"])
