"""Names the listing page after one that is not available, from the addresses before it. Pure.

If a pager counts pages, rows or days, the next address follows from the last ones. If only each
page knows the next one (a cursor, a key), its address cannot be known.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

LONGEST_NUMBER_DIGITS = 9
"""The longest number of a page or an offset; a longer one is an id or a time stamp."""

_DAY = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?P<s>-|/|%2F|)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])"
    r"|(?P<d2>0?[1-9]|[12]\d|3[01])(?P<s2>-|/|%2F)(?P<m2>0?[1-9]|1[0-2])(?P=s2)(?P<y2>(?:19|20)\d\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")


def next_address(addresses: Sequence[str], page: int, page_rows: int) -> str | None:
    """The address after the last of some consecutive listing pages; None if it does not follow.

    `page` is the number of the last one, from 1; `page_rows` the number of rows of a page, for
    pagers that count rows. Two addresses are enough if they differ in one number or one day.
    """
    if len(addresses) < 2:
        return None
    before, last = addresses[-2:]
    return (
        _by_day(before, last) or _by_step(before, last) or _by_count(before, last, page, page_rows)
    )


@dataclass(frozen=True, slots=True)
class _Difference:
    """The one stretch in which two addresses of the same form differ."""

    before: re.Match[str]
    last: re.Match[str]


def _differences(pattern: re.Pattern[str], before: str, last: str) -> Iterator[_Difference]:
    """The matches in which two addresses differ; none if other parts differ, too."""
    if pattern.sub("", before) != pattern.sub("", last):
        return
    pairs = zip(pattern.finditer(before), pattern.finditer(last), strict=True)
    yield from (_Difference(*pair) for pair in pairs if pair[0][0] != pair[1][0])


def _only(pattern: re.Pattern[str], before: str, last: str) -> _Difference | None:
    if len(pattern.findall(before)) != len(pattern.findall(last)):
        return None
    found = list(_differences(pattern, before, last))
    return found[0] if len(found) == 1 else None


def _with(address: str, match: re.Match[str], text: str) -> str:
    return address[: match.start()] + text + address[match.end() :]


def _by_day(before: str, last: str) -> str | None:
    found = _only(_DAY, before, last)
    days = (_day(found.before), _day(found.last)) if found is not None else (None, None)
    if found is None or days[0] is None or days[1] is None:
        return None
    following = days[1] + (days[1] - days[0])
    return _with(last, found.last, _written(following, found.last))


def _day(match: re.Match[str]) -> date | None:
    year, month, day = (match[name] or match[f"{name}2"] for name in ("y", "m", "d"))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _written(day: date, like: re.Match[str]) -> str:
    """A day in the form of another one."""
    if like["y"]:
        return like["s"].join((f"{day:%Y}", f"{day:%m}", f"{day:%d}"))
    padded = like["d2"].startswith("0") or like["m2"].startswith("0") or len(like[0]) > 9
    parts = (f"{day:%d}", f"{day:%m}") if padded else (str(day.day), str(day.month))
    return like["s2"].join((*parts, f"{day:%Y}"))


def _by_step(before: str, last: str) -> str | None:
    """If the two differ in one number: the same step again."""
    found = _only(_NUMBER, before, last)
    if found is None or max(len(found.before[0]), len(found.last[0])) > LONGEST_NUMBER_DIGITS:
        return None
    number, step = int(found.last[0]), int(found.last[0]) - int(found.before[0])
    return _with(last, found.last, _padded(number + step, found.last[0])) if step > 0 else None


def _by_count(before: str, last: str, page: int, page_rows: int) -> str | None:
    """If only the last one has a number: the first page's address has none."""
    if _NUMBER.sub("", before) == _NUMBER.sub("", last):
        return None
    start = _common(before, last)
    end = len(last) - _common(before[start:][::-1], last[start:][::-1])
    own = [
        match
        for match in _NUMBER.finditer(last)
        if start <= match.end() - 1 < max(end, start + 1) and len(match[0]) <= LONGEST_NUMBER_DIGITS
    ]
    if len(own) != 1:
        return None
    number = int(own[0][0])
    if number in (page, page - 1):
        return _with(last, own[0], _padded(number + 1, own[0][0]))
    if page_rows and number == page_rows * (page - 1):
        return _with(last, own[0], _padded(number + page_rows, own[0][0]))
    return None


def _common(one: str, other: str) -> int:
    """The length of the common beginning of two texts."""
    alike = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        alike += 1
    return alike


def _padded(number: int, like: str) -> str:
    return f"{number:0{len(like)}d}" if like.startswith("0") else str(number)
