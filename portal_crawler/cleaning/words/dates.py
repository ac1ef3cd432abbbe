"""Dates as Vietnamese portals write them, read as the portal's claim in Asia/Ho_Chi_Minh.

docs/FIELDS.md has the forms and the rules under published_at: day first, SA and CH, two-digit
years, relative forms, and lines that are not dates.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.moments import VIETNAM
from portal_crawler.cleaning.words.clocks import (
    CLOCK,
    WEEKDAY,
    clock_time,
    time_of_day,
    weekday_number,
)
from portal_crawler.cleaning.words.days import DAY_SIGN, cut_day, cut_out, day_of
from portal_crawler.cleaning.words.page_tools import VIEW_COUNTER
from portal_crawler.cleaning.words.text import clean

EARLIEST_YEAR = 1997
"""Vietnam was connected to the Internet in 1997: an earlier date is a misread one."""

LATEST_AHEAD = timedelta(days=1)
"""A portal's clock may be ahead, or an article be dated for the next morning. A date that lies
further ahead is a misread one."""

LONGEST_DATE_LINE_CHARS = 150
"""The longest line with a date and counters in a body."""

LONGEST_DATE_CHARS = 200
"""A date line with its labels and counters is shorter; a longer text is a paragraph."""


@dataclass(frozen=True, slots=True)
class DateReading:
    """The date that a text gives."""

    value: str | None
    """`YYYY-MM-DDTHH:MM:SS+07:00` or `YYYY-MM-DD`; None if the text gives no plausible date."""
    problems: tuple[str, ...] = ()
    """Problem codes, as in Article.problems."""
    is_later: bool = False
    """The text gives a date, but one further ahead of the page's own time than is plausible."""


_UNREADABLE = DateReading(None, ("date-unreadable",))
_LATER = DateReading(None, ("date-unreadable",), is_later=True)
_NO_DATE = DateReading(None, ())
_APPROXIMATE = ("date-approximate",)
_WEEKDAY_DIFFERS = ("weekday-differs",)
_ORDER_DIFFERS = ("month-first",)
"""The numbers only fit the order that the site does not declare. Its other dates, in which both
numbers are small, may be read wrongly: a person should check the declaration."""

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?"
    r"\s?(z|[+-]\d{2}:?\d{2})?)?"
)
_ZONE_BEFORE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})\+07:?(?:00)?(\d{2}:\d{2}(?::\d{2})?)")
"""The form of NukeViet 4.5's meta dates."""
_UNIX_MS = re.compile(r"\d{13}|/date\((\d{13})(?:[+-]\d{4})?\)/")
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

_AGO_SIGN = rf"\d (?:{'|'.join(_AGO_UNITS)}) trước"
_SIGN = re.compile(f"{DAY_SIGN}|{_AGO_SIGN}", re.IGNORECASE)
"""Matches every text with a date that readers see; milliseconds since 1970 do not match."""
_DIGIT = re.compile(r"\d")
"""Looked for first: most texts have none, and the names of months take time."""

