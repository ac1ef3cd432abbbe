"""The ids of imported captures: records that share a Record-ID and differ are all kept.

The first of them, in the order of import and then of place, has the id that the record gives; each
other one an id of its record id, its file's SHA-256 and its place there. A record that is the same
to the byte as one that is there makes no further capture.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from archive.database.shared_ids import SharedIds
from archive.imports.foreign import ForeignRecord, Region, record_in
from archive.imports.stored_records import StoredRecords
from archive.layout import shared_capture_id
from archive.models import WarcPlace
from archive.warc import storage


class RecordInFile(Protocol):
    """The place of a record in the file that is imported."""

    @property
    def path(self) -> Path:
        """The file, or its companion."""

    @property
    def region(self) -> Region:
        """The region in which it lies."""

    @property
    def offset(self) -> int:
        """The offset at which it begins."""


class CaptureIds:
    """Gives the records of one file their captures' ids, one after the other."""

    def __init__(
        self, shared: SharedIds, records: StoredRecords, sha256: str, name_of: Callable[[Path], str]
    ) -> None:
        """`name_of` gives captures.warc_file of a path."""
        self._shared = shared
        self._records = records
        self._sha256 = sha256
        self._name_of = name_of
        self._first: dict[int, RecordInFile] = {}
        """The first record of this file by id."""
        self._contents: dict[int, set[bytes]] = {}
        """Digests of the records that differ and share an id, by that id."""

    def id_of(self, identifier: int, standing: RecordInFile) -> int | None:
        """The id of a record's capture; `identifier` is the id that its Record-ID gives.

        None if the record is there already: it was stored before, or is a copy.
        """
        holder = self._shared.holder(identifier)
        if holder is None and identifier not in self._first:
            self._first[identifier] = standing
            return identifier
        if holder is not None and self._is_at(holder, standing):
            return None
        record = read(standing)
        if record is None:
            return None
        contents = self._contents.get(identifier) or self._held(identifier, record, holder)
        content = content_of(record)
        if content in contents:
            return None
        contents.add(content)
        self._contents[identifier] = contents
        return shared_capture_id(record.facts.record_id, self.place(standing))

    def place(self, standing: RecordInFile) -> str:
        """The place of a record as text: the same whenever the file is imported."""
        region = standing.region
        if region.is_converted:
            return f"{self._sha256}:converted:{standing.offset - region.start}"
        return f"{self._sha256}:{standing.offset}"

    def _is_at(self, holder: WarcPlace, standing: RecordInFile) -> bool:
        return (holder.file, holder.offset) == (self._name_of(standing.path), standing.offset)

    def _held(self, identifier: int, record: ForeignRecord, holder: WarcPlace | None) -> set[bytes]:
        """Digests of the records that have, or share, an id."""
        others = self._shared.sharing(record.facts.record_id)
        holders = others if holder is None else [holder, *others]
        found = [self._records.read(one) for one in holders]
        if identifier in self._first:
            found.append(read(self._first[identifier]))
        return {content_of(one) for one in found if one is not None}


def read(standing: RecordInFile) -> ForeignRecord | None:
    """The record at this place; None if it cannot be read."""
    with storage.open_imported(standing.path) as file:
        found = record_in(file, standing.region, standing.offset)
    return found if isinstance(found, ForeignRecord) else None


def content_of(record: ForeignRecord) -> bytes:
    """A digest of all that a record says and holds, however it is packed."""
    said = repr((record.facts.fields, record.facts.content_length))
    return hashlib.sha256(said.encode(errors="surrogatepass") + record.block).digest()
