"""Makes the row of a capture, for an answer that is written, read back or imported."""

from dataclasses import dataclass

from archive.layout import capture_id
from archive.models import Capture, WarcPlace
from archive.warc.http1 import Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """The run that an answer belongs to, and the purpose that its address was requested for."""

    run_id: int
    portal: str
    role: str
    """A `Role`."""
    key: str | None
    section: str | None
    asked_key: str | None
    """As `Capture.asked_key`."""
    listed_title: str | None
    """As `Capture.listed_title`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord:
    """The values in the record of an answer, apart from the answer's head."""

    record_id: str
    """WARC-Record-ID, brackets included."""
    url: str
    fetched_at: str
    """UTC, to the second."""
    place: WarcPlace
    payload_digest: str
    revisit_of: int | None
    """captures.id of the capture whose payload it repeats."""
    truncated: str | None
    request_digest: str | None = None
    """As `Capture.request_digest`."""


def make_capture(
    record: AnswerRecord, head: Head, purpose: Purpose, *, unread: str | None = None
) -> Capture:
    """The row of an answer; its id is the one that the Record-ID gives."""
    return Capture(
        id=capture_id(record.record_id),
        record_id=record.record_id,
        run_id=purpose.run_id,
        portal=purpose.portal,
        url=record.url,
        fetched_at=record.fetched_at,
        status=head.status,
        mime=head.mime,
        role=purpose.role,
        key=purpose.key,
        section=purpose.section,
        warc_file=record.place.file,
        warc_offset=record.place.offset,
        warc_length=record.place.length,
        payload_digest=record.payload_digest,
        revisit_of=record.revisit_of,
        truncated=record.truncated,
        etag=head.value("etag"),
        last_modified=head.value("last-modified"),
        unread=unread,
        asked_key=purpose.asked_key,
        listed_title=purpose.listed_title,
        request_digest=record.request_digest,
    )
