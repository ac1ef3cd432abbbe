"""Reads numbers that others wrote, within bounds. Pure.

A column of SQLite holds 64 bits, and Python refuses very long numbers or converts them slowly. No
larger number may be read from a page, a header or a record.
"""

MOST_COUNTED = 1_000_000_000
"""Limit for counts of articles, requests or failures: no portal has a thousandth of it."""

MOST_EXACT = 2**53
"""Limit for ids and offsets: exact in JSON, JavaScript and spreadsheets."""


def whole_number(written: str, most: int = MOST_COUNTED) -> int | None:
    """The number from 0 to `most` in a text of ASCII digits only; None for other texts."""
    digits = written.lstrip("0") or written[-1:]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(most)):
        return None
    number = int(digits)
    return number if number <= most else None


def grouped_number(written: str, most: int = MOST_COUNTED) -> int | None:
    """As `whole_number`, ignoring marks between digits: `12.345`, `12,345 tin`."""
    return whole_number("".join(filter(str.isdecimal, written)), most)
