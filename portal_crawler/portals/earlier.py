"""The platforms on which a portal ran before its redesigns, by which old captures are read.

A page belongs to the platform whose signs it has; if the signs do not decide, to the platform of
the day on which it was captured.
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from archive.models import Article
from archive.moments import VIETNAM
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.portals.recognition import CLAIM, Recognition, SeenPage


class Platform(Protocol):
    """A class that reads pages; the class of each platform is one."""

    def recognise(self, page: SeenPage) -> Recognition:
        """How sure it is that the platform made a page."""

    def article_key(self, url: str) -> str | None:
        """The id in an article's address; None if it is not an article's."""

    def is_older_address(self, url: str) -> bool:
        """Whether an address is of an older form than the platform's newest."""

    def read_listing_page(
        self, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        """The rows of a listing page."""

    def read_article_page(
        self,
        body: bytes,
        url: str,
        fetched_at: datetime,
        content_type: str | None,
        listed_title: str | None = None,
    ) -> Article:
        """The article of a page; raises ExtractionError."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A platform on which a portal ran before."""

    platform: Platform
    """The platform's class, or a subclass with layouts of this portal."""
    until: str | None = None
    """The last day on it: `YYYY-MM-DD`, or only the month or year; None if it is not known."""

    def was_at(self, moment: datetime) -> bool:
        """Whether the portal still ran on it at a moment, which has a zone."""
        if self.until is None:
            return False
        return moment.astimezone(VIETNAM).date().isoformat()[: len(self.until)] <= self.until


@dataclass(frozen=True, slots=True)
class Layouts:
    """The platform of today and the earlier ones of a portal."""

    newest: Platform
    earlier: tuple[Earlier, ...]
    """The oldest first."""

    def made(self, page: SeenPage, fetched_at: datetime) -> Platform:
        """The platform that made a page."""
        sure = {each: each.recognise(page).confidence for each in self._newest_first()}
        best = max(sure.values())
        leading = [each for each, confidence in sure.items() if confidence == best]
        if best >= CLAIM and len(leading) == 1:
            return leading[0]
        at_that_time = (each.platform for each in self.earlier if each.was_at(fetched_at))
        return next(at_that_time, self.newest)

    def key_of(self, url: str) -> tuple[Platform, str] | None:
        """The platform to whose articles an address belongs, and the key in it.

        Of several platforms, the one whose signs the address has; else the newest.
        """
        page = SeenPage(url, None)
        keys = ((each, each.article_key(url)) for each in self._newest_first())
        found = [(each, key) for each, key in keys if key is not None]
        return max(found, key=lambda one: one[0].recognise(page).confidence, default=None)

    def _newest_first(self) -> Iterator[Platform]:
        yield self.newest
        yield from (each.platform for each in reversed(self.earlier))


class _Newest:
    """The functions of a portal's class before it reads by several platforms."""

    def __init__(self, portal: type, functions: dict[str, object]) -> None:
        for name, function in functions.items():
            # Bound to the class that is asked, whose attributes may differ from its platform's.
            setattr(self, name, function.__get__(None, portal))  # type: ignore[attr-defined]


FUNCTIONS = (
    "recognise", "article_key", "is_older_address", "read_listing_page", "read_article_page",
)  # fmt: skip
"""The functions that read pages and addresses."""


def read_by_layouts(portal: type, earlier: tuple[Earlier, ...]) -> None:
    """Make a class read each page and address by the platform that made it."""
    functions = {name: inspect.getattr_static(portal, name) for name in FUNCTIONS}

    def layouts(cls: type) -> Layouts:
        return Layouts(_Newest(cls, functions), earlier)  # type: ignore[arg-type]

    def article_key(cls: type, url: str) -> str | None:
        found = layouts(cls).key_of(url)
        return found[1] if found else None

    def is_older_address(cls: type, url: str) -> bool:
        all_of_it = layouts(cls)
        found = all_of_it.key_of(url)
        is_earlier = found is not None and found[0] is not all_of_it.newest
        return is_earlier or all_of_it.newest.is_older_address(url)

    def read_listing_page(
        cls: type, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        made = layouts(cls).made(SeenPage.of(body, url, content_type), fetched_at)
        return made.read_listing_page(body, url, fetched_at, content_type)

    def read_article_page(  # noqa: PLR0913 -- the arguments of the hook
        cls: type,
        body: bytes,
        url: str,
        fetched_at: datetime,
        content_type: str | None,
        listed_title: str | None = None,
    ) -> Article:
        made = layouts(cls).made(SeenPage.of(body, url, content_type), fetched_at)
        return made.read_article_page(body, url, fetched_at, content_type, listed_title)

    def is_of_earlier(
        cls: type, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> bool:
        all_of_it = layouts(cls)
        return all_of_it.made(SeenPage.of(body, url, content_type), fetched_at) is not (
            all_of_it.newest
        )

    for function in (
        article_key, is_older_address, read_listing_page, read_article_page, is_of_earlier,
    ):  # fmt: skip
        setattr(portal, function.__name__, classmethod(function))
