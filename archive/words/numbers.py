"""Numbers of articles in the search indexes, in the order of the months of publication. Pure.

The indexes give what they find in the order of these numbers, and keep numbers that lie close
together in fewer bytes. A month has room for 262,144 articles; what comes after them has numbers
beyond all months, in no order.
"""

import re
from typing import NamedTuple

MONTH_BITS = 18
MONTH_SIZE = 1 << MONTH_BITS

FIRST_YEAR = 2000
LAST_MONTH = 4095
"""Months of the years from 2000 to 2341. Earlier days count as of the first month, later ones as of
the last."""

BEYOND_MONTHS = (LAST_MONTH + 1) << MONTH_BITS
"""The first number of what had no room in its month."""


LAST_NUMBER = 2**62

_DATED = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])(?![0-9])")


class Numbers(NamedTuple):
    """Numbers from the first to the last, both counted in."""

    first: int
    last: int


def month_of(day: str | None) -> int:
    """The month of a date of publication, 1 for January of 2000; 0 without a date."""
    if day is None:
        return 0
    year, month = int(day[:4]), int(day[5:7] or 1)
    return min(max((year - FIRST_YEAR) * 12 + month, 1), LAST_MONTH)


def rooms_of(day: str | None) -> list[Numbers]:
    """Where the number of an article may lie: in its month, or beyond all months.

    A date that this software does not write has no month.
    """
    beyond = Numbers(BEYOND_MONTHS, LAST_NUMBER)
    if day is not None and not _DATED.match(day):
        return [beyond]
    return [month_numbers(month_of(day)), beyond]


def month_numbers(month: int) -> Numbers:
    """The numbers of a month's articles."""
    return Numbers(month << MONTH_BITS, ((month + 1) << MONTH_BITS) - 1)


def month_of_number(number: int) -> int:
    """The month that a number was given for."""
    return number >> MONTH_BITS


def text_of_month(month: int) -> str:
    """A month from 1 on as YYYY-MM."""
    year, number = divmod(month - 1, 12)
    return f"{FIRST_YEAR + year}-{number + 1:02}"
