"""Chooses the blocks of a page that are its article's text, by the agreement of several readings.

Each reading errs in its own way: trafilatura's fast one sometimes keeps nothing but a menu or a
heading, its thorough ones leave paragraphs out, scores keep promotion between paragraphs. Two
readings that agree are believed; else further ones vote.
"""

import json
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from portal_crawler.cleaning.page.caps import general_part
from portal_crawler.cleaning.words.text import clean
from portal_crawler.learning.extractor import extracted, without_wide_tables
from portal_crawler.learning.gaps import with_gaps_filled
from portal_crawler.learning.islands import without_islands
from portal_crawler.learning.known_page import KnownPage
from portal_crawler.learning.page_facts import BlockFact
from portal_crawler.learning.scores import long_blocks, scored_blocks
from portal_crawler.learning.standing import same_texts, standing

AGREEMENT = 0.9
"""The F1 of two readings, by characters, from which on what both keep is the text."""

MAJORITY = 0.5

SCORES_WEIGHT = 3
"""The weight of the scores in a vote, in which the other readings have 2: trafilatura's modes err
together."""

STATED_WEIGHT = 4

LOST_SHARE = 0.5
"""If the votes keep less than this share of the median reading, the readings have too little in
common: the one that agrees best with the others is taken as it is."""

EMPTY_SHARE = 0.1
"""A reading with less than this share of a long one has found nothing, and does not vote."""

LONG_READING_CHARS = 1_000

LONGEST_STATED_CHARS = 300_000
SHORTEST_STATED_CHARS = 400
"""A shorter `articleBody` is a summary."""

_HEAVY_TAGS = ("script", "style", "svg", "noscript", "template")

_TAG = re.compile(r"<[^>]{0,500}>")


@dataclass(frozen=True, slots=True)
class Choice:
    """The blocks that are the text."""

    blocks: list[bool]
    lines: list[str] = field(default_factory=list)
    """trafilatura's text by lines, for a page on which no block is found."""
    has_failed: bool = False
    """trafilatura failed on the page, and the scores alone chose."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """For each block the share of it that a reading keeps; None if the reading says nothing."""

    shares: list[float | None]
    weight: int = 2


def chosen_text(html: str, known: KnownPage) -> Choice:
    """The blocks of a page that are the text. Raises MissingDependencyError."""
    blocks = known.facts.blocks
    part = _lighter(html, known.tree.root)
    by_scores = _Reading([float(one) for one in _scored(known)], SCORES_WEIGHT)
    text = extracted(part, fast=True)
    if text is None:
        return Choice(_kept([by_scores], blocks), has_failed=True)
    fast = _reading(text, known)
    if _agreement(fast, by_scores, blocks) >= AGREEMENT:
        both = zip(_kept([fast], blocks), _kept([by_scores], blocks), strict=True)
        kept = [one and other for one, other in both]
    else:
        kept = _voted([by_scores, *_further(part, known)], blocks)
    kept = with_gaps_filled(without_islands(kept, known), known)
    lines = [line for raw in text.split("\n") if (line := clean(raw))]
    return Choice(_without_repeated(kept, known), lines)


def _scored(known: KnownPage) -> list[bool]:
    names = [_name_and_role(element) for element in known.elements]
    return scored_blocks(known.page.skeleton, names, known.repeated_blocks)


def _name_and_role(element: etree._Element) -> tuple[str, str]:
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return name.strip(), element.get("role") or ""


def _lighter(html: str, root: etree._Element) -> str:
    """The page as general extractors read it: if it is too long for them, without its scripts."""
    part = general_part(html)
    if len(part) < len(html):
        bare = deepcopy(root)
        etree.strip_elements(bare, *_HEAVY_TAGS, with_tail=False)
        part = general_part(etree.tostring(bare, encoding="unicode", method="html"))
    return without_wide_tables(part)


def _without_repeated(kept: list[bool], known: KnownPage) -> list[bool]:
    repeated = known.repeated_blocks
    return [one and not left_out for one, left_out in zip(kept, repeated, strict=True)]


def _reading(text: str, known: KnownPage, weight: int = 2) -> _Reading:
    facts = known.facts
    shares: list[float | None] = [*standing(facts.blocks, text)]
    for alike in same_texts(facts.blocks, facts.parents):
        if any(shares[at] for at in alike):
            for at in alike:
                shares[at] = shares[at] or None
    return _Reading(shares, weight)


def _further(part: str, known: KnownPage) -> Iterator[_Reading]:
    """Readings that decide with the scores where the fast one differs from them: trafilatura's two
    thorough ones, all long blocks, and the text that the page states."""
    for text in (extracted(part), extracted(part, favor_precision=True)):
        yield _reading(text or "", known)
    names = [_name_and_role(element) for element in known.elements]
    yield _Reading([*map(float, long_blocks(known.page.skeleton, names, known.repeated_blocks))])
    stated = stated_text(known.tree.root)
    if stated:
        yield _reading(stated, known, STATED_WEIGHT)


def stated_text(root: etree._Element) -> str:
    """The text that the page states for machines: the longest `articleBody` of its JSON-LD."""
    texts = [""]
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "") and "articleBody" in (script.text or ""):
            texts += _bodies(script.text or "")
    longest = clean(_TAG.sub(" ", max(texts, key=len)))
    return longest if len(longest) >= SHORTEST_STATED_CHARS else ""


def _bodies(script: str) -> Iterator[str]:
    try:
        waiting = [json.loads(script[:LONGEST_STATED_CHARS], strict=False)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            body = value.get("articleBody")
            if isinstance(body, str):
                yield body
            waiting += value.values()


def _voted(readings: Sequence[_Reading], blocks: Sequence[BlockFact]) -> list[bool]:
    sizes = [_chars(_kept([one], blocks), blocks) for one in readings]
    most = max(sizes)
    least = EMPTY_SHARE * most if most >= LONG_READING_CHARS else 0
    readings = [one for one, size in zip(readings, sizes, strict=True) if size >= least]
    kept = _kept(readings, blocks)
    lengths = sorted(size for size in sizes if size >= least)
    median = lengths[len(lengths) // 2]
    if _chars(kept, blocks) >= LOST_SHARE * median:
        return kept
    best = max(
        readings,
        key=lambda one: (
            round(sum(_agreement(one, other, blocks) for other in readings), 6),
            _chars(_kept([one], blocks), blocks),
        ),
    )
    return _kept([best], blocks)


def _kept(readings: Sequence[_Reading], blocks: Sequence[BlockFact]) -> list[bool]:
    """For each block whether most readings that say something of it keep it."""
    kept = []
    for at in range(len(blocks)):
        said = [(one.weight, share) for one in readings if (share := one.shares[at]) is not None]
        all_weights = sum(weight for weight, _ in said)
        kept.append(sum(weight * share for weight, share in said) > MAJORITY * all_weights)
    return kept


def _chars(kept: Sequence[bool], blocks: Sequence[BlockFact]) -> int:
    return sum(block.length for block, one in zip(blocks, kept, strict=True) if one)


def _agreement(one: _Reading, other: _Reading, blocks: Sequence[BlockFact]) -> float:
    """The F1 of two readings, by characters."""
    first, second = _kept([one], blocks), _kept([other], blocks)
    common = [a and b for a, b in zip(first, second, strict=True)]
    both = _chars(first, blocks) + _chars(second, blocks)
    return 2 * _chars(common, blocks) / both if both else 1.0
