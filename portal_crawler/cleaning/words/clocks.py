"""The time of day and the weekday that stand beside a day in a line."""

import re
from datetime import timedelta

CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?"
    r"|\s?(?:giờ|h|g)(?:\s?(?P<minute_behind_word>\d{2})(?:\s?(?:phút|p))?)?)"
    r"(?:\s?(?P<half>am|a\.m|pm|p\.m|sa|ch|sáng|chiều|tối)\.?)?(?!\w)"
)
"""A time in a cleaned line in lower case: "15:26:50", "8 giờ 30 phút", "3:46 pm"."""

_MORNING = ("am", "a.m", "sa", "sáng")

WEEKDAY = re.compile(
    r"(?<!\w)(?:thứ (hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|t([2-7])|(chủ nhật|chúa nhật|cn)"
    r"|(mon|tue|wed|thu|fri|sat|sun)(?:(?:s|nes|rs|ur)?day|s|rs|r)?)(?!\w)"
)
"""A weekday in a cleaned line in lower case; its last group is the name."""

_WEEKDAY_NAMES = (
    ("hai", "2", "mon"),
    ("ba", "3", "tue"),
    ("tư", "4", "wed"),
    ("năm", "5", "thu"),
    ("sáu", "6", "fri"),
    ("bảy", "bẩy", "7", "sat"),
    ("chủ nhật", "chúa nhật", "cn", "sun"),
)
_WEEKDAY_NUMBERS = {name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names}


def weekday_number(weekday: re.Match[str]) -> int:
    """The number of a match of `WEEKDAY`, as datetime's: Monday is 0."""
    return _WEEKDAY_NUMBERS[weekday[weekday.lastindex or 0]]


def clock_time(clock: re.Match[str]) -> timedelta:
    """The time since midnight of a match of `CLOCK`; raises ValueError if no clock shows it."""
    minute = clock["minute"] or clock["minute_behind_word"]
    return time_of_day(clock["hour"], minute, clock["second"], clock["half"])


def time_of_day(
    hour: str | None, minute: str | None, second: str | None, half: str | None
) -> timedelta:
    """The time since midnight; `half` is the half of the day as a portal calls it.

    Raises ValueError if no clock shows it.
    """
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    if half in _MORNING and hours == 12:
        hours = 0
    elif half and half not in _MORNING and hours < 12:
        hours += 12
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(f"{hour}:{minute}:{second}")
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
