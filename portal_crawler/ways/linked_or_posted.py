"""Pagers of ASP.NET systems, which link their pages on one site and post back on another."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal_crawler.cleaning.listings.pager_links import address_with, pager_links
from portal_crawler.ways.numbered import faults_of_text_pattern
from portal_crawler.ways.postback import PostBack
from portal_crawler.ways.requests import ListingAnswer, ListingRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedOrPosted(PostBack):
    """Pages that links to the listing's own path name by number, else the page posted back."""

    links: str = "a"
    """A selector of the pager's links."""
    pattern: str
    """Its first group is the number in an address."""
    same_path: bool = True
    """Links to other paths are of other listings; False if the number stands in the path."""

    def faults(self) -> Iterator[str]:
        """A pattern that is none."""
        yield from faults_of_text_pattern("pattern", self.pattern)
        yield from PostBack.faults(self)

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The address with the page's number; else the form of the page, posted back."""
        path = _path(answer.url)
        links = [
            link
            for link in pager_links(answer.body, answer.url, self.links, self.pattern)
            if not self.same_path or _path(link.address) == path
        ]
        address = address_with(links, page)
        if address is not None:
            return ListingRequest(url=address)
        return PostBack.following(self, answer, page)


def _path(url: str) -> str:
    """IIS tells no upper case from lower."""
    return urlsplit(url).path.lower()
