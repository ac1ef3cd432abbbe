"""Writes the WARC files of one portal's run: `.open` while written, renamed when closed."""

import base64
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from archive.errors import ArchiveUnwritableError
from archive.layout import Layout, place_in_time, warc_name
from archive.models import READ_INTO_ROWS, Capture, Unread, WarcPlace
from archive.moments import now, utc_text
from archive.warc import storage
from archive.warc.captures import AnswerRecord, Purpose, make_capture
from archive.warc.cdxj import REVISIT_MIME, index_line, is_indexed, write_cdxj
from archive.warc.exchange import (
    Answer,
    Exchange,
    FindSame,
    answer_of,
    certificate_fingerprint,
    records_of,
)
from archive.warc.file_names import final_path, index_path, name_in, open_path
from archive.warc.records import (
    WARC_FIELDS,
    BytesBlock,
    Fields,
    Record,
    new_record_id,
    warc_fields,
    write_member,
)
from archive.warc.sent_requests import SentForm, sent_form
from archive.warc.sources import PYTHON, SourceFile

MAX_FILE_BYTES = 1_000_000_000
"""A new file is begun after this many; 1 GB is the habit of web archives."""

MAX_FILE_EXCHANGES = 25_000
"""A file's index lies in memory until the file is closed, some 350 bytes an exchange."""

BEFORE_ALL_FILES = datetime.min.replace(tzinfo=UTC)

MAX_FILE_AGE = timedelta(days=1)
"""A crawl of weeks closes and indexes a file every day."""


@dataclass(frozen=True, slots=True)
class WrittenRecord:
    """A record that was appended."""

    record_id: str
    place: WarcPlace


@dataclass(slots=True)
class WarcWriter:
    """One writer for one portal and one run; used by one thread.

    Each method raises ArchiveUnwritableError when the disk refuses; the file then ends with a
    whole record.
    """

    layout: Layout
    portal: str
    warcinfo: Fields
    """Lines of the warcinfo record that each file begins with."""
    max_file_bytes: int = MAX_FILE_BYTES
    max_file_exchanges: int = MAX_FILE_EXCHANGES
    clock: Callable[[], datetime] = now
    _file: BinaryIO | None = None
    _path: Path = field(default_factory=Path)
    _name: str = ""
    """The file's final name, below the archive's folder."""
    _offset: int = 0
    _whole_to: int = 0
    """The offset behind the last whole exchange, or the last record that belongs to no exchange."""
    _serial: int = 0
    _warcinfo_id: str = ""
    _opened_at: datetime | None = None
    _index: list[str] = field(default_factory=list)
    _certificates: set[bytes] = field(default_factory=set)

    def write_exchange(self, exchange: Exchange, same: FindSame | None = None) -> Capture:
        """Append the exchange's records; the capture says where its answer lies.

        If `same` finds the answer's payload in the archive, the payload is not written again.
        """
        answer = answer_of(exchange, same)
        record, request, metadata = records_of(exchange, answer)
        self._make_room()
        self._write_certificate(exchange)
        # The answer last: if it is whole, the records that describe it stand whole before it.
        place = self._append(metadata, request, record)
        self._whole_to = self._offset
        capture = _capture(exchange, answer, place)
        if is_indexed(capture.status):
            form = sent_form(exchange.request)
            self._index.append(_index_line(capture, answer, form, final_path(self._path).name))
        return capture

    def write_metadata(self, lines: Fields, target: str) -> WrittenRecord:
        """Append a metadata record of its own, such as a run's start or end."""
        self._make_room()
        record = self._metadata(lines, target)
        place = self._append(record)
        self._whole_to = self._offset
        return WrittenRecord(record.record_id, place)

    def write_source(self, source: SourceFile) -> None:
        """Append a resource record with a file of source code."""
        self._make_room()
        target, digest = source.target(self.portal), source.digest
        self._append(
            Record(
                kind="resource",
                date=self.clock(),
                content_type=PYTHON,
                block=BytesBlock(source.data),
                record_id=new_record_id(),
                fields=[("WARC-Target-URI", target), ("WARC-Payload-Digest", digest)],
            )
        )
        self._whole_to = self._offset

    def write_last(self, lines: Fields, target: str) -> None:
        """Append a metadata record after an error, if the disk has room for it.

        It takes the place of an exchange that does not stand whole. The file stays `.open`.
        """
        try:
            if self._file is None and self._path.name and storage.exists(self._path):
                self._file = storage.reopen(self._path)
            if self._file is not None:
                self._offset = self._whole_to
                self._file.truncate(self._offset)
                self._file.seek(self._offset)
        except OSError as error:
            raise self._unwritable(error) from error
        if self._file is None:
            self._begin_file()
        self._append(self._metadata(lines, target))
        self.flush()

    def _metadata(self, lines: Fields, target: str) -> Record:
        return Record(
            kind="metadata",
            date=self.clock(),
            content_type=WARC_FIELDS,
            block=warc_fields(lines),
            record_id=new_record_id(),
            fields=[("WARC-Target-URI", target)],
        )

    def flush(self) -> None:
        """Return when all that was appended is on the disk."""
        if self._file is None:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Flush, close, and give the file its final name."""
        if self._file is None:
            return
        self.flush()
        try:
            self._file.close()
            self._file = None
            self._write_index()
            storage.give_final_name(self._path)
        except OSError as error:
            raise self._unwritable(error) from error

    def abandon(self) -> None:
        """Close without renaming, after an error: the whole records stay for the next crawl."""
        file, self._file = self._file, None
        if file is not None:
            _close_quietly(file)

    def _write_index(self) -> None:
        path = index_path(final_path(self._path))
        try:
            write_cdxj(path, self._index)
        except OSError as error:
            raise _refused(path, error) from error

    def _append(self, *records: Record) -> WarcPlace:
        """Append all records, or none if the disk refuses one; returns the place of the last."""
        file = self._file
        assert file is not None
        length = written = 0
        try:
            for record in records:
                self._name_warcinfo(record)
                length = write_member(record, file.write)
                written += length
            file.flush()  # so that whatever fails later finds whole records in the file
        except OSError as error:
            self._cut_back(self._offset)
            raise self._unwritable(error) from error
        self._offset += written
        return WarcPlace(self._name, self._offset - length, length)

    def _name_warcinfo(self, record: Record) -> None:
        """Name the warcinfo record, unless the record names its answer, which does so."""
        names = [name for name, _ in record.fields]
        is_beside = record.kind in ("request", "metadata") and "WARC-Concurrent-To" in names
        if record.kind != "warcinfo" and not is_beside:
            record.fields.append(("WARC-Warcinfo-ID", self._warcinfo_id))

    def _make_room(self) -> None:
        """Begin a new file if none is open, or it is full or old; never within an exchange."""
        old = self._opened_at is not None and self.clock() - self._opened_at >= MAX_FILE_AGE
        full = self._offset >= self.max_file_bytes or len(self._index) >= self.max_file_exchanges
        if old or full:
            self.close()
        if self._file is None:
            self._begin_file()

    def _write_certificate(self, exchange: Exchange) -> None:
        """The server's certificate, once a file: exchanges name it by its fingerprint."""
        if exchange.tls is None or exchange.tls.certificate in self._certificates:
            return
        certificate = exchange.tls.certificate
        self._certificates.add(certificate)
        lines = [
            ("tlsCertificate", certificate_fingerprint(certificate)),
            ("tlsCertificateDer", base64.b64encode(certificate).decode()),
        ]
        origin = f"{urlsplit(exchange.url).scheme}://{urlsplit(exchange.url).netloc}/"
        self._append(self._metadata(lines, origin))

    def _begin_file(self) -> None:
        try:
            name = self._free_name(storage.make_folder(self.layout, self.portal))
            self._path = open_path(self.layout.warc_folder(self.portal) / name)
            self._file = storage.create(self._path)
        except OSError as error:
            raise self._unwritable(error) from error
        self._name = name_in(self.layout, self._path)
        self._offset = self._whole_to = 0
        self._opened_at = self.clock()
        self._index = []
        self._certificates = set()
        self._warcinfo_id = new_record_id()
        self._append(
            Record(
                kind="warcinfo",
                date=self.clock(),
                content_type=WARC_FIELDS,
                block=warc_fields(self.warcinfo),
                record_id=self._warcinfo_id,
                fields=[("WARC-Filename", name)],
            )
        )
        self._whole_to = self._offset

    def _free_name(self, names: Iterable[str]) -> str:
        """A name behind those of all files there, by which they are read back in their order.

        Two runs may begin within one second, and a clock may have been put back.
        """
        places = map(place_in_time, names)
        newest, serial = max(
            (one for one in places if one is not None), default=(BEFORE_ALL_FILES, 0)
        )
        now = self.clock().replace(microsecond=0)
        self._serial = max(self._serial, serial if newest >= now else 0) + 1
        return warc_name(self.portal, max(newest, now), self._serial)

    def _cut_back(self, offset: int) -> None:
        """Best effort to leave whole records only; a tail that stays is torn, as after a crash."""
        file, self._file = self._file, None
        assert file is not None
        _close_quietly(file)
        try:
            storage.shorten(self._path, offset)
        except (OSError, ArchiveUnwritableError):
            return

    def _unwritable(self, error: OSError) -> ArchiveUnwritableError:
        place = self._path if self._path != Path() else self.layout.warc_folder(self.portal)
        return _refused(place, error)


