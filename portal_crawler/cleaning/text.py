"""Vietnamese text as it is stored: composed letters, single spaces, no invisible characters."""

import re
import unicodedata

_DELETED = dict.fromkeys([0x0000, 0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0xFEFF])
"""NUL, soft hyphen, zero-width spaces and joiners, direction marks, byte order mark."""

_SPACES = dict.fromkeys([0x00A0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")

_BULLETS = dict.fromkeys([*range(0xF020, 0xF100)], "-")
"""Private-use code points of the Symbol and Wingdings fonts; Word writes list bullets with them."""

_REPLACED = {**_DELETED, **_SPACES, **_BULLETS}

_ODD_CHARACTER = re.compile(
    "[\\x00\\xa0\\xad\\u2000-\\u200f\\u202f\\u205f\\u3000\\ufeff\\uf020-\\uf0ff]"
)

_ETH = "\N{LATIN CAPITAL LETTER ETH}"
"""Looks like the Vietnamese letter Đ; old keyboards and fonts wrote it in its place."""

_D_STROKE = "\N{LATIN CAPITAL LETTER D WITH STROKE}"

_FINAL_PUNCTUATION = " .…:;,-–/"


def clean(text: str) -> str:
    """One line of text: NFC, spaces collapsed, look-alikes and invisible characters settled."""
    if _ODD_CHARACTER.search(text):
        text = text.translate(_REPLACED)
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return text.replace(_ETH, _D_STROKE) if _ETH in text else text


def folded(text: str) -> str:
    """Text for comparing lines: cleaned, without case and without punctuation at its end."""
    return clean(text).casefold().strip(_FINAL_PUNCTUATION)


def field(text: str | None) -> str | None:
    """A field's text, cleaned; None where nothing is left."""
    return (clean(text) or None) if text else None
