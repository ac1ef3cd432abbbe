"""Whether the text of an article holds what a query asks for, and where. Pure."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from archive.search.nodes import All, Any, Node, Not, Phrase, Word
from archive.words.letters import any_marks_pattern, digits_pattern, spellings, without_marks

Texts = Mapping[str, Sequence[str]]
"""By column (title, lead, body, author), in lower case: its text, and that text with its broken
entities repaired if it has some."""

KNOWN_PATTERNS = 1000

_DIGIT = r"\d⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
_NO_LETTER = rf"\W_{_DIGIT}"
_LETTER_OR_DIGIT = r"[^\W_]"


def holds(node: Node, texts: Texts, *, as_written: bool = False) -> bool:
    """Whether an article of these texts is what a query asks for."""
    match node:
        case Phrase():
            found = pattern(node, as_written=as_written and not node.is_filter).search
            columns = texts if node.column is None else (node.column,)
            return any(found(text) for column in columns for text in texts.get(column, ()))
        case Not(part):
            return not holds(part, texts)
        case All(parts):
            return all(holds(part, texts, as_written=as_written) for part in parts)
        case Any(parts):
            return any(holds(part, texts, as_written=as_written) for part in parts)


@lru_cache(KNOWN_PATTERNS)
def pattern(phrase: Phrase, *, as_written: bool = False) -> "re.Pattern[str]":
    """Finds a phrase in text in lower case."""
    if phrase.is_exact:
        return re.compile(_exact(phrase))
    written = [_piece(word, phrase, as_written=as_written) for word in phrase.words]
    pieces = [
        _sign_before(word) + piece + _sign(word)
        for word, piece in zip(phrase.words, written, strict=True)
    ]
    first = phrase.words[0]
    middle = _start(first, written[0], _kind(first)) + _sign(first)
    for piece, (before, after) in zip(pieces[1:], pairwise(phrase.words), strict=True):
        touches = before.sign or before.is_number != after.is_number
        middle += (r"[\W_]*" if touches else r"[\W_]+") + piece
    return re.compile(f"{middle}{_end(phrase, _kind(phrase.words[-1]))}")


def _exact(phrase: Phrase) -> str:
    first, *others = phrase.words
    middle = _start(first, re.escape(first.text), _LETTER_OR_DIGIT) + _sign(first)
    middle += "".join(
        ("" if word.is_joined else r"[\W_]+")
        + _sign_before(word)
        + re.escape(word.text)
        + _sign(word)
        for word in others
    )
    return f"{middle}{_end(phrase, _LETTER_OR_DIGIT)}"


def _start(word: Word, piece: str, kind: str) -> str:
    """The first word, which no character of its kind may stand in front of.

    A pattern that begins with letters is found fifteen times as fast as one that begins with what
    may not be there. All that a piece matches has the same length, as a look behind needs it.
    """
    if word.sign_before:
        return f"(?<!{kind}){_sign_before(word)}{piece}"
    return f"{piece}(?<!{kind}{piece})"


def _end(phrase: Phrase, kind: str) -> str:
    """The rest of a word that is only begun; else nothing may come that makes it longer."""
    if phrase.is_prefix:
        return f"{kind}*"
    return "" if phrase.words[-1].sign else f"(?!{kind})"


def _sign(word: Word) -> str:
    return rf"\s?{re.escape(word.sign)}" if word.sign else ""


def _sign_before(word: Word) -> str:
    return rf"{re.escape(word.sign_before)}\s?" if word.sign_before else ""


def _kind(word: Word) -> str:
    """The characters that would make the word a longer one."""
    return f"[{_DIGIT}]" if word.is_number else f"[^{_NO_LETTER}]"


def _piece(word: Word, phrase: Phrase, *, as_written: bool) -> str:
    if word.is_number:
        return digits_pattern(word.text)
    counts = word.is_marked or as_written
    text = word.text if counts else without_marks(word.text)
    write = re.escape if counts else any_marks_pattern
    written = [write(spelling) for spelling in spellings(text)]
    if phrase.is_prefix and word is phrase.words[-1]:  # another spelling is one of a whole word
        written = [write(text), *(f"{each}(?!{_kind(word)})" for each in written)]
    return f"(?:{'|'.join(written)})"
