"""Finds the texts that many pages of a site repeat; the others are a page's own."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from portal_crawler.cleaning.body.blocks import BLOCK_TAGS, BodyBlock
from portal_crawler.cleaning.body.bylines import looks_like_byline
from portal_crawler.learning.headlines import own_parts
from portal_crawler.learning.page_facts import BlockFact, BlockName, PageFacts
from portal_crawler.learning.paths import Skeleton
from portal_crawler.learning.pictures import PictureFact

REPEATED_SHARE = 0.2
"""Share of different articles: a text on more of them is repeated. From the trial on a real
portal."""

REPEATED_PAGES = 3
"""The least number for it: two articles may well share a sentence."""

FEW_VALUES = 0.2
"""Different texts in a place for each page that has one there; fewer are boilerplate."""

ENOUGH_FOR_VALUES = 20
"""The least number of pages for it."""

FILE_SHARE = 0.5
"""Share of different articles: a picture or document on as many is the site's. Editors use one
picture for many articles."""

LINK_SHARE = 0.6
"""Share of a block's characters in links from which on it is a link: the rest may be dates."""

LONGEST_DATE_LINE_CHARS = 150
"""The longest line with a date and with tools, the account or counters; a longer one is a
sentence."""


@dataclass
class SitePage:
    """A page of the site, with its blocks compared to those of the other pages."""

    skeleton: Skeleton
    junk: list[bool]
    """For each block whether many pages repeat it, or it is a link."""
    headline: str | None = None
    site_files: frozenset[str] = frozenset()
    """The addresses of the pictures and documents that the site repeats."""
    own: list[bool] = field(default_factory=list)
    """For each block whether it is the page's own text, not boilerplate, link, date or headline."""
    date_lines: set[int] = field(default_factory=set)
    """The elements of short blocks with an inline date."""
    _own_before: list[int] = field(default_factory=list)
    """Characters of own text before each block, and of all blocks."""
    _before: list[int] = field(default_factory=list)
    """The same for all text."""

    @property
    def facts(self) -> PageFacts:
        """The facts of the page alone."""
        return self.skeleton.facts

    def weigh(self, headline: str | None) -> None:
        """Set the headline, and from it the page's own blocks; None if the headline is unknown."""
        self.headline = headline
        blocks = self.facts.blocks
        dated = self.date_lines = self._found_date_lines()
        self.own = [
            not (junk or block.date or block.text == headline or block.element in dated)
            for block, junk in zip(blocks, self.junk, strict=True)
        ]
        lengths = [block.length for block in blocks]
        own = [length if own else 0 for length, own in zip(lengths, self.own, strict=True)]
        self._before = list(accumulate(lengths, initial=0))
        self._own_before = list(accumulate(own, initial=0))

    def _found_date_lines(self) -> set[int]:
        short = {b.element for b in self.facts.blocks if b.length <= LONGEST_DATE_LINE_CHARS}
        found = set()
        for date in self.facts.inline_dates:
            holders = self.skeleton.ancestors(date.element)
            found.add(next((at for at in holders if self.facts.tags[at] in BLOCK_TAGS), -1))
        return found & short

    @property
    def all_own_chars(self) -> int:
        """Characters of the page's own text."""
        return self._own_before[-1]

    def own_chars(self, place: int) -> int:
        """Characters of own text in an element."""
        first, end = self.skeleton.block_range(place)
        return self._own_before[end] - self._own_before[first]

    @cached_property
    def pictures(self) -> list[PictureFact]:
        """The page's own pictures: those that the site does not repeat, and that are no links to
        other pages."""
        return _own_pictures(self.facts, self.site_files)

    def has_own_file(self, place: int) -> bool:
        """Whether an element has a picture or a document of the page's own, and not only links to
        other pages."""
        end = self.facts.ends[place]
        blocks = self.facts.blocks[slice(*self.skeleton.block_range(place))]
        if any(block.document and block.document not in self.site_files for block in blocks):
            return True
        has_picture = any(place <= picture.element < end for picture in self.pictures)
        return has_picture and not (blocks and all(map(is_link, blocks)))

    def chars(self, place: int) -> int:
        """Characters of all text in an element."""
        first, end = self.skeleton.block_range(place)
        return self._before[end] - self._before[first]


