"""Makes text safe for a spreadsheet that opens a CSV file, in a way that can be undone. Pure.

Undo it by removing one apostrophe from each cell that begins with one.
"""

import re

MARK = "'"
"""Stands before a cell that a spreadsheet would run or change, or that begins with it."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""Beginnings of a cell that spreadsheets take for a formula, in half and full width."""

_LIKE_A_NUMBER = re.compile(r"[\d.,:/eE+\s-]*\d[\d.,:/eE+%\s-]*", re.ASCII)
_UNCHANGED_NUMBER = re.compile(r"0|[1-9]\d{0,14}", re.ASCII)
"""Spreadsheets keep 15 digits."""


def disarmed(text: str) -> str:
    """The text as a cell that runs nothing."""
    return MARK + text if text.startswith((MARK, *_FORMULA)) else text


def kept_as_text(text: str) -> str:
    """The text as a cell that runs nothing and that no spreadsheet takes for a number or a date.

    It would show `007` as 7, `1/2` as a date, and the last digits of a long number as zeros.
    """
    if _LIKE_A_NUMBER.fullmatch(text) and not _UNCHANGED_NUMBER.fullmatch(text):
        return MARK + text
    return disarmed(text)
