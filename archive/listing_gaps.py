"""Pages of listings that could not be fetched: the column runs.listing_gaps. Pure."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import ClassVar

from archive.models import MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingGap:
    """A listing page that could not be fetched although later pages could."""

    section: str
    page: int
    """Its number when it was requested, from 1."""
    url: str
    status: int | None
    """The status of its last answer; None if there was no complete one."""
    runs: int = 1
    """Consecutive runs that requested it and could not fetch it for the same reason."""

    RUNS_KNOWN: ClassVar[int] = 3

    @property
    def is_missing(self) -> bool:
        """Whether the portal says that there is no such page."""
        return self.status in MISSING

    @property
    def is_known(self) -> bool:
        """Whether it was missing so often that runs no longer wait for it."""
        return self.is_missing and self.runs >= self.RUNS_KNOWN

    def words(self) -> str:
        """`tin-tuc page 63 (answered 404)`."""
        how = "no whole answer" if self.status is None else f"answered {self.status}"
        return f"{self.section} page {self.page} ({how})"


def gaps_json(gaps: Iterable[ListingGap]) -> str:
    """The column runs.listing_gaps."""
    ordered = sorted(gaps, key=lambda gap: (gap.section, gap.page, gap.url))
    return json.dumps([asdict(gap) for gap in ordered], ensure_ascii=False)


def gaps_of(column: str | None) -> list[ListingGap]:
    """The gaps in that column; empty if it is NULL or not such a list."""
    try:
        return [ListingGap(**values) for values in json.loads(column or "[]")]
    except (ValueError, TypeError):
        return []
