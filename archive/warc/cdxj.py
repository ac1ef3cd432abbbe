"""The CDXJ index beside a WARC file: a sorted line a response or revisit, as players read it.

A 304 has no line. Players take the nearest one, and would show its empty body; without it they
take the answer before, which is what the server meant.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from archive.filesystem.regular import regular
from archive.warc.surt import surt

INDEX_SUFFIX = ".cdxj"
REVISIT_MIME = "warc/revisit"
NO_MIME = "unk"
NOT_MODIFIED = 304


def index_path(warc: Path) -> Path:
    """Beside the closed file: `….warc.gz` → `….cdxj`."""
    return warc.with_name(warc.name.removesuffix(".gz").removesuffix(".warc") + INDEX_SUFFIX)


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
) -> str:
    """One line without its end; `date` is WARC-Date, `mime` REVISIT_MIME for a revisit."""
    fields = {
        "url": url,
        "mime": mime or NO_MIME,
        "status": str(status) if status is not None else None,
        "digest": digest,
        "length": str(length),
        "offset": str(offset),
        "filename": filename,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    return f"{surt(url)} {timestamp(date)} {json.dumps(given)}"


def timestamp(date: str) -> str:
    """`20261123042947` of a WARC-Date."""
    return "".join(character for character in date if character.isdigit())[:14].ljust(14, "0")


def write_index(path: Path, lines: Iterable[str]) -> None:
    """Write the index aside, sorted by bytes, and give it its name when it is on the disk.

    OSError passes through, after the half-written file is taken away; raises as `regular`.
    """
    aside = path.with_name(path.name + ".part")
    data = b"".join(line + b"\n" for line in sorted(line.encode() for line in lines))
    try:
        with open(aside, "wb", opener=regular) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)
    except OSError:
        with suppress(OSError):
            aside.unlink()
        raise
