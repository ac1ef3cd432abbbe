"""How often a portal publishes, and whether it has been quiet for longer than that. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

DAYS_READ = 21
"""The newest days with articles, whose gaps show what is usual."""

GAPS_NEEDED = 4
"""Gaps without which nothing is usual yet."""

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
    """Days since then."""
    usual_gap_days: float | None
    """The median of the gaps between days with articles; None if there are too few."""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing was published for longer than usual, weekends and holidays included."""
        if self.quiet_days is None or self.usual_gap_days is None:
            return False
        return self.quiet_days > max(QUIET_LEAST_DAYS, QUIET_GAPS * self.usual_gap_days)

    def words(self) -> str:
        """For a person, if it is quiet."""
        return (
            f"quiet for {self.quiet_days} days, since {self.newest};"
            f" usually {self.usual_gap_days:g} from one day with articles to the next"
        )


def rhythm(days: Sequence[str], today: date) -> Rhythm:
    """The rhythm of distinct days, `YYYY-MM-DD` and newest first, none of them after `today`."""
    dates = [date.fromisoformat(day) for day in days]
    gaps = [(later - earlier).days for later, earlier in pairwise(dates)]
    return Rhythm(
        newest=days[0] if days else None,
        quiet_days=(today - dates[0]).days if dates else None,
        usual_gap_days=median(gaps) if len(gaps) >= GAPS_NEEDED else None,
    )
