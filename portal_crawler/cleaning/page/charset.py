"""From a page's bytes to its text, by the encoding that they really are in.

Order of trust (docs/FIELDS.md, *The encoding*): byte order mark, UTF-8 if the bytes are valid, the
page's own declaration, the HTTP header. UTF-8 that was read as windows-1252 and written again is
repaired only if no letter of the page speaks against it.
"""

import codecs
import re
from dataclasses import dataclass, field, replace

from portal_crawler.cleaning.page.caps import first_bytes, first_elements
from portal_crawler.cleaning.page.foreign import foreign_encoding
from portal_crawler.cleaning.words.letters import READ_TWICE, VIETNAMESE_LETTER

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

_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_TONE_ON_VOWEL = re.compile("[aeiouyâăêôơư][\u0300\u0301\u0303\u0309\u0323]", re.IGNORECASE)

CERTAIN_LETTERS = 20
"""So many letters of one kind are no accident; fewer may be a name or a stray sign."""

MOST_BROKEN_SHARE = 0.01
"""Share of broken letters. A UTF-8 page that its server cut or spliced has a few; more of them mean
another encoding."""

MOST_TONES_SHARE = 0.9
"""Share of tone marks that stand behind a vowel: in Vietnamese all of them, except for slips."""

_GUESSED_ENCODING = "windows-1258"
"""The only Vietnamese code page that browsers still know."""

_BROWSERS_KNOW = frozenset(
    (
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp866", "cp874", "koi8-r", "koi8-u"),
        *(f"cp125{number}" for number in range(9)),
        *(f"iso8859-{number}" for number in (*range(2, 9), 10, 13, 14, 15, 16)),
        *("mac-roman", "mac-cyrillic", "gbk", "gb2312", "gb18030", "big5", "big5hkscs"),
        *("euc_jp", "shift_jis", "cp932", "iso2022_jp", "euc_kr", "cp949"),
    )
)
"""Python's names for the encodings of the WHATWG's standard. No page is in the others that Python
knows, of which some take quadratic time or read `\\ud800` as a letter."""

_SUPERSETS = {
    **dict.fromkeys(("iso8859-1", "ascii"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    **dict.fromkeys(("iso8859-11", "tis-620"), "cp874"),
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
}
"""Encodings that browsers read as a larger one: pages name the smaller and use the larger."""

UTF_16_LOOK_BYTES = 1024
UTF_16_NUL_SHARE = 0.3
"""Share of a page's first letters that are ASCII: in UTF-16 these have a NUL on the same side."""
UTF_16_LEAST_NULS = 10

_C1_TO_BYTES = {code: bytes([code]).decode("cp1252", errors="ignore") for code in range(128, 160)}
_AS_1252 = {ord(letter): code for code, letter in _C1_TO_BYTES.items() if letter}
"""The letters that windows-1252 has in place of C1 controls, and their bytes."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, and how its bytes were read."""

    text: str
    encoding: str
    """Python's name of it."""
    guessed: bool = False
    """Neither the page nor its header names a usable encoding, or the bytes contradict it."""
    read_twice: bool = False
    """The page was UTF-8 read as windows-1252 and written in UTF-8 again; the text is repaired."""
    cut: bool = False
    """The page is longer than the part that is read."""
    utf8: bytes | None = field(default=None, repr=False, compare=False)
    """The page's bytes, if they are the text in UTF-8: parsers then need no copy; else None."""


def decode(content: bytes, content_type: str | None = None) -> Decoded:
    """The text of a page, within the caps; `content_type` is the header.

    Never raises: bytes that no encoding explains become U+FFFD. Whoever parses a page parses this
    text, and sees the same part of it.
    """
    read = first_bytes(content)
    decoded = _whole(read, content_type)
    text = first_elements(decoded.text)
    is_cut = len(read) < len(content) or len(text) < len(decoded.text)
    return replace(decoded, text=text, cut=True, utf8=None) if is_cut else decoded


def encoding_of(content: bytes, content_type: str | None = None) -> str:
    """The encoding in which `decode` reads a page; for UTF-8 in a fraction of the time."""
    read = first_bytes(content)
    is_marked = any(read.startswith(mark) for mark, _ in _MARKS)
    if not is_marked and not _utf_16(read) and _strictly(read, "utf-8") is not None:
        return "utf-8"
    return _whole(read, content_type).encoding


def _whole(content: bytes, content_type: str | None) -> Decoded:
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :].decode(marked, errors="replace"), marked)
    if wide := _utf_16(content):
        return _decoded(content.decode(wide, errors="replace"), wide, guessed=True)
    utf8 = _strictly(content, "utf-8")
    declared = _declared(content)
    if utf8 is not None:
        # Text in a one-byte code page is never valid UTF-8 unless it is ASCII.
        contradicted = declared not in (None, "utf-8", "ascii") and not utf8.isascii()
        once = _read_once(utf8)
        if once is None and b"\0" not in content:
            return Decoded(utf8, "utf-8", contradicted, utf8=content)
        return _decoded(once or utf8, "utf-8", guessed=contradicted, read_twice=once is not None)
    for encoding in (declared, _from_header(content_type)):
        if encoding and encoding != "utf-8" and (text := _strictly(content, encoding)) is not None:
            return _vietnamese(content, text, encoding)
    return _nearly(content, declared, _from_header(content_type)) or _guess(content)


