"""What a single answer may take: bytes of its head, header fields, bytes on the wire, and time.

Its body is bounded by Scrapy's DOWNLOAD_MAXSIZE, its whole time by DOWNLOAD_TIMEOUT. What came
until a limit was reached is in the WARC, marked as truncated.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Self

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.settings import BaseSettings
from twisted.internet.defer import Deferred
from twisted.web._newclient import HEADER, STATUS

from archive.warc.exchange import Exchange

WIRE_TIMES = 2
"""How much longer than its body an answer may be on the wire, by its chunks: those of real servers
add a hundredth; one byte in each, and a comment beside it, makes it a thousand times as long."""


class AnswerTooLongError(DownloadCancelledError):
    """Raised for an answer whose head or framing is longer than any server's need be."""


class AnswerTooSlowError(DownloadTimeoutError):
    """Raised for an answer that began and then hardly went on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLimits:
    """As the settings say; 0 is no limit."""

    head_bytes: int
    header_fields: int
    least_bytes_s: float
    window_s: float

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """Those of a crawl."""
        return cls(
            head_bytes=settings.getint("PORTAL_MAX_HEAD_BYTES"),
            header_fields=settings.getint("PORTAL_MAX_HEADER_FIELDS"),
            least_bytes_s=settings.getfloat("PORTAL_MIN_BYTES_PER_S"),
            window_s=settings.getfloat("PORTAL_SLOW_WINDOW"),
        )

    def check_size(self, exchange: Exchange, parser: Any, max_body_bytes: int) -> None:
        """Raise AnswerTooLongError where what has come is too long for what it is.

        `parser` is Twisted's, of the connection; None when the answer is complete.
        """
        size = exchange.response.size
        in_head = parser is not None and parser.state in (STATUS, HEADER)
        if in_head and 0 < self.head_bytes < size:
            raise AnswerTooLongError(
                f"its header is longer than {self.head_bytes} bytes (PORTAL_MAX_HEAD_BYTES)"
            )
        most = WIRE_TIMES * max_body_bytes + self.head_bytes
        if max_body_bytes > 0 and size > most:
            raise AnswerTooLongError(
                f"it takes more than {most} bytes on the wire for at most {max_body_bytes} of "
                "body (DOWNLOAD_MAXSIZE)"
            )

    def check_fields(self, headers: Any) -> None:
        """Raise AnswerTooLongError where an answer has more header fields than are read."""
        count = sum(len(values) for _, values in headers.getAllRawHeaders())
        if 0 < self.header_fields < count:
            raise AnswerTooLongError(
                f"it has {count} header fields, at most {self.header_fields} are read "
                "(PORTAL_MAX_HEADER_FIELDS)"
            )

    async def break_off_when_slow(self, exchange: Exchange, coming: "Deferred[Any]") -> None:
        """Cancel an answer that began and brings too little from one look to the next.

        How long a server thinks before its first byte is no matter of ours.
        """
        before = 0
        while self.least_bytes_s and self.window_s:
            await asyncio.sleep(self.window_s)
            size = exchange.response.size
            if before and 0 <= size - before < self.least_bytes_s * self.window_s:
                exchange.over = AnswerTooSlowError(
                    f"it came with less than {self.least_bytes_s:g} bytes a second for "
                    f"{self.window_s:g} s (PORTAL_MIN_BYTES_PER_S)"
                )
                coming.cancel()
                return
            before = size
