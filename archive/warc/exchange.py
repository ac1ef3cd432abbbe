"""One HTTP exchange as it went over the wire, and the records that keep it."""

import base64
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from archive.models import READ_INTO_ROWS, Capture
from archive.warc.http1 import MAX_HEAD_BYTES, Head, head_of
from archive.warc.record_checks import HTTP_ANOMALY, anomalies
from archive.warc.record_facts import measured
from archive.warc.records import (
    HTTP_REQUEST,
    HTTP_RESPONSE,
    NOT_MODIFIED,
    SAME_PAYLOAD,
    WARC_FIELDS,
    BytesBlock,
    Fields,
    Record,
    companion_id,
    new_record_id,
    sha1_text,
    warc_fields,
)
from archive.warc.sent_requests import request_digest

SPOOL_BYTES = 4 * 1024 * 1024
"""The most of an answer that is kept in memory; a longer one goes to an unnamed file."""

PIECE_BYTES = 256 * 1024

READ = "read"
"""The line of an exchange's metadata record that says `no` of a page that broke off and was asked
for again, or for which nobody waited any more; `yes` of one that was read all the same."""

LISTED_TITLE = "listed-title"
"""The line with the title of an article on the listing that led to its page."""

ANSWER_BYTES = "answer-bytes"
"""The line that says how long an answer was whose body is not written again."""

EMPTY_PAYLOAD = sha1_text([])
"""The digest of an empty payload; answers that have it are not made revisits of each other."""


class Spool:
    """The bytes of an answer: in memory while they are few, else in an unnamed file of `folder`.

    It is made in the archive's own folder: the system's temporary one may lack the room.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._file: IO[bytes] = io.BytesIO()
        self.size = 0

    def another(self) -> "Spool":
        """Close this one; returns an empty one in the same folder."""
        self.close()
        return Spool(self._folder)

    def write(self, data: bytes) -> None:
        """Append bytes. Raises OSError if the disk is full."""
        if self.size <= SPOOL_BYTES < self.size + len(data):
            self._leave_memory()
        self._file.seek(0, 2)
        self._file.write(data)
        self.size += len(data)

    def _leave_memory(self) -> None:
        held, self._file = self._file, tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
        held.seek(0)
        self._file.write(held.read())

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
        """The first `count` bytes, or all if there are fewer."""
        self._file.seek(0)
        return self._file.read(count)

    def close(self) -> None:
        """Give the memory or the file back; nothing can be read any more."""
        with suppress(OSError):  # the bytes for which a full disk had no room
            self._file.close()


@dataclass(frozen=True, slots=True)
class Tls:
    """The encryption under an exchange."""

    version: str
    cipher: str
    certificate: bytes = field(repr=False)
    """The server's own, DER."""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """A request and its answer, filled while the exchange goes on."""

    url: str
    role: str
    run_id: int
    portal: str
    key: str | None = None
    asked_key: str | None = None
    """The role, as in `Capture.role`."""
    section: str | None = None
    listed_title: str | None = None
    """As `Capture.listed_title`."""
    revisit_of: Capture | None = None
    """The capture that a conditional request named; a 304 then is a revisit of it."""
    notes: Fields = field(default_factory=list)
    """Further lines for the metadata record: via, hop, page …"""
    record_id: str = field(default_factory=new_record_id)
    started_at: datetime
    seconds: float = 0.0
    ip: str | None = None
    """The address of the server; None behind a proxy."""
    tls: Tls | None = None
    truncated: str | None = None
    """As WARC-Truncated: `length`, `time`, `disconnect` or `unspecified`."""
    is_read: bool | None = None
    """Whether the crawl reads an answer that broke off; None for a whole answer."""
    request: bytes = field(default=b"", repr=False)
    response: Spool = field(default_factory=Spool, repr=False)
    failure: OSError | None = None
    """Why the answer could not be spooled; it is not kept then, and the crawl must end."""

    @property
    def request_digest(self) -> str | None:
        """As `Capture.request_digest`."""
        return request_digest(self.request)

    def restart(self) -> None:
        """Forget the bytes sent and received: the connection was dead and another one is tried."""
        self.request = b""
        self.response = self.response.another()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer of an exchange before it is recorded."""

    head: Head
    digest: str
    """The digest of the payload; for a 304, that of the capture it names."""
    odd: Fields
    """Code and words of what is odd with an answer that came to its end: the server sent it so, to
    the byte."""
    original: Capture | None = None
    """The capture of which this answer is a revisit: a 304, or the same payload again."""

    @property
    def repeats(self) -> bool:
        """Whether it is a revisit by digest, and not by the server's word."""
        return self.original is not None and self.head.status != 304


