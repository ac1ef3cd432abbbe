"""Dates as Vietnamese portals write them, read as the portal's claim in Asia/Ho_Chi_Minh.

The forms and the rules (day first, SA and CH, two-digit years, relative forms, what is no date)
stand in docs/FIELDS.md under published_at.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.moments import VIETNAM
from portal_crawler.cleaning.words.text import clean

EARLIEST_YEAR = 1997
"""Vietnam was connected to the Internet in 1997: an earlier date is a misread one."""

LATEST_AHEAD = timedelta(days=1)
"""A portal's clock may be ahead, or an article be set for the morning; more is a misread date."""

LONGEST_DATE_CHARS = 200
"""A date line with its labels and counters is shorter; a longer text is a paragraph."""


@dataclass(frozen=True, slots=True)
class DateReading:
    """What a text says about a date."""

    value: str | None
    """`YYYY-MM-DDTHH:MM:SS+07:00` or `YYYY-MM-DD`; None where it is no date that can be right."""
    problems: tuple[str, ...] = ()
    is_later: bool = False
    """It is a date, and lies further ahead of the page's own moment than can be right."""


_UNREADABLE = DateReading(None, ("date-unreadable",))
_LATER = DateReading(None, ("date-unreadable",), is_later=True)
_NO_DATE = DateReading(None, ())
_APPROXIMATE = ("date-approximate",)
_WEEKDAY_DIFFERS = ("weekday-differs",)
_ORDER_DIFFERS = ("month-first",)
"""The numbers stand in the other order than the site's mark says: its other dates, in which both
numbers are small, may be read wrongly, and the mark wants a look."""

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?"
    r"\s?(z|[+-]\d{2}:?\d{2})?)?"
)
_ZONE_BEFORE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})\+07:?(?:00)?(\d{2}:\d{2}(?::\d{2})?)")
"""NukeViet 4.5 writes its meta dates so."""
_EPOCH_MS = re.compile(r"\d{13}|/date\((\d{13})(?:[+-]\d{4})?\)/")
"""Milliseconds since 1970, bare or as .NET's JSON writes them; the zone there is for display."""

_AGO = re.compile(r"(?:khoảng |cách đây )?(\d{1,4}) (giây|phút|giờ|ngày|tuần) trước")
_AGO_UNITS = {
    "giây": timedelta(seconds=1),
    "phút": timedelta(minutes=1),
    "giờ": timedelta(hours=1),
    "ngày": timedelta(days=1),
    "tuần": timedelta(weeks=1),
}
_NEAR_DAY = re.compile(r"hôm (nay|qua)[ ,|–-]*(?:lúc )?")

_SEPARATOR = r"\s*[/.\-–]\s*"
_TWO_NUMBERS = rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}"
# The long year goes first: in "15:55 - 10/07/2026" the minutes are no day.
_NUMERIC_DAY = re.compile(rf"(?<![\d/]){_TWO_NUMBERS}(\d{{4}})(?!\d)")
_SHORT_YEAR_DAY = re.compile(rf"(?<![\d/:h]){_TWO_NUMBERS}(\d{{2}})(?!\d)")
_YEAR_FIRST_DAY = re.compile(
    r"(?<![\d/.-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:t(?=\d)|(?![\d/.-]))"
)
_WORDED_DAY = re.compile(r"(?<!\d)(\d{1,2})[ ,./-]+tháng (\d{1,2})[ ,./-]+(?:năm )?(\d{4})(?!\d)")

_MONTHS = (
    (("giêng", "một"), ("january", "jan")),
    (("hai",), ("february", "feb")),
    (("ba",), ("march", "mar")),
    (("tư",), ("april", "apr")),
    (("năm",), ("may",)),
    (("sáu",), ("june", "jun")),
    (("bảy", "bẩy"), ("july", "jul")),
    (("tám",), ("august", "aug")),
    (("chín",), ("september", "sept", "sep")),
    (("mười",), ("october", "oct")),
    (("mười một",), ("november", "nov")),
    (("mười hai", "chạp"), ("december", "dec")),
)
"""As .NET's long dates in vi-VN and a department's English pages have them."""
_MONTH_NUMBERS = {
    name: number
    for number, (vietnamese, english) in enumerate(_MONTHS, 1)
    for name in (*(f"tháng {name}" for name in vietnamese), *english)
}