_OTHER_FACTS = re.compile(
    rf"(?:{VIEW_COUNTER}|xem|views?|hits|phản hồi|tác giả(?: bài viết)?|nguồn(?: tin)?"
    r"|người đăng(?: tin bài| tin| bài viết| bài)?"
    r"|(?:đăng )?bởi)\s*:.*$"
    rf"|(?:{VIEW_COUNTER}) [\d.,]+.*$"
    r"|(?<![\d./-])[\d.]+ lượt (?:xem|đọc).*$"
)
_ACCOUNT_BEFORE = re.compile(
    r"^(?:(?:(?:được |đã )?(?:gửi|đăng|viết|tạo) |(?:submitted|posted|written) )?(?:bởi|by)"
    r" \S.{0,80}? (?:vào(?: lúc)?|lúc|ngày|on|at)"
    r"|\S.{0,60}? (?:đăng|gửi|posted|submitted) (?:vào(?: lúc)?|lúc|ngày|on|at)) "
)
"""What systems set before a time: "Được gửi bởi bientap vào T3, 12/03/2024 - 16:20"."""
_SIGNS_OF_ACCOUNT = ("bởi ", "by ", "đăng ", "gửi ", "posted ", "submitted ")
_SIGNS_OF_OTHER_FACTS = (
    *("lượt", "xem", "view", "hits", "phản hồi", "tác giả", "nguồn", "người đăng", "bởi"),
)
"""Looked for first: most lines have none, and the pattern takes time."""
_LATER_CHANGE = re.compile(r"(?<=\d)[\s|,(;–-]+(?:ngày )?(?:cập nhật|sửa).*$")
"""Portals set the day of a later change behind the day of publication."""
_PUBLISHED = (
    r"(?:(?:(?:được |đã )?(?:đăng(?: tải| tin| bài)?|viết|tạo|gửi|xuất bản|cập nhật(?: lần cuối)?)"
    r"|ngày (?:đăng(?: tải| tin| bài)?|viết|tạo|gửi|xuất bản|cập nhật)"
    r"|thời gian (?:đăng(?: tải| tin| bài)?|xuất bản|cập nhật))(?: (?:lúc|ngày|vào(?: lúc)?))?"
    r"|(?:publish(?:ed|ing)?|publication|post(?:ed|ing)?|created?)(?: (?:date|time))?"
    r"|(?:last )?updated|date (?:published|posted))(?!\w)"
)
"""Labels of a time of publication. That of a document's issue ("Ngày ban hành") is not one."""
_LABELS = rf"(?:{_PUBLISHED}|(?:thời gian|ngày|lúc|vào|mùng|mồng|date|on|at)(?!\w))"
_LABEL = re.compile(
    rf"(?<!\w){_LABELS}"
    r"|(?:gmt|utc)?\s?(?<!\d)\+\s?0?7(?::?00)?(?!\d)"
)
_BARE_COUNTERS = re.compile(r"(?: +\d[\d.,]{0,11}){1,3}$")
"""Counters of views and comments behind a time; readers see a sign before each."""
_WORD = re.compile(r"[^\W_]")
_PLAIN_FORM = re.compile(
    rf"(?:{_LABELS}[\s:]*)?(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})/(?P<year>\d{{4}})(?![\d/.-])"
    r"(?:[\s|,;-]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<seconds>\d{2}))?(?![\d:.])"
    r"(?: ?(?P<half>am|pm|sa|ch)(?!\w))?)?[\s|,;-]*"
)
"""The form of most dates, with or without a label: "Ngày đăng 30/09/2016 | 3:05 PM"."""


_LABELLED_LINE = re.compile(rf"\W*{_PUBLISHED}\s*:?")
_TIME_LINE = re.compile(
    r"\W*(?:thứ \w+|chủ nhật|t[2-7]|cn)?\W*(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{1,2}:\d{2})(?!\d)"
)
_ANY_TIME = datetime(2100, 1, 1, tzinfo=VIETNAM)


def is_date(text: str) -> bool:
    """Whether a line gives a date, perhaps with counters, whenever that may be."""
    may_be = len(text) <= LONGEST_DATE_LINE_CHARS and may_be_date(text)
    return may_be and published_at(text, _ANY_TIME) is not None


def is_date_line(text: str, *, labelled: bool = False) -> bool:
    """Whether a line is that in which a page gives the time of publication, perhaps with counters.

    It has a label, or unless `labelled` is asked for, a time as systems write it: "Thứ ba -
    30/05/2017 16:29". A day alone or "8 giờ ngày 5/3" may be a line of the text.
    """
    if len(text) > LONGEST_DATE_LINE_CHARS or not may_be_date(text):
        return False
    value = published_at(text, _ANY_TIME)
    line = clean(text).casefold()
    if value is None or _LABELLED_LINE.match(line):
        return value is not None
    is_time = len(value) > len("2022-07-13") and "ngày" not in line
    return not labelled and is_time and bool(_TIME_LINE.match(line))


def may_be_date(text: str) -> bool:
    """Whether a text has the sign of a date; takes a fraction of the time of reading it.

    False only for texts that are no dates, and for milliseconds since 1970.
    """
    if _DIGIT.search(text) and _SIGN.search(text):
        return True
    return "hôm " in text.lower()


def published_at(text: str, now: datetime, *, month_first: bool = False) -> str | None:
    """`DateReading.value` alone, as `read_date` reads it from the same arguments."""
    return read_date(text, now, month_first=month_first).value


