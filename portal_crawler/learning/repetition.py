"""Which texts stand on many of a site's pages, and which are a page's own."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from portal_crawler.cleaning.body.blocks import BLOCK_TAGS, BodyBlock
from portal_crawler.cleaning.body.bylines import looks_like_byline
from portal_crawler.learning.headlines import own_parts
from portal_crawler.learning.page_facts import BlockFact, PageFacts
from portal_crawler.learning.paths import Skeleton

REPEATED_SHARE = 0.2
"""Of distinct pages: what stands on more is no page's own. From the trial on a real portal."""

REPEATED_PAGES = 3
"""As above, at least: two articles may well share a sentence."""

FEW_VALUES = 0.2
"""Different texts for each page that has something at the place."""

ENOUGH_FOR_VALUES = 20
"""Pages below which few different texts say nothing."""

LINK_SHARE = 0.6
"""A text of which more is linked leads elsewhere: the rest are the dates of what it lists."""

LONGEST_DATE_LINE_CHARS = 150
"""A line with a date of its own and what is set beside it: tools, the account, counters. A longer
one is a sentence."""


@dataclass(slots=True)
class SitePage:
    """One page of the site, with what the others say about its blocks."""

    skeleton: Skeleton
    junk: list[bool]
    """For each block whether it stands on many pages, or leads elsewhere."""
    headline: str | None = None
    own: list[bool] = field(default_factory=list)
    """For each block whether it is the page's own text: no furniture, link, date or headline."""
    _own_before: list[int] = field(default_factory=list)
    """Characters of own text before each block, and at the end of all."""
    _before: list[int] = field(default_factory=list)
    """Characters of all text, as above."""

    @property
    def facts(self) -> PageFacts:
        """What was read from the page alone."""
        return self.skeleton.facts

    def weigh(self, headline: str | None) -> None:
        """Tell the page's own blocks, now that its headline is known."""
        self.headline = headline
        blocks = self.facts.blocks
        dated = self.date_lines
        self.own = [
            not (junk or block.date or block.text == headline or block.element in dated)
            for block, junk in zip(blocks, self.junk, strict=True)
        ]
        lengths = [block.length for block in blocks]
        own = [length if own else 0 for length, own in zip(lengths, self.own, strict=True)]
        self._before = list(accumulate(lengths, initial=0))
        self._own_before = list(accumulate(own, initial=0))

    @property
    def date_lines(self) -> set[int]:
        """Elements of short blocks in which a smaller element is a date."""
        short = {b.element for b in self.facts.blocks if b.length <= LONGEST_DATE_LINE_CHARS}
        found = set()
        for date in self.facts.inline_dates:
            holders = self.skeleton.ancestors(date.element)
            found.add(next((at for at in holders if self.facts.tags[at] in BLOCK_TAGS), -1))
        return found & short

    @property
    def all_own_chars(self) -> int:
        """Of the page's own text."""
        return self._own_before[-1]

    def own_chars(self, place: int) -> int:
        """Of own text in an element."""
        first, end = self.skeleton.block_range(place)
        return self._own_before[end] - self._own_before[first]

    def chars(self, place: int) -> int:
        """Of all text in an element."""
        first, end = self.skeleton.block_range(place)
        return self._before[end] - self._before[first]


@dataclass
class Site:
    """All pages of a site, and how often their blocks stand on them."""

    pages: list[SitePage]
    articles: int
    """Distinct ones: an article under two sections, or its print view, counts once."""
    limit: int
    """Articles from which on what all pages could have is repeated."""
    counts: Counter[tuple[str, str]]
    """Distinct articles by key and path of a block."""
    paths: Counter[str]
    """Distinct articles by path of a block: those of one template."""
    texts: Counter[str] = field(default_factory=Counter)
    """Pages by what stands on them, to the digit."""

    def is_repeated(self, page: SitePage, block: BlockFact) -> bool:
        """Whether the block stands at its place on many pages."""
        return self.repeats(block.key, page.skeleton.block_path(block))

    def repeats(self, key: str, path: str) -> bool:
        """Whether a block is on many of the pages that have something at its place."""
        return self.counts[key, path] >= repeated_limit(self.paths[path]) or path in self.few_valued

    @cached_property
    def few_valued(self) -> frozenset[str]:
        """Places whose texts take few values: accounts, counters, sections.

        On thousands of pages none of the values need be on a fifth of them. Where a place has no
        class of its own, bylines stand there too.
        """
        values = Counter(path for _, path in self.counts)
        return frozenset(
            path
            for path, articles in self.paths.items()
            if articles >= ENOUGH_FOR_VALUES
            and values[path] <= FEW_VALUES * articles
            and not path.rpartition(" > ")[2].isalnum()
        )


def site_of(pages: Sequence[PageFacts]) -> Site:
    """The pages, each address once, and what repeats on them."""
    facts = list({page.url: page for page in pages}.values())
    names = _identities(facts)
    articles = len(set(names))
    limit = repeated_limit(articles)
    skeletons = [Skeleton(page) for page in facts]
    site = Site([], articles, limit, *_counts(skeletons, names))
    for known in facts:
        site.texts.update({block.text for block in known.blocks})
    for skeleton in skeletons:
        page = SitePage(skeleton, [])
        page.junk = [
            is_link(block) or site.is_repeated(page, block) for block in skeleton.facts.blocks
        ]
        page.weigh(None)
        site.pages.append(page)
    return site


def repeated_limit(articles: int) -> int:
    """On how many of that many articles a block is repeated."""
    return max(REPEATED_PAGES, math.ceil(REPEATED_SHARE * articles))


def is_link(block: BlockFact) -> bool:
    """Whether nearly all of a block is linked."""
    return block.linked >= LINK_SHARE * block.length


def _identities(facts: list[PageFacts]) -> list[str]:
    """What tells articles apart: the own part of `<title>`; of a fixed one the longest text."""
    limit = repeated_limit(len(facts))
    titles = Counter(page.titles[0] for page in facts)
    own = own_parts(list(titles), limit)
    names = {title: name for title, name in zip(titles, own, strict=True) if titles[title] < limit}
    keys = Counter(key for page in facts for key in {block.key for block in page.blocks})
    return [
        names.get(page.titles[0]) or _longest(page, keys, len(facts)) or page.url for page in facts
    ]


def _longest(page: PageFacts, keys: Counter[str], pages: int) -> str:
    """The key of the longest text that is not on half of the pages."""
    own = [block for block in page.blocks if 2 * keys[block.key] < pages and not is_link(block)]
    return max(own, key=lambda block: block.length).key if own else ""


def _counts(
    skeletons: list[Skeleton], names: list[str]
) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    articles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for skeleton, name in zip(skeletons, names, strict=True):
        for block in skeleton.facts.blocks:
            path = skeleton.block_path(block)
            paths[path].add(name)
            # The same few people sign: that makes no furniture of "Tác giả: …".
            if not looks_like_byline(BodyBlock(text=block.text)):
                articles[block.key, path].add(name)
    return (
        Counter({block: len(found) for block, found in articles.items()}),
        Counter({path: len(found) for path, found in paths.items()}),
    )
