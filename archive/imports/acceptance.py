"""Findings of an imported file that a person has accepted, kept in its companion.

They stand in metadata records behind the run's record, where a rebuild finds them. An acceptance
names codes and places: the same file has other findings later only if its bytes change, and then
its digest is not the accepted one.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.moments import is_own_moment, utc_moment
from archive.warc import storage
from archive.warc.records import (
    WARC_FIELDS,
    Fields,
    Record,
    new_record_id,
    warc_fields,
    write_member,
)

ACCEPTED_BY = "accepted-by"
"""The line by which a metadata record of a companion is an acceptance."""

MOST_IN_A_RECORD = 10_000
"""Places; a file of zeros has more than one record should be long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """The findings of a file that one person accepted at one moment."""

    by: str
    at: str
    """UTC."""
    sha256: str
    """The digest of the file's bytes at that moment, in hexadecimal."""
    places: frozenset[str]
    """Each a code and a place: `import-damaged warc/imported/….warc.gz:1234`."""

    @property
    def words(self) -> str:
        """`accepted by archive@example.org on 2026-11-27`."""
        return f"accepted by {self.by} on {self.at[:10]}"


def acceptance_of(lines: Fields) -> Acceptance | None:
    """The acceptance in the lines of a metadata record; None if it is another kind of record."""
    said = dict(lines)
    if ACCEPTED_BY not in said or not is_own_moment(said.get("accepted-at", "")):
        return None
    return Acceptance(
        by=said[ACCEPTED_BY],
        at=said["accepted-at"],
        sha256=said.get("sha256", ""),
        places=frozenset(value for name, value in lines if name == "accepted"),
    )


def write_acceptance(companion: Path, warcinfo: str, acceptance: Acceptance) -> None:
    """Append an acceptance to a companion, which is replaced in one step.

    The caller holds the archive's lock. Raises as `archive.warc.storage` does.
    """
    with storage.open_own(companion) as source, storage.rewritten_companion(companion) as copy:
        shutil.copyfileobj(source, copy)
        for lines in _lines(acceptance):
            write_member(_record(companion, warcinfo, lines, acceptance.at), copy.write)


def _lines(acceptance: Acceptance) -> Iterator[Fields]:
    """The lines of each record that the acceptance takes."""
    places = sorted(acceptance.places)
    for start in range(0, max(len(places), 1), MOST_IN_A_RECORD):
        yield [
            (ACCEPTED_BY, acceptance.by),
            ("accepted-at", acceptance.at),
            ("sha256", acceptance.sha256),
            *[("accepted", place) for place in places[start : start + MOST_IN_A_RECORD]],
        ]


def _record(companion: Path, warcinfo: str, lines: Fields, at: str) -> Record:
    return Record(
        kind="metadata",
        date=utc_moment(at),
        content_type=WARC_FIELDS,
        block=warc_fields(lines),
        record_id=new_record_id(),
        fields=[
            ("WARC-Target-URI", f"urn:portal-archive:acceptance:{companion.name}"),
            ("WARC-Warcinfo-ID", warcinfo),
        ],
    )
