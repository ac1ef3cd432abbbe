"""What a person types to search, as full-text expressions and as patterns. Pure.

Each word counts by itself: with marks typed it is looked up as typed (both placements of a tone
are one word), with none typed it matches whatever its marks. "Words in quotes" stand in that order.
Nothing of FTS5's own syntax gets through: each word reaches it as a quoted string.
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
    """With its marks; else whatever the marks."""
    writings: tuple[str, ...]
    """All that count as this word where it is taken as typed."""

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
        """A phrase that no single index can answer, since the marks of some words count."""
        return len(self.words) > 1 and any(word.as_typed for word in self.words)

    @property
    def pattern(self) -> "re.Pattern[str]":
        """Finds it in text in lower case."""
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
        """Of all terms."""
        return tuple(word for term in self.terms for word in term.words)

    @property
    def exact_match(self) -> str | None:
        """The expression for the index of text as written; None where nothing is asked of it."""
        if self.exact:
            return _all(_phrase(word.text for word in term.words) for term in self.terms)
        return _all(
            _any(_phrase([writing]) for writing in word.writings)
            for word in dict.fromkeys(self.words)
            if word.as_typed
        )

    @property
    def folded_match(self) -> str | None:
        """The expression for the index of text without marks; None where nothing is asked of it."""
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
        """Finds what was asked for in text in lower case: each term, and all words in a row."""
        patterns = [term.pattern for term in self.terms]
        if len(self.terms) > 1:
            patterns.append(Term(self.words).pattern)
        return tuple(patterns)

    @property
    def unsettled(self) -> tuple[Term, ...]:
        """Phrases that the indexes only narrow down: the text itself must be looked at."""
        return () if self.exact else tuple(term for term in self.terms if term.mixed)


def parsed(text: str, *, exact: bool = False) -> Query:
    """The query that a person typed; QueryError where it cannot be one."""
    text = _readable(text)
    if text.count('"') % 2:
        raise QueryError(
            f"a quotation mark is not closed in: {text}; "
            'write "words in this order", or leave it out'
        )
    terms = tuple(_terms(text, exact=exact))
    if not terms:
        raise QueryError("the query holds no word; give one or more words, such as: chuyển đổi số")
    query = Query(terms, exact)
    if len(query.words) > MAX_WORDS:
        raise QueryError(
            f"the query has {len(query.words)} words; at most {MAX_WORDS} can be asked for at once"
        )
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
