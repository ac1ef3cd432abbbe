"""Numbers that others write, read within bounds: what lies outside is no number. Pure.

A column of SQLite holds 64 bits, and Python takes time by the square of the digits that it
converts, or refuses: nothing beyond may be read from a page, a header or a record.
"""

MOST_COUNTED = 1_000_000_000
"""Of articles, requests, failures: no portal has a thousandth of it."""

MOST_EXACT = 2**53
"""Ids and places in files: exact in JSON, in JavaScript and in a spreadsheet."""


def whole_number(written: str, most: int = MOST_COUNTED) -> int | None:
    """The number, from 0 to `most`, that ASCII digits alone write; None of all else."""
    digits = written.lstrip("0") or written[-1:]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(most)):
        return None
    number = int(digits)
    return number if number <= most else None


def grouped_number(written: str, most: int = MOST_COUNTED) -> int | None:
    """As `whole_number`, marks between the digits left out: `12.345`, `12,345 tin`."""
    return whole_number("".join(filter(str.isdecimal, written)), most)
