"""Ids of records, and what records say of each other, over all files of an archive."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.integrity.findings import Finding
from archive.warc.record_facts import RecordFacts

REFERENCES = {
    "warc-concurrent-to": "concurrent-to",
    "warc-refers-to": "revisit-original",
    "warc-warcinfo-id": "warcinfo-id",
}
"""Header fields that name another record, and the code where it is not there."""


@dataclass(slots=True)
class RecordIds:
    """What records say of each other, over all files of the archive.

    Of an id the 64 bits that Python hashes it to are kept: an archive has millions.
    """

    known: set[int] = field(default_factory=set)
    asked: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    """Ids that were named before, or without, their record: code, where, the id."""
    imported: set[int] = field(default_factory=set)

    def add(self, facts: RecordFacts, where: str) -> Iterator[Finding]:
        """Take a record in."""
        key = hash(facts.record_id)
        if facts.record_id and key in self.known:
            yield Finding("record-id-twice", where, f"{facts.record_id} is the id of two records")
        self.known.add(key)
        self.asked.pop(key, None)
        for name, code in REFERENCES.items():
            given = facts.value(name)
            if given and hash(given) not in self.known and hash(given) not in self.imported:
                self.asked.setdefault(hash(given), (code, where, given))

    def note(self, record_id: str) -> None:
        """Take in a record of an imported file, of which nothing is asked: it may be a copy."""
        self.imported.add(hash(record_id))
        self.asked.pop(hash(record_id), None)

    def forgive(self, name: str, behind: int) -> None:
        """Ask no more what records of a file do that stand behind an offset."""
        for key, (_, where, _) in list(self.asked.items()):
            file, _, offset = where.rpartition(":")
            if file == name and int(offset) > behind:
                del self.asked[key]

    def unanswered(self) -> Iterator[Finding]:
        """Of the ids that no record has."""
        for code, where, given in self.asked.values():
            yield Finding(code, where, f"names {given}, which no record of the archive is")
