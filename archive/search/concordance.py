"""Each place where a search finds its words, with the words around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.search.find import Search
from archive.words.letters import lowered

_WRITTEN_WORD = re.compile(r"\S+")

FARTHEST = 2000
"""Characters on each side that are looked at for words."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place in an article: `before`, `hit` and `after` joined are its text."""

    id: int
    portal: str
    key: str
    published_at: str | None
    gone_at: str | None
    version: int | None
    """The version whose text was found; None for the article as it is now."""
    before: str
    hit: str
    after: str


def places(search: Search, order: str, words: int) -> Iterator[Place]:
    """The places in title, lead and body of all articles found, with so many words on each side.

    An article's places stand in their order; those in a text as it was repaired are left out.
    """
    for candidate in search.found(order):
        row = search.row_of(candidate)
        for column in ("title", "lead", "body"):
            patterns = search.patterns(column)
            text = " ".join(str(row[column] or "").split())
            low = lowered(text)
            spans = sorted({hit.span() for pattern in patterns for hit in pattern.finditer(low)})
            for start, stop in _apart(spans):
                yield Place(
                    row["id"], row["portal"], row["key"], row["published_at"],
                    row["gone_at"], candidate.version,
                    _last(text[max(0, start - FARTHEST) : start], words),
                    text[start:stop],
                    _first(text[stop : stop + FARTHEST], words),
                )  # fmt: skip


def _apart(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that do not overlap; of two that begin together the longer one."""
    end = -1
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end:
            yield start, stop
            end = stop


def _last(text: str, words: int) -> str:
    starts = [found.start() for found in _WRITTEN_WORD.finditer(text)]
    return text[starts[-words] if len(starts) >= words else 0 :] if words and starts else ""


def _first(text: str, words: int) -> str:
    ends = [found.end() for found in _WRITTEN_WORD.finditer(text)]
    return text[: ends[min(words, len(ends)) - 1]] if words and ends else ""
