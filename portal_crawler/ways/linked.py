"""Listings whose pager links its pages by addresses with numbers."""

from dataclasses import dataclass
from typing import ClassVar

from portal_crawler.cleaning.listings.pager_links import numbered_address
from portal_crawler.ways.requests import ListingAnswer, ListingRequest
from portal_crawler.ways.way import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPages(Way):
    """Pages that a declared pager links, up to the last one that it names.

    For systems that answer a page behind the end with the first one, or whose addresses hold more
    than the number.
    """

    links: str
    """A selector of the pager's links."""
    pattern: str
    r"""Its first group is the number in an address: `/page-(\d+)`."""

    knows_end: ClassVar[bool] = True

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The pager's address with the page's number."""
        address = numbered_address(answer.body, answer.url, page, self.links, self.pattern)
        return ListingRequest(url=address) if address is not None else None