@dataclass
class Site:
    """The pages of a site, and the number of articles with each of their blocks."""

    pages: list[SitePage]
    articles: int
    """The number of different articles: one under two sections, or its print view, counts once."""
    counts: Counter[BlockName]
    """The number of different articles by key and path of a block."""
    paths: Counter[str]
    """The number of different articles by path of a block: those of one template."""
    files: frozenset[str]
    """The addresses of the pictures and documents that the site repeats."""
    signed: set[BlockName] = field(default_factory=set)
    """Key and path of lines that sign articles: a few people or offices sign most of them."""

    def keep(self, page: SitePage, at: int) -> None:
        """Take a repeated block of a page for a line that signs the article."""
        block = page.facts.blocks[at]
        page.junk[at] = False
        self.signed.add((block.key, page.skeleton.block_path(block)))

    def is_repeated(self, page: SitePage, block: BlockFact) -> bool:
        """Whether many pages have the block in its place."""
        return self.repeats(block.key, page.skeleton.block_path(block))

    def repeats(self, key: str, path: str) -> bool:
        """Whether many of the pages with a text in a block's place have this block there."""
        if (key, path) in self.signed:
            return False
        return self.counts[key, path] >= repeated_limit(self.paths[path]) or path in self.few_valued

    @cached_property
    def few_valued(self) -> frozenset[str]:
        """The paths with few different texts: accounts, counters, sections.

        With thousands of pages, none of the texts need be on a fifth of them. Paths without a class
        or id are left out: bylines may stand there. So are those with labelled bylines alone, which
        are not counted.
        """
        values = Counter(path for _, path in self.counts)
        return frozenset(
            path
            for path, articles in self.paths.items()
            if articles >= ENOUGH_FOR_VALUES
            and 0 < values[path] <= FEW_VALUES * articles
            and not path.rpartition(" > ")[2].isalnum()
        )


def site_of(skeletons: Sequence[Skeleton]) -> Site:
    """The site of some pages with different addresses, with the repeated blocks counted."""
    names = _identities([skeleton.facts for skeleton in skeletons])
    repeated = _repeated_files(skeletons, names)
    site = Site([], len(set(names)), *_counts(skeletons, names, repeated), repeated)
    for skeleton in skeletons:
        page = SitePage(skeleton, [], site_files=repeated)
        page.junk = [
            is_link(block) or site.is_repeated(page, block) for block in skeleton.facts.blocks
        ]
        page.weigh(None)
        site.pages.append(page)
    return site


def repeated_limit(articles: int) -> int:
    """The number of articles, among so many, from which on a block is repeated."""
    return max(REPEATED_PAGES, math.ceil(REPEATED_SHARE * articles))


def is_link(block: BlockFact) -> bool:
    """Whether most of a block is in links."""
    return block.linked >= LINK_SHARE * block.length


def _identities(facts: list[PageFacts]) -> list[str]:
    """A name for each page, equal for pages of one article: the own part of `<title>`, or the
    longest text if `<title>` is fixed."""
    limit = repeated_limit(len(facts))
    titles = Counter(page.titles[0] for page in facts)
    own = own_parts(list(titles), limit)
    names = {title: name for title, name in zip(titles, own, strict=True) if titles[title] < limit}
    keys = Counter(key for page in facts for key in {block.key for block in page.blocks})
    return [
        names.get(page.titles[0]) or _longest(page, keys, len(facts)) or page.url for page in facts
    ]


def _longest(page: PageFacts, keys: Counter[str], pages: int) -> str:
    """The key of the longest text that fewer than half of the pages have."""
    own = [block for block in page.blocks if 2 * keys[block.key] < pages and not is_link(block)]
    return max(own, key=lambda block: block.length).key if own else ""


def files_of(facts: PageFacts) -> Iterator[tuple[int, str]]:
    """The pictures and the documents of a page: the element of each, and its address."""
    yield from ((picture.element, picture.address) for picture in facts.pictures)
    yield from ((block.element, block.document) for block in facts.blocks if block.document)


def _repeated_files(skeletons: Sequence[Skeleton], names: list[str]) -> frozenset[str]:
    articles: defaultdict[str, set[str]] = defaultdict(set)
    for skeleton, name in zip(skeletons, names, strict=True):
        for _, address in files_of(skeleton.facts):
            articles[address].add(name)
    least = max(REPEATED_PAGES, math.ceil(FILE_SHARE * len(set(names))))
    return frozenset(address for address, found in articles.items() if len(found) >= least)


def _own_pictures(facts: PageFacts, repeated: frozenset[str]) -> list[PictureFact]:
    return [one for one in facts.pictures if not one.linked and one.address not in repeated]


def _counts(
    skeletons: Sequence[Skeleton], names: list[str], repeated: frozenset[str]
) -> tuple[Counter[BlockName], Counter[str]]:
    articles: defaultdict[BlockName, set[str]] = defaultdict(set)
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for skeleton, name in zip(skeletons, names, strict=True):
        own = {picture.address for picture in _own_pictures(skeleton.facts, repeated)}
        for block in skeleton.facts.blocks:
            path = skeleton.block_path(block)
            paths[path].add(name)
            # A byline is not boilerplate, though a few people sign most articles. Nor is a caption
            # that many pictures have.
            if block.picture not in own and not looks_like_byline(BodyBlock(text=block.text)):
                articles[block.key, path].add(name)
    return (
        Counter({block: len(found) for block, found in articles.items()}),
        Counter({path: len(found) for path, found in paths.items()}),
    )
