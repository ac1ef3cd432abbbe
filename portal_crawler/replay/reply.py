"""The replies of the replay server, with headers that restrict the browser. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from archive.warc.http1 import Head
from portal_crawler.replay import memento
from portal_crawler.replay.location import Location
from portal_crawler.replay.pages import NO_PICTURE, POLICY, not_captured

ARCHIVED_POLICY = (
    "default-src 'self' 'unsafe-inline' data: blob:; script-src 'none'; connect-src 'none';"
    " frame-src 'self'; form-action 'none'; object-src 'self'; sandbox allow-same-origin"
)
"""A policy for archived pages: a browser shows them and runs no script. A page has the origin of
this server, so that its fonts load; without scripts it gains nothing else by it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, headers and a body; a body that is not a list is sent piece by piece."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Iterable[bytes] = ()


def archived_headers(there: Location) -> dict[str, str]:
    """The headers of every archived answer; `there` is the place of its capture."""
    return {
        "Content-Security-Policy": ARCHIVED_POLICY,
        "Referrer-Policy": "no-referrer",
        **memento.headers(there),
    }


def captured_headers(head: Head, *names: str) -> dict[str, str]:
    """The headers of these names that the portal sent."""
    values = ((name, head.value(name.lower())) for name in names)
    return {name: value for name, value in values if value is not None}


def own(
    body: bytes, status: int = HTTPStatus.OK, *, mime: str = "text/html", policy: str = POLICY
) -> Reply:
    """A page of this server."""
    headers = {
        "Content-Type": f"{mime}; charset=utf-8",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Reply(status, headers, [body])


def words(status: int, text: str) -> Reply:
    """A line of plain text."""
    return own(f"{text}\n".encode(), status, mime="text/plain")


def not_captured_reply(url: str, destination: str = "") -> Reply:
    """The reply for an address that was not captured; a picture if a picture was asked for.

    `destination` is the request's Sec-Fetch-Dest.
    """
    if destination != "image":
        return own(not_captured(url), HTTPStatus.NOT_FOUND)
    headers = {"Content-Type": "image/svg+xml", "Content-Security-Policy": ARCHIVED_POLICY}
    return Reply(HTTPStatus.NOT_FOUND, headers, [NO_PICTURE])
