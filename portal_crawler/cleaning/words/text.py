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
"""Soft hyphen, zero-width spaces and joiners, direction marks, byte order mark, no characters at
all, and controls that are no white space."""

_SPACES = dict.fromkeys([0x00A0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")

_BULLETS = dict.fromkeys([*range(0xF020, 0xF100)], "-")
"""Private-use code points of the Symbol and Wingdings fonts; Word writes list bullets with them."""

_C1_CONTROLS = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(0x80, 0xA0)}
"""`&#147;` and the like: browsers show the letters of windows-1252, as HTML says they must."""

_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
"""Halves of a letter, which no encoding can write."""

REPLACED = {
    chr(code): letter or ""
    for replaced in (_DELETED, _SPACES, _BULLETS, _C1_CONTROLS, _SURROGATES)
    for code, letter in replaced.items()
}

_ODD = (
    "\\x00-\\x08\\x0e-\\x1b\\x7f-\\xa0\\xad\\u180e\\u2000-\\u200f\\u202a-\\u202f\\u205f-\\u2069"
    "\\u3000\\ud800-\\udfff\\uf020-\\uf0ff\\ufeff\\ufffe\\uffff"
)
_ODD_CHARACTER = re.compile(f"[{_ODD}]")

MOST_MARKS = 30
"""Combining marks on one letter, as Unicode's Stream-Safe Text Format (UAX 15) has it. Putting more
of them in order takes time by the square of their number."""

FEW_CHARS = 1000
"""In so short a text any number of marks is put in order at once."""

_RUN = re.compile(rf"[^\w\s\x00-\u02ff]{{{MOST_MARKS + 1},}}")
"""Marks, or signs such as a row of stars: looked at one by one."""

_ETH = "\N{LATIN CAPITAL LETTER ETH}"
"""Looks like the Vietnamese letter Đ; old keyboards and fonts wrote it in its place."""

_D_STROKE = "\N{LATIN CAPITAL LETTER D WITH STROKE}"

_FINAL_PUNCTUATION = " .…:;,-–/"


def clean(text: str) -> str:
    """One line of text: NFC, spaces collapsed, look-alikes and invisible characters settled."""
    # Most texts are tidy, and looking costs less than making them anew. Nothing odd is printable.
    tidy = text.strip(" \t\r\n")
    if tidy.isprintable() and "  " not in tidy:
        text = tidy
    else:
        spaced = " ".join(text.split())
        # Python takes a next line (U+0085) for white space, browsers show an ellipsis.
        is_tidy = spaced.isprintable() and "\x85" not in text
        text = spaced if is_tidy else " ".join(_ODD_CHARACTER.sub(_replaced, text).split())
    if len(text) > FEW_CHARS:
        text = _RUN.sub(_stream_safe, text)
    text = unicodedata.normalize("NFC", text)
    return text.replace(_ETH, _D_STROKE) if _ETH in text else text


def _replaced(odd: re.Match[str]) -> str:
    return REPLACED.get(odd[0], odd[0])


def _stream_safe(run: re.Match[str]) -> str:
    """The run without the marks that are too many on one letter."""
    kept = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def folded_line(text: str) -> str:
    """Text for comparing lines: cleaned, without case and without punctuation at its end."""
    return clean(text).casefold().strip(_FINAL_PUNCTUATION)


def field(text: str | None) -> str | None:
    """A field's text, cleaned; None where nothing is left."""
    return (clean(text) or None) if text else None
