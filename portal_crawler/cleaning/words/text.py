"""Vietnamese text as it is stored: composed letters, single spaces, no invisible characters."""

import re
import unicodedata

_DELETED = dict.fromkeys(
    (
        *(0x00AD, 0x180E, *range(0x200B, 0x2010), 0x2060, *range(0x202A, 0x202F)),
        *(*range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF),
        *(*range(9), *range(0x0E, 0x1C), 0x7F),
    )
)
"""Soft hyphen, zero-width spaces and joiners, direction marks, byte order mark, noncharacters, and
controls that are not white space."""

_SPACES = dict.fromkeys([0x00A0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")

_BULLETS = dict.fromkeys([*range(0xF020, 0xF100)], "-")
"""Private-use code points of the Symbol and Wingdings fonts; Word writes list bullets with them."""

_C1_CONTROLS = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xA0)}
"""`&#147;` and the like: browsers show the letters of windows-1252, as the HTML standard
requires."""

_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
"""Code points that no encoding can write."""

REPLACED = {
    chr(code): letter or ""
    for replaced in (_DELETED, _SPACES, _BULLETS, _C1_CONTROLS, _SURROGATES)
    for code, letter in replaced.items()
}
"""Characters that `clean` replaces, each with its replacement, which may be empty."""

_ODD = (
    "\\x00-\\x08\\x0e-\\x1b\\x7f-\\xa0\\xad\\u180e\\u2000-\\u200f\\u202a-\\u202f\\u205f-\\u2069"
    "\\u3000\\ud800-\\udfff\\uf020-\\uf0ff\\ufeff\\ufffe\\uffff"
)
_ODD_CHARACTER = re.compile(f"[{_ODD}]")

MOST_MARKS = 30
"""Combining marks on one letter, as in Unicode's Stream-Safe Text Format (UAX 15). Sorting more of
them takes quadratic time."""

FEW_CHARS = 1000
"""The length of a text whose marks are always sorted quickly, however many they are."""

_RUN = re.compile(rf"[^\w\s\x00-\u02ff]{{{MOST_MARKS + 1},}}")
"""More combining marks in a row than allowed, or other signs such as a row of stars."""

_ETH = "\N{LATIN CAPITAL LETTER ETH}"
"""A letter that looks like the Vietnamese Đ and that old keyboards and fonts wrote in its place."""

_D_STROKE = "\N{LATIN CAPITAL LETTER D WITH STROKE}"

_FINAL_PUNCTUATION = " .…:;,-–/"


def clean(text: str) -> str:
    """The text as one line in NFC: single spaces, no invisible characters, look-alikes replaced."""
    # Most texts are tidy, and the check costs less than a new text. Nothing odd is printable.
    tidy = text.strip(" \t\r\n")
    if tidy.isprintable() and "  " not in tidy:
        text = tidy
    else:
        spaced = " ".join(text.split())
        # Next line (U+0085) is white space in Python and an ellipsis in browsers.
        is_tidy = spaced.isprintable() and "\x85" not in text
        text = spaced if is_tidy else " ".join(_ODD_CHARACTER.sub(_replaced, text).split())
    if len(text) > FEW_CHARS:
        text = _RUN.sub(_stream_safe, text)
    text = unicodedata.normalize("NFC", text)
    return text.replace(_ETH, _D_STROKE) if _ETH in text else text


def _replaced(odd: re.Match[str]) -> str:
    return REPLACED.get(odd[0], odd[0])


def _stream_safe(run: re.Match[str]) -> str:
    """The marks without those that exceed the bound on one letter."""
    kept = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def folded_line(text: str) -> str:
    """A text for comparing lines: cleaned, case-folded, without punctuation at its ends."""
    return clean(text).casefold().strip(_FINAL_PUNCTUATION)


def field(text: str | None) -> str | None:
    """The text cleaned, as a field has it; None if nothing is left."""
    return (clean(text) or None) if text else None
