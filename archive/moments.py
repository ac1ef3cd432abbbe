"""Moments as the archive writes them, and the one place where the clock is read."""

import os
import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The portals' time: UTC+7, without daylight saving."""

EARLIEST_CAPTURE = datetime(1990, 1, 1, tzinfo=UTC)
"""The earliest moment of a capture: nothing on the web is older."""

LATEST_CAPTURE = datetime(2100, 1, 1, tzinfo=UTC)
"""A record that claims a later moment is misdated. Ages of a hundred years are added to moments,
and the sum must stay within the calendar."""

KNOWN_MOMENTS = 16
"""Moments that are remembered: an exchange writes the same one several times."""

CLOCK_SHIFT_VARIABLE = "PORTAL_CLOCK_SHIFT_S"
"""The environment variable with the seconds that a test adds to the clock of its processes."""


def now() -> datetime:
    """The current moment in UTC. Most code takes moments as arguments instead."""
    shift_s = float(os.environ.get(CLOCK_SHIFT_VARIABLE, 0))
    return datetime.now(UTC) + timedelta(seconds=shift_s)


@lru_cache(maxsize=KNOWN_MOMENTS)
def utc_text(moment: datetime) -> str:
    """`2026-11-23T04:29:47Z`, as in WARC-Date and in every column but published_at."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")[: len("2026-11-23T04:29:47")] + "Z"


def whole_second(text: str) -> str:
    """A moment of `is_own_moment` without its fraction, as in rows."""
    return text[: len("2026-11-23T04:29:47")] + "Z"


def utc_moment(text: str) -> datetime:
    """The moment in a text of `utc_text` or in any WARC-Date; raises ValueError for others."""
    return datetime.fromisoformat(text)


_OWN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)


def is_own_moment(text: str) -> bool:
    """Whether a text is a moment as this software writes them, within the time of the web."""
    return _OWN.fullmatch(text) is not None and is_capture_moment(text)


def is_capture_moment(text: str) -> bool:
    """Whether a WARC-Date is a moment with a time zone, within the time of the web."""
    try:
        moment = utc_moment(text)
    except ValueError:
        return False
    return moment.tzinfo is not None and EARLIEST_CAPTURE <= moment < LATEST_CAPTURE
