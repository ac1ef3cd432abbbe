"""Finds the blocks of a page that stand in a text, which an extractor made of that page."""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from portal_crawler.learning.page_facts import BlockFact, text_weight

LONG_CHARS = 30
"""Letters and digits of a block that is found wherever it stands; shorter ones stand anywhere, and
count only between others."""

PIECE_CHARS = 40
"""Extractors cut and join blocks, so a block is looked for piece by piece."""

SHORTEST_PIECE_CHARS = 20

MOST_PLACES = 16
"""Places of one block in a text: a paragraph may repeat."""

MOST_LONG_BLOCKS = 3_000
MOST_TEXT_CHARS = 300_000
"""More of a page is not compared, because each block is looked for in the whole text."""

_NO_LETTER = re.compile(r"\W+")


def squeezed(text: str) -> str:
    """The letters and digits of a text: extractors change spaces and signs.

    Composed, as blocks are: pages may have letters and their marks apart.
    """
    return _NO_LETTER.sub("", unicodedata.normalize("NFC", text).casefold())


def standing(blocks: Sequence[BlockFact], text: str) -> list[float]:
    """For each block the share of it, 0 to 1, that stands in a text in the page's order.

    A block that stands more often on the page than in the text is found where the order of the
    others puts it.
    """
    whole = squeezed(text)[:MOST_TEXT_CHARS]
    shares = [0.0] * len(blocks)
    texts = [squeezed(block.text) for block in blocks]
    found = list(_heaviest(list(_places(texts, whole))))
    covered = [(one.start, one.start + len(texts[one.block])) for one in found]
    for one in found:
        shares[one.block] = _share(texts[one.block], whole[max(0, one.start) :])
    known = {one.block for one in found}
    for one in _places(texts, whole):  # out of order: bare text around other blocks
        middle = one.start + len(texts[one.block]) // 2
        if one.block not in known and not any(start < middle < end for start, end in covered):
            shares[one.block] = _share(texts[one.block], whole)
    _set_short(shares, texts, found, whole)
    return shares


class _Place(NamedTuple):
    """A place of a block in a text."""

    block: int
    start: int
    chars: int


def _places(texts: Sequence[str], whole: str) -> Iterator[_Place]:
    """The places of each long block: of the whole, else of its beginning, middle, or end."""
    long = [at for at, text in enumerate(texts) if _is_long(text)]
    for block in long[:MOST_LONG_BLOCKS]:
        text = texts[block]
        ends = len(text), PIECE_CHARS, len(text) // 2 + PIECE_CHARS // 2, len(text)
        begins = 0, 0, max(0, len(text) // 2 - PIECE_CHARS // 2), max(0, len(text) - PIECE_CHARS)
        for offset, end in dict.fromkeys(zip(begins, ends, strict=True)):
            starts = list(_starts(text[offset:end], whole))
            if starts:
                yield from (_Place(block, at - offset, len(text)) for at in reversed(starts))
                break


def _is_long(text: str) -> bool:
    return text_weight(text, len(text)) >= LONG_CHARS


def _starts(piece: str, whole: str) -> Iterator[int]:
    at = whole.find(piece)
    for _ in range(MOST_PLACES):
        if at < 0:
            return
        yield at
        at = whole.find(piece, at + len(piece))


def _heaviest(places: list[_Place]) -> Iterator[_Place]:
    """The places that follow each other on the page and in the text, with the most characters.

    Those of one block come backwards, so that at most one of them is taken.
    """
    starts = sorted({place.start for place in places})
    tree: list[tuple[int, int]] = [(0, -1)] * (len(starts) + 1)
    before: list[int] = []
    best = 0, -1
    for number, place in enumerate(places):
        rank = bisect_left(starts, place.start)
        chars, last = _best_until(tree, rank)
        before.append(last)
        here = chars + place.chars, number
        best = max(best, here)
        at = rank + 1
        while at < len(tree):
            tree[at] = max(tree[at], here)
            at += at & -at
    chain = []
    number = best[1]
    while number >= 0:
        chain.append(places[number])
        number = before[number]
    yield from reversed(chain)


def _best_until(tree: list[tuple[int, int]], rank: int) -> tuple[int, int]:
    best = 0, -1
    while rank > 0:
        best = max(best, tree[rank])
        rank -= rank & -rank
    return best


def _share(text: str, whole: str) -> float:
    """The share of a block's pieces that a text has near its beginning, or anywhere."""
    if len(text) <= 2 * PIECE_CHARS:
        return 1.0
    near = whole[: len(text) + 10 * PIECE_CHARS] if whole.startswith(text[:8]) else whole
    pieces = [text[at : at + PIECE_CHARS] for at in range(0, len(text), PIECE_CHARS)]
    whole_pieces = [piece for piece in pieces if len(piece) >= SHORTEST_PIECE_CHARS]
    return sum(piece in near for piece in whole_pieces) / len(whole_pieces)


def _set_short(
    shares: list[float], texts: Sequence[str], found: Sequence[_Place], whole: str
) -> None:
    """Set the shares of short blocks: those that the text has between the long ones around them."""
    at, first = 0, 0
    for place in (*found, _Place(len(texts), len(whole), 0)):
        for block in range(first, place.block):
            text = texts[block]
            if text and not _is_long(text):
                start = whole.find(text, at, max(at, place.start))
                if start >= 0:
                    shares[block] = 1.0
                    at = start + len(text)
        if place.block < len(texts):
            at = max(at, place.start + round(place.chars * shares[place.block]))
            first = place.block + 1


def same_texts(blocks: Sequence[BlockFact], parents: Sequence[int]) -> list[list[int]]:
    """The blocks with one text under one parent, if there are several: extractors keep one."""
    alike: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for at, block in enumerate(blocks):
        alike[block.text, parents[block.element]].append(at)
    return [found for found in alike.values() if len(found) > 1]
