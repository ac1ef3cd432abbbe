"""Lines such as "Hà Nội, ngày 12 tháng 11 năm 1982", which date a text and do not sign it."""

import re

from portal_crawler.cleaning.words.dates import EARLIEST_YEAR
from portal_crawler.cleaning.words.months import ENGLISH_MONTHS, VIETNAMESE_MONTHS
from portal_crawler.cleaning.words.people import are_people, has_surname, is_office, is_place

LONGEST_DATED_CHARS = 150
"""A department's full name with place and date is shorter."""

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:1[89]|20)\d\d"
_BETWEEN = r"\s*[/.–-]\s*"
_LEFT_OPEN = r"[\d…._]+"
"""A day or year, or the dots that documents leave to be filled in by hand."""
_ENGLISH = rf"(?:{ENGLISH_MONTHS})\.?"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_LUNAR_YEAR = (
    r"(?:giáp|ất|bính|đinh|mậu|kỷ|kỉ|canh|tân|nhâm|quý)"
    r"\s(?:tý|tí|sửu|dần|mão|mẹo|thìn|tỵ|tị|ngọ|mùi|thân|dậu|tuất|hợi)"
)
_MONTH_OF_YEAR = (
    rf"tháng(?:\s+(?:{_LEFT_OPEN}|{VIETNAMESE_MONTHS})(?!\w))?(?:[\s,/.–-]*(?:năm\s*)?(?:{_YEAR}|[…._]+))?"
    r"(?:\s+năm)?"
)
_DATE = (
    rf"(?:ngày\s+)?{_DAY}{_BETWEEN}{_MONTH}{_BETWEEN}(?:{_YEAR}|\d\d)"
    rf"|(?:tháng\s+)?{_MONTH}{_BETWEEN}{_YEAR}"
    rf"|ngày\s+{_DAY}(?:{_BETWEEN}{_MONTH})?"
    rf"|(?:những\s+)?ngày(?:\s+{_LEFT_OPEN})?\s+{_MONTH_OF_YEAR}"
    rf"|{_MONTH_OF_YEAR}"
    rf"|năm\s+{_YEAR}"
    rf"|mùa\s+(?:xuân|hè|hạ|thu|đông|dịch)(?:[^\d,()]{{0,20}}{_YEAR})?"
    rf"|(?:(?<=,\s)|(?<=\()|^)(?:xuân|hè|hạ|thu|đông|tết)\s(?:[^\d,()]{{0,20}}\s)?{_YEAR}"
    rf"|(?:(?<=,\s)|(?<=\()|^)(?:(?:mùa\s|đầu\s)?(?:xuân|hè|hạ|thu|đông)|tết|năm)\s{_LUNAR_YEAR}"
    rf"|{_ORDINAL}\s+{_ENGLISH},?\s+{_YEAR}|{_ENGLISH}\s+(?:{_ORDINAL},?\s+)?{_YEAR}"
)
_DATED = re.compile(
    r"(?P<before>.*?)(?P<sign>[\s,;:(\[|–-]{0,4})(?<!\w)"
    rf"(?:\d{{1,2}}\s?(?:h|giờ|:)\s?(?:\d\d)?(?:\s?phút)?[\s,]*)?(?P<date>{_DATE})(?!\w)[\s)\].;]*",
    re.IGNORECASE,
)
_YEAR_BEHIND = re.compile(rf"(?P<before>.*?)[\s,(–-]+{_YEAR}[\s)\].;]*")
_DAY_BEHIND = re.compile(rf"(?P<before>.*?)[\s,(–-]+{_DAY}[/.-]{_MONTH}[\s)\].;]*")
"""Without a year, these numbers are a date only behind a place or a name."""
_OPEN_BRACKET = re.compile(r"(?P<name>[^()]+?)\s*\([^()]+")
_SIGN_OF_DATE = re.compile(r"\d|tháng|ngày|mùa|xuân|tết|năm", re.IGNORECASE)
"""A sign of a date, searched for first, because most lines that sign a text have none."""
_ANY_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)")


def undated(line: str) -> str | None:
    """The signer of a line that ends in a date, empty if only a place or nothing precedes the date;
    None if the line does not end in a date.

    "Hoàng Mai, 3/2021" may name a district: before a comma, and before "ngày" and "tháng", only a
    name of three syllables with a surname counts as a signer.
    """
    if len(line) > LONGEST_DATED_CHARS or not _SIGN_OF_DATE.search(line):
        return None
    found = _DATED.fullmatch(line)
    if found is None:
        return _before_short_date(line)
    before = found["before"].strip()
    bracket = _OPEN_BRACKET.fullmatch(before)
    if bracket and are_people(bracket["name"]):
        return f"{before})"
    if is_office(before):
        return before
    if "," in found["sign"] or found["date"][0].isalpha():
        return before if len(before.split()) > 2 and has_surname(before) else ""
    return before if are_people(before) else ""


def _before_short_date(line: str) -> str | None:
    year = _YEAR_BEHIND.fullmatch(line)
    if year and is_place(year["before"]):
        return ""
    day = _DAY_BEHIND.fullmatch(line)
    if day and is_place(day["before"]):
        return ""
    return day["before"] if day and are_people(day["before"]) else None


def is_place_and_date(line: str) -> bool:
    """Whether a line ends in a date and names no signer."""
    return undated(line) == ""


def is_of_before_the_web(line: str) -> bool:
    """Whether a line is a place and a date from before the first portals."""
    years = _ANY_YEAR.findall(line)
    return bool(years) and int(years[-1]) < EARLIEST_YEAR and is_place_and_date(line)
