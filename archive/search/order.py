"""The order of articles: by date of publication, then by id; without a date last. Pure."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Candidate(NamedTuple):
    """An article that may be a hit."""

    id: int
    number: int
    """In the search index."""
    published_at: str | None
    version: int | None
    """The version whose text was found; None for the article as it is now."""


def oldest_first(candidate: Candidate) -> tuple[bool, str, int, int]:
    """A key to sort by."""
    return (
        candidate.published_at is None,
        candidate.published_at or "",
        candidate.id,
        candidate.version or 0,
    )


def newest_first(candidate: Candidate) -> tuple[bool, str, int, int]:
    """A key to sort by; of articles of one date the one with the lowest id comes first, too."""
    return (
        candidate.published_at is None,
        _Later(candidate.published_at or ""),
        candidate.id,
        candidate.version or 0,
    )


class _Later(str):
    """Text that sorts the other way round."""

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)


def once(found: Iterable[Candidate]) -> Iterator[Candidate]:
    """The first candidate of each article."""
    seen: set[int] = set()
    for candidate in found:
        if candidate.id not in seen:
            seen.add(candidate.id)
            yield candidate