def read_date(text: str, now: datetime, *, month_first: bool = False) -> DateReading:
    """Read the text of a page's date element, cleaned or not; no text makes it raise.

    `now` is the response's own time, with its zone: relative forms are resolved against it, and a
    date more than a day later is unreadable. `month_first` is for sites that run in en-US.
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
    """The first date that one of the texts gives; the other arguments are those of `read_date`.

    If none gives one, `is_later` says whether one of them gives a date that lies too far ahead.
    """
    none = _NO_DATE
    for text in texts:
        reading = read_date(text, now, month_first=month_first)
        if reading.value:
            return reading
        none = _LATER if reading.is_later else none
    return none


def _plausible(reading: DateReading, now: datetime) -> DateReading:
    """The reading if its date is plausible, else `_UNREADABLE` or `_LATER`."""
    if reading.value is None:
        return _UNREADABLE
    moment = datetime.fromisoformat(reading.value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    if moment.year < EARLIEST_YEAR:
        return _UNREADABLE
    return _LATER if moment - LATEST_AHEAD > now else reading


def _plain_form(line: str, *, month_first: bool) -> DateReading | None:
    """The reading that `_any_form` gives, in a third of its time; None unless the form is plain."""
    found = _PLAIN_FORM.match(line)
    if found is None or _may_be_relative(line):
        return None
    if found.end() < len(line):
        other = _OTHER_FACTS.search(line, found.start("year"))
        if other is None or other.start() != found.end():
            return None
    first, second, year, *clock = found.groups()
    day = day_of(first, second, year, month_first=month_first)
    moment = day.date + time_of_day(*clock)
    value = moment.isoformat() if clock[0] else moment.date().isoformat()
    return DateReading(value, _ORDER_DIFFERS if day.is_swapped else ())


def _any_form(line: str, now: datetime, *, month_first: bool) -> DateReading | None:
    """A date in any form; None if the line holds only counters and names."""
    said = _without_other_facts(line)
    if not _WORD.search(said):
        return None
    reading = _machine_form(line) or _relative_form(line, now)
    return reading or _written_form(said, month_first=month_first)


def _machine_form(line: str) -> DateReading | None:
    """A date in ISO 8601 with or without a zone, NukeViet's variant, or milliseconds since 1970."""
    if found := _UNIX_MS.fullmatch(line):
        moment = datetime.fromtimestamp(int(found[1] or found[0]) // 1000, tz=VIETNAM)
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
    """Whether a line has a word of the relative forms; few dates have one."""
    return "trước" in line or "hôm " in line


def _relative_form(line: str, now: datetime) -> DateReading | None:
    """A date such as "3 giờ trước" or "Hôm qua 21:40", marked as approximate: it is known to the
    minute at best."""
    if not _may_be_relative(line):
        return None
    now = now.astimezone(VIETNAM)
    match, rest = cut_out(_AGO, line)
    if match and not _WORD.search(_LABEL.sub("", rest)):
        unit = match[2]
        moment = now - int(match[1]) * _AGO_UNITS[unit]
        if unit in ("ngày", "tuần"):
            return DateReading(moment.date().isoformat(), _APPROXIMATE)
        return DateReading(moment.replace(second=0, microsecond=0).isoformat(), _APPROXIMATE)
    match, rest = cut_out(_NEAR_DAY, line)
    if match:
        day = now - timedelta(days=match[1] == "qua")
        said = _without_other_facts(f"{day:%d/%m/%Y} {rest}")
        reading = _written_form(said, month_first=False)
        return DateReading(reading.value, _APPROXIMATE)
    return None


def _without_other_facts(line: str) -> str:
    """The line without its counters and names, and without the account before the time."""
    if any(sign in line for sign in _SIGNS_OF_ACCOUNT):
        line = _ACCOUNT_BEFORE.sub("", line)
    has_sign = any(sign in line for sign in _SIGNS_OF_OTHER_FACTS)
    return _OTHER_FACTS.sub("", line) if has_sign else line


def _written_form(line: str, *, month_first: bool) -> DateReading:
    """A day, perhaps with a time and a weekday, among the labels that portals set around them.

    Any other word makes the line a sentence, which is not a date.
    """
    day, line = cut_day(_LATER_CHANGE.sub("", line), month_first=month_first)
    clock, line = cut_out(CLOCK, line)
    if clock:
        line = _BARE_COUNTERS.sub("", line.rstrip())
    # Most dates leave nothing but signs.
    weekday, line = cut_out(WEEKDAY, line) if _WORD.search(line) else (None, "")
    if day is None or (line and _WORD.search(_LABEL.sub("", line))):
        return DateReading(None)
    moment = day.date + (clock_time(clock) if clock else timedelta(0))
    value = moment.isoformat() if clock else moment.date().isoformat()
    differs = weekday is not None and weekday_number(weekday) != moment.weekday()
    problems = (*(_ORDER_DIFFERS if day.is_swapped else ()), *(_WEEKDAY_DIFFERS if differs else ()))
    return DateReading(value, problems)
