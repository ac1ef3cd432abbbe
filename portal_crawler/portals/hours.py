"""The hours of the day in which a portal may be crawled: `hours = "22:00-05:00"`. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Self

from archive.moments import VIETNAM
from portal_crawler.errors import PortalDeclarationError
from portal_crawler.portals.declaration import PortalDeclaration

_FORM = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of the day to another, past midnight if the second is the earlier one."""

    begin: time
    end: time

    @classmethod
    def of(cls, portal: type[PortalDeclaration]) -> Self | None:
        """The hours of a portal, if it declares any; PortalDeclarationError if they are invalid."""
        text = portal.hours
        if text is None:
            return None
        try:
            return cls.read(text)
        except ValueError as error:
            raise PortalDeclarationError(f"{portal.name}: hours = {error}") from error

    @classmethod
    def read(cls, text: object) -> Self:
        """The hours in a text; ValueError with words if it is of another form, or spans no time."""
        match = _FORM.fullmatch(text) if isinstance(text, str) else None
        if match is None or match.group(1, 2) == match.group(3, 4):
            raise ValueError(f'{text!r} is not a window; write it as "22:00-05:00"')
        first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
        return cls(time(*first), time(*last))

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"

    def left_s(self, moment: datetime) -> float:
        """Seconds until the window closes; 0.0 outside the window."""
        local = moment.astimezone(VIETNAM)
        day = local.replace(hour=0, minute=0, second=0, microsecond=0)
        since_begin = (local - _at(day, self.begin)) % timedelta(days=1)
        length = (_at(day, self.end) - _at(day, self.begin)) % timedelta(days=1)
        return max(0.0, (length - since_begin).total_seconds())


def _at(day: datetime, moment: time) -> datetime:
    return day.replace(hour=moment.hour, minute=moment.minute)
