"""Letters with and without marks, and spellings that count as one word. Pure.

Unless a search is exact, these are alike: both places of a tone mark (hoà and hòa), i and y as the
only vowel at the end of a syllable (kỹ and kĩ, but not thúy and thúi), and raised or lowered digits
(m² and m2).
"""

import functools
import re
import unicodedata

_D_STROKE = {ord("đ"): "d", ord("Đ"): "D"}
_ETH = {0x00D0: "Đ", 0x00F0: "đ"}
"""Look-alikes that old keyboards wrote for Đ and đ."""

_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0xFEFF])
_LETTERS = (*range(0x61, 0x7B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00))
"""Small letters, and the blocks of Latin letters with marks."""

_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
_PLAIN_DIGITS = str.maketrans(_RAISED + _LOWERED, "0123456789" * 2)

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")
_MOVABLE_TONE = re.compile(f"(.*)([ou])([{_TONES}]?)([aey])([{_TONES}]?)")
_MOVABLE_PAIRS = ("oa", "oe", "uy")
_LAST_I = re.compile(f"([^aeiouy]+)([iy])([{_TONES}]?)")
"""A syllable in decomposed letters whose only vowel is an i or y at its end."""


def normalised(text: str) -> str:
    """As stored text is: NFC, without invisible characters and look-alikes of Đ."""
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE)).translate(_ETH)


def lowered(text: str) -> str:
    """In lower case, each character at its place (İ alone would become two)."""
    return text.replace("İ", "I").lower()


def plain_digits(text: str) -> str:
    """With 2 for ² and ₂, each character at its place."""
    return text.translate(_PLAIN_DIGITS)


def without_marks(text: str) -> str:
    """In lower case without marks, đ as d."""
    return "".join(_base(character) for character in lowered(text))


@functools.cache
def _base(character: str) -> str:
    return unicodedata.normalize("NFD", character.translate(_D_STROKE))[:1]


def without_d_stroke(text: str) -> str:
    """With d for đ, which is all that FTS5's `remove_diacritics 2` leaves to be folded."""
    return text.translate(_D_STROKE)


def has_marks(word: str) -> bool:
    """Whether a word has a mark or đ."""
    return without_marks(word) != lowered(word)


def spellings(word: str) -> tuple[str, ...]:
    """All spellings of a word in lower case that count as one; the first is always the same."""
    letters = unicodedata.normalize("NFD", word)
    for both in (_tone_placements(letters), _with_i_and_y(letters)):
        if both is not None:
            return tuple(unicodedata.normalize("NFC", spelling) for spelling in both)
    return (word,)


def _tone_placements(letters: str) -> tuple[str, str] | None:
    movable = _MOVABLE_TONE.fullmatch(letters)
    if movable is None or movable[2] + movable[4] not in _MOVABLE_PAIRS:
        return None
    tone = movable[3] + movable[5]
    if len(tone) != 1 or _TONE.search(movable[1]):
        return None
    start, first, second = movable[1], movable[2], movable[4]
    return start + first + tone + second, start + first + second + tone


def _with_i_and_y(letters: str) -> tuple[str, str] | None:
    found = _LAST_I.fullmatch(letters)
    return None if found is None else tuple(found[1] + vowel + found[3] for vowel in "iy")  # type: ignore[return-value]


def any_marks_pattern(word: str) -> str:
    """A regular expression for a word with any marks, on text in lower case."""
    return "".join(_any_mark(letter) for letter in without_marks(word))


def digits_pattern(digits: str) -> str:
    """A regular expression for digits, raised and lowered ones included."""
    return "".join(f"[{digit}{_RAISED[int(digit)]}{_LOWERED[int(digit)]}]" for digit in digits)


@functools.cache
def _any_mark(letter: str) -> str:
    variants = _variants().get(letter, "")
    return f"[{letter}{variants}]" if variants else re.escape(letter)


@functools.cache
def _variants() -> dict[str, str]:
    variants: dict[str, str] = {}
    for letter in map(chr, _LETTERS):
        base = without_marks(letter)
        if lowered(letter) == letter != base:
            variants[base] = variants.get(base, "") + letter
    return variants
