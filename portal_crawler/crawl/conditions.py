"""Makes a request conditional on a page having changed since it was captured."""

from dataclasses import dataclass
from typing import Self

from archive.database.captured_pages import conditions
from archive.database.frontier import Frontier
from archive.models import Capture


@dataclass(frozen=True, slots=True)
class Condition:
    """The condition of a request; an empty one for an unconditional request."""

    headers: dict[str, str]
    """If-None-Match and If-Modified-Since, as far as the server gave validators."""
    revisit_of: Capture | None
    """The capture that holds the body which a 304 confirms."""

    @classmethod
    def of(cls, frontier: Frontier, known: Capture | None) -> Self:
        """The condition that an address is not as in its capture `known`."""
        original = frontier.captures.original(known) if known is not None else None
        headers = conditions(known, original)
        return cls(headers, original if headers else None)
