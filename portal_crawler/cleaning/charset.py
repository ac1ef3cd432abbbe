"""From a page's bytes to its text: which encoding they are really in.

Order of trust, from the field notes: byte order mark, the page's own declaration, UTF-8, the HTTP
header. A declaration that the bytes contradict is not believed. Texts in the fonts of before
Unicode (TCVN3, VNI) are only marked: their letters cannot be told from the bytes alone.
"""

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

DECLARATION_WITHIN_BYTES = 4096
"""Browsers look for the declaration in the first 1,024 bytes; Liferay's heads are longer."""

_DECLARATION = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,30})"
    rb"|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]{2,30})",
    re.IGNORECASE,
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,30})", re.IGNORECASE)

_VIETNAMESE_LETTER = re.compile("[\u01a0\u01a1\u01af\u01b0\u0110\u0111\u0300-\u0323\u1ea0-\u1ef9]")
"""Letters that Vietnamese has and Western European languages lack, composed or not."""

_LATIN_1_HIGH = re.compile("[\u0080-\u00ff]")
_ASCII_LETTER = re.compile("[A-Za-z]")

_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_TONE_ON_VOWEL = re.compile("[aeiouyâăêôơư][\u0300\u0301\u0303\u0309\u0323]", re.IGNORECASE)

_SILENT_START = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_SILENT_END = re.compile(r"</(?:script|style)\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")

LEGACY_SHARE = 0.25
"""High Latin-1 letters for each ASCII letter of the text. Vietnamese in TCVN3 or VNI has 0.3 to
0.6, French 0.03 to 0.2."""

LEGACY_MIN_LETTERS = 20
"""Fewer odd letters than this are a name or a stray sign."""

MOST_BROKEN_SHARE = 0.01
"""A UTF-8 page cut or spliced by its server has a few broken bytes; more means another encoding."""

_GUESSED_ENCODING = "windows-1258"
"""The only Vietnamese code page that browsers still know."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, and how it was read."""

    text: str
    encoding: str
    guessed: bool = False
    """The page and its header say nothing usable, or the bytes contradict them."""
    legacy: bool = False
    """The letters are those of a font from before Unicode: unreadable as they are."""


def decode(content: bytes, content_type: str | None = None) -> Decoded:
    """Text of a page. Never raises: bytes that no encoding explains become U+FFFD."""
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :].decode(marked, errors="replace"), marked)
    utf8 = _strictly(content, "utf-8")
    declared = _declared(content)
    if utf8 is not None:
        # Text in a one-byte code page is never valid UTF-8 unless it is ASCII.
        contradicted = declared not in (None, "utf-8", "ascii") and not utf8.isascii()
        return _decoded(utf8, "utf-8", guessed=contradicted)
    for encoding in (declared, _from_header(content_type)):
        if encoding and encoding != "utf-8" and (text := _strictly(content, encoding)) is not None:
            return _vietnamese(content, text, encoding)
    return _guess(content)


def _decoded(text: str, encoding: str, *, guessed: bool = False) -> Decoded:
    return Decoded(text.replace("\0", ""), encoding, guessed, _is_legacy(text))


def _codec(name: str) -> str | None:
    """The name in one spelling; None where Python does not know it as a text encoding."""
    try:
        known = codecs.lookup(name).name
        b"".decode(known)
    except (LookupError, ValueError):
        return None
    # Browsers read both names as windows-1252, its superset.
    return "cp1252" if known in ("iso8859-1", "ascii") else known


def _declared(content: bytes) -> str | None:
    match = _DECLARATION.search(content, 0, DECLARATION_WITHIN_BYTES)
    name = (match[1] or match[2]).decode("ascii") if match else ""
    encoding = _codec(name) if name else None
    # A declaration that could be read byte by byte is in no two-byte encoding.
    return "utf-8" if encoding and encoding.startswith(("utf-16", "utf-32")) else encoding


def _from_header(content_type: str | None) -> str | None:
    match = _HEADER.search(content_type or "")
    return _codec(match[1]) if match else None


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _vietnamese(content: bytes, text: str, encoding: str) -> Decoded:
    """Pages in windows-1258 often call themselves Western: see which reading is Vietnamese."""
    if encoding == "cp1252":
        other = content.decode(_GUESSED_ENCODING, errors="replace")
        tones = len(_TONE.findall(other))
        # In any other encoding the tones' bytes stand behind consonants as often as behind vowels.
        if tones >= LEGACY_MIN_LETTERS and len(_TONE_ON_VOWEL.findall(other)) > 0.9 * tones:
            return _decoded(other, _GUESSED_ENCODING, guessed=True)
    return _decoded(text, encoding)


def _guess(content: bytes) -> Decoded:
    broken = content.decode("utf-8", errors="replace")
    # Letters of three bytes do not come about by accident, whatever else the page holds.
    certain = len(_VIETNAMESE_LETTER.findall(broken)) >= LEGACY_MIN_LETTERS
    if certain or broken.count("\ufffd") <= MOST_BROKEN_SHARE * len(broken):
        return _decoded(broken, "utf-8", guessed=True)
    return _decoded(
        content.decode(_GUESSED_ENCODING, errors="replace"), _GUESSED_ENCODING, guessed=True
    )


def _is_legacy(text: str) -> bool:
    if _VIETNAMESE_LETTER.search(text):
        return False
    if len(_LATIN_1_HIGH.findall(text)) < LEGACY_MIN_LETTERS:
        return False
    words = _without_markup(text)
    high, plain = len(_LATIN_1_HIGH.findall(words)), len(_ASCII_LETTER.findall(words))
    return high >= LEGACY_MIN_LETTERS and high > LEGACY_SHARE * plain


def _without_markup(text: str) -> str:
    """The text between the tags and scripts, in time that grows with its length only."""
    first, *others = _SILENT_START.split(text)
    spoken = [first, *(_SILENT_END.split(other, maxsplit=1)[-1] for other in others)]
    return _TAG.sub(" ", " ".join(spoken))