def _nearly(content: bytes, *named: str | None) -> Decoded | None:
    """The text in a named encoding of another language in which few bytes mean nothing; None if
    there is none."""
    if _is_nearly_utf_8(content.decode("utf-8", errors="replace")):
        return None
    for encoding in named:
        if encoding and encoding not in ("utf-8", "cp1252", _GUESSED_ENCODING):
            text = content.decode(encoding, errors="replace")
            if text.count("\ufffd") <= MOST_BROKEN_SHARE * len(text):
                return _decoded(text, encoding)
    return None


def _decoded(
    text: str, encoding: str, *, guessed: bool = False, read_twice: bool = False
) -> Decoded:
    return Decoded(text.replace("\0", ""), encoding, guessed, read_twice)


def _utf_16(content: bytes) -> str | None:
    """The kind of UTF-16 that a page without a mark is in, by the NULs of its markup; else None."""
    even, odd = (content[side:UTF_16_LOOK_BYTES:2] for side in (0, 1))
    in_even, in_odd = even.count(0), odd.count(0)
    least = max(UTF_16_LEAST_NULS, UTF_16_NUL_SHARE * len(odd))
    if in_odd > least and in_even < in_odd / 10:
        return "utf-16-le"
    return "utf-16-be" if in_even > least and in_odd < in_even / 10 else None


def _read_once(text: str) -> str | None:
    """The text behind one that was read as windows-1252; None if any letter speaks against it."""
    if VIETNAMESE_LETTER.search(text) or not READ_TWICE.search(text):
        return None
    try:
        once = text.translate(_AS_1252).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return once if len(VIETNAMESE_LETTER.findall(once)) >= CERTAIN_LETTERS else None


def _codec(name: str) -> str | None:
    """Python's name of an encoding; None unless browsers know the encoding."""
    try:
        known = codecs.lookup(name).name
        b"".decode(known)
    except (LookupError, ValueError):
        return None
    known = _SUPERSETS.get(known, known)
    return known if known in _BROWSERS_KNOW else None


def _declared(content: bytes) -> str | None:
    match = _DECLARATION.search(content, 0, DECLARATION_WITHIN_BYTES)
    name = (match[1] or match[2]).decode("ascii") if match else ""
    encoding = _codec(name) if name else None
    # A declaration that can be read byte by byte is not in a two-byte encoding.
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
    """The text, or its reading in windows-1258 if that is Vietnamese: such pages often declare a
    Western encoding."""
    if encoding == "cp1252":
        other = content.decode(_GUESSED_ENCODING, errors="replace")
        if _tones(other) >= CERTAIN_LETTERS and _has_tones_on_vowels(other):
            return _decoded(other, _GUESSED_ENCODING, guessed=True)
    return _decoded(text, encoding)


def _tones(text: str) -> int:
    return len(_TONE.findall(text))


def _has_tones_on_vowels(text: str) -> bool:
    """Whether nearly all tones stand behind vowels: in another encoding their bytes stand
    anywhere."""
    return len(_TONE_ON_VOWEL.findall(text)) >= MOST_TONES_SHARE * _tones(text)


def _is_nearly_utf_8(broken: str) -> bool:
    """Whether a page is UTF-8 with a few broken letters, by its text in UTF-8."""
    # Letters of three bytes are no accident, whatever else the page holds.
    certain = len(VIETNAMESE_LETTER.findall(broken)) >= CERTAIN_LETTERS
    return certain or broken.count("\ufffd") <= MOST_BROKEN_SHARE * len(broken)


def _guess(content: bytes) -> Decoded:
    broken = content.decode("utf-8", errors="replace")
    if _is_nearly_utf_8(broken):
        return _decoded(broken, "utf-8", guessed=True)
    vietnamese = content.decode(_GUESSED_ENCODING, errors="replace")
    is_vietnamese = _tones(vietnamese) >= CERTAIN_LETTERS and _has_tones_on_vowels(vietnamese)
    if not is_vietnamese and (foreign := foreign_encoding(content)):
        return _decoded(content.decode(foreign, errors="replace"), foreign, guessed=True)
    for encoding in (_GUESSED_ENCODING, "cp1252"):
        text = content.decode(encoding, errors="replace")
        if _has_tones_on_vowels(text):
            break
    return _decoded(text, encoding, guessed=True)
