"""One HTTP exchange as it went over the wire, and the records that keep it."""

import base64
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from archive.models import Capture
from archive.warc.checks import HTTP_ANOMALY, anomalies
from archive.warc.facts import Message, measured
from archive.warc.http1 import MAX_HEAD_BYTES, Head, head_of
from archive.warc.records import (
    HTTP_REQUEST,
    HTTP_RESPONSE,
    NOT_MODIFIED,
    WARC_FIELDS,
    BytesBlock,
    Fields,
    Record,
    new_record_id,
    warc_fields,
)

SPOOL_BYTES = 4 * 1024 * 1024
"""What an answer may take of memory; what is longer goes to an unnamed file as it comes."""

PIECE_BYTES = 256 * 1024


class Spool:
    """The bytes of an answer: in memory while they are few, else in an unnamed temporary file."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append; OSError where the temporary folder is full."""
        self._file.seek(0, 2)
        self._file.write(data)
        self.size += len(data)

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """All bytes from `start` on, in pieces."""
        position = start
        while True:
            self._file.seek(position)
            piece = self._file.read(PIECE_BYTES)
            if not piece:
                return
            position += len(piece)
            yield piece

    def first(self, count: int) -> bytes:
        """At most the first `count` bytes."""
        self._file.seek(0)
        return self._file.read(count)

    def close(self) -> None:
        """Give the memory or the file back; nothing can be read any more."""
        self._file.close()


@dataclass(slots=True, kw_only=True)
class Exchange:
    """A request and what came back, filled by the tap while it goes on."""

    url: str
    role: str
    run_id: int
    portal: str
    key: str | None = None
    section: str | None = None
    revisit_of: Capture | None = None
    """The capture that a conditional request named; a 304 then is a revisit of it."""
    notes: Fields = field(default_factory=list)
    """Further lines for the metadata record: via, hop, page …"""
    record_id: str = field(default_factory=new_record_id)
    started_at: datetime
    open: bool = True
    """Until it is handed over: what the connection receives later belongs to no exchange."""
    seconds: float = 0.0
    ip: str | None = None
    """The address of the server; None behind a proxy."""
    truncated: str | None = None
    """As WARC-Truncated: `length`, `time`, `disconnect` or `unspecified`."""
    request: bytes = field(default=b"", repr=False)
    response: Spool = field(default_factory=Spool, repr=False)

    def restart(self) -> None:
        """Forget what was sent and got: the connection was dead and another one is tried."""
        self.request = b""
        self.response.close()
        self.response = Spool()


def records_of(exchange: Exchange) -> tuple[Record, Record, Record, Head, str]:
    """Response (or revisit), request and metadata, with the head and the payload digest."""
    head = head_of(exchange.response.first(2 * MAX_HEAD_BYTES))
    message, sha1 = measured(head, exchange.response.pieces(head.length))
    original = exchange.revisit_of if head.status == 304 else None
    if original is not None:
        digest = original.payload_digest
    else:
        digest = "sha1:" + base64.b32encode(sha1).decode()
    answer = Record(
        kind="revisit" if original is not None else "response",
        date=exchange.started_at,
        content_type=HTTP_RESPONSE,
        block=exchange.response,
        record_id=exchange.record_id,
        fields=_answer_fields(exchange, digest, original),
    )
    return answer, _request_record(exchange), _metadata_record(exchange, message), head, digest


def _answer_fields(exchange: Exchange, digest: str, original: Capture | None) -> Fields:
    fields = [("WARC-Target-URI", exchange.url), ("WARC-Payload-Digest", digest)]
    if exchange.ip is not None:
        fields.append(("WARC-IP-Address", exchange.ip))
    if exchange.truncated is not None:
        fields.append(("WARC-Truncated", exchange.truncated))
    if original is not None:
        fields += [
            ("WARC-Profile", NOT_MODIFIED),
            ("WARC-Refers-To", original.record_id),
            ("WARC-Refers-To-Target-URI", original.url),
            ("WARC-Refers-To-Date", original.fetched_at),
        ]
    return fields


def _request_record(exchange: Exchange) -> Record:
    return Record(
        kind="request",
        date=exchange.started_at,
        content_type=HTTP_REQUEST,
        block=BytesBlock(exchange.request),
        record_id=new_record_id(),
        fields=_concurrent(exchange),
    )


def _metadata_record(exchange: Exchange, message: Message) -> Record:
    lines = [
        ("portal", exchange.portal),
        ("run", str(exchange.run_id)),
        ("role", exchange.role),
        *([("key", exchange.key)] if exchange.key is not None else []),
        *([("section", exchange.section)] if exchange.section is not None else []),
        *exchange.notes,
        ("fetchTimeMs", str(round(exchange.seconds * 1000))),
        *(_anomaly_lines(message) if exchange.truncated is None else ()),
    ]
    return Record(
        kind="metadata",
        date=exchange.started_at,
        content_type=WARC_FIELDS,
        block=warc_fields(lines),
        record_id=new_record_id(),
        fields=_concurrent(exchange),
    )


def _anomaly_lines(message: Message) -> Iterator[tuple[str, str]]:
    """What is odd with an answer that came to its end: the server sent it so, to the byte."""
    for code, words in anomalies(message):
        yield HTTP_ANOMALY, f"{code} {words}"


def _concurrent(exchange: Exchange) -> Fields:
    return [("WARC-Target-URI", exchange.url), ("WARC-Concurrent-To", exchange.record_id)]
