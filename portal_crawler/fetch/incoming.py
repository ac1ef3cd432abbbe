"""Receives one answer: hands its bytes to the exchange and reads them as they come."""

import asyncio
import io
import time

from scrapy.exceptions import DownloadFailedError

from archive.warc.exchange import Exchange
from archive.warc.http1 import AnswerReader
from portal_crawler.fetch.answer_limits import AnswerLimits, AnswerTooLongError

SHOWN_BYTES = 40
"""Bytes of an answer that is not HTTP, shown in the error."""


class ClosedUnansweredError(DownloadFailedError):
    """Raised if a connection ended before a byte of an answer came."""


class Incoming:
    """Reads the answer of one exchange; `done` is set at its end, or has the error."""

    def __init__(
        self, exchange: Exchange, limits: AnswerLimits, *, has_body: bool, keeps_body: bool
    ) -> None:
        """`keeps_body` is False if the body is not needed in memory."""
        self.exchange = exchange
        self.reader = AnswerReader(has_body=has_body)
        self.broke_off = False
        """The body is incomplete: the connection ended early or failed, or its framing is wrong."""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.began = False
        """At least one byte of the answer came."""
        self.head_at: float | None = None
        """The moment at which the whole head had come, by the monotonic clock."""
        self._limits = limits
        self._keeps_body = keeps_body
        # A list of pieces, if they are of a byte each, takes fifty times as much.
        self._body = io.BytesIO()
        self._body_bytes = 0

    def take(self, data: bytes) -> None:
        """Take the next bytes; `done` may be set afterwards."""
        self.began = True
        in_head = self.reader.head is None
        try:
            self.exchange.response.write(data)
            piece = self.reader.feed(data)
            if in_head and self.reader.head is not None:
                self.head_at = time.monotonic()
                self._limits.check_head(self.reader.head, self.exchange.url)
            self._keep(piece)
            self._limits.check_size(self.exchange.response.size, in_head=self.reader.head is None)
        except OSError as error:
            self.exchange.failure = error
            self.fail(error)
        except AnswerTooLongError as error:
            self.fail(error)
        else:
            self._look_for_the_end()

    def _keep(self, piece: bytes) -> None:
        self._body_bytes += len(piece)
        self._limits.check_body(self._body_bytes, self.exchange.url)
        if self._keeps_body and piece:
            self._body.write(piece)

    def _look_for_the_end(self) -> None:
        if self.reader.is_no_http:
            first = self.exchange.response.first(SHOWN_BYTES)
            self.fail(DownloadFailedError(f"the answer is not HTTP: it begins with {first!r}"))
        elif self.reader.has_odd_length:
            self.fail(DownloadFailedError("its Content-Length is not a number, or several"))
        elif self.reader.is_complete:
            self._end()
        elif self.reader.is_broken:
            self.broke_off = True
            self._end()

    def connection_ended(self, error: Exception | None) -> None:
        """End the answer, whole or broken off, because the connection has ended."""
        if self.done.done():
            return
        why = str(error) if error is not None else "the server closed the connection"
        if not self.began:
            self.fail(ClosedUnansweredError(f"no answer came: {why}"))
        elif self.reader.head is None:
            self.fail(DownloadFailedError(f"the header broke off: {why}"))
        else:
            self.broke_off = error is not None or not self.reader.ends_with_connection
            self._end()

    def _end(self) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def fail(self, error: Exception) -> None:
        """End without an answer that can be read."""
        if not self.done.done():
            self.done.set_exception(error)

    def body(self) -> bytes:
        """The body without chunks; it is not decompressed."""
        return self._body.getvalue()