def _any_of(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


VIETNAMESE_MONTHS = _any_of(name for vietnamese, _ in _MONTHS for name in vietnamese)
"""Alternatives of a pattern: the names behind "tháng"."""
ENGLISH_MONTHS = _any_of(name for _, english in _MONTHS for name in english)

_SIGNS_OF_MONTH = ("tháng", *(english[-1] for _, english in _MONTHS))
_MONTH = rf"tháng\s(?:{VIETNAMESE_MONTHS})|{ENGLISH_MONTHS}"
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
_NAMED_MONTH = re.compile(
    rf"(?<!\w)(?:the )?{_ORDINAL}(?: of)?[ ,./-]+({_MONTH})[ ,./-]+(?:năm )?(\d{{4}})(?!\w)"
)
_MONTH_BEFORE_DAY = re.compile(
    rf"(?<!\w)({_MONTH})[ ,./-]+{_ORDINAL}[ ,./-]+(?:năm )?(\d{{4}})(?!\w)"
    r"|(?<!\d )(?<!\w)tháng (\d{1,2})[ ,]+(\d{1,2}), ?(\d{4})(?!\w)"
)
"""The latter is WordPress's in Vietnamese."""

_SIGN = re.compile(
    r"\d\s*[/.\-–]\s*\d{1,2}\s*[/.\-–]\s*\d|tháng\s\d"
    rf"|\d(?:st|nd|rd|th)?(?:\sof)?[\s,./-]+(?:{_MONTH})(?!\w)"
    rf"|(?<!\w)(?:{_MONTH})[\s,./-]+\d"
    rf"|\d (?:{'|'.join(_AGO_UNITS)}) trước",
    re.IGNORECASE,
)
"""What each date with a number has that readers read; milliseconds since 1970 have it not."""
_DIGIT = re.compile(r"\d")
"""Looked for first: most texts have none, and the names of months take time."""
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})"
    r"(?::(\d{2})(?::(\d{2}))?(?:\.\d+)?|\s?(?:giờ|h|g)(?:\s?(\d{2})(?:\s?(?:phút|p))?)?)"
    r"(?:\s?(am|a\.m|pm|p\.m|sa|ch|sáng|chiều|tối)\.?)?(?!\w)"
)
_MORNING = ("am", "a.m", "sa", "sáng")

_WEEKDAY = re.compile(
    r"(?<!\w)(?:thứ (hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|t([2-7])|(chủ nhật|chúa nhật|cn)"
    r"|(mon|tue|wed|thu|fri|sat|sun)(?:(?:s|nes|rs|ur)?day|s|rs|r)?)(?!\w)"
)
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

_ASIDE = re.compile(
    r"(?:(?:số )?lượt (?:xem|đọc|truy cập)|đã xem|xem|view count|views?|phản hồi|tác giả|nguồn"
    r"|người đăng|đăng bởi)\s*:.*$"
    r"|(?:(?:số )?lượt (?:xem|đọc|truy cập)|đã xem|view count) [\d.,]+.*$"
    r"|(?<![\d./-])[\d.]+ lượt (?:xem|đọc).*$"
)
_SIGNS_OF_ASIDE = (
    *("lượt", "xem", "view", "phản hồi", "tác giả", "nguồn", "người đăng", "đăng bởi"),
)
"""Looked for first, as `_SIGNS_OF_MONTH` are: most lines have none, and the patterns take time."""
_LATER_CHANGE = re.compile(r"(?<=\d)[\s|,(;–-]+(?:ngày )?(?:cập nhật|sửa).*$")
"""The day of a later change stands behind the day of publication."""
_TWO_YEARS = re.compile(r"\d{4}.*?\d{4}")
_PART_END = re.compile(r"[|;(]| [-–] |, ")
"""Where the part of a line ends that speaks of one date."""
_LABELS = (
    r"(?:ngày cập nhật|cập nhật lần cuối|cập nhật(?: lúc| ngày)?|thời gian đăng"
    r"|ngày đăng tin|ngày đăng|đăng ngày|đăng lúc|ngày xuất bản|ngày|lúc|vào|mùng|mồng"
    r"|publish(?:ed|ing)?(?: date)?|posted|(?:last )?updated|date|on|at)(?!\w)"
)
_LABEL = re.compile(
    rf"(?<!\w){_LABELS}"
    r"|(?:gmt|utc)?\s?(?<!\d)\+\s?0?7(?::?00)?(?!\d)"
)
_WORD = re.compile(r"[^\W_]")
_PLAIN_FORM = re.compile(
    rf"(?:{_LABELS}[\s:]*)?(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})/(?P<year>\d{{4}})(?![\d/.-])"
    r"(?:[\s|,;-]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<seconds>\d{2}))?(?![\d:.])"
    r"(?: ?(?P<half>am|pm|sa|ch)(?!\w))?)?[\s|,;-]*"
)
"""Most dates, behind one label or none: "Ngày đăng 30/09/2016 | 3:05 PM"."""


