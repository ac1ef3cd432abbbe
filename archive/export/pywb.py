"""Writes a configuration by which pywb shows an archive in place: no file is copied.

pywb is a program of its own; its options are those of its documentation (config.yaml).
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveUnwritableError, QueryError
from archive.export.index_lines import every_night
from archive.export.sent_forms import SentForms
from archive.export.sorting import sorted_lines
from archive.filesystem.disk_space import remedy
from archive.filesystem.publishing import publish, published
from archive.layout import Layout
from archive.warc.storage import is_closed

CONFIG, INDEX = "config.yaml", "index.cdxj"
COLLECTION = "archive"
WRITER = "# Written by `portal replay --pywb`"
FIRST_LINE = f"{WRITER}, which replaces it each time.\n"

TAKEN_FOR_PATTERNS = "*{}"
"""Characters of a path that pywb reads as a pattern."""


@dataclass(slots=True)
class PywbIndex:
    """The result of writing the configuration."""

    folder: Path
    lines: int = 0
    left_out: int = 0
    """The number of captures whose file is still being written, or is missing."""


def write_pywb(layout: Layout, connection: sqlite3.Connection, folder: Path) -> PywbIndex:
    """Write config.yaml and an index of all captures into a folder, which is made.

    Raises QueryError if pywb could not use the folder or it has another configuration, and
    ArchiveUnwritableError if the disk refuses.
    """
    written = PywbIndex(folder)
    _check(layout, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        given = _lines(layout, connection, written)
        with published(folder / INDEX) as index, sorted_lines(given, folder) as lines:
            for line in lines:
                index.write(line)
                written.lines += 1
    except OSError as error:
        todo = remedy(error, "name a folder that may be written")
        raise ArchiveUnwritableError(
            f"cannot write {folder}: {error.strerror or error}; {todo}"
        ) from error
    publish(folder / CONFIG, _config(layout, folder))
    return written


def _check(layout: Layout, folder: Path) -> None:
    for path in (layout.folder, folder):
        if not (set(TAKEN_FOR_PATTERNS).isdisjoint(str(path)) and str(path).isprintable()):
            raise QueryError(f"pywb cannot open {path}; name a folder without * {{ }} in its path")
    config = folder / CONFIG
    if config.exists() and not config.read_bytes().startswith(WRITER.encode()):
        raise QueryError(f"{config} is another configuration; name another folder")


def _lines(layout: Layout, connection: sqlite3.Connection, written: PywbIndex) -> Iterator[str]:
    there: dict[str, bool] = {}
    for capture in every_night(connection, SentForms(layout, connection)):
        name = capture.place.file
        if name not in there:
            there[name] = is_closed(layout, name)
        if there[name]:
            yield capture.line()
        else:
            written.left_out += 1


def _config(layout: Layout, folder: Path) -> str:
    return (
        f"{FIRST_LINE}"
        "enable_auto_colls: false\n"
        "collections:\n"
        f"  {COLLECTION}:\n"
        f"    index_paths: {_quoted(str(folder / INDEX))}\n"
        f"    archive_paths: {_quoted(f'{layout.folder}/')}\n"
    )


def _quoted(text: str) -> str:
    """The text as a YAML string, which a JSON string is."""
    return json.dumps(text, ensure_ascii=False)
