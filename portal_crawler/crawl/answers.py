"""The answer to a request for a listing or an article, ready to be read."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from scrapy.http import Response

from archive.imports.stored import stored_answer
from archive.layout import Layout
from archive.models import Capture
from archive.moments import utc_moment
from portal_crawler.request_info import request_info

BROKE_OFF = "dataloss"
"""Scrapy's flag of a response that is shorter than its header says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAnswer:
    """A page with status 200, or the archived page that a 304 confirms."""

    url: str
    body: bytes = field(repr=False)
    content_type: str | None
    """The header."""
    fetched_at: datetime
    """UTC; for a 304 the moment at which the archived page was fetched."""
    listed_title: str | None
    """As in the record of the capture that holds the body."""
    capture: "Future[Capture]" = field(repr=False)
    original: Capture | None = field(repr=False)
    """For a 304: the capture that holds the body."""
    broke_off: bool

    @classmethod
    def of(cls, response: Response, layout: Layout) -> Self:
        """The page of a response with status 200 or 304, the latter to a conditional request.

        ArchiveError if the page that a 304 confirms cannot be read from the archive.
        """
        info = request_info(response)
        original = info.revisit_of if response.status == 304 else None
        stored = stored_answer(layout, original) if original is not None else None
        assert info.started_at is not None, "the download handler has set it"
        return cls(
            url=response.url,
            body=stored.body if stored is not None else response.body,
            content_type=_content_type(response)
            if stored is None
            else stored.head.value("content-type"),
            fetched_at=info.started_at if original is None else utc_moment(original.fetched_at),
            listed_title=info.listed_title if original is None else original.listed_title,
            capture=recorded_capture(response),
            original=original,
            broke_off=broke_off(response),
        )


def broke_off(response: Response) -> bool:
    """Whether the connection ended before the whole answer had come."""
    return BROKE_OFF in response.flags


def is_unrequested_304(response: Response) -> bool:
    """Whether a response is a 304 to an unconditional request, so that there is nothing to read."""
    return response.status == 304 and request_info(response).revisit_of is None


def recorded_capture(response: Response) -> "Future[Capture]":
    """The capture that a response was recorded as; done when it is written."""
    capture = request_info(response).capture
    assert capture is not None, "each answer is recorded before it is read"
    return capture


def _content_type(response: Response) -> str | None:
    given = response.headers.get("Content-Type")
    return given.decode("latin-1") if given else None
