"""A query as an expression for the search index, whose terms archive.words.terms lists. Pure.

The index keeps no positions, so some expressions find more than the query asks for. They never
find less.
"""

from dataclasses import dataclass
from itertools import pairwise, product

from archive.search.nodes import All, Any, Node, Not, Phrase, Word
from archive.words.letters import spellings, without_marks
from archive.words.terms import AUTHOR, TITLE, beside_number, pair
from archive.words.tokens import MARKED, PLAIN

_OF_COLUMN = {"title": TITLE, "author": AUTHOR}
"""Columns that have terms of their own."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What to look up."""

    expression: str
    """For FTS5's MATCH."""
    are_hits: bool
    """Everything that the expression finds is what the query asks for."""


def candidates(node: Node, *, as_written: bool = False) -> Candidates:
    """What finds all articles that a query asks for.

    `as_written`: only those that have the words typed without marks without marks, too.
    """
    match node:
        case Phrase():
            return _of_phrase(node, as_written=as_written and not node.is_filter)
        case All(parts):
            return _of_all(parts, as_written=as_written)
        case Any(parts):
            found = [candidates(part, as_written=as_written) for part in parts]
            either = " OR ".join(f"({each.expression})" for each in found)
            return Candidates(either, all(each.are_hits for each in found))
    raise ValueError("what must not be held finds nothing by itself")


def _of_all(parts: tuple[Node, ...], *, as_written: bool) -> Candidates:
    found = [candidates(part, as_written=as_written) for part in parts if not isinstance(part, Not)]
    left_out = [candidates(part.part) for part in parts if isinstance(part, Not)]
    expression = " AND ".join(f"({each.expression})" for each in found)
    if certain := [f"({each.expression})" for each in left_out if each.are_hits]:
        expression = f"({expression}) NOT ({' OR '.join(certain)})"  # FTS5 takes few nested NOTs
    return Candidates(expression, all(each.are_hits for each in (*found, *left_out)))


def _of_phrase(phrase: Phrase, *, as_written: bool) -> Candidates:
    column = _OF_COLUMN.get(phrase.column or "", "")
    plain = [PLAIN[word.indexed] for word in phrase.words]
    whole = plain[:-1] if phrase.is_prefix else plain
    terms = [_quoted(column + pair(*two)) for two in pairwise(whole)]
    if phrase.is_prefix:
        terms.append(_prefix(phrase.words, plain, column))
    elif len(plain) == 1 and not _counts(phrase.words[0], as_written=as_written):
        terms.append(_quoted(column + plain[0]))
    marked = phrase.words[:-1] if phrase.is_prefix else phrase.words
    terms += [
        _quoted(f"{column}={MARKED[word.indexed]}")
        for word in marked
        if _counts(word, as_written=as_written)
    ]
    has_counted = any(_counts(word, as_written=as_written) for word in phrase.words)
    is_simple = len(plain) == 1 or (len(plain) == 2 and not has_counted)
    is_whole_column = phrase.column is None or bool(column)
    has_sign = any(word.sign or word.sign_before for word in phrase.words)
    are_hits = is_simple and is_whole_column and not (has_sign or phrase.is_exact)
    if phrase.is_prefix and (len(plain) > 1 or has_counted):
        are_hits = False
    return Candidates(" AND ".join(dict.fromkeys(terms)), are_hits)


def _counts(word: Word, *, as_written: bool) -> bool:
    return word.is_marked or (as_written and not word.is_number)


def _prefix(words: tuple[Word, ...], plain: list[str], column: str) -> str:
    """Of a phrase whose last word is only begun. A whole word may be kept in another spelling."""
    begun = without_marks(words[-1].indexed)
    start = f"{column}+{plain[-2]}_" if len(plain) > 1 else column
    whole = spellings(begun)[0]
    also = f" OR {_quoted(start + whole)}" if whole != begun else ""
    return f"({_quoted(start + begun)} *{also})"


def _quoted(term: str) -> str:
    """Words are letters and digits only, so the quotes hold."""
    return f'"{term}"'


def is_sensitive(node: Node) -> bool:
    """Whether `as_written` makes a difference: a word of letters was typed without marks."""
    match node:
        case Phrase(words=held):
            return not node.is_filter and any(
                not (word.is_number or word.is_marked) for word in held
            )
        case All(parts) | Any(parts):
            return any(map(is_sensitive, parts))
    return False


MOST_SPELLINGS = 8
"""Of a phrase whose words each have several."""


@dataclass(frozen=True, slots=True)
class Positions:
    """What narrows the candidates of long phrases. An article that is found has one of both."""

    expression: str
    """For articles_folded, which keeps positions, and words as they are spelled without marks."""
    beside_numbers: str
    """For the search index: covid19 is one word in articles_folded, and two words here."""


def phrases_in_a_row(node: Node) -> Positions | None:
    """What narrows the candidates of the long phrases of a query; None without them."""
    parts = node.parts if isinstance(node, All) else (node,)
    found = {
        part: expression
        for part in parts
        if isinstance(part, Phrase) and (expression := _positions(part)) is not None
    }
    if not found:
        return None
    ends = [PLAIN[word.text] for phrase in found for word in (phrase.words[0], phrase.words[-1])]
    return Positions(
        " AND ".join(f"({expression})" for expression in found.values()),
        " OR ".join(_quoted(beside_number(word)) for word in dict.fromkeys(ends)),
    )


def _positions(phrase: Phrase) -> str | None:
    texts = [without_marks(word.text) for word in phrase.words]
    if len(texts) < 3 or phrase.is_prefix or not all(text.isalpha() for text in texts):
        return None
    written = list(product(*(spellings(text) for text in texts)))
    if len(written) > MOST_SPELLINGS:
        return None
    either = " OR ".join(_quoted(" ".join(words)) for words in written)
    return f"{{{phrase.column} repaired_words}} : ({either})" if phrase.column else either
