"""The terms of one article in the search index, which keeps no positions. Pure.

    chuyen          a word without its marks
    =chuyển         a word with its marks
    +chuyen_doi     two words next to each other, without marks
    _covid          a word that a number touches, without marks: covid19
    t:chuyen        the same three, of the title alone (t:=chuyển, t:+chuyen_doi)
    a:nguyen        the same three, of the byline
    p:mst           the portal; c:tin_tuc the category

An article holds each term once. Two words are next to each other within one column only, whatever
stands between them.
"""

from collections.abc import Sequence
from itertools import islice
from operator import add
from typing import NamedTuple

from archive.words.tokens import MARKED, PLAIN, WORD, Forms, beside_numbers, in_lower_case, words_in

TITLE, AUTHOR, PORTAL, CATEGORY = "t:", "a:", "p:", "c:"


_FIRST_OF_PAIR = Forms(lambda plain: pair(plain, ""))
_MARKED_TERM = Forms(lambda word: f"={MARKED[word]}")
"""Made once for each word: an article has a thousand terms."""


class Searched(NamedTuple):
    """The texts of an article that its terms are made of; of a text whose entities are broken, that
    text as it is and as it was meant."""

    titles: Sequence[str]
    texts: Sequence[str]
    """Lead and body."""
    authors: Sequence[str]
    portal: str
    category: str
    """Empty without one."""


def terms_of(searched: Searched) -> str:
    """The terms, each once, with blanks between."""
    terms = {PORTAL + searched.portal}
    if searched.category:
        terms.add(category_term(searched.category))
    for texts, column in ((searched.titles, TITLE), (searched.authors, AUTHOR)):
        for text in texts:
            _add(terms, text, "", column)
    for text in searched.texts:
        _add(terms, text, "")
    return " ".join(terms)


def category_term(category: str) -> str:
    """The term of a category, whatever its case, marks and blanks."""
    return CATEGORY + "_".join(PLAIN[word] for word in words_in(category))


def pair(first: str, second: str) -> str:
    """The term of two words next to each other, each without marks."""
    return f"+{first}_{second}"


def beside_number(word: str) -> str:
    """The term of a word without marks that a number touches."""
    return f"_{word}"


def _add(terms: set[str], text: str, *columns: str) -> None:
    text = in_lower_case(text)
    found: list[str] = WORD.findall(text)
    plain = list(map(PLAIN.__getitem__, found))
    pairs = list(map(add, map(_FIRST_OF_PAIR.__getitem__, plain), islice(plain, 1, None)))
    marked = list(map(_MARKED_TERM.__getitem__, set(found)))
    for column in columns:
        for each in (plain, pairs, marked):
            terms.update(map(column.__add__, each) if column else each)
    terms.update(beside_number(PLAIN[word]) for word in beside_numbers(text))
