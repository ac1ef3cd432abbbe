"""The findings of a verification, and how much was read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    code: str
    """The name of the check."""
    where: str
    """`warc/…warc.gz:OFFSET`, or a table and an id."""
    what: str
    """The fault, in words."""
    is_damage: bool = True
    """False for a mere notice, such as that a crawl was interrupted."""


@dataclass(slots=True)
class VerifyTally:
    """How much was read, and how much of it is wrong."""

    files: int = 0
    records: int = 0
    captures: int = 0
    findings: int = 0
    """Findings of damage."""
    broken_off: int = 0
    """Portals whose crawl was interrupted, and which no crawl has repaired since."""
    notes: int = 0
    """Records with a number that is left out of the rows."""
    accepted: int = 0
    """Damaged places of imported files that a person has accepted."""
    acceptable: int = 0
    """Damaged places of imported files that nobody has accepted."""
    odd: int = 0
    """Oddities of answers that, by their metadata records, the server sent."""