def may_be_date(text: str) -> bool:
    """Whether it may pay to read a text as a date, at a fraction of the time that takes."""
    if _DIGIT.search(text) and _SIGN.search(text):
        return True
    return "hôm " in text.lower()


def published_at(text: str, now: datetime, *, month_first: bool = False) -> str | None:
    """The date alone, as `DateReading.value`."""
    return read_date(text, now, month_first=month_first).value


def read_date(text: str, now: datetime, *, month_first: bool = False) -> DateReading:
    """Read the text of a page's date element.

    `now` is the response's own time, with its zone: relative forms are resolved against it, and
    what is later by more than a day is unreadable. `month_first` is for sites that run in en-US.
    """
    line = clean(text).casefold()
    if len(line) > LONGEST_DATE_CHARS:
        return _UNREADABLE
    try:
        reading = _plain_form(line, month_first=month_first)
        reading = reading or _any_form(line, now, month_first=month_first)
    except (ValueError, OverflowError):
        return _UNREADABLE
    return _NO_DATE if reading is None else _plausible(reading, now)


def first_date(texts: Iterable[str], now: datetime, *, month_first: bool = False) -> DateReading:
    """The first date in some texts; where none is, whether one of them has a later one."""
    none = _NO_DATE
    for text in texts:
        reading = read_date(text, now, month_first=month_first)
        if reading.value:
            return reading
        none = _LATER if reading.is_later else none
    return none


