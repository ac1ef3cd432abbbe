"""Moments of time as the archive writes them, and the one place where the clock is read."""

import os
import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The portals' time: UTC+7, without daylight saving."""

EARLIEST_CAPTURE = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing on the web is older."""

LATEST_CAPTURE = datetime(2100, 1, 1, tzinfo=UTC)
"""A record that claims more is misdated; ages of a hundred years are added to such moments, and
must stay within the calendar."""

KNOWN_MOMENTS = 16
"""The records of an exchange, its row and its line of the index all bear the same."""

CLOCK_SHIFT_VARIABLE = "PORTAL_CLOCK_SHIFT_S"
"""Seconds that a test adds to the clock of the processes that it starts: another night, at once."""


def now() -> datetime:
    """The moment of the call, in UTC. Code that is called takes moments as arguments instead."""
    shift_s = float(os.environ.get(CLOCK_SHIFT_VARIABLE, 0))
    return datetime.now(UTC) + timedelta(seconds=shift_s)


@lru_cache(maxsize=KNOWN_MOMENTS)
def utc_text(moment: datetime) -> str:
    """`2026-11-23T04:29:47Z`, as in WARC-Date and in every column but published_at."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")[: len("2026-11-23T04:29:47")] + "Z"


def whole_second(text: str) -> str:
    """A moment of `is_own_moment` without fractions, as rows have it."""
    return text[: len("2026-11-23T04:29:47")] + "Z"


def utc_moment(text: str) -> datetime:
    """The moment that `utc_text` (or any WARC-Date, fractions included) names."""
    return datetime.fromisoformat(text)


_OWN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)


def is_own_moment(text: str) -> bool:
    """Whether it is a moment as this software writes them, at which there was a web to capture."""
    return _OWN.fullmatch(text) is not None and is_capture_moment(text)


def is_capture_moment(text: str) -> bool:
    """Whether a WARC-Date is a moment, with its zone, at which there was a web to capture."""
    try:
        moment = utc_moment(text)
    except ValueError:
        return False
    return moment.tzinfo is not None and EARLIEST_CAPTURE <= moment < LATEST_CAPTURE
