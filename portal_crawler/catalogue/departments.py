"""The departments of departments.toml, which explains its fields."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from archive.provinces.table import province_of_today

OPEN, MOVED, CLOSED = STATES = ("open", "moved", "closed")

_DATA = Path(__file__).with_name("departments.toml")


@dataclass(frozen=True, slots=True)
class LinkedSection:
    """A listing that a portal's pages link and that its declaration does not have."""

    title: str
    address: str
    verified_on: str
    """`not seen`, or of which day the pages are that somebody has looked at."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department, and what is known of its portal."""

    title: str
    state: str
    """One of STATES."""
    name: str | None = None
    """Of the portal declared for it."""
    province: str | None = None
    """When the department worked; None for a ministry."""
    address: str | None = None
    """Host, and path if it has one, where its portal was seen."""
    platform: str | None = None
    since: str | None = None
    """Of moved and closed: YYYY-MM-DD, or the month or year."""
    successor: str | None = None
    """A department, or an address."""
    sections: tuple[LinkedSection, ...] = ()

    @property
    def province_today(self) -> str | None:
        """The province of today that its province belongs to."""
        return province_of_today(self.province)


@cache
def departments() -> tuple[Department, ...]:
    """All departments in the file's order, read at the first call."""
    entries = tomllib.loads(_DATA.read_text("utf-8"))["department"]
    return tuple(_department(entry) for entry in entries)


def department_of(portal: str) -> Department | None:
    """The department of a declared portal's name."""
    return next((each for each in departments() if each.name == portal), None)


def _department(entry: dict[str, object]) -> Department:
    sections = entry.pop("sections", [])
    assert isinstance(sections, list)
    texts = {name: str(value) for name, value in entry.items()}
    return Department(**texts, sections=tuple(LinkedSection(**each) for each in sections))
