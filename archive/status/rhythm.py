"""How often a portal publishes, and whether it has been quiet for longer than that. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

"""In which portals date their articles; there is no summer time."""

DAYS_READ = 21
"""Days with articles, the newest, whose gaps tell what is usual."""

GAPS_NEEDED = 4
"""Fewer say nothing."""

QUIET_GAPS = 3
"""Usual gaps after which a portal is quiet for longer than usual."""

QUIET_LEAST_DAYS = 10
"""At Tết the offices are closed for nine days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """A portal's days of publication up to today."""

    newest: str | None
    """The day of the newest article, `YYYY-MM-DD`."""
    quiet_days: int | None
    """Since then."""
    usual_gap_days: float | None
    """The median between two days with articles; None where there are too few."""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing has come for longer than is usual, weekends and holidays heeded."""
        if self.quiet_days is None or self.usual_gap_days is None:
            return False
        return self.quiet_days > max(QUIET_LEAST_DAYS, QUIET_GAPS * self.usual_gap_days)

    def words(self) -> str:
        """For a person, where it is quiet."""
        return (
            f"quiet for {self.quiet_days} days, since {self.newest};"
            f" usually {self.usual_gap_days:g} from one day with articles to the next"
        )


def rhythm(days: Sequence[str], today: date) -> Rhythm:
    """Of distinct days, the newest first; none of them after `today`."""
    dates = [date.fromisoformat(day) for day in days]
    gaps = [(later - earlier).days for later, earlier in pairwise(dates)]
    return Rhythm(
        newest=days[0] if days else None,
        quiet_days=(today - dates[0]).days if dates else None,
        usual_gap_days=median(gaps) if len(gaps) >= GAPS_NEEDED else None,
    )