FindSame = Callable[[Exchange, str], Capture | None]
"""The earlier capture that has the payload of an exchange's answer, by its digest, if any."""


def answer_of(exchange: Exchange, same: FindSame | None = None) -> Answer:
    """Head, payload digest and, of a revisit, the capture that it repeats."""
    head = head_of(exchange.response.first(2 * MAX_HEAD_BYTES))
    message, sha1 = measured(head, exchange.response.pieces(head.length))
    digest = "sha1:" + base64.b32encode(sha1).decode()
    odd = list(anomalies(message)) if exchange.truncated is None else []
    is_whole = head.status == 200 and exchange.truncated is None and digest != EMPTY_PAYLOAD
    original = None
    if head.status == 304 and exchange.revisit_of is not None:
        original = exchange.revisit_of
        digest = original.payload_digest
    elif same is not None and is_whole and not odd:  # it would be lost with the body
        original = same(exchange, digest)
    return Answer(head=head, digest=digest, odd=odd, original=original)


def records_of(exchange: Exchange, answer: Answer) -> tuple[Record, Record, Record]:
    """The three records of an exchange: response (or revisit), request and metadata."""
    head = exchange.response.first(answer.head.length)
    head_only = BytesBlock(head) if answer.repeats else None
    record = Record(
        kind="revisit" if answer.original is not None else "response",
        date=exchange.started_at,
        content_type=HTTP_RESPONSE,
        block=head_only or exchange.response,
        record_id=exchange.record_id,
        fields=_answer_fields(exchange, answer),
    )
    return record, _request_record(exchange), _metadata_record(exchange, answer)


def _answer_fields(exchange: Exchange, answer: Answer) -> Fields:
    original = answer.original
    truncated = "length" if answer.repeats else exchange.truncated
    fields = [("WARC-Target-URI", exchange.url), ("WARC-Payload-Digest", answer.digest)]
    if exchange.request_digest is not None:
        # Without it the tools of others would index the answer as one to a GET.
        fields.append(("WARC-Concurrent-To", _request_id(exchange)))
    if exchange.ip is not None:
        fields.append(("WARC-IP-Address", exchange.ip))
    if truncated is not None:
        fields.append(("WARC-Truncated", truncated))
    if original is not None:
        fields += [
            ("WARC-Profile", SAME_PAYLOAD if answer.repeats else NOT_MODIFIED),
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
        record_id=_request_id(exchange),
        fields=_concurrent(exchange),
    )


def _request_id(exchange: Exchange) -> str:
    return companion_id(exchange.record_id, 1)


def _metadata_record(exchange: Exchange, answer: Answer) -> Record:
    lines = [
        ("portal", exchange.portal),
        ("run", str(exchange.run_id)),
        ("role", exchange.role),
        *([("key", exchange.key)] if exchange.key is not None else []),
        *([("asked-key", exchange.asked_key)] if exchange.asked_key is not None else []),
        *([("section", exchange.section)] if exchange.section is not None else []),
        *([(LISTED_TITLE, exchange.listed_title)] if exchange.listed_title is not None else []),
        *exchange.notes,
        *_read_lines(exchange),
        *_tls_lines(exchange.tls),
        ("fetchTimeMs", str(round(exchange.seconds * 1000))),
        *([(ANSWER_BYTES, str(exchange.response.size))] if answer.repeats else []),
        *((HTTP_ANOMALY, f"{code} {words}") for code, words in answer.odd),
    ]
    return Record(
        kind="metadata",
        date=exchange.started_at,
        content_type=WARC_FIELDS,
        block=warc_fields(lines),
        record_id=companion_id(exchange.record_id, 2),
        fields=_concurrent(exchange),
    )


def _read_lines(exchange: Exchange) -> Fields:
    """The lines that say whether the crawl read an answer that broke off."""
    if exchange.is_read is None or exchange.role not in READ_INTO_ROWS:
        return []
    return [(READ, "yes" if exchange.is_read else "no")]


def _tls_lines(tls: Tls | None) -> Fields:
    if tls is None:
        return []
    return [
        ("tlsVersion", tls.version),
        ("tlsCipher", tls.cipher),
        ("tlsCertificate", certificate_fingerprint(tls.certificate)),
    ]


def certificate_fingerprint(certificate: bytes) -> str:
    """`sha256:` with hex, as browsers show it; by it an exchange names the certificate's record."""
    return f"sha256:{hashlib.sha256(certificate).hexdigest()}"


def _concurrent(exchange: Exchange) -> Fields:
    return [("WARC-Target-URI", exchange.url), ("WARC-Concurrent-To", exchange.record_id)]
