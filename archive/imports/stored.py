"""Reads a server's answer from the record of a capture, made by a crawl or by another tool."""

from collections.abc import Callable
from dataclasses import dataclass, field

from archive.errors import ArchiveDamagedError
from archive.imports.answers import decoded_body
from archive.imports.foreign import ForeignRecord, record_in, region_of
from archive.layout import IMPORTED_FOLDER, Layout
from archive.models import Capture
from archive.warc.http1 import Head
from archive.warc.reader import StoredAnswer, decoded, own_answer
from archive.warc.storage import open_named


@dataclass(frozen=True, slots=True)
class _Read:
    """A record of a capture."""

    head: Head
    payload: bytes = field(repr=False)
    """The body without chunks, with its content codings."""
    block: bytes = field(repr=False)
    decode: Callable[[bytes, Head], bytes]


def stored_answer(
    layout: Layout, capture: Capture, original: Capture | None = None
) -> StoredAnswer:
    """The answer of a server, from its WARC file. Raises ArchiveDamagedError if it is not there.

    A revisit has no body: `original` is the capture that it names (the capture itself if it is
    not a revisit), whose payload is the body. Without it a revisit's body is empty.
    """
    own = with_body = _read(layout, capture)
    head = own.head
    if original is not None and original.id != capture.id:
        with_body = _read(layout, original)
        if head.status in (None, 304):
            head = with_body.head
    return StoredAnswer(head, with_body.decode(with_body.payload, head), own.block)


def _read(layout: Layout, capture: Capture) -> _Read:
    if not is_imported(capture.warc_file):
        own = own_answer(layout, capture)
        return _Read(own.head, own.payload, own.block, _decoded)
    record = imported_record(layout, capture)
    return _Read(record.head, record.body.payload, record.block, decoded_body)


def _decoded(body: bytes, head: Head) -> bytes:
    return decoded(body, head.value("content-encoding"))


def is_imported(warc_file: str) -> bool:
    """Whether a capture's record was written by others."""
    return warc_file.startswith(IMPORTED_FOLDER)


def imported_record(layout: Layout, capture: Capture) -> ForeignRecord:
    """The record of an imported capture, read as the import read it.

    Raises ArchiveDamagedError if the record is gone.
    """
    name, start = capture.warc_file, capture.warc_offset
    try:
        with open_named(layout, name) as file:
            region = region_of(file, start, start + capture.warc_length)
            found = record_in(file, region, start)
    except OSError as error:
        raise ArchiveDamagedError(
            f"{layout.folder / name} cannot be read: {error.strerror}; bring it back from a copy, "
            "or run `portal verify`"
        ) from error
    if not isinstance(found, ForeignRecord) or found.offset != start:
        raise ArchiveDamagedError(f"{name} holds no record at offset {start}; run `portal verify`")
    if found.facts.record_id != capture.record_id:
        raise ArchiveDamagedError(
            f"{name} holds {found.facts.record_id} at offset {start} where "
            f"{capture.record_id} should be; run `portal verify`"
        )
    return found
