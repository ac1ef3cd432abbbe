"""Ids of records, and references between records, over all files of an archive."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from archive.integrity.findings import Finding
from archive.warc.record_facts import RecordFacts

REFERENCES = {
    "warc-concurrent-to": "concurrent-to",
    "warc-refers-to": "revisit-original",
    "warc-warcinfo-id": "warcinfo-id",
}
"""Header fields that name another record, and the code of the finding if it is not there."""


class RecordReference(NamedTuple):
    """A record's reference to another one."""

    code: str
    """The code of the finding if that record is missing."""
    where: str
    """The place of the record that holds the reference."""
    record_id: str


@dataclass(slots=True)
class RecordIds:
    """The ids and references of all records seen so far.

    An archive has millions of ids, so only the 64-bit hash of each is kept.
    """

    known: set[int] = field(default_factory=set)
    missing: dict[int, RecordReference] = field(default_factory=dict)
    """By the hash of its id, the first reference to each record that has not been seen."""
    imported: set[int] = field(default_factory=set)

    def add(self, facts: RecordFacts, where: str) -> Iterator[Finding]:
        """Add a record; yields a finding if its id is that of another one."""
        key = hash(facts.record_id)
        if facts.record_id and key in self.known:
            yield Finding("record-id-twice", where, f"{facts.record_id} is the id of two records")
        self.known.add(key)
        self.missing.pop(key, None)
        for name, code in REFERENCES.items():
            given = facts.value(name)
            if given and hash(given) not in self.known and hash(given) not in self.imported:
                self.missing.setdefault(hash(given), RecordReference(code, where, given))

    def note(self, record_id: str) -> None:
        """Add a record of an imported file, which may be a copy and is not checked."""
        self.imported.add(hash(record_id))
        self.missing.pop(hash(record_id), None)

    def forgive(self, name: str, behind: int) -> None:
        """Drop the references of a file's records behind an offset."""
        for key, reference in list(self.missing.items()):
            file, _, offset = reference.where.rpartition(":")
            if file == name and int(offset) > behind:
                del self.missing[key]

    def unanswered(self) -> Iterator[Finding]:
        """A finding for each reference to a record that is not there."""
        for code, where, record_id in self.missing.values():
            yield Finding(code, where, f"names {record_id}, which is not in the archive")