def _plausible(reading: DateReading, now: datetime) -> DateReading:
    """The reading, or what it is instead of a date that can be right."""
    if reading.value is None:
        return _UNREADABLE
    moment = datetime.fromisoformat(reading.value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    if moment.year < EARLIEST_YEAR:
        return _UNREADABLE
    return _LATER if moment - LATEST_AHEAD > now else reading


def _plain_form(line: str, *, month_first: bool) -> DateReading | None:
    """What `_any_form` makes of most dates, in a third of its time; None of all other lines."""
    found = _PLAIN_FORM.match(line)
    if found is None or _may_be_relative(line):
        return None
    if found.end() < len(line):
        aside = _ASIDE.search(line, found.start("year"))
        if aside is None or aside.start() != found.end():
            return None
    first, second, year, *clock = found.groups()
    date, swapped = _day(first, second, year, month_first=month_first)
    moment = date + _time_of_day(*clock)
    value = moment.isoformat() if clock[0] else moment.date().isoformat()
    return DateReading(value, _ORDER_DIFFERS if swapped else ())


def _any_form(line: str, now: datetime, *, month_first: bool) -> DateReading | None:
    """A date in any form; None of a line that says nothing besides counters and names."""
    said = _without_aside(line)
    if not _WORD.search(said):
        return None
    reading = _machine_form(line) or _relative_form(line, now)
    return reading or _written_form(said, month_first=month_first)


def _machine_form(line: str) -> DateReading | None:
    """ISO 8601 with or without a zone, NukeViet's variant, milliseconds since 1970."""
    if epoch := _EPOCH_MS.fullmatch(line):
        moment = datetime.fromtimestamp(int(epoch[1] or epoch[0]) // 1000, tz=VIETNAM)
        return DateReading(moment.isoformat())
    if "+07" in line:
        line = _ZONE_BEFORE_TIME.sub(r"\1t\2", line)
    match = _ISO.fullmatch(line)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    if hour is None:
        return DateReading(
            datetime(int(year), int(month), int(day), tzinfo=VIETNAM).date().isoformat()
        )
    written = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or '+07:00'}"
    return DateReading(datetime.fromisoformat(written.upper()).astimezone(VIETNAM).isoformat())


def _may_be_relative(line: str) -> bool:
    """Few dates say either word, and to look for more takes longer."""
    return "trước" in line or "hôm " in line


def _relative_form(line: str, now: datetime) -> DateReading | None:
    """ "3 giờ trước", "Hôm qua 21:40": known to the minute at best, so marked as approximate."""
    if not _may_be_relative(line):
        return None
    now = now.astimezone(VIETNAM)
    match, rest = _cut(_AGO, line)
    if match and not _WORD.search(_LABEL.sub("", rest)):
        unit = match[2]
        moment = now - int(match[1]) * _AGO_UNITS[unit]
        if unit in ("ngày", "tuần"):
            return DateReading(moment.date().isoformat(), _APPROXIMATE)
        return DateReading(moment.replace(second=0, microsecond=0).isoformat(), _APPROXIMATE)
    match, rest = _cut(_NEAR_DAY, line)
    if match:
        day = now - timedelta(days=match[1] == "qua")
        said = _without_aside(f"{day:%d/%m/%Y} {rest}")
        reading = _written_form(said, month_first=False)
        return DateReading(reading.value, _APPROXIMATE)
    return None


def _without_aside(line: str) -> str:
    """The line without counters and names."""
    return _ASIDE.sub("", line) if any(sign in line for sign in _SIGNS_OF_ASIDE) else line


def _written_form(line: str, *, month_first: bool) -> DateReading:
    """A day, perhaps a time and a weekday, among the labels that portals set around them.

    Whatever else stands in the line makes it a sentence, which is no date.
    """
    line = _first_part(_named_as_numbers(_LATER_CHANGE.sub("", line)))
    worded, line = _cut(_WORDED_DAY, line)
    day = worded
    for pattern in (_NUMERIC_DAY, _SHORT_YEAR_DAY):
        if not day:
            day, line = _cut(pattern, line)
    clock, line = _cut(_CLOCK, line)
    # Of most dates nothing is left but signs.
    weekday, line = _cut(_WEEKDAY, line) if _WORD.search(line) else (None, "")
    if not day or (line and _WORD.search(_LABEL.sub("", line))):
        return DateReading(None)
    # In words the order is never in doubt.
    date, swapped = _day(*day.groups(), month_first=month_first and not worded)
    moment = date + (_time_of_day(*_clock_parts(clock)) if clock else timedelta(0))
    value = moment.isoformat() if clock else moment.date().isoformat()
    differs = weekday and _WEEKDAY_NUMBERS[weekday[weekday.lastindex or 0]] != moment.weekday()
    problems = (*(_ORDER_DIFFERS if swapped else ()), *(_WEEKDAY_DIFFERS if differs else ()))
    return DateReading(value, problems)


def _named_as_numbers(line: str) -> str:
    """What no order of numbers can mislead, in the form that `_WORDED_DAY` reads: months by their
    names, Vietnamese or English, and days with the year first.
    """
    line = _YEAR_FIRST_DAY.sub(lambda m: f"{m[4]} tháng {m[3]} năm {m[1]} ", line)
    if not any(sign in line for sign in _SIGNS_OF_MONTH):
        return line
    line = _NAMED_MONTH.sub(lambda m: f"{m[1]} tháng {_MONTH_NUMBERS[m[2]]} năm {m[3]}", line)
    return _MONTH_BEFORE_DAY.sub(_day_before_month, line)


def _day_before_month(match: re.Match[str]) -> str:
    name, day, year, *numbers = match.groups()
    if name is None:
        month, day, year = numbers
        return f"{day} tháng {month} năm {year}"
    return f"{day} tháng {_MONTH_NUMBERS[name]} năm {year}"


def _first_part(line: str) -> str:
    """Of a line with several days, what stands before the second and its label."""
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


def _cut(pattern: re.Pattern[str], line: str) -> tuple[re.Match[str] | None, str]:
    """The first match, and the line without it."""
    match = pattern.search(line)
    return (match, f"{line[: match.start()]} {line[match.end() :]}") if match else (None, line)


def _clock_parts(clock: re.Match[str]) -> tuple[str | None, ...]:
    """Hour, minute, second and half of the day."""
    hour, minute, second, minute_behind_word, half = clock.groups()
    return hour, minute or minute_behind_word, second, half


def _day(first: str, second: str, year: str, *, month_first: bool) -> tuple[datetime, bool]:
    """The day, and whether its numbers stand in the other order than told."""
    day, month = (int(second), int(first)) if month_first else (int(first), int(second))
    swapped = month > 12
    if swapped:
        day, month = month, day
    # Two digits are of this century: no portal is older.
    whole_year = int(year) if int(year) > 99 else 2000 + int(year)
    return datetime(whole_year, month, day, tzinfo=VIETNAM), swapped


def _time_of_day(
    hour: str | None, minute: str | None, second: str | None, half: str | None
) -> timedelta:
    """The clock's reading; raises ValueError where no clock shows it."""
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    if half in _MORNING and hours == 12:
        hours = 0
    elif half and half not in _MORNING and hours < 12:
        hours += 12
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(f"{hour}:{minute}:{second}")
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
