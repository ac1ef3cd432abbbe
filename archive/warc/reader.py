"""Reads records back by their places, with warcio."""

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from archive.errors import ArchiveDamagedError
from archive.layout import Layout
from archive.models import Capture, WarcPlace
from archive.warc.http1 import MAX_HEAD_BYTES, Head, head_of, payload
from archive.warc.storage import open_named
from archive.warc.stream import MAX_BLOCK_BYTES

MAX_BODY_BYTES = 20 * 1024 * 1024
"""A decoded body is cut here: a decompression bomb must not fill the memory. As long as an answer
may be without coding; no setting, since the same record must always read the same."""

PIECE_BYTES = 256 * 1024

MAX_CODINGS = 3
"""A body that says it is coded more often is read as it is; real servers code once, careless ones
twice."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A response as it came: its head and its body, de-chunked and decoded."""

    head: Head
    body: bytes = field(repr=False)
    block: bytes = field(repr=False)
    """The wire's own bytes."""


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """A response that a crawl recorded: its head, its body without chunks, and the whole block."""

    head: Head
    payload: bytes = field(repr=False)
    block: bytes = field(repr=False)


def record_at(layout: Layout, place: WarcPlace) -> ArcWarcRecord:
    """The record at an offset of a file, with at most MAX_BLOCK_BYTES of its block.

    Raises ArchiveDamagedError if no record begins there.
    """
    path = layout.folder / place.file
    try:
        with open_named(layout, place.file) as file:
            file.seek(place.offset)
            iterator = ArchiveIterator(file, no_record_parse=True)
            record = next(iter(iterator))
            record.raw_stream = io.BytesIO(record.raw_stream.read(MAX_BLOCK_BYTES))
            # It refers to itself, and would keep the body until garbage is looked for.
            iterator.close()
    except FileNotFoundError as error:
        raise ArchiveDamagedError(
            f"{path} is not there; bring it back from a copy, or run `portal verify`"
        ) from error
    except (StopIteration, OSError, ValueError, zlib.error, ArchiveLoadFailed) as error:
        raise ArchiveDamagedError(
            f"{path} holds no record at offset {place.offset}; run `portal verify`"
        ) from error
    return record


def own_answer(layout: Layout, capture: Capture) -> OwnAnswer:
    """The answer in the record of a capture that a crawl made, with its content codings.

    Raises ArchiveDamagedError if the record is not there.
    """
    record = record_at(layout, capture.place)
    found = record.rec_headers.get_header("WARC-Record-ID")
    if found != capture.record_id:
        raise ArchiveDamagedError(
            f"{capture.warc_file} holds {found} at offset {capture.warc_offset} where "
            f"{capture.record_id} should be; run `portal verify`"
        )
    block = record.raw_stream.read()
    head = head_of(block)
    return OwnAnswer(head, b"".join(payload(head, [block[head.length :]])), block)


@contextmanager
def streamed_answer(layout: Layout, capture: Capture) -> Iterator[tuple[Head, Iterator[bytes]]]:
    """Head and de-chunked body, in pieces, of a capture that a crawl made, however long.

    Raises ArchiveDamagedError if the record is not there.
    """
    with open_named(layout, capture.warc_file) as file:
        file.seek(capture.warc_offset)
        record = next(iter(ArchiveIterator(file, no_record_parse=True)), None)
        if record is None or record.rec_headers.get_header("WARC-Record-ID") != capture.record_id:
            raise ArchiveDamagedError(
                f"{capture.warc_file} does not hold {capture.record_id} at offset "
                f"{capture.warc_offset}; run `portal verify`"
            )
        first = record.raw_stream.read(MAX_HEAD_BYTES)
        head = head_of(first)
        rest = iter(lambda: record.raw_stream.read(PIECE_BYTES), b"")
        yield head, payload(head, chain([first[head.length :]], rest))


def decoded(body: bytes, coding: str | None) -> bytes:
    """The body without gzip or deflate, as far as it can be read and at most MAX_BODY_BYTES.

    A body that is not coded as the header says is returned unchanged, as browsers do.
    """
    names = [part.strip().lower() for part in (coding or "").split(",")]
    if len(names) > MAX_CODINGS:
        return body
    for name in reversed(names):
        if name in ("gzip", "x-gzip"):
            body = _inflated(body, (31,))
        elif name == "deflate":
            body = _inflated(body, (15, -15))
    return body


def _inflated(body: bytes, windows: tuple[int, ...]) -> bytes:
    for window in windows:
        unpacker = zlib.decompressobj(window)
        try:
            return unpacker.decompress(body, MAX_BODY_BYTES)
        except zlib.error:
            partial = _readable_part(body, window)
            if partial:
                return partial
    return body


def _readable_part(body: bytes, window: int) -> bytes:
    """The part before the damage, unpacked piece by piece."""
    unpacker, out = zlib.decompressobj(window), bytearray()
    for start in range(0, len(body), 512):
        try:
            out += unpacker.decompress(body[start : start + 512], MAX_BODY_BYTES)
        except zlib.error:
            break
        if len(out) >= MAX_BODY_BYTES:
            break
    return bytes(out)
