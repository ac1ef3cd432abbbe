"""The place of an archived answer on the replay server: a moment and an address. Pure."""

import re
from dataclasses import dataclass
from typing import Self

VIEW, PAGE, BYTES = "", "mp_", "id_"
"""The forms of an answer: the page with the bar above it, the page alone, or its original bytes."""

_LOCATION = re.compile(r"/(?P<stamp>\d{4,14})(?P<form>mp_|id_)?/(?P<url>https?:/.+)", re.DOTALL)
_EARLIEST = "00000101000000"
"""The digits that complete a shorter stamp."""

LONGEST_ADDRESS_CHARS = 8_192


@dataclass(frozen=True, slots=True)
class Location:
    """An address at a moment."""

    stamp: str
    """UTC, as `yyyymmddhhmmss`."""
    url: str
    form: str = PAGE

    @classmethod
    def of(cls, target: str) -> Self | None:
        """The location that the target of a request names; None if it names none."""
        found = _LOCATION.fullmatch(target)
        if found is None or len(found["url"]) > LONGEST_ADDRESS_CHARS:
            return None
        scheme, _, rest = found["url"].partition(":")
        stamp = found["stamp"] + _EARLIEST[len(found["stamp"]) :]
        return cls(stamp, f"{scheme}://{rest.lstrip('/')}", found["form"] or VIEW)

    @property
    def path(self) -> str:
        """The path and query on the server."""
        return f"/{self.stamp}{self.form}/{self.url}"

    @property
    def moment(self) -> str:
        """UTC, as in captures.fetched_at."""
        year, rest = self.stamp[:4], self.stamp[4:]
        month, day, hour, minute, second = (rest[place : place + 2] for place in range(0, 10, 2))
        return f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"


def stamp_of(moment: str) -> str:
    """The stamp of a moment as in captures.fetched_at."""
    return re.sub(r"\D", "", moment)[:14]
