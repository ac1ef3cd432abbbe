"""Text of pages, made harmless for a terminal and for a log. Pure."""

import json
import re
from collections.abc import Mapping

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters of both ranges, and what turns the direction of text."""

_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""The rest json escapes itself."""


def printable(text: str) -> str:
    """The text with each character that could act on a terminal replaced, at its place.

    It is one line, so that no page adds a line of its own to a log.
    """
    return _UNSAFE.sub(lambda found: " " if found[0] in "\t\n\r" else "\ufffd", text)


def printable_json(values: Mapping[str, object]) -> str:
    """One JSON object in a line, its letters as they are."""
    text = json.dumps(values, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
