"""One answer on its way: its bytes go to the exchange as they come, and are read meanwhile."""

import asyncio
import io
import time

from scrapy.exceptions import DownloadFailedError

from archive.warc.exchange import Exchange
from archive.warc.http1 import AnswerReader
from portal_crawler.fetch.answer_limits import AnswerLimits, AnswerTooLongError

SHOWN_BYTES = 40
"""Of what is no HTTP, for a person."""


class ClosedUnansweredError(DownloadFailedError):
    """Raised where a connection ended before a byte of an answer came."""


class Incoming:
    """Reads the answer of one exchange; `done` holds its end, or why there is none."""

    def __init__(
        self, exchange: Exchange, limits: AnswerLimits, *, has_body: bool, keeps_body: bool
    ) -> None:
        """`keeps_body` is False of what goes to the disk alone."""
        self.exchange = exchange
        self.reader = AnswerReader(has_body=has_body)
        self.broke_off = False
        """Less came than the head names."""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.began = False
        """A byte of the answer came."""
        self.head_at: float | None = None
        """When its head had come, by the monotonic clock."""
        self._limits = limits
        self._keeps_body = keeps_body
        # A list of pieces, if they are of a byte each, takes fifty times as much.
        self._body = io.BytesIO()
        self._body_bytes = 0

    def take(self, data: bytes) -> None:
        """What came next; afterwards `done` may be."""
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
            self.fail(DownloadFailedError(f"what came is no HTTP: it begins with {first!r}"))
        elif self.reader.has_odd_length:
            self.fail(DownloadFailedError("its Content-Length is no number, or several"))
        elif self.reader.is_complete:
            self._end()
        elif self.reader.is_broken:
            self.broke_off = True
            self._end()

    def connection_ended(self, error: Exception | None) -> None:
        """Nothing more comes: the end of the answer, or it broke off."""
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
        """There is no answer to be read."""
        if not self.done.done():
            self.done.set_exception(error)

    def body(self) -> bytes:
        """Without chunks; its coding stays."""
        return self._body.getvalue()
