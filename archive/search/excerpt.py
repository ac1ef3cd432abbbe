"""The few words of a text around the words that a search found. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.words.letters import lowered

WORDS = 30
"""About two lines of a terminal."""

WORDS_BEFORE = 6
NEAR_CHARACTERS = 160
"""Hits within this many characters stand in one excerpt: 30 words less those before the first."""

MAX_HITS = 400
"""Hits of one word in one text that are looked at; more cannot make a better excerpt."""

Span = tuple[int, int]
Pattern = re.Pattern[str]

_WRITTEN_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and the places in it that a search found, in order, without overlaps."""

    text: str
    hits: tuple[Span, ...] = ()


def marked(text: str, patterns: Iterable[Pattern]) -> Marked:
    """The text with all its hits."""
    found = sorted(span for _, span in _hits(text, patterns))
    return Marked(text, _joined(found))


def excerpt(texts: Iterable[tuple[str | None, Sequence[Pattern]]]) -> Marked:
    """About 30 words of the place where most patterns of a text are near each other.

    An earlier text wins a tie. If no pattern is found, it is the beginning of the first text.
    """
    best, most = Marked(""), -1
    for text, patterns in texts:
        flat = " ".join((text or "").split())
        if not flat:
            continue
        count, start = _densest(flat, patterns)
        if count > most:
            best, most = _cut(flat, start, patterns), count
    return best


def _hits(text: str, patterns: Iterable[Pattern]) -> list[tuple[int, Span]]:
    low = lowered(text)
    found = []
    for number, pattern in enumerate(patterns):
        for hit, _ in zip(pattern.finditer(low), range(MAX_HITS), strict=False):
            found.append((number, hit.span()))
    return found


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap as one."""
    kept: list[Span] = []
    for start, end in spans:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)


def _densest(text: str, patterns: Sequence[Pattern]) -> tuple[int, int]:
    """How many patterns are found near one place, and the first hit there."""
    found = sorted((start, number) for number, (start, _) in _hits(text, patterns))
    starts = [start for start, _ in found]
    best = (0, 0)
    for index, start in enumerate(starts):
        stop = bisect_right(starts, start + NEAR_CHARACTERS)
        count = len({number for _, number in found[index:stop]})
        if count > best[0]:
            best = (count, start)
        if count == len(patterns):
            break
    return best


def _cut(text: str, start: int, patterns: Sequence[Pattern]) -> Marked:
    words = [word.span() for word in _WRITTEN_WORD.finditer(text)]
    at = bisect_right(words, (start, len(text))) - 1
    first = max(0, min(at - WORDS_BEFORE, len(words) - WORDS))
    last = min(len(words), first + WORDS) - 1
    before = "… " if first else ""
    after = " …" if last < len(words) - 1 else ""
    return marked(before + text[words[first][0] : words[last][1]] + after, patterns)
