"""What a search must find, and in which order: each article is looked at by itself.

This is written from the documents alone, and imports nothing of `archive`, so that it can disagree
with it.
"""

import re
import shlex
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

TONES = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
SMALL_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
SIGNS = "%‰°$€£¥₫+±=<>≤≥×÷~#@&§"  # noqa: RUF001
COLUMNS = ("title", "lead", "body", "author")


@cache
def bare(word: str) -> str:
    """Without marks."""
    letters = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


@cache
def alike(word: str) -> str:
    """One spelling for all that count as the same: hoà and hòa, kỹ and kĩ."""
    letters = unicodedata.normalize("NFD", word)
    tones = [letter for letter in letters if letter in TONES]
    toneless = "".join(letter for letter in letters if letter not in TONES)
    if len(tones) <= 1:
        vowels = [letter for letter in toneless if letter in "aeiouy"]
        if vowels in (["i"], ["y"]) and toneless[-1] in "iy" and len(toneless) > 1:
            return toneless[:-1] + "i" + "".join(tones)
        if toneless[-2:] in ("oa", "oe", "uy") and has_tone_at_its_end(letters):
            return toneless + "".join(tones)
    return word


def has_tone_at_its_end(letters: str) -> bool:
    """Whether a tone stands on one of the last two letters."""
    return any(letter in TONES for letter in letters[-2:])


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, and what stands before and behind it."""

    word: str
    start: int
    stop: int
    before: str
    behind: str


def tokens_of(text: str) -> list[Token]:
    """Runs of letters and runs of digits, in lower case."""
    found = [(each[0], *each.span()) for each in _RUN.finditer(text)]
    ends = [0, *(stop for _, _, stop in found)]
    starts = [*(start for _, start, _ in found), len(text)]
    return [
        Token(word.lower(), start, stop, text[end:start], text[stop:following])
        for (word, start, stop), end, following in zip(found, ends, starts[1:], strict=False)
    ]


_RUN = re.compile(rf"[\d{SMALL_DIGITS}]+|[^\W\d_{SMALL_DIGITS}]+")


@cache
def with_plain_digits(word: str) -> str:
    """With 2 for ² and ₂."""
    return "".join(str(unicodedata.digit(each)) if each in SMALL_DIGITS else each for each in word)


@dataclass(frozen=True)
class Phrase:
    """Words to be found one after the other."""

    tokens: tuple[Token, ...]
    column: str | None = None
    is_prefix: bool = False
    is_exact: bool = False

    def is_word(self, number: int, written: Token, as_written: bool) -> bool:
        """Whether a written word is the one with a number of the phrase."""
        asked = self.tokens[number]
        is_last = number == len(self.tokens) - 1
        if not self._is_spelled(asked.word, written.word, is_last, as_written):
            return False
        if number not in self._with_signs and not self.is_exact:
            return True
        if self.is_exact and number and (asked.before == "") != (written.before == ""):
            return False
        wanted = "".join(letter for letter in asked.behind if letter in SIGNS)
        if wanted and not re.match(rf"\s?{re.escape(wanted)}", written.behind):
            return False
        led = "".join(letter for letter in asked.before if letter in SIGNS) if not number else ""
        return not led or re.search(rf"{re.escape(led)}\s?\Z", written.before) is not None

    def _is_spelled(self, asked: str, written: str, is_last: bool, as_written: bool) -> bool:
        if not self.is_exact:
            asked, written = with_plain_digits(asked), with_plain_digits(written)
            if bare(asked) == asked and not as_written:
                written = bare(written)
            if alike(asked) == alike(written):
                return True
        return written == asked or (is_last and self.is_prefix and written.startswith(asked))

    def places(self, text: "Text", *, as_written: bool = False) -> Iterator[tuple[int, int]]:
        """Where it stands in a text, first and last character."""
        held, end = text.tokens, 0
        for at in self._starts(text):
            stop = at + len(self.tokens)
            here = held[at:stop]
            if at < end or len(here) < len(self.tokens):
                continue
            if self.is_exact and (
                _touches(held, at) or (not self._is_open and _touches(held, stop))
            ):
                continue
            if all(self.is_word(each, here[each], as_written) for each in range(len(here))):
                yield here[0].start, here[-1].stop
                end = stop

    @cached_property
    def _with_signs(self) -> set[int]:
        """The numbers of words beside a sign."""
        return {
            number
            for number, token in enumerate(self.tokens)
            if any(letter in SIGNS for letter in token.before + token.behind)
        }

    @property
    def _is_open(self) -> bool:
        """Whether the last word may go on."""
        return self.is_prefix or any(letter in SIGNS for letter in self.tokens[-1].behind)

    def _starts(self, text: "Text") -> Sequence[int]:
        """Where the first word may stand, by the places of the rarest one."""
        if self.is_prefix and len(self.tokens) == 1:
            return range(len(text.tokens))
        rarest: tuple[Sequence[int], int] | None = None
        for number, key in enumerate(self._keys):
            numbers = text.numbers.get(key)
            if numbers is None:
                return ()
            if rarest is None or len(numbers) < len(rarest[0]):
                rarest = numbers, number
        assert rarest is not None
        return [number - rarest[1] for number in rarest[0] if number >= rarest[1]]

    @cached_property
    def _keys(self) -> list[str]:
        whole = self.tokens[:-1] if self.is_prefix else self.tokens
        return [key_of(token.word) for token in whole]


def _touches(tokens: Sequence[Token], number: int) -> bool:
    """Whether a word begins where the one before it ends, as the 19 of covid19."""
    return 0 < number < len(tokens) and tokens[number].before == ""


@cache
def key_of(word: str) -> str:
    """The same for all words that may count as one."""
    return alike(bare(with_plain_digits(word)))


@dataclass(frozen=True)
class Text:
    """A text, cut into words."""

    text: str
    tokens: list[Token] = field(repr=False)

    @cached_property
    def numbers(self) -> dict[str, list[int]]:
        """Where each word stands."""
        found: dict[str, list[int]] = {}
        for number, token in enumerate(self.tokens):
            found.setdefault(key_of(token.word), []).append(number)
        return found


def text_of(text: str) -> Text:
    """A text that may be searched."""
    return Text(text, tokens_of(text))


Columns = dict[str, tuple[Text, ...]]
"""By column its text, and that text as it was meant if it is broken."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an article says at one time."""

    columns: Columns
    published_at: str | None
    version: int = 0
    """0: as it is now."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article as a reader knows it."""

    id: int
    portal: str
    key: str
    category: str | None
    sections: tuple[str, ...]
    has: tuple[str, ...]
    is_gone: bool
    now: Reading
    earlier: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A query and its options."""

    alternatives: tuple[tuple[tuple[bool, Phrase], ...], ...]
    """Of each side of an OR its phrases, and whether each must not be there."""
    options: dict[str, str]
    flags: frozenset[str]
    has: tuple[str, ...]

    @property
    def row(self) -> Phrase | None:
        """All words as one phrase, of a query of several plain ones."""
        if len(self.alternatives) > 1:
            return None
        found = [phrase for is_not, phrase in self.alternatives[0] if not is_not]
        if len(found) < 2 or any(phrase.column or phrase.is_prefix for phrase in found):
            return None
        tokens = tuple(
            token if number else replace(token, before=" " + token.before)
            for phrase in found
            for number, token in enumerate(phrase.tokens)
        )
        return Phrase(tokens, is_exact=found[0].is_exact)

    @property
    def phrases(self) -> list[Phrase]:
        """All that may be found, and the row."""
        found = [phrase for side in self.alternatives for is_not, phrase in side if not is_not]
        return [*found, *([self.row] if self.row else [])]


FLAGS = ("--gone", "--versions", "--exact")


def asked(query: str, options: str) -> Asked:
    """A query as it is typed, and options as a shell takes them."""
    given: dict[str, str] = {}
    flags, has = set(), []
    words = iter(shlex.split(options))
    for word in words:
        if word in FLAGS:
            flags.add(word)
        elif word == "--has":
            has.append(next(words))
        else:
            given[word] = next(words)
    sides: list[list[tuple[bool, Phrase]]] = [[]]
    is_not = False
    for part in parts_of(unicodedata.normalize("NFC", query)):
        if part == "OR":
            sides.append([])
        elif part == "NOT":
            is_not = True
        elif isinstance(part, Phrase):
            exact = Phrase(part.tokens, part.column, part.is_prefix, "--exact" in flags)
            sides[-1].append((is_not, exact))
            is_not = False
    return Asked(tuple(map(tuple, sides)), given, frozenset(flags), tuple(has))


_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?P<column>(?i:title:|lead:|body:|author:))?'
                   r'(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))')  # fmt: skip


def with_straight_quotes(query: str) -> str:
    """Curly quotes, and single ones if they are no apostrophes."""
    query = re.sub(r"(?<!\w)‘([^‘’]*)’(?!\w)", r'"\1"', query.replace("−", "-"))
    return re.sub("[“”„«»]", '"', query)


def parts_of(query: str) -> Iterator[str | Phrase]:
    """The phrases of a query and the operators between them."""
    joined = re.sub(rf"(?<=\w) (?=[{re.escape(SIGNS)}]+(?:\s|$))", "", with_straight_quotes(query))
    for found in _PART.finditer(joined):
        if found["minus"]:
            yield "NOT"
        if found["word"] in ("AND", "OR", "NOT") and not found["column"]:
            yield found["word"]
            continue
        text = found["quoted"] if found["word"] is None else found["word"]
        held = tokens_of(text)
        column = (found["column"] or ":")[:-1].lower() or None
        yield Phrase(tuple(held), column, text.endswith("*"))


def holds(phrase: Phrase, columns: Columns, *, as_written: bool = False) -> bool:
    """Whether one of the columns asked for has a phrase."""
    names = columns if phrase.column is None else (phrase.column,)
    texts = (text for name in names for text in columns.get(name, ()))
    if phrase.is_exact:  # only what is written, not what was meant
        texts = (columns[name][0] for name in names if name in columns)
    return any(True for text in texts for _ in phrase.places(text, as_written=as_written))


def fits(query: Asked, columns: Columns, *, as_written: bool = False) -> bool:
    """Whether a text is what was asked for."""
    return any(
        all(
            not holds(phrase, columns) if is_not else holds(phrase, columns, as_written=as_written)
            for is_not, phrase in side
        )
        for side in query.alternatives
    )


def passes(document: Document, reading: Reading, query: Asked) -> bool:
    """Whether the filters leave an article."""
    options, day = query.options, reading.published_at or ""
    since, until = options.get("--from"), options.get("--to")
    author = options.get("--author")
    by = author and phrase_of(author)
    return all(
        (
            document.portal in options.get("--portal", document.portal).split(","),
            not since or day[: len(since)] >= since,
            not until or (day != "" and day[: len(until)] <= until),
            _plain(options.get("--category", document.category)) == _plain(document.category),
            "--section" not in options or options["--section"] in document.sections,
            not by or holds(by, reading.columns),
            all(kind in document.has for kind in query.has),
            document.is_gone or "--gone" not in query.flags,
        )
    )


@cache
def phrase_of(author: str) -> Phrase:
    """Words of the byline."""
    return Phrase(tuple(tokens_of(author)), "author")


@cache
def _plain(name: str | None) -> list[str]:
    return [key_of(token.word) for token in tokens_of(unicodedata.normalize("NFC", name or ""))]


@dataclass(frozen=True, slots=True)
class Found:
    """An article that must be found, by one of its readings."""

    document: Document
    reading: Reading
    tier: int


def found_by(documents: Iterable[Document], query: Asked, order: str = "rank") -> list[Found]:
    """All that must be found, in order."""
    hits = [
        Found(document, reading, tier_of(query, reading.columns))
        for document in documents
        for reading in readings_of(document, query)
        if passes(document, reading, query) and fits(query, reading.columns)
    ]
    hits.sort(key=lambda hit: (hit.document.id, hit.reading.version))
    hits.sort(key=lambda hit: hit.reading.published_at or "", reverse=order != "oldest")
    hits.sort(key=lambda hit: hit.reading.published_at is None)
    if order == "rank":
        hits.sort(key=lambda hit: hit.tier)
    once: dict[int, Found] = {}
    for hit in hits:
        once.setdefault(hit.document.id, hit)
    return list(once.values())


def readings_of(document: Document, query: Asked) -> Sequence[Reading]:
    """What of an article is searched."""
    return (document.now, *(document.earlier if "--versions" in query.flags else ()))


def rows_found(documents: Iterable[Document], query: Asked) -> int | None:
    """How many articles have the words in a row; None if that is no question."""
    row = query.row
    if row is None:
        return None
    return sum(
        any(
            passes(document, each, query) and holds(row, each.columns) and fits(query, each.columns)
            for each in readings_of(document, query)
        )
        for document in documents
    )


def tier_of(query: Asked, columns: Columns) -> int:
    """In a row in the title, all in the title, in a row elsewhere, the others; of each those first
    whose words are written as they were typed."""
    title = _all_in_title(query)
    row = query.row
    in_title = row and Phrase(row.tokens, "title", is_exact=row.is_exact)
    tests: list[Phrase | Asked | None] = [in_title, title, row, query]
    for number, test in enumerate(tests):
        for as_written in (True, False):
            if isinstance(test, Phrase) and holds(test, columns, as_written=as_written):
                return 2 * number + (not as_written)
            if isinstance(test, Asked) and fits(test, columns, as_written=as_written):
                return 2 * number + (not as_written)
    return 2 * len(tests)


def _all_in_title(query: Asked) -> Asked:
    sides = tuple(
        tuple(
            (is_not, phrase if is_not or phrase.column else _in_title(phrase))
            for is_not, phrase in side
        )
        for side in query.alternatives
    )
    return Asked(sides, query.options, query.flags, query.has)


def _in_title(phrase: Phrase) -> Phrase:
    return Phrase(phrase.tokens, "title", phrase.is_prefix, phrase.is_exact)


def places_in(query: Asked, column: str, text: Text) -> list[tuple[int, int]]:
    """Where a text has what was asked for: no two places overlap, the longer of two is one."""
    spans = [
        span
        for phrase in query.phrases
        if phrase.column in (None, column)
        for span in phrase.places(text)
    ]
    apart: list[tuple[int, int]] = []
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not apart or start >= apart[-1][1]:
            apart.append((start, stop))
    return apart
