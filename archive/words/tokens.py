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


MARKED = Forms(lambda word: spellings(unicodedata.normalize("NFC", word))[0])
"""A word with its marks, in the first of its spellings."""

PLAIN = Forms(lambda word: spellings(without_marks(word))[0])
"""A word without marks, in the first of its spellings."""


def words_in(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    text = lowered(text)
    if any(map(text.__contains__, _RAISED)):
        text = plain_digits(text)
    return WORD.findall(text)
