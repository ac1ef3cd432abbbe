"""Text cut into words as the search index holds them. Pure.

A word is a run of letters or a run of digits: `Covid19`, `Covid-19` and `Covid 19` are two words
each.
"""

import re
import unicodedata
from collections.abc import Callable

from archive.words.letters import lowered, plain_digits, spellings, without_marks

WORD = re.compile(r"[^\W\d_]+|\d+")

MOST_KNOWN = 200_000
"""Words whose forms are remembered; Vietnamese has some 7,000 syllables, numbers have no end."""

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"


class Forms(dict[str, str]):
    """One form of each word, by the word in lower case; made when it is first looked up."""

    def __init__(self, form_of: Callable[[str], str]) -> None:
        super().__init__()
        self._form_of = form_of

    def __missing__(self, word: str) -> str:
        if len(self) >= MOST_KNOWN:
            self.clear()
        form = self[word] = self._form_of(word)
        return form


def _is_plain_number(word: str) -> bool:
    """It has one form only; most words that are new to an archive are numbers."""
    return word.isascii() and word.isdecimal()


MARKED = Forms(
    lambda word: (
        word if _is_plain_number(word) else spellings(unicodedata.normalize("NFC", word))[0]
    )
)
"""A word with its marks, in the first of its spellings."""

PLAIN = Forms(lambda word: word if _is_plain_number(word) else spellings(without_marks(word))[0])
"""A word without marks, in the first of its spellings."""


_BESIDE_WORD = re.compile(r"[\d\u0300-\u036f](?:(?<=[^\W\d_].)|(?=[^\W\d_]))")
"""A digit right behind a word or right before one; also a mark that no letter takes."""

_LETTERS = re.compile(r"[^\W\d_]+")


def words_in(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return WORD.findall(in_lower_case(text))


def in_lower_case(text: str) -> str:
    """The text in lower case, with plain digits."""
    text = lowered(text)
    return plain_digits(text) if any(map(text.__contains__, _RAISED)) else text


def beside_numbers(text: str) -> set[str]:
    """The words of a text in lower case that a number touches, as in 5g and covid19."""
    found = set()
    for digit in _BESIDE_WORD.finditer(text):
        start, end = digit.span()
        while start and _LETTERS.match(text, start - 1):
            start -= 1
        found.update(_LETTERS.findall(text, start, end - 1))
        if behind := _LETTERS.match(text, end):
            found.add(behind[0])
    return found
