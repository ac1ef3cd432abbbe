"""Gives a WARC file that a killed crawl left `.open` its index and its final name."""

import os
from collections.abc import Iterator
from pathlib import Path

from archive.filesystem.regular import regular
from archive.warc.cdxj import REVISIT_MIME, index_line, index_path, is_indexed, write_index
from archive.warc.http1 import Head, head_of
from archive.warc.records import Record, write_member
from archive.warc.stream import Damage, StreamedRecord, streamed
from archive.warc.writer import final_path, sync_folder

TORN_SUFFIX = ".torn"
"""Of what is set aside: no reader of WARC files takes it for one."""


def close_left_open(path: Path, end: int, last: Record | None = None) -> int:
    """Set aside what stands behind byte `end`, index the rest, and rename; the bytes set aside.

    A record that is to be the file's `last` takes their place, if anything stands before it.
    OSError passes through, and what `regular` raises; the file then still has `.open` and can be
    closed the next time.
    """
    torn = _set_aside(path, end)
    if last is not None and end:
        _append(path, last)
    if end == 0:
        path.unlink()
    else:
        final = final_path(path)
        write_index(index_path(final), index_lines(path, final.name))
        path.rename(final)
    sync_folder(path.parent)
    return torn


def _set_aside(path: Path, end: int) -> int:
    with open(path, "r+b", opener=regular) as file:
        file.seek(end)
        tail = file.read()
        if tail:
            aside = path.with_name(f"{final_path(path).name}{TORN_SUFFIX}-{end}")
            with open(aside, "wb", opener=regular) as copy:
                copy.write(tail)
                copy.flush()
                os.fsync(copy.fileno())
            file.truncate(end)
        os.fsync(file.fileno())  # who wrote it may have been killed before
    return len(tail)


def _append(path: Path, record: Record) -> None:
    with open(path, "ab", opener=regular) as file:
        write_member(record, file.write)
        file.flush()
        os.fsync(file.fileno())


def index_lines(path: Path, filename: str) -> Iterator[str]:
    """The lines of the CDXJ index of a file, unsorted, read from its records."""
    with open(path, "rb", opener=regular) as file:
        for record in streamed(file):
            if isinstance(record, Damage) or record.kind not in ("response", "revisit"):
                continue
            head = head_of(record.block)
            if is_indexed(head.status):
                yield _line(record, head, filename)


def _line(record: StreamedRecord, head: Head, filename: str) -> str:
    return index_line(
        url=record.fields.get("warc-target-uri", ""),
        date=record.fields.get("warc-date", ""),
        mime=REVISIT_MIME if record.kind == "revisit" else head.mime,
        status=head.status,
        digest=record.fields.get("warc-payload-digest"),
        length=record.length,
        offset=record.offset,
        filename=filename,
    )
