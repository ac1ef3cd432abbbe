"""Makes text of pages and names of files harmless for a terminal and a log. Pure."""

import json
import re
import textwrap
from collections.abc import Mapping

_FORMATTING = (
    "\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""Characters that change the direction of text, break lines or are invisible, except joiners, which
emoji need, and soft hyphens."""

_SURROGATES = "\ud800-\udfff"
"""Surrogates, by which Python writes bytes of file names that are not UTF-8; no stream takes
one."""

_NONCHARACTERS = "\ufdd0-\ufdef\ufffe\uffff"

_NEITHER = f"\x7f-\x9f{_FORMATTING}{_SURROGATES}{_NONCHARACTERS}"

_UNSAFE = re.compile(f"[\x00-\x1f{_NEITHER}]")
"""Control characters of both ranges, and the characters above."""

_UNSAFE_IN_JSON = re.compile(f"[{_NEITHER}]")
"""json escapes all others itself."""

MAIL_WIDTH = 120
"""Characters of a line in a mail of cron, which no terminal wraps."""


def printable(text: str, kept: str = "") -> str:
    """The text with each character replaced that could act on a terminal.

    It stays one line: a page cannot add lines to a log. Characters in `kept` stay.
    """
    return _UNSAFE.sub(lambda found: found[0] if found[0] in kept else _placeholder(found[0]), text)


def _placeholder(character: str) -> str:
    return " " if character in "\t\n\r" else "\ufffd"


def in_lines(text: str, width: int, indent: str = "  ") -> list[str]:
    """The text in lines of at most `width` characters, all but the first indented.

    Longer words are broken.
    """
    shown = printable(text)
    return textwrap.wrap(shown, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def printable_json(values: Mapping[str, object]) -> str:
    """One JSON object in a line with unsafe characters escaped, so that nothing is lost.

    A file name that is not UTF-8 has surrogate escapes, as Python writes them.
    """
    text = json.dumps(values, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda found: escaped(found[0]), text)


def escaped(text: str) -> str:
    r"""Each character as JSON and Python both escape it, `\u00ea`; above U+FFFF a pair of them."""
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
