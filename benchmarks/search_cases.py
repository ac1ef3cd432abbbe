"""The queries of the benchmark of search, drawn from the real text that its articles come from."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise

from archive.words.letters import without_marks
from archive.words.tokens import words_in
from benchmarks.search_corpus import PORTALS, Real

OF_A_KIND = 12
"""Queries of each kind."""

MOST_DRAWN = 20_000
"""Phrases that are tried until there are so many that stand nowhere; a small text has few."""

COMMON = (
    "của", "các", "của các", "và các", "trong các", '"của các"', '"trong các số"', '"và của các"',
    "cua cac", '"cua cac so"', "trong thong tin", '"cho các"',
)  # fmt: skip
"""Words that most articles hold, and phrases of them."""

Given = dict[str, object]
"""Fields of archive.search.filters.Filters."""

NARROWED: tuple[Given, ...] = (
    {},
    {"portals": [PORTALS[2]]},
    {"portals": [PORTALS[0]], "published_from": "2019", "published_to": "2019"},
    {"published_from": "2010-03-15", "published_to": "2012-06-02"},
    {"category": "chuyen doi so"},
    {"portals": list(PORTALS[10:15])},
)
"""Filters that people use; the last is a province of several portals."""

RARE: tuple[Given, ...] = (
    {"section": "hiem"},
    {"has": ["attachment", "version"]},
    {"only_gone": True, "portals": [PORTALS[-1]]},
    {"author": "nguyen"},
    {"has": ["attachment"], "category": "bao chi", "published_to": "2008"},
    {"with_versions": True},
)
"""Filters that the search index does not know, which leave little of a common word's articles."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query with its filters, in the form of JSON."""

    query: str
    filters: Given = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """Queries whose times make one line of the table."""

    name: str
    do: str
    """newest, rank, count, year or portal."""
    asked: tuple[Asked, ...]
    goal_ms: float

    def as_json(self) -> dict[str, object]:
        """For the program that asks them."""
        return asdict(self)


def cases(real: Sequence[Real]) -> list[Case]:
    """All of them; the same text gives the same ones."""
    drawn = random.Random(16)
    usual = list(_usual(real, drawn))
    narrowed = [Asked(query, NARROWED[n % len(NARROWED)]) for n, query in enumerate(usual)]
    nowhere = [Asked(f'"{phrase}"') for phrase in _nowhere(real, drawn)]
    common = list(map(Asked, COMMON))
    rare = [Asked(query, given) for query in ("của", '"trong các số"') for given in RARE]
    return [
        _case("newest first, with snippets and filters", "newest", narrowed, 20),
        _case("by rank", "rank", narrowed, 150),
        _case("count up to 10,000", "count", narrowed, 200),
        _case("counts by year", "year", [*narrowed, *common], 200),
        _case("counts by portal", "portal", [*narrowed, *common], 200),
        _case("phrases without a hit, newest first", "newest", nowhere, 20),
        _case("phrases without a hit, by rank", "rank", nowhere, 150),
        _case("phrases without a hit, counted", "count", nowhere, 200),
        _case("của, các and phrases of such words, newest first", "newest", common, 20),
        _case("the same, by rank", "rank", common, 150),
        _case("the same, counted", "count", common, 200),
        _case("rare filters on common words, newest first", "newest", rare, 30_000),
        _case("rare filters on common words, counted", "count", rare, 30_000),
    ]


def _case(name: str, do: str, asked: Sequence[Asked], goal_ms: float) -> Case:
    return Case(name, do, tuple(asked), goal_ms)


def _usual(real: Sequence[Real], drawn: random.Random) -> Iterator[str]:
    """Words, phrases, and words that need not stand in a row, half of them without marks."""
    counts = Counter(word for each in real for word in set(_words(each)))
    ordered = [word for word, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]
    for fit in (ordered[:40], ordered[40 : len(ordered) // 5], ordered[len(ordered) // 2 :]):
        for number in range(OF_A_KIND):
            yield _half_plain(drawn.choice(fit or ordered), number)
    for length in (2, 3, 4, 6):
        for number in range(OF_A_KIND):
            words = _in_a_row(real, drawn, length)
            yield _half_plain(f'"{words}"' if number % 3 else words, number)
    for number in range(OF_A_KIND):
        yield _half_plain(" ".join(drawn.sample(_in_a_row(real, drawn, 10).split(), 3)), number)


def _half_plain(query: str, number: int) -> str:
    return without_marks(query) if number % 2 else query


def _words(article: Real) -> list[str]:
    return [word for text in article.sentences for word in words_in(text) if word.isalpha()]


def _in_a_row(real: Sequence[Real], drawn: random.Random, length: int) -> str:
    """So many words that stand next to each other in a sentence."""
    while True:
        words = words_in(drawn.choice(drawn.choice(real).sentences))
        if len(words) >= length and all(map(str.isalpha, words)):
            start = drawn.randrange(len(words) - length + 1)
            return " ".join(words[start : start + length])


def _nowhere(real: Sequence[Real], drawn: random.Random) -> Iterator[str]:
    """Phrases of frequent words: each two stand next to each other somewhere, the three nowhere."""
    texts = [words_in(text) for each in real for text in each.sentences]
    frequent = [word for word, _ in Counter(w for text in texts for w in text).most_common(150)]
    pairs = {two for text in texts for two in pairwise(text)}
    threes = {three for text in texts for three in zip(text, text[1:], text[2:], strict=False)}
    found = 0
    for _ in range(MOST_DRAWN):
        three = tuple(drawn.sample([word for word in frequent if word.isalpha()], 3))
        are_pairs = {three[:2] in pairs, three[1:] in pairs}
        if three not in threes and are_pairs == {bool(found % 3)} and found < OF_A_KIND:
            found += 1
            yield _half_plain(" ".join(three), found)
