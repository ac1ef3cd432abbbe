"""Words of Vietnamese text as a search compares them. Pure."""

import functools
import re
import unicodedata

_D_STROKE = {ord("đ"): "d", ord("Đ"): "D"}
_ETH = {0x00D0: "Đ", 0x00F0: "đ"}
"""Look-alikes that old keyboards wrote for Đ and đ."""

_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0xFEFF])
_LETTERS = (*range(0x61, 0x7B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00))
"""Small letters, and the blocks of Latin letters with marks."""

WORD = re.compile(r"[^\W_]+")
"""A word as FTS5's unicode61 sees it: letters and digits."""

NOT_IN_WORD = r"[\W_]"

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")
_MOVABLE_TONE = re.compile(f"(.*)([ou])([{_TONES}]?)([aey])([{_TONES}]?)")
_MOVABLE_PAIRS = ("oa", "oe", "uy")


def normalised(text: str) -> str:
    """The text as stored text is: NFC, without invisible characters and look-alikes of Đ."""
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE)).translate(_ETH)


def lowered(text: str) -> str:
    """The text in lower case, each character at its place (İ alone would become two)."""
    return text.replace("İ", "I").lower()


def folded(text: str) -> str:
    """The text in lower case without diacritics, đ as d."""
    return "".join(_base(character) for character in lowered(text))


@functools.cache
def _base(character: str) -> str:
    return unicodedata.normalize("NFD", character.translate(_D_STROKE))[:1]


def without_d_stroke(text: str) -> str:
    """The text with d for đ, which FTS5's `remove_diacritics 2` does not fold."""
    return text.translate(_D_STROKE)


def has_marks(word: str) -> bool:
    """Whether the word has a diacritic or đ."""
    return folded(word) != lowered(word)


def tone_placements(word: str) -> tuple[str, ...]:
    """The word and, if its tone may stand on either of two vowels, the other spelling.

    hoà and hòa, khoẻ and khỏe, thuỷ and thủy are one word each: NFC does not unify them.
    """
    letters = unicodedata.normalize("NFD", lowered(word))
    movable = _MOVABLE_TONE.fullmatch(letters)
    if movable is None or movable[2] + movable[4] not in _MOVABLE_PAIRS:
        return (word,)
    tone = movable[3] + movable[5]
    if len(tone) != 1 or _TONE.search(movable[1]):
        return (word,)
    start, first, second = movable[1], movable[2], movable[4]
    both = (start + first + tone + second, start + first + second + tone)
    return tuple(unicodedata.normalize("NFC", writing) for writing in both)


def unmarked_pattern(word: str) -> str:
    """A regular expression for the word with any diacritics, for text in lower case."""
    return "".join(_any_mark(letter) for letter in folded(word))


@functools.cache
def _any_mark(letter: str) -> str:
    variants = _variants().get(letter, "")
    return f"[{letter}{variants}]" if variants else re.escape(letter)


@functools.cache
def _variants() -> dict[str, str]:
    variants: dict[str, str] = {}
    for letter in map(chr, _LETTERS):
        base = folded(letter)
        if lowered(letter) == letter != base:
            variants[base] = variants.get(base, "") + letter
    return variants
