"""Turns a typed query into full-text expressions and patterns. Pure.

A word typed with diacritics is looked up as typed (both placements of a tone are one word); a word
without them matches any diacritics. "Words in quotes" must stand in that order. FTS5's own syntax
has no effect: each word is passed on as a quoted string.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.errors import QueryError
from archive.search.vietnamese import (
    NOT_IN_WORD,
    WORD,
    has_marks,
    lowered,
    normalised,
    tone_placements,
    unmarked_pattern,
    without_d_stroke,
)

MAX_WORDS = 100
"""More than any title has; FTS5 bounds the depth of an expression."""

_QUOTED_OR_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query."""

    text: str
    """In lower case."""
    as_typed: bool
    """Whether its diacritics count; else it matches any."""
    writings: tuple[str, ...]
    """All spellings that count as this word if it is taken as typed."""

    @property
    def pattern(self) -> str:
        """A regular expression for it, on text in lower case."""
        if not self.as_typed:
            return unmarked_pattern(self.text)
        return "(?:" + "|".join(re.escape(writing) for writing in self.writings) + ")"


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a phrase of several in this order."""

    words: tuple[Word, ...]

    @property
    def mixed(self) -> bool:
        """Whether it is a phrase that neither index can answer: diacritics of some words count."""
        return len(self.words) > 1 and any(word.as_typed for word in self.words)

    @property
    def pattern(self) -> "re.Pattern[str]":
        """A regular expression that finds it in text in lower case."""
        phrase = f"{NOT_IN_WORD}+".join(word.pattern for word in self.words)
        return re.compile(rf"(?<![^\W_]){phrase}(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Query:
    """All of its terms must be in an article."""

    terms: tuple[Term, ...]
    exact: bool
    """Words as typed only, in one index: no folding and no other placement of tones."""

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of all terms."""
        return tuple(word for term in self.terms for word in term.words)

    @property
    def exact_match(self) -> str | None:
        """The expression for the index of text as written; None if that index is not needed."""
        if self.exact:
            return _all(_phrase(word.text for word in term.words) for term in self.terms)
        return _all(
            _any(_phrase([writing]) for writing in word.writings)
            for word in dict.fromkeys(self.words)
            if word.as_typed
        )

    @property
    def folded_match(self) -> str | None:
        """The expression for the index of text without marks; None if that index is not needed."""
        if self.exact:
            return None
        return _all(
            _phrase(without_d_stroke(word.text) for word in term.words)
            for term in self.terms
            if len(term.words) > 1 or not term.words[0].as_typed
        )

    @property
    def whole_phrase(self) -> str:
        """All words in the order typed, for either index."""
        words = (word.text for word in self.words)
        return _phrase(words if self.exact else map(without_d_stroke, words))

    @property
    def patterns(self) -> tuple["re.Pattern[str]", ...]:
        """Regular expressions for text in lower case: each term, and all words in a row."""
        patterns = [term.pattern for term in self.terms]
        if len(self.terms) > 1:
            patterns.append(Term(self.words).pattern)
        return tuple(patterns)

    @property
    def to_check(self) -> tuple[Term, ...]:
        """Phrases that the indexes only narrow down: they must be found in the text itself."""
        return () if self.exact else tuple(term for term in self.terms if term.mixed)


def parsed(text: str, *, exact: bool = False) -> Query:
    """The query in a typed text; raises QueryError if it is not one."""
    text = _readable(text)
    if text.count('"') % 2:
        raise QueryError(
            f'a quotation mark is not closed in: {text}; write "words in this order", or remove it'
        )
    terms = tuple(_terms(text, exact=exact))
    if not terms:
        raise QueryError("the query has no words; give one or more, such as: chuyển đổi số")
    query = Query(terms, exact)
    if len(query.words) > MAX_WORDS:
        raise QueryError(f"the query has {len(query.words)} words; give at most {MAX_WORDS}")
    return query


def _readable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QueryError("the query is not UTF-8; set the terminal to UTF-8") from error
    return normalised(text)


def _terms(text: str, *, exact: bool) -> Iterator[Term]:
    for found in _QUOTED_OR_WORD.finditer(text):
        words = WORD.findall(found[1] if found[1] is not None else found[2])
        if words:
            yield Term(tuple(_word(lowered(word), exact=exact) for word in words))


def _word(text: str, *, exact: bool) -> Word:
    if exact:
        return Word(text, True, (text,))
    return Word(text, has_marks(text), tone_placements(text))


def _phrase(words: "Iterator[str] | list[str]") -> str:
    """Words are letters and digits only, so the quotes hold."""
    return '"' + " ".join(words) + '"'


def _any(expressions: Iterator[str]) -> str:
    return "(" + " OR ".join(expressions) + ")"


def _all(expressions: Iterator[str]) -> str | None:
    return " AND ".join(expressions) or None
