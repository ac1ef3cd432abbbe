"""Pages changed in ways in which servers and systems damage theirs, with fixed seeds.

A reading should hold: for each kind, the pages are counted whose text falls.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.quality.measuring import ReadPage, measured
from benchmarks.quality.methods import Method
from benchmarks.quality.saved import Corpus, Page, Site

MUTATED_CORPORA = ("aeb", "readability")
PAGES_OF_EACH = 30
FALL = 0.2
"""A page falls if F1 of its words is lower by more than this."""

ZERO_WIDTH = "\N{ZERO WIDTH SPACE}".encode()

_END_TAG = re.compile(rb"</(?:p|div|a|li|span|section|article|h[1-6])\s*>", re.IGNORECASE)
_NAMES = re.compile(rb"\s(?:class|id)\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)
_H1 = re.compile(rb"(<h1\b[^>]*>)(?!\s*<a\b)(.*?)(</h1\s*>)", re.IGNORECASE | re.DOTALL)
_BODY = re.compile(rb"<body\b[^>]*>", re.IGNORECASE)
_LONG_WORD = re.compile(rb"(?<=[ >])([a-z]{4})([a-z]{3,})(?=[ .,])")


def _cut(body: bytes, random: Random) -> bytes:
    return body[: int(len(body) * random.uniform(0.7, 0.95))]


def _missing_end_tags(body: bytes, random: Random) -> bytes:
    return _END_TAG.sub(lambda tag: b"" if random.random() < 0.1 else tag[0], body)


def _classes_removed(body: bytes, _random: Random) -> bytes:
    return _NAMES.sub(b"", body)


def _linked_h1(body: bytes, _random: Random) -> bytes:
    return _H1.sub(rb'\1<a href="/">\2</a>\3', body)


def _logo_link(body: bytes, _random: Random) -> bytes:
    return _BODY.sub(lambda tag: tag[0] + b"<a href=/><div>Logo</div></a>", body, count=1)


def _zero_width(body: bytes, random: Random) -> bytes:
    def changed(word: re.Match[bytes]) -> bytes:
        return word[1] + ZERO_WIDTH + word[2] if random.random() < 0.3 else word[0]

    return _LONG_WORD.sub(changed, body)


def _wrong_charset(body: bytes, _random: Random) -> bytes:
    return re.sub(rb"(charset\s*=\s*[\"']?)utf-?8", rb"\1iso-8859-1", body, flags=re.IGNORECASE)


MUTATIONS: Mapping[str, Callable[[bytes, Random], bytes]] = {
    "cut": _cut,
    "missing end tags": _missing_end_tags,
    "classes removed": _classes_removed,
    "linked h1": _linked_h1,
    "logo link": _logo_link,
    "zero-width": _zero_width,
    "wrong charset": _wrong_charset,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Falls:
    """The pages that a method reads worse after one kind of change."""

    kind: str
    method: Method
    fallen: int
    of: int


def sample(corpus: Corpus) -> Corpus:
    """Some pages of a corpus, always the same."""
    return replace(corpus, sites=tuple(map(_first_pages, corpus.sites)))


def _first_pages(site: Site) -> Site:
    pages = Random(site.name).sample(site.pages, min(PAGES_OF_EACH, len(site.pages)))
    answers = {page.url: site.answers[page.url] for page in pages}
    return replace(site, pages=tuple(pages), answers=answers)


def mutated(corpus: Corpus, kind: str) -> Corpus:
    """The corpus with each page changed in one way."""
    sites = [
        replace(site, pages=tuple(_mutated(page, kind) for page in site.pages))
        for site in corpus.sites
    ]
    return replace(corpus, sites=tuple(sites))


def _mutated(page: Page, kind: str) -> Page:
    body = MUTATIONS[kind](page.body, Random(f"{kind} {page.url}"))
    wrong = "text/html; charset=iso-8859-1" if kind == "wrong charset" else page.content_type
    return replace(page, body=body, content_type=wrong)


def falls(
    corpora: Sequence[Corpus],
    methods: Sequence[Method],
    tell: Callable[[int], None] = lambda _pages: None,
) -> Iterator[Falls]:
    """For each method and kind of change, how many pages fall; `tell` hears of each page read."""
    samples = [sample(one) for one in corpora]
    for method in methods:
        whole = {page.score.url: _f1(page) for one in samples for page in _pages(one, method, tell)}
        for kind in MUTATIONS:
            changed = [mutated(one, kind) for one in samples]
            read = [page for one in changed for page in _pages(one, method, tell)]
            fallen = sum(_f1(page) < whole[page.score.url] - FALL for page in read)
            yield Falls(kind=kind, method=method, fallen=fallen, of=len(read))


def _pages(corpus: Corpus, method: Method, tell: Callable[[int], None]) -> tuple[ReadPage, ...]:
    return measured(corpus, method, tell).pages


def _f1(page: ReadPage) -> float:
    return page.score.texts["text_words"].f1
