"""The interface of all ways of listing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from portal_crawler.ways.requests import ListingAnswer, ListingRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One page and no next one; each way of listing is a subclass.

    A way has no state: a request follows from the answer before it.
    """

    ends_with_404: bool = False
    """The portal answers 404 for the page after the last one."""
    end_statuses: tuple[int, ...] = ()
    """Further statuses of the answer behind the last page: WordPress answers 400."""
    repeats_first_page: bool = False
    """The second page may repeat the first: the section's own page and its first fragment."""
    ends_with_seen: bool = False
    """Two pages in a row of which earlier pages named each article are the end: the portal answers
    with its last page, or its first, for a page beyond the end."""
    most_pages: int | None = None
    """Pages after which the listing counts as endless; None: the portal's `max_pages`."""

    most_repeating: int | None = None
    """Pages in a row without an article that the listing had not named, after which it counts as
    endless; None: as many as for every listing."""

    goes_past: ClassVar[bool] = True
    """Whether `following` knows the requests behind a page that could not be fetched."""
    resumes: ClassVar[bool] = True
    """Whether a later run can go on at a page where an earlier one had to stop."""
    lists_pages: ClassVar[bool] = False
    """Whether the pages are a list that the way knows: days, or the slices of a sitemap. The end of
    that list is the listing's: a page may repeat another one, or be redirected to the first."""
    names_everything: ClassVar[bool] = False
    """Whether the listing is the portal's own list of all its articles, as a sitemap is."""
    knows_end: ClassVar[bool] = False
    """Whether no following page means the end, whatever else on the page looks like a pager."""

    def faults(self) -> Iterator[str]:
        """Why the way cannot work, in words that follow its name."""
        yield from ()

    def fits(self, url: str) -> bool:
        """Whether the listing at an address is listed this way."""
        del url
        return True

    def first(self, url: str) -> ListingRequest:
        """The request for the first page; `url` is the section's address."""
        return ListingRequest(url=url)

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The request for page number `page`; None if the listing has no such page.

        `answer` is the last page that was read. Its number is `page - 1`, or less if pages after
        it could not be fetched. Raises UnfollowableError, or ValueError from joining addresses.
        """
        del answer, page
        return None

    def resuming(self, answer: ListingAnswer, url: str, page: int) -> ListingRequest | None:
        """The request for page number `page`, where an earlier run had to stop; `url` is the
        address that it had.

        `answer` is the last page that was read, before it. None if the page cannot be requested
        from there: the listing is then followed from page to page. Raises as `following` does.
        """
        del answer, page
        return ListingRequest(url=url)

    def may_be_empty(self, answer: ListingAnswer) -> bool:
        """Whether a page without rows does not end the listing: an index, or a day without
        news."""
        del answer
        return False
