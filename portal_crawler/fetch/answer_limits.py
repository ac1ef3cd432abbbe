"""Limits a single answer: bytes of its head, header fields, bytes on the wire, and slowness.

Scrapy's DOWNLOAD_MAXSIZE limits its body, DOWNLOAD_TIMEOUT its whole time. The bytes that came
before a limit was reached are in the WARC, marked as truncated.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.settings import BaseSettings

from archive.warc.exchange import Exchange
from archive.warc.http1 import MAX_HEAD_BYTES, NO_BODY, Head

MAX_HEADER_FIELDS = 1000
"""Servers send a dozen; Apache takes 100 from a client."""

WIRE_TIMES = 2
"""How many times as long as its body an answer may be on the wire because of its chunks. Real
servers add a hundredth; chunks of one byte with a comment make it a thousand times as long."""


class AnswerTooLongError(DownloadCancelledError):
    """Raised for an answer that is longer than a limit."""


class AnswerTooSlowError(DownloadTimeoutError):
    """Raised for an answer that began and then hardly went on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLimits:
    """The limits that the settings name; 0 means no limit."""

    head_bytes: int
    header_fields: int
    body_bytes: int
    least_bytes_s: float
    window_s: float

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """The limits of a crawl."""
        return cls(
            head_bytes=MAX_HEAD_BYTES,
            header_fields=MAX_HEADER_FIELDS,
            body_bytes=settings.getint("DOWNLOAD_MAXSIZE"),
            least_bytes_s=settings.getfloat("PORTAL_MIN_BYTES_PER_S"),
            window_s=settings.getfloat("PORTAL_SLOW_WINDOW"),
        )

    def for_body(self, body_bytes: int | None) -> Self:
        """The same limits with another one for the body; unchanged if it is None."""
        return self if body_bytes is None else replace(self, body_bytes=body_bytes)

    def check_head(self, head: Head, url: str) -> None:
        """Raise AnswerTooLongError if an answer has too many header fields, or announces a body
        that is too long."""
        count = len(head.headers)
        if 0 < self.header_fields < count:
            raise AnswerTooLongError(
                f"it has {count} header fields, at most {self.header_fields} are read"
            )
        if not head.chunked and head.status not in NO_BODY:
            self.check_body(head.body_bytes or 0, url)

    def check_body(self, size: int, url: str) -> None:
        """Raise AnswerTooLongError if a body is too long."""
        if 0 < self.body_bytes < size:
            raise AnswerTooLongError(
                f"{url} has {size} bytes of body or more, at most {self.body_bytes} are read"
            )

    def check_size(self, size: int, *, in_head: bool) -> None:
        """Raise AnswerTooLongError if too many bytes came for a head, or for head and body."""
        if in_head and 0 < self.head_bytes < size:
            raise AnswerTooLongError(f"its header is longer than {self.head_bytes} bytes")
        most = WIRE_TIMES * self.body_bytes + self.head_bytes
        if self.body_bytes > 0 and size > most:
            raise AnswerTooLongError(
                f"it takes more than {most} bytes on the wire for at most {self.body_bytes} of "
                "body (DOWNLOAD_MAXSIZE)"
            )


class SlowWatch:
    """Ends an answer that has begun and comes too slowly.

    The time before its first byte does not count.
    """

    def __init__(
        self, limits: AnswerLimits, exchange: Exchange, end: Callable[[Exception], None]
    ) -> None:
        """`end` is called with an AnswerTooSlowError, at most once."""
        self._limits = limits
        self._exchange = exchange
        self._end = end
        self._before = 0
        self._timer: asyncio.TimerHandle | None = None
        if limits.least_bytes_s and limits.window_s:
            self._wait()

    def stop(self) -> None:
        """Watch no longer: the answer has ended."""
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._limits.window_s, self._look)

    def _look(self) -> None:
        limits, size = self._limits, self._exchange.response.size
        if self._before and 0 <= size - self._before < limits.least_bytes_s * limits.window_s:
            self._end(
                AnswerTooSlowError(
                    f"it came with less than {limits.least_bytes_s:g} bytes a second for "
                    f"{limits.window_s:g} s (PORTAL_MIN_BYTES_PER_S)"
                )
            )
            return
        self._before = size
        self._wait()
