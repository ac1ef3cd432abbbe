"""The source files of a portal that its owner declares: resource records in the portal's WARC.

They document how the portal was read. Nothing ever runs them from there. The start record of each
run names the files and their digests; a file is written only when its digest is new.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from urllib.parse import quote

from archive.layout import Layout
from archive.warc import storage
from archive.warc.own_metadata import RUN_EVENT
from archive.warc.records import Fields, sha1_text
from archive.warc.stream import Damage, StreamedRecord, fields_of, streamed

SOURCES = "sources"
"""The line of a run's start record: JSON, by path in the owner's folder the file's digest."""

PYTHON = "text/x-python"

_BEFORE_EXCHANGES = ("warcinfo", "resource", "metadata")
"""The kinds of records that precede the first request in a file."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of source code in the owner's folder."""

    path: str
    """Relative to the folder, with slashes."""
    data: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """As WARC-Payload-Digest names it."""
        return sha1_text([self.data])

    def target(self, portal: str) -> str:
        """The WARC-Target-URI of its record."""
        return f"urn:portal-source:{quote(portal)}:{quote(self.path)}"


def lines_of_sources(files: Iterable[SourceFile]) -> Fields:
    """The line of a run's start record that names the files; none if there are no files."""
    digests = {file.path: file.digest for file in files}
    return [(SOURCES, json.dumps(digests, sort_keys=True))] if digests else []


def newest_sources(layout: Layout, portal: str) -> dict[str, str]:
    """The digests of the files that the portal's newest run names, by path.

    Empty if that run names none, or if there is no run.
    """
    for path in reversed(storage.files_of(layout, portal)):
        if (lines := _start_of_run(path)) is not None:
            return _digests(lines.get(SOURCES, "{}"))
    return {}


def _start_of_run(path: Path) -> Mapping[str, str] | None:
    """The lines of the run's start record at the beginning of a file; None if it has none."""
    with storage.open_own(path) as file:
        for record in takewhile(_is_before_exchanges, streamed(file)):
            assert isinstance(record, StreamedRecord)
            lines = dict(fields_of(record.block)) if record.kind == "metadata" else {}
            if lines.get(RUN_EVENT) == "start":
                return lines
    return None


def _is_before_exchanges(record: StreamedRecord | Damage) -> bool:
    return isinstance(record, StreamedRecord) and record.kind in _BEFORE_EXCHANGES


def _digests(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    is_sound = isinstance(found, dict) and all(isinstance(one, str) for one in found.values())
    return found if is_sound else {}
