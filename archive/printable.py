"""Text of pages and names of files, made harmless for a terminal and for a log. Pure."""

import json
import re
import textwrap
from collections.abc import Mapping

_FORMATTING = (
    "\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""What turns the direction of text, breaks lines, or is there and not seen; not the joiners, by
which emoji are made, nor soft hyphens."""

_SURROGATES = "\ud800-\udfff"
"""Bytes of file names that are no UTF-8, as Python has them, among others: no stream takes one."""

_NONCHARACTERS = "\ufdd0-\ufdef\ufffe\uffff"

_NEITHER = f"\x7f-\x9f{_FORMATTING}{_SURROGATES}{_NONCHARACTERS}"

_UNSAFE = re.compile(f"[\x00-\x1f{_NEITHER}]")
"""Control characters of both ranges, and the above."""

_UNSAFE_IN_JSON = re.compile(f"[{_NEITHER}]")
"""The rest json escapes itself."""

MAIL_WIDTH = 120
"""Characters of a line where quiet, for cron to mail: no terminal wraps it."""


def printable(text: str, kept: str = "") -> str:
    """The text with each character that could act on a terminal replaced, at its place.

    It is one line, so that no page adds a line of its own to a log. Characters of `kept` stay.
    """
    return _UNSAFE.sub(lambda found: found[0] if found[0] in kept else _stand_in(found[0]), text)


def _stand_in(character: str) -> str:
    return " " if character in "\t\n\r" else "\ufffd"


def in_lines(text: str, width: int, indent: str = "  ") -> list[str]:
    """The text in lines of at most so many characters, all but the first indented.

    A word that is longer is broken.
    """
    shown = printable(text)
    return textwrap.wrap(shown, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def printable_json(values: Mapping[str, object]) -> str:
    """One JSON object in a line, its letters as they are, what is unsafe escaped: nothing is lost.

    A file name that is no UTF-8 has surrogate escapes, as Python writes them.
    """
    text = json.dumps(values, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda found: escaped(found[0]), text)


def escaped(text: str) -> str:
    r"""Each character as JSON and Python both escape it, `\u00ea`; above U+FFFF a pair of them."""
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