def _refused(place: Path, error: OSError) -> ArchiveUnwritableError:
    return ArchiveUnwritableError(
        f"cannot write {place}: {error.strerror or error}; "
        "free or repair the disk, or fix the folder's permissions, then crawl again"
    )


def _close_quietly(file: BinaryIO) -> None:
    try:
        file.close()
    except OSError:
        return


def _index_line(capture: Capture, answer: Answer, form: SentForm | None, filename: str) -> str:
    return index_line(
        url=capture.url,
        date=capture.fetched_at,
        mime=REVISIT_MIME if answer.original is not None else answer.head.mime,
        status=capture.status,
        digest=capture.payload_digest,
        length=capture.warc_length,
        offset=capture.warc_offset,
        filename=filename,
        form=form,
    )


def unread_of(exchange: Exchange) -> str | None:
    """Why the page of an exchange is not read from the first; None of all others."""
    broke_off = exchange.is_read is False and exchange.role in READ_INTO_ROWS
    return Unread.BROKE_OFF if broke_off else None


def _capture(exchange: Exchange, answer: Answer, place: WarcPlace) -> Capture:
    original = answer.original
    record = AnswerRecord(
        record_id=exchange.record_id,
        url=exchange.url,
        fetched_at=utc_text(exchange.started_at),
        place=place,
        payload_digest=answer.digest,
        revisit_of=original.id if original is not None else None,
        truncated=exchange.truncated,
        request_digest=exchange.request_digest,
    )
    purpose = Purpose(
        run_id=exchange.run_id,
        portal=exchange.portal,
        role=exchange.role,
        key=exchange.key,
        section=exchange.section,
        asked_key=exchange.asked_key,
        listed_title=exchange.listed_title,
    )
    capture = make_capture(record, answer.head, purpose, unread=unread_of(exchange))
    if original is not None and not answer.repeats:
        return replace(capture, mime=original.mime)  # a 304 has none of its own
    return capture
