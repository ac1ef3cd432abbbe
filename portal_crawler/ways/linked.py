"""Listings whose pager links its pages by addresses with numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from portal_crawler.cleaning.listings.pager_links import PagerLink, address_with, pager_links
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
    shift: int = 0
    """Added to the page's number; -1 if the second page has number 1."""
    counts_rows: bool = False
    """The number is that of the rows before the page, as the pager's labels and addresses show."""

    knows_end: ClassVar[bool] = True

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The pager's address with the page's number."""
        links = pager_links(answer.body, answer.url, self.links, self.pattern)
        number = (page - 1) * _rows(links) if self.counts_rows else page + self.shift
        address = address_with(links, number)
        return ListingRequest(url=address) if address is not None else None


def _rows(links: Sequence[PagerLink]) -> int:
    """The rows of a page: the number of the link with the highest label, over its pages before."""
    labels = ((link.label, link.number) for link in links if link.label is not None)
    label, number = max(labels, default=(1, 0))
    return number // (label - 1) if label > 1 else 1
