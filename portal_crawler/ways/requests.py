"""The request for a listing page, and the answer that the next request follows from. Pure."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime

FORM = "application/x-www-form-urlencoded"

MOST_BODY_BYTES = 1024 * 1024
"""A longer form is not sent; the state of an ASP.NET page has some 100 kB."""


class UnfollowableError(ValueError):
    """Raised by a way whose page lacks something that the next request needs; in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRequest:
    """The request for one page of a listing."""

    url: str
    body: bytes | None = field(default=None, repr=False)
    """The body of a POST; None for a GET."""
    content_type: str = FORM
    """The type of the body."""
    headers: tuple[tuple[str, str], ...] = ()
    """Further headers, by name."""
    trail: tuple[str, ...] = field(default=(), repr=False)
    """Values that the way keeps for the requests after this one; they are not sent."""

    @property
    def is_post(self) -> bool:
        """Whether it is a POST."""
        return self.body is not None

    @property
    def digest(self) -> str | None:
        """The digest of the body, as captures.request_digest has it; None for a GET."""
        if self.body is None:
            return None
        sha1 = hashlib.sha1(self.body, usedforsecurity=False).digest()
        return f"sha1:{base64.b32encode(sha1).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingAnswer:
    """A listing page that was read."""

    request: ListingRequest
    url: str
    """The address that answered, behind all redirects."""
    body: bytes = field(repr=False)
    """The payload, without chunks and decompressed."""
    page: int
    """The number of the page in its listing, from 1."""
    content_type: str | None = None
    """The header."""
    fetched_at: datetime | None = None
    """With a time zone; None if it does not matter."""
    rows: int = 0
    """Rows of the page."""
    unseen: int = 0
    """Rows whose articles no earlier page of the listing had."""
    total: int | None = None
    """The portal's own count of rows; None if no page has shown one."""
