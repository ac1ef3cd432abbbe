"""Text of pages, made harmless for a terminal and for a log. Pure."""

import json
import re
import textwrap
from collections.abc import Mapping

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters of both ranges, and what turns the direction of text."""

_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""The rest json escapes itself."""

MAIL_WIDTH = 120
"""Characters of a line where quiet, for cron to mail: no terminal wraps it."""


def printable(text: str) -> str:
    """The text with each character that could act on a terminal replaced, at its place.

    It is one line, so that no page adds a line of its own to a log.
    """
    return _UNSAFE.sub(lambda found: " " if found[0] in "\t\n\r" else "\ufffd", text)


def in_lines(text: str, width: int, indent: str = "  ") -> list[str]:
    """The text in lines of at most so many characters, all but the first indented.

    A word that is longer is broken.
    """
    shown = printable(text)
    return textwrap.wrap(shown, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def printable_json(values: Mapping[str, object]) -> str:
    """One JSON object in a line, its letters as they are."""
    text = json.dumps(values, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
