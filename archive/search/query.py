"""Reads a query as people type it. Pure.

chuyển đổi số       all words, each with the marks typed; a word without marks has any
"chuyển đổi số"     the words in this order; curly quotes mean the same
a AND b, a OR b     AND adds nothing, and binds tighter than OR
NOT a, -a           not this word or phrase
chuyể*              all words that begin so
title:a             in this column: title, lead, body or author
10%                 the sign counts
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from archive.errors import QueryError
from archive.search.nodes import All, Any, Node, Not, Phrase, Word, in_a_row, phrases
from archive.words.letters import lowered, normalised, plain_digits
from archive.words.tokens import WORD

MAX_WORDS = 100
"""More than any title has; FTS5 bounds the depth of an expression."""

FEWEST_LETTERS = 2
"""In front of a *: one letter begins too many words."""

SHOWN = 40
"""Characters of a query on each side of the caret."""

COLUMNS = ("title", "lead", "body", "author")

SIGNS = "%‰°$€£₫+#@&§"
"""Signs that mean something beside a word; all others are punctuation."""

_QUOTES = str.maketrans("“”„‟«»″−", '"' * 7 + "-")
_SCANNED = re.compile(
    r"(?P<column>(?:" + "|".join(COLUMNS) + r"):(?=\S))?"
    r'(?:"(?P<phrase>[^"]*)"|(?P<open>")|(?P<word>[^\s"]+))'
)
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
    return normalised(text).translate(_QUOTES)


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    operator: str | None = None
    """OR, NOT or AND."""
    phrase: Phrase | None = None


class _Reading:
    """One reading of a query from left to right."""

    def __init__(self, text: str, *, is_exact: bool) -> None:
        self._text = text
        self._is_exact = is_exact

    def read(self) -> Node:
        parts = list(self._parts())
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
        is_prefix = found["phrase"] is None and text.endswith("*")
        held = tuple(_words(text))
        if not held:
            if found["column"]:
                raise self._error(f"{found['column']} needs a word after it", found.start())
            if any(sign in SIGNS for sign in text):
                raise self._error("a sign needs a word or number before it", found.start())
            return
        if is_prefix and len(held[-1].text) < FEWEST_LETTERS:
            raise self._error(
                f"give at least {FEWEST_LETTERS} letters in front of *", found.start()
            )
        yield _Part(
            found.start(),
            phrase=Phrase(
                words=held,
                column=found["column"][:-1] if found["column"] else None,
                is_prefix=is_prefix,
                is_exact=self._is_exact,
            ),
        )

    def _error(self, sentence: str, at: int) -> QueryError:
        start = max(0, at - SHOWN)
        shown = " ".join(self._text[start : at + SHOWN].splitlines())
        return QueryError(f"{sentence}:", f"  {shown}", f"  {' ' * (at - start)}^")


def _words(text: str) -> Iterator[Word]:
    found = list(WORD.finditer(plain_digits(lowered(text))))
    starts = [each.start() for each in found[1:]]
    end = None
    for word, next_start in zip(found, [*starts, len(text)], strict=False):
        between = text[word.end() : next_start]
        signs = "".join(character for character in between if character in SIGNS)
        yield Word(word[0], is_joined=word.start() == end, sign=signs)
        end = word.end()
