"""How far one listing is followed: to its end, or on most nights to where it has no news. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.database.frontier import BrokenOff

MARGIN_PAGES = 2
"""Listing pages that are looked at behind the first without news, on a night that had some: an
article is now and then filed under an earlier hour, and rows may be pinned before the newest."""


@dataclass(slots=True, kw_only=True)
class ListingWalk:
    """How far one listing was followed."""

    section: str
    settled_at: str | None = None
    """UTC; what is listed as it was then is no news. None: the listing is followed to its end."""
    known_rows: int | None = None
    """Rows that it has by what is known; None where its own count cannot be held against that."""
    broken_off: BrokenOff | None = None
    """Where to go on once the pages before have no more news."""
    page: int = 1
    """Number of the page that is asked for, from 1."""
    rows: int = 0
    """Rows of the pages before."""
    asked: int = 0
    """Articles asked for."""
    older: int = 0
    """Articles one after the other that were older than `since`."""
    row_keys: set[tuple[str, ...]] = field(default_factory=set)
    """The keys of each page, to know a page that comes again."""
    total: int | None = None
    keys: set[str] = field(default_factory=set)
    """Of all rows so far."""
    news: int = 0
    """Articles that are new, or listed otherwise."""
    quiet_pages: int = 0
    """Pages one after the other without news."""

    def heed(self, listed: Iterable[str], news: Iterable[str]) -> None:
        """Take in a page's keys, and those that are news; a page that only repeats says nothing."""
        fresh = set(listed) - self.keys
        new = fresh.intersection(news)
        self.keys |= fresh
        self.news += len(new)
        if new:
            self.quiet_pages = 0
        elif fresh:
            self.quiet_pages += 1

    def has_ended(self, keys: tuple[str, ...]) -> bool:
        """Whether a page with these keys, which are counted in, is behind the last one or it."""
        counted = self.total is not None and self.rows >= self.total
        return not keys or keys in self.row_keys or counted

    def go_on_behind(self, place: BrokenOff) -> None:
        """Go on, to the end, where an earlier run had to leave off."""
        self.page, self.rows = place.page, place.rows
        self.settled_at = self.broken_off = None

    @property
    def is_told(self) -> bool:
        """Whether further pages have nothing new to tell.

        Where the portal counts more than is known, something was put in further down.
        """
        if self.settled_at is None:
            return False
        known = self.known_rows
        if None not in (known, self.total) and self.total > known + self.news:  # type: ignore[operator]
            return False
        return self.quiet_pages > (MARGIN_PAGES if self.news else 0)
