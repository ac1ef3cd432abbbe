"""Pages of listings that could not be fetched: the column runs.listing_gaps. Pure."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import ClassVar

from archive.models import MISSING

Place = tuple[str, int | None]
"""The address of a listing page; with its number if it is the answer to a form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingGap:
    """A listing page that could not be fetched although later pages could."""

    section: str
    page: int
    """Its number when it was requested, from 1."""
    url: str
    status: int | None
    """The status of its last answer; None if there was no complete one."""
    request_digest: str | None = None
    """As captures.request_digest: None for a GET. The address of a form is that of many pages."""
    runs: int = 1
    """Consecutive runs that requested it and could not fetch it for the same reason."""

    RUNS_KNOWN: ClassVar[int] = 3

    @property
    def place(self) -> "Place":
        """The values that identify the page."""
        return place_of(self.url, self.page, is_post=self.request_digest is not None)

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


def place_of(url: str, page: int, *, is_post: bool) -> Place:
    """The address of a page, and its number too if it is the answer to a form."""
    return url, page if is_post else None


def gaps_json(gaps: Iterable[ListingGap]) -> str:
    """The column runs.listing_gaps."""
    ordered = sorted(gaps, key=lambda gap: (gap.section, gap.page, gap.url))
    return json.dumps([_values(gap) for gap in ordered], ensure_ascii=False)


def _values(gap: ListingGap) -> dict[str, object]:
    """The fields of a gap; only that of a form has a request_digest."""
    values = asdict(gap)
    if gap.request_digest is None:
        del values["request_digest"]
    return values


def gaps_of(column: str | None) -> list[ListingGap]:
    """The gaps in that column; empty if it is NULL or not such a list."""
    try:
        return [ListingGap(**values) for values in json.loads(column or "[]")]
    except (ValueError, TypeError):
        return []
