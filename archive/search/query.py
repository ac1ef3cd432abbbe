"""Reads a query as people type it. Pure.

chuyển đổi số       all words, each with the marks typed; a word without marks has any
"chuyển đổi số"     the words in this order; curly quotes mean the same
a AND b, a OR b     AND adds nothing, and binds tighter than OR
NOT a, -a           not this word or phrase
chuyể*              all words that begin so
title:a             in this column: title, lead, body or author
10%, $100           the sign counts
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from unicodedata import east_asian_width

from archive.errors import QueryError
from archive.search.nodes import All, Any, Node, Not, Phrase, Word, in_a_row, phrases
from archive.words.letters import lowered, normalised, plain_digits
from archive.words.tokens import WORD

MAX_WORDS = 100
"""More than any title has; FTS5 bounds the depth of an expression."""

MAX_LETTERS = 200
"""Of a word: the time to compare grows with the square, and FTS5 keeps 32,768 bytes of a term."""

FEWEST_LETTERS = 2
"""In front of a *: one letter begins too many words."""

SHOWN = 40
"""Characters of a query on each side of the caret."""

COLUMNS = ("title", "lead", "body", "author")

SIGNS = "%‰°$€£¥₫+±=<>≤≥×÷~#@&§"  # noqa: RUF001
"""Signs that mean something beside a word; all others are punctuation."""

_QUOTES = str.maketrans("“”„‟«»″−", '"' * 7 + "-")
_SINGLE_QUOTED = re.compile(r"(?<!\w)‘([^‘’\"]*)’(?!\w)")
_SCANNED = re.compile(
    r"(?P<column>(?i:" + "|".join(COLUMNS) + r"):)?"
    r'(?:"(?P<phrase>[^"]*)"|(?P<open>")|(?P<word>[^\s"]+)|(?(column)(?P<nothing>)|(?!)))'
)
_PREFIX = re.compile(r"[^\W_]\*\Z")
_WHITESPACE = re.compile(r"\s")
_MINUS = re.compile(r"(?<!\S)-(?=[^\s-])")


@dataclass(frozen=True)
class Query:
    """A query, and how it is shown and asked for."""

    text: str
    node: Node
    is_exact: bool

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """All that an article is found by, in the order typed."""
        return tuple(phrases(self.node))

    @cached_property
    def in_a_row(self) -> Phrase | None:
        """The words as one phrase; None unless the query is of two or more plain words."""
        return in_a_row(self.node)

    @property
    def has_marks(self) -> bool:
        """Whether a word was typed with marks."""
        return any(word.is_marked for phrase in self.phrases for word in phrase.words)


def parsed(text: str, *, exact: bool = False) -> Query:
    """The query that a person typed. Raises QueryError with a caret at the place that is wrong."""
    text = _readable(text)
    return Query(text, _Reading(text, is_exact=exact).read(), exact)


def _readable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QueryError("the query is not UTF-8; set the terminal to UTF-8") from error
    return _SINGLE_QUOTED.sub(r'"\1"', normalised(text).translate(_QUOTES))


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    operator: str | None = None
    """OR, NOT or AND."""
    phrase: Phrase | None = None
    sign: str = ""
    """Signs that stand apart."""

    def with_sign(self, sign: str) -> "_Part":
        """The same phrase, with signs behind its last word."""
        assert self.phrase is not None
        *first, last = self.phrase.words
        words = (*first, replace(last, sign=last.sign + sign))
        return replace(self, phrase=replace(self.phrase, words=words))


class _Reading:
    """One reading of a query from left to right."""

    def __init__(self, text: str, *, is_exact: bool) -> None:
        self._text = text
        self._is_exact = is_exact

    def read(self) -> Node:
        parts = self._with_signs()
        self._check_parentheses(parts)
        if sum(len(part.phrase.words) for part in parts if part.phrase) > MAX_WORDS:
            raise QueryError(f"the query has more than {MAX_WORDS} words; ask for fewer at once")
        alternatives: list[list[_Part]] = [[]]
        for part in parts:
            if part.operator == "OR":
                self._check_side(alternatives[-1], part, "before")
                alternatives.append([])
                opened = part
            else:
                alternatives[-1].append(part)
        if len(alternatives) > 1:
            self._check_side(alternatives[-1], opened, "after")
        nodes = tuple(self._all(each) for each in alternatives)
        return nodes[0] if len(nodes) == 1 else Any(nodes)

    def _with_signs(self) -> list[_Part]:
        """The parts, each sign that stands apart with the word before it, as % in `10 %`."""
        parts: list[_Part] = []
        for part in self._parts():
            if not part.sign:
                parts.append(part)
            elif parts and parts[-1].phrase and not parts[-1].phrase.is_prefix:
                parts[-1] = parts[-1].with_sign(part.sign)
            else:
                raise self._error("a sign needs a word or number before it", part.start)
        return parts

    def _check_parentheses(self, parts: list[_Part]) -> None:
        at = self._text.find("(")
        if at >= 0 and any(part.operator == "OR" for part in parts):
            raise self._error("parentheses do not group words beside OR; leave them out", at)

    def _check_side(self, side: list[_Part], operator: _Part, where: str) -> None:
        if not any(part.phrase for part in side):
            raise self._error(f"OR needs a word {where} it", operator.start)

    def _all(self, parts: list[_Part]) -> Node:
        nodes: list[Node] = []
        negation: _Part | None = None
        for part in parts:
            if part.operator == "NOT":
                negation = part
            elif part.phrase is not None:
                nodes.append(part.phrase if negation is None else Not(part.phrase))
                negation = None
        if negation is not None:
            raise self._error("NOT needs a word after it", negation.start)
        if not nodes:
            raise QueryError(
                "the query holds no word; give one or more words, such as: chuyển đổi số"
            )
        if all(isinstance(node, Not) for node in nodes):
            raise self._error("give a word to look for, too; this only leaves out", parts[0].start)
        return nodes[0] if len(nodes) == 1 else All(tuple(nodes))

    def _parts(self) -> Iterator[_Part]:
        at = 0
        while found := _SCANNED.search(self._text, at):
            at = found.end()
            start = found.start()
            if found["open"]:
                raise self._error("a quotation mark is not closed", start)
            if found["nothing"] is not None:
                raise self._error(f"{found['column']} needs a word right after it", start)
            if found["phrase"] is None and not found["column"]:
                if found["word"] in ("AND", "OR", "NOT"):
                    yield _Part(start, operator=found["word"])
                    continue
                if (minus := _MINUS.match(self._text, start)) is not None:
                    yield _Part(start, operator="NOT")
                    at = minus.end()
                    continue
            yield from self._phrases(found)

    def _phrases(self, found: "re.Match[str]") -> Iterator[_Part]:
        text = found["phrase"] if found["phrase"] is not None else found["word"]
        is_prefix = _PREFIX.search(text) is not None
        if "*" in (text[:-1] if is_prefix else text) and found["phrase"] is None:
            at = found.start() + found[0].index("*")
            raise self._error("* stands at the end of a word, such as chuyể*", at)
        held = tuple(_words(text, is_exact=self._is_exact))
        if not held:
            if found["column"]:
                raise self._error(f"{found['column']} needs a word right after it", found.start())
            if sign := _signs(text):
                yield _Part(found.start(), sign=sign)
            return
        if max(len(word.text) for word in held) > MAX_LETTERS:
            raise self._error(f"a word has more than {MAX_LETTERS} letters", found.start())
        if is_prefix and len(held[-1].text) < FEWEST_LETTERS:
            raise self._error(
                f"give at least {FEWEST_LETTERS} letters in front of *", found.start()
            )
        yield _Part(
            found.start(),
            phrase=Phrase(
                words=held,
                column=found["column"][:-1].lower() if found["column"] else None,
                is_prefix=is_prefix,
                is_exact=self._is_exact,
            ),
        )

    def _error(self, sentence: str, at: int) -> QueryError:
        start = max(0, at - SHOWN)
        before, behind = self._text[start:at], self._text[at : at + SHOWN]
        shown = _WHITESPACE.sub(" ", before + behind)
        return QueryError(f"{sentence}:", f"  {shown}", f"  {' ' * _columns(before)}^")


def _words(text: str, *, is_exact: bool) -> Iterator[Word]:
    """The words of a phrase; of an exact one as they are typed, ² too."""
    typed = lowered(text)
    found = list(WORD.finditer(plain_digits(typed)))
    starts = [each.start() for each in found[1:]]
    end = None
    for word, next_start in zip(found, [*starts, len(text)], strict=False):
        start, stop = word.span()
        yield Word(
            typed[start:stop] if is_exact else word[0],
            is_joined=start == end,
            sign=_signs(text[stop:next_start]),
            sign_before=_signs(text[:start]) if end is None else "",
        )
        end = stop


def _signs(text: str) -> str:
    return "".join(character for character in text if character in SIGNS)


def _columns(text: str) -> int:
    """The width of a text on a terminal."""
    return sum(
        0 if unicodedata.combining(character) else 1 + (east_asian_width(character) in "WF")
        for character in text
    )
