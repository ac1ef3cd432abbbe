"""The purpose of a request and the facts of its last exchange: our one value in a request's meta.

The spider makes it; middlewares and the download handler replace it by a copy that knows more. It
is frozen because Scrapy's retries, redirects and copies of a request share the values of its meta.
Scrapy's own keys (`proxy`, `download_timeout`, `redirect_urls`, ...) stand beside it.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from archive.models import READ_INTO_ROWS, STREAMED_ROLES, Capture, Role

_KEY = "portal_crawler"
"""In a request's meta."""

MOST_TITLE_CHARS = 500
"""A link around a whole teaser is longer, and no title."""


@dataclass(frozen=True, slots=True)
class Via:
    """The page that names an address."""

    url: str | None = None
    """None for an address that no page of this run names."""
    hop: int = 0
    """Pages between the first page of a listing and the address; from a page to its requisites 1,
    and one more from stylesheet to stylesheet."""
    fresh: bool = True
    """The page was sent in full: no 304 said that it is unchanged."""
    is_frame: bool = False
    """The page is a frame of another one; frames within it are not requested."""
    names_it: bool = True
    """False for an icon that browsers request because the page names none."""

    def referer(self) -> dict[str, str]:
        """The header Referer: the origin alone, since the metadata record has the whole address."""
        return {"Referer": urljoin(self.url, "/")} if self.url else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInfo:
    """The purpose of a request, and the facts of its last exchange."""

    # From the request's maker
    role: Role = Role.OTHER
    """It becomes the capture's role; OTHER for requests that Scrapy makes itself."""
    key: str | None = None
    """The requested article's key."""
    section: str | None = None
    """The section whose listing it is, or whose listing led to the article."""
    listed_title: str | None = None
    """The article's title on a listing, as the record keeps it; see `recorded_title`."""
    via: Via = Via()
    kind: str | None = None
    """The kind of a requisite or attachment, by its name in portal_crawler.references."""
    notes: tuple[tuple[str, str], ...] = ()
    """Further lines for the metadata record."""
    wire_address: str | None = None
    """The address as browsers request it, if Scrapy spells it otherwise."""
    revisit_of: Capture | None = field(default=None, repr=False)
    """The capture that a conditional request names; None for an unconditional one."""

    # From RobotsMiddleware
    crawl_delay_s: float | None = None
    """Seconds that the host's robots.txt asks for; None if it was not read."""

    # From the download handler
    started_at: datetime | None = None
    """UTC, to the second."""
    identity: str | None = None
    """The key of the article at the address; it may be another than the requested one."""
    is_retried: bool | None = None
    """Whether an answer that broke off is requested again; None if it did not break off."""
    capture: "Future[Capture] | None" = field(default=None, repr=False)
    """The capture of the last answer, done when it is written; None before an answer came."""

    @property
    def is_read_into_rows(self) -> bool:
        """Whether rows are made of the answer: it is a listing or an article."""
        return self.role in READ_INTO_ROWS

    @property
    def is_streamed(self) -> bool:
        """Whether the answer goes to the disk as it comes."""
        return self.role in STREAMED_ROLES

    @property
    def is_robots(self) -> bool:
        """Whether robots.txt itself is requested."""
        return self.role == Role.ROBOTS

    def record_lines(self, redirect_urls: Sequence[str] = ()) -> list[tuple[str, str]]:
        """The lines of the metadata record that say how the crawl came to the address.

        `redirect_urls` are the addresses that led to it, the last one last.
        """
        return [
            *([("via", self.via.url)] if self.via.url else []),
            *[("redirected-from", url) for url in redirect_urls[-1:]],
            ("hop", str(self.via.hop)),
            *([("kind", self.kind)] if self.kind is not None else []),
            *self.notes,
        ]


_UNKNOWN = RequestInfo()


def request_info(asked: Request | Response) -> RequestInfo:
    """The value of a request, or of a response's request; an empty one if none was set."""
    info: RequestInfo = asked.meta.get(_KEY, _UNKNOWN)
    return info


def meta_of(info: RequestInfo) -> dict[str, Any]:
    """The meta of a new request."""
    return {_KEY: info}


def set_info(request: Request, info: RequestInfo) -> None:
    """Give a request its value, in place of the one that it had."""
    request.meta[_KEY] = info


def recorded_title(listed: str | None) -> str | None:
    """A listed title as the line of a record gives it back; None if it is empty or too long."""
    line = " ".join((listed or "").split()).encode(errors="backslashreplace").decode()
    return line if 0 < len(line) <= MOST_TITLE_CHARS else None
