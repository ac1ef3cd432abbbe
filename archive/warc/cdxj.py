"""The CDXJ index beside a WARC file: one line for each response or revisit, sorted, for players.

A 304 has no line. A player takes the line nearest in time, and would show the 304's empty body;
without that line it takes the answer before, which the server meant.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from archive.warc import storage
from archive.warc.sent_requests import SentForm
from archive.warc.surt import surt

REVISIT_MIME = "warc/revisit"
NO_MIME = "unk"
NOT_MODIFIED = 304


def is_indexed(status: int | None) -> bool:
    """Whether an answer of this status has a line."""
    return status != NOT_MODIFIED


def index_line(  # noqa: PLR0913  the fields of the format
    *,
    url: str,
    date: str,
    mime: str | None,
    status: int | None,
    digest: str | None,
    length: int,
    offset: int,
    filename: str,
    form: SentForm | None = None,
) -> str:
    """One line without its end; `date` is WARC-Date, `mime` REVISIT_MIME for a revisit.

    `form` is the form that was answered; None for a GET.
    """
    fields = {
        "url": url,
        "mime": mime or NO_MIME,
        "status": str(status) if status is not None else None,
        "digest": digest,
        "length": str(length),
        "offset": str(offset),
        "filename": filename,
        "method": form.method if form is not None else None,
        "requestBody": form.query if form is not None else None,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    return f"{surt(url, form)} {timestamp(date)} {json.dumps(given)}"


def timestamp(date: str) -> str:
    """`20261123042947` of a WARC-Date."""
    return "".join(character for character in date if character.isdigit())[:14].ljust(14, "0")


def write_cdxj(path: Path, lines: Iterable[str]) -> None:
    """Write an index, sorted by bytes. Raises as `archive.warc.storage` does."""
    storage.put_index(path, index_bytes(lines))


def index_bytes(lines: Iterable[str]) -> bytes:
    """The content of an index that has these lines."""
    return b"".join(line + b"\n" for line in sorted(line.encode() for line in lines))
