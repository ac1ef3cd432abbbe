"""What verifying finds, and how much was looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    code: str
    """Names the check."""
    where: str
    """`warc/…warc.gz:OFFSET`, or a table and an id."""
    what: str
    is_damage: bool = True
    """False of what only wants to be known, such as a crawl that was broken off."""


@dataclass(slots=True)
class Tally:
    """What was looked at."""

    files: int = 0
    records: int = 0
    captures: int = 0
    findings: int = 0
    """Of damage."""
    broken_off: int = 0
    """Portals whose crawl was broken off, and which no crawl has put right since."""
    notes: int = 0
    """Records that hold a number which is left out of the rows."""
    accepted: int = 0
    """Places of imported files that are damaged, and that a person has accepted."""
    acceptable: int = 0
    """Those that nobody has accepted."""
    odd: int = 0
    """Oddities of answers that their metadata records say the server sent so."""
