"""A day as portals write it, with its numbers or with the month's name.

Each form has its pattern and, in `DAY_SIGN`, the sign by which a text that may hold it is found.
A further form is added in this module alone.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from archive.moments import VIETNAM
from portal_crawler.cleaning.words.months import MONTH_NUMBERS, NAMED_MONTH, may_name_month

_SEPARATOR = r"\s*[/.\-–]\s*"
_TWO_NUMBERS = rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}"
# The long year goes first: in "15:55 - 10/07/2026" the minutes are no day.
_NUMERIC_DAY = re.compile(rf"(?<![\d/]){_TWO_NUMBERS}(\d{{4}})(?!\d)")
_SHORT_YEAR_DAY = re.compile(rf"(?<![\d/:h]){_TWO_NUMBERS}(\d{{2}})(?!\d)")
_YEAR_FIRST_DAY = re.compile(
    r"(?<![\d/.-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:t(?=\d)|(?![\d/.-]))"
)
_NUMBERS_SIGN = r"\d\s*[/.\-–]\s*\d{1,2}\s*[/.\-–]\s*\d"

_WORDED_DAY = re.compile(r"(?<!\d)(\d{1,2})[ ,./-]+tháng (\d{1,2})[ ,./-]+(?:năm )?(\d{4})(?!\d)")
_WORDED_SIGN = r"(?:tháng|thg)\s\d|(?<!\w)thg?\d"
_SHORT_MONTH = re.compile(r"(?<!\w)(?:thg ?|th)(\d{1,2})(?=[ ,./-])")
"""WordPress's "Th7", and "thg 7" as Unicode's locale data have it."""

_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
_DAY_BEFORE_MONTH = re.compile(
    rf"(?<!\w)(?:the )?{_ORDINAL}(?: of)?[ ,./-]+({NAMED_MONTH})[ ,./-]+(?:năm )?(\d{{4}})(?!\w)"
)
_DAY_BEFORE_MONTH_SIGN = rf"\d(?:st|nd|rd|th)?(?:\sof)?[\s,./-]+(?:{NAMED_MONTH})(?!\w)"

_MONTH_BEFORE_DAY = re.compile(
    rf"(?<!\w)({NAMED_MONTH})[ ,./-]+{_ORDINAL}[ ,./-]+(?:năm )?(\d{{4}})(?!\w)"
    r"|(?<!\d )(?<!\w)tháng (\d{1,2})[ ,]+(\d{1,2}), ?(\d{4})(?!\w)"
)
"""WordPress writes the second in Vietnamese."""
_MONTH_BEFORE_DAY_SIGN = rf"(?<!\w)(?:{NAMED_MONTH})[\s,./-]+\d"

DAY_SIGN = "|".join((_NUMBERS_SIGN, _WORDED_SIGN, _DAY_BEFORE_MONTH_SIGN, _MONTH_BEFORE_DAY_SIGN))
"""A pattern that every text with a day matches, cleaned or not, if case is ignored. Searching for
it takes a fraction of the time that reading a date takes."""

_TWO_YEARS = re.compile(r"\d{4}.*?\d{4}")
_PART_END = re.compile(r"[|;(]| [-–] |, ")
"""The end of the part of a line that belongs to one date."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a line names."""

    date: datetime
    """Midnight of the day in Vietnam."""
    is_swapped: bool
    """Whether day and month can only be read in the other order than the site's."""


def cut_day(line: str, *, month_first: bool) -> tuple[Day | None, str]:
    """The first day that a line names, and the line without it.

    The line is cleaned and in lower case. Raises ValueError for numbers that no calendar has.
    """
    line = _first_part(_worded(line))
    # In words the order is never in doubt.
    for form, is_doubtful in ((_WORDED_DAY, False), (_NUMERIC_DAY, True), (_SHORT_YEAR_DAY, True)):
        found, line = cut_out(form, line)
        if found:
            return day_of(*found.groups(), month_first=month_first and is_doubtful), line
    return None, line


def day_of(first: str, second: str, year: str, *, month_first: bool) -> Day:
    """The day of two numbers in the site's order, or in the other one if only that is possible.

    Raises ValueError for numbers that no calendar has.
    """
    day, month = (int(second), int(first)) if month_first else (int(first), int(second))
    is_swapped = month > 12
    if is_swapped:
        day, month = month, day
    # Two digits are of this century: no portal is older.
    whole_year = int(year) if int(year) > 99 else 2000 + int(year)
    return Day(datetime(whole_year, month, day, tzinfo=VIETNAM), is_swapped)


def cut_out(pattern: re.Pattern[str], line: str) -> tuple[re.Match[str] | None, str]:
    """The first match, and the line without it."""
    match = pattern.search(line)
    return (match, f"{line[: match.start()]} {line[match.end() :]}") if match else (None, line)


def _worded(line: str) -> str:
    """The line with unambiguous days in the form that `_WORDED_DAY` reads: those with the year
    first, and those whose month is named in Vietnamese or English."""
    line = _YEAR_FIRST_DAY.sub(lambda m: f"{m[4]} tháng {m[3]} năm {m[1]} ", line)
    if "th" in line:
        line = _SHORT_MONTH.sub(r"tháng \1", line)
    if not may_name_month(line):
        return line
    line = _DAY_BEFORE_MONTH.sub(lambda m: f"{m[1]} tháng {MONTH_NUMBERS[m[2]]} năm {m[3]}", line)
    return _MONTH_BEFORE_DAY.sub(_day_first, line)


def _day_first(match: re.Match[str]) -> str:
    name, day, year, *numbers = match.groups()
    if name is None:
        month, day, year = numbers
        return f"{day} tháng {month} năm {year}"
    return f"{day} tháng {MONTH_NUMBERS[name]} năm {year}"


def _first_part(line: str) -> str:
    """The line, cut before the second day that it names and before the label of that day."""
    if not _TWO_YEARS.search(line):
        return line
    days = sorted(
        match.span() for form in (_WORDED_DAY, _NUMERIC_DAY) for match in form.finditer(line)
    )
    if len(days) < 2:
        return line
    end = days[1][0]
    ends = [match.start() for match in _PART_END.finditer(line, days[0][1], end)]
    return line[: ends[-1] if ends else end]
