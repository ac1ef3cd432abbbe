"""A query as a tree of what an article must hold. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from archive.words.letters import has_marks, plain_digits


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters or of digits, in lower case."""

    text: str
    is_joined: bool = False
    """Typed right after the word before it, as the 19 of covid19."""
    sign: str = ""
    """Signs that follow, such as %."""
    sign_before: str = ""
    """Signs in front of the first word of a phrase, such as $."""

    @property
    def is_number(self) -> bool:
        """Whether it is a run of digits."""
        return plain_digits(self.text[:1]).isdecimal()

    @property
    def indexed(self) -> str:
        """As the search index has it: with plain digits."""
        return plain_digits(self.text)

    @property
    def is_marked(self) -> bool:
        """Whether it was typed with marks, which then count."""
        return has_marks(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One word, or several that stand in this order with nothing but signs and blanks between."""

    words: tuple[Word, ...]
    column: str | None = None
    """title, lead, body or author; None: any of them, each by itself."""
    is_prefix: bool = False
    """The last word is only the beginning of one."""
    is_exact: bool = False
    """Only as typed: no other spelling, and no marks that were not typed."""
    is_filter: bool = False
    """It narrows a search, and the order of what is found does not depend on it."""


@dataclass(frozen=True, slots=True)
class Not:
    """An article must not hold a part."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class All:
    """An article must hold each part; at least one of them is not a Not."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """An article must hold one of the parts, none of which is a Not."""

    parts: tuple["Node", ...]


Node = Phrase | Not | All | Any


def phrases(node: Node) -> Iterator[Phrase]:
    """All phrases that an article may be found by, in the order typed: none below a Not."""
    match node:
        case Phrase():
            yield node
        case All(parts) | Any(parts):
            for part in parts:
                yield from phrases(part)


def in_title(node: Node) -> Node:
    """The same, with each phrase of no column in the title. What must not be held is unchanged."""
    match node:
        case Phrase():
            return replace(node, column="title") if node.column is None else node
        case All(parts):
            return All(tuple(map(in_title, parts)))
        case Any(parts):
            return Any(tuple(map(in_title, parts)))
    return node


def in_a_row(node: Node) -> Phrase | None:
    """All words of a query as one phrase; None unless it is of two or more plain phrases."""
    parts = node.parts if isinstance(node, All) else ()
    found = [part for part in parts if not isinstance(part, Not)]
    plain = [
        part for part in found if isinstance(part, Phrase) and not (part.column or part.is_prefix)
    ]
    if len(found) < 2 or len(plain) != len(found):
        return None
    return Phrase(
        words=tuple(word for part in plain for word in part.words), is_exact=plain[0].is_exact
    )
