"""Listings in XML: feeds, and sitemaps with their slices."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from portal_crawler.cleaning.listings.xml_rows import Slice, next_of_feed, slices_of
from portal_crawler.ways.numbered import faults_of_text_pattern
from portal_crawler.ways.requests import ListingAnswer, ListingRequest
from portal_crawler.ways.way import Way

MOST_SLICES = 5_000
"""Slices of all indexes of a sitemap that are followed: one a week for a hundred years."""

_SITEMAP = re.compile(r"[^/]*sitemap[^/]*\.xml(?:\.gz)?", re.IGNORECASE)
_FEED = re.compile(r"[^/]*\.(?:rss|atom|xml)", re.IGNORECASE)
_NUMBERS = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed(Way):
    """RSS or Atom; most feeds have one page."""

    knows_end: ClassVar[bool] = True

    def fits(self, url: str) -> bool:
        """Whether an address is a feed's: it ends in `.rss`, `.atom` or `.xml`."""
        return bool(_FEED.fullmatch(_last_part(url)))

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The request for the next page, if the feed names one (RFC 5005)."""
        named = next_of_feed(answer.body, answer.url) if page == answer.page + 1 else None
        return ListingRequest(url=named) if named is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap(Way):
    """A sitemap; if it is an index, all its slices, the newest first."""

    wanted: str = ""
    """A pattern of slices' addresses; others are not followed."""
    most_pages: int | None = MOST_SLICES
    most_repeating: int | None = MOST_SLICES
    lists_pages: ClassVar[bool] = True
    names_everything: ClassVar[bool] = True
    knows_end: ClassVar[bool] = True

    def faults(self) -> Iterator[str]:
        """A text that is not a pattern."""
        yield from faults_of_text_pattern("wanted", self.wanted)

    def fits(self, url: str) -> bool:
        """Whether an address is a sitemap's: its last part has `sitemap` and ends in `.xml`."""
        return bool(_SITEMAP.fullmatch(_last_part(url)))

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The request for the next slice; `trail` has the slices that are still to come."""
        return _request(self._trail(answer), page - answer.page - 1)

    def resuming(self, answer: ListingAnswer, url: str, page: int) -> ListingRequest | None:
        """The request for the slice at an address; None if no slice to come has it."""
        del page
        trail = self._trail(answer)
        return _request(trail, trail.index(url)) if url in trail else None

    def _trail(self, answer: ListingAnswer) -> tuple[str, ...]:
        """The addresses of the slices that are still to come."""
        return (*self._slices(answer), *answer.request.trail)[:MOST_SLICES]

    def _slices(self, answer: ListingAnswer) -> list[str]:
        found = [one for one in slices_of(answer.body, answer.url) if self._is_wanted(one)]
        known = {answer.url, answer.request.url, *answer.request.trail}
        dated = all(one.changed for one in found)
        found.sort(key=lambda one: (one.changed if dated else "", _numbers(one.url)), reverse=True)
        return [url for url in dict.fromkeys(one.url for one in found) if url not in known]

    def _is_wanted(self, one: Slice) -> bool:
        return re.search(self.wanted, one.url) is not None

    def may_be_empty(self, answer: ListingAnswer) -> bool:
        """An index has no rows, and a slice may have no articles."""
        del answer
        return True


XML_WAYS: tuple[Way, ...] = (Sitemap(), Feed())
"""The ways of listings in XML; a portal need not declare them."""


def _request(trail: tuple[str, ...], place: int) -> ListingRequest | None:
    """The request for the slice at a place of the trail; None if the trail does not reach it."""
    if not 0 <= place < len(trail):
        return None
    return ListingRequest(url=trail[place], trail=trail[place + 1 :])


def _last_part(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def _numbers(url: str) -> tuple[int, ...]:
    return tuple(map(int, _NUMBERS.findall(_last_part(url))))
