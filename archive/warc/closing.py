"""Gives a WARC file that a killed crawl left `.open` its index and its final name."""

from collections.abc import Iterator
from pathlib import Path

from archive.warc import storage
from archive.warc.cdxj import REVISIT_MIME, index_line, is_indexed, write_cdxj
from archive.warc.file_names import final_path, index_path
from archive.warc.http1 import Head, head_of
from archive.warc.records import Record, write_member
from archive.warc.sent_requests import SentForm, sent_form
from archive.warc.stream import Damage, StreamedRecord, streamed


def close_left_open(path: Path, end: int, last: Record | None = None) -> int:
    """Close a file at byte `end`: move the bytes behind it to a file beside, index, and rename.

    Returns the number of bytes moved. The record `last`, if given, is written in their place,
    unless nothing stands before it. Raises as `archive.warc.storage`; the file then keeps `.open`
    and can be closed the next time.
    """
    torn = storage.cut_torn(path, end)
    if end == 0:
        storage.remove_file(path)
        return torn
    if last is not None:
        with storage.appending(path) as file:
            write_member(last, file.write)
    final = final_path(path)
    write_cdxj(index_path(final), index_lines(path, final.name))
    storage.give_final_name(path)
    return torn


def index_lines(path: Path, filename: str) -> Iterator[str]:
    """The lines of the CDXJ index of a file, unsorted, read from its records."""
    forms: dict[str, SentForm | None] = {}
    with storage.open_own(path) as file:
        for record in streamed(file):
            if isinstance(record, Damage):
                continue
            if record.kind == "request":
                # The answer to a request follows it at once.
                forms = {record.fields.get("warc-concurrent-to", ""): sent_form(record.block)}
            elif record.kind in ("response", "revisit"):
                head = head_of(record.block)
                if is_indexed(head.status):
                    yield _line(record, head, forms.get(record.record_id), filename)


def _line(record: StreamedRecord, head: Head, form: SentForm | None, filename: str) -> str:
    return index_line(
        url=record.fields.get("warc-target-uri", ""),
        date=record.fields.get("warc-date", ""),
        mime=REVISIT_MIME if record.kind == "revisit" else head.mime,
        status=head.status,
        digest=record.fields.get("warc-payload-digest"),
        length=record.length,
        offset=record.offset,
        filename=filename,
        form=form,
    )
