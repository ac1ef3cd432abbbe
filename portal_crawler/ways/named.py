"""Listings whose next page a function of the portal names."""

from collections.abc import Callable
from dataclasses import dataclass

from portal_crawler.ways.requests import ListingAnswer, ListingRequest
from portal_crawler.ways.way import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPages(Way):
    """Pages at the addresses that `next_listing` of a portal gives."""

    next_listing: Callable[[bytes, str, int], str | None]
    """From a page's bytes and address, the address of another page by its number."""

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The request for the address that the portal names."""
        named = self.next_listing(answer.body, answer.url, page)
        return ListingRequest(url=named) if named is not None else None
