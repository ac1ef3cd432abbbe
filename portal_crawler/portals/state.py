"""Whether a declared portal still exists, and whether a crawl of all portals takes it."""

from dataclasses import dataclass

from portal_crawler.catalogue.departments import CLOSED, OPEN, department_of
from portal_crawler.portals.declaration import PortalDeclaration

NEVER = "never"
"""`verified_on` of a portal whose declaration nobody has compared with real pages."""


@dataclass(frozen=True, slots=True)
class PortalState:
    """The state of a portal, from the catalogue, or from its declaration if it is not there."""

    state: str
    since: str | None = None
    successor: str | None = None

    @property
    def words(self) -> str:
        """The state in words, for a message; empty for an open portal."""
        if self.state == OPEN:
            return ""
        since = f" since {self.since}" if self.since else ""
        return f"{self.state}{since}" + (f", now {self.successor}" if self.successor else "")


def state_of(portal: type[PortalDeclaration]) -> PortalState:
    """The state of a declared portal."""
    department = department_of(portal.name)
    if portal.closed is not None:
        return PortalState(CLOSED, portal.closed, portal.successor)
    if department is None:
        return PortalState(OPEN)
    return PortalState(department.state, department.since, department.successor)


def why_left_out(portal: type[PortalDeclaration]) -> str:
    """Why a crawl of all portals leaves this one out by itself; empty if it takes it."""
    if (portal.verified_on or "").split()[:1] == [NEVER]:
        return "its declaration was never compared with real pages; crawl it by its name"
    return state_of(portal).words
