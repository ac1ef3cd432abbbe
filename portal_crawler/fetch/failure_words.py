"""What is known of a failed download: its request, and why it failed in words."""

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.python.failure import Failure

DOWNLOAD_ERRORS = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    OSError,
)
"""The errors of a request that gets no answer; any other one is a fault of this software."""


def failure_words(failure: Failure) -> str:
    """The error's own words, else its name; if it wraps other errors, the words of each of them."""
    reasons: list[Failure] = getattr(failure.value, "reasons", None) or []
    if reasons:
        return "; ".join(dict.fromkeys(map(failure_words, reasons)))
    return failure.getErrorMessage() or type(failure.value).__name__


def request_of(failure: Failure) -> Request:
    """The request that failed; Scrapy adds it to the failure that it hands to an errback."""
    request: Request = failure.request  # type: ignore[attr-defined]
    return request
