"""Listing pages that could not be fetched, in this run and in earlier ones. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from archive.listing_gaps import ListingGap, Place

GAPS_NAMED = 3
"""Gaps that a reason names; the run's log names all."""


@dataclass(slots=True)
class ListingGaps:
    """The listing pages that one run knows to be missing, by the values that identify them."""

    earlier: dict[Place, ListingGap]
    """The gaps that the run before left."""
    _now: dict[Place, ListingGap] = field(default_factory=dict)
    """The pages that this run requested in vain."""
    _why: dict[Place, str] = field(default_factory=dict)
    """Why each of `_now` could not be fetched, in words."""
    _fetched: set[Place] = field(default_factory=set)

    @classmethod
    def after(cls, earlier: Iterable[ListingGap]) -> "ListingGaps":
        """The gaps at the start of a run."""
        return cls({gap.place: gap for gap in earlier})

    def missed(self, gap: ListingGap, why: str) -> None:
        """Note that a page could not be fetched; it may be the second time in this run."""
        self._why[gap.place] = why
        before = self.earlier.get(gap.place)
        again = before is not None and before.is_missing == gap.is_missing
        self._fetched.discard(gap.place)
        self._now[gap.place] = replace(gap, runs=before.runs + 1 if again and before else 1)

    def fetched(self, place: Place) -> None:
        """Note that a page was fetched."""
        self._fetched.add(place)
        self._now.pop(place, None)

    def to_request_again(self, *, all_of_them: bool) -> list[ListingGap]:
        """The gaps of this run, and those of earlier runs that this run has not requested yet.

        Gaps that have been known for several runs are included only with `all_of_them`.
        """
        left = (gap for gap in self.earlier.values() if self._is_left(gap.place))
        return [*self._now.values(), *(gap for gap in left if all_of_them or not gap.is_known)]

    def _is_left(self, place: Place) -> bool:
        return place not in self._now and place not in self._fetched

    def __iter__(self) -> Iterator[ListingGap]:
        """All open gaps, including those that this run did not request."""
        yield from self._now.values()
        yield from (gap for gap in self.earlier.values() if self._is_left(gap.place))

    def reason(self) -> str | None:
        """The gaps that make a run incomplete, in words; None if there are none."""
        waited_for = [gap for gap in self if not gap.is_known]
        if not waited_for:
            return None
        first = waited_for[0]
        more = f" and {len(waited_for) - 1} more" if len(waited_for) > 1 else ""
        why = self._why.get(first.place, f"{first.words()}; it was not requested again")
        return f"{why} ({first.url}){more}; the next run asks again"

    def known(self) -> str | None:
        """The gaps that have been known for several runs, in words; None if there are none."""
        known = [gap for gap in self if gap.is_known]
        return f"known gaps of listings: {named(known)}" if known else None


def named(gaps: list[ListingGap]) -> str:
    """The first gaps in words, and the number of the others."""
    words = ", ".join(gap.words() for gap in gaps[:GAPS_NAMED])
    more = len(gaps) - GAPS_NAMED
    return f"{words} and {more} more" if more > 0 else words
