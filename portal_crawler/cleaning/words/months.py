"""The names of months, as .NET's long dates in vi-VN and a department's English pages have them."""

from collections.abc import Iterable

_NAMES = (
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
"""For each month its Vietnamese names, which follow "tháng", and its English ones."""


def _any_of(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


MONTH_NUMBERS = {
    name: number
    for number, (vietnamese, english) in enumerate(_NAMES, 1)
    for name in (*(f"tháng {name}" for name in vietnamese), *english)
}
"""Numbers of months, from 1, by the name in lower case (in Vietnamese with "tháng")."""

VIETNAMESE_MONTHS = _any_of(name for vietnamese, _ in _NAMES for name in vietnamese)
"""Alternatives of a pattern: the names that follow "tháng"."""

ENGLISH_MONTHS = _any_of(name for _, english in _NAMES for name in english)
"""Alternatives of a pattern."""

NAMED_MONTH = rf"tháng\s(?:{VIETNAMESE_MONTHS})|{ENGLISH_MONTHS}"
"""A pattern of a month's name in either language."""

_SIGNS = ("tháng", *(english[-1] for _, english in _NAMES))
"""One of these is in each name. Looked for first: most lines have none, and patterns take time."""


def may_name_month(line: str) -> bool:
    """Whether a line in lower case may hold a month's name; False only if it holds none."""
    return any(sign in line for sign in _SIGNS)
