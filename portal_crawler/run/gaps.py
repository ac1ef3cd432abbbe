"""Pages of listings that could not be had: those that earlier runs left, and this run's. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from archive.models import ListingGap

GAPS_NAMED = 3
"""In a reason; the run's log names each."""


@dataclass(slots=True)
class ListingGaps:
    """What one run knows of them, by address."""

    earlier: dict[str, ListingGap]
    """As the run before left them."""
    _now: dict[str, ListingGap] = field(default_factory=dict)
    """Those that this run asked for and could not have."""
    _why: dict[str, str] = field(default_factory=dict)
    """In words, of those."""
    _had: set[str] = field(default_factory=set)

    @classmethod
    def after(cls, earlier: Iterable[ListingGap]) -> "ListingGaps":
        """Those of a run that begins."""
        return cls({gap.url: gap for gap in earlier})

    def missed(self, gap: ListingGap, why: str) -> None:
        """Take in a page that could not be had, were it for the second time in this run."""
        self._why[gap.url] = why
        before = self.earlier.get(gap.url)
        again = before is not None and before.is_missing == gap.is_missing
        self._had.discard(gap.url)
        self._now[gap.url] = replace(gap, runs=before.runs + 1 if again and before else 1)

    def had(self, url: str) -> None:
        """Take in a page that was had."""
        self._had.add(url)
        self._now.pop(url, None)

    def to_ask_again(self, *, all_of_them: bool) -> list[ListingGap]:
        """This run's, and of the earlier ones those that were not asked for yet.

        Known gaps are asked for again only with `all_of_them`.
        """
        left = (gap for gap in self.earlier.values() if self._is_left(gap.url))
        return [*self._now.values(), *(gap for gap in left if all_of_them or not gap.is_known)]

    def _is_left(self, url: str) -> bool:
        return url not in self._now and url not in self._had

    def __iter__(self) -> Iterator[ListingGap]:
        """All that are open, those that this run did not ask for among them."""
        yield from self._now.values()
        yield from (gap for gap in self.earlier.values() if self._is_left(gap.url))

    def reason(self) -> str | None:
        """Words for those for which a run is incomplete."""
        waited_for = [gap for gap in self if not gap.is_known]
        if not waited_for:
            return None
        first = waited_for[0]
        more = f" and {len(waited_for) - 1} more" if len(waited_for) > 1 else ""
        why = self._why.get(first.url, f"{first.words()}; it was not asked for again")
        return f"{why} ({first.url}){more}; the next run asks again"

    def known(self) -> str | None:
        """Words for the known gaps."""
        known = [gap for gap in self if gap.is_known]
        return f"known gaps of listings: {named(known)}" if known else None


def named(gaps: list[ListingGap]) -> str:
    """The first of them, and how many more there are."""
    words = ", ".join(gap.words() for gap in gaps[:GAPS_NAMED])
    more = len(gaps) - GAPS_NAMED
    return f"{words} and {more} more" if more > 0 else words
