"""Corpus by corpus and method by method: figures, and whether they hold the floors."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.quality.methods import Method, Reading, readings
from benchmarks.quality.saved import TESTS, Corpus, Site
from benchmarks.quality.scoring import TEXTS, PageScore, Summary, scored, summed

FLOORS_FILE = TESTS / "quality" / "floors.json"

FAR = 0.1
"""A text is far worse than another one if its F1 is lower by more than this."""

Floors = Mapping[str, Mapping[str, Any]]
"""By corpus: its `digest`, and its `floors` by method and measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """One page of a site, as read and as scored."""

    site: Site
    reading: Reading
    score: PageScore


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One method over one corpus."""

    corpus: Corpus
    method: Method
    pages: tuple[ReadPage, ...]

    @property
    def summary(self) -> Summary:
        """Over all pages."""
        return summed([page.score for page in self.pages])

    @property
    def cpu_ms(self) -> float:
        """The mean per page, without the time for learning a site."""
        return sum(page.reading.cpu_ms for page in self.pages) / max(1, len(self.pages))

    @property
    def learning_ms(self) -> float | None:
        """The mean of a page learned from; None of a method that learns nothing."""
        if not self.method.learns_from:
            return None
        return sum(page.reading.learning_ms for page in self.pages) / max(1, len(self.pages))

    def far_below(self, peer: "Measured") -> float:
        """The share of pages whose text is far worse than another method's, by F1 of its words."""
        theirs = {page.score.url: page.score.texts["text_words"].f1 for page in peer.pages}
        ours = [(page.score.url, page.score.texts["text_words"].f1) for page in self.pages]
        return sum(f1 < theirs[url] - FAR for url, f1 in ours) / max(1, len(ours))

    def of_site(self, name: str) -> Summary | None:
        """Over one site; None where the method did not read it."""
        scores = [page.score for page in self.pages if page.site.name == name]
        return summed(scores) if scores else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallen:
    """A figure that is not where its floor says."""

    corpus: str
    method: str
    measure: str
    floor: float
    found: float | None
    """None where nothing was measured."""

    def __str__(self) -> str:
        found = "not measured" if self.found is None else f"{self.found:.4f}"
        bound = "at most" if is_ceiling(self.measure) else "at least"
        return (
            f"{self.corpus}, {self.method}: {self.measure} {found}, {bound} {self.floor:g} wanted"
        )


def measured(
    corpus: Corpus, method: Method, tell: Callable[[int], None] = lambda _pages: None
) -> Measured:
    """Read and score all pages; `tell` hears of each."""
    return Measured(corpus=corpus, method=method, pages=tuple(_pages(corpus, method, tell)))


def _pages(corpus: Corpus, method: Method, tell: Callable[[int], None]) -> Iterator[ReadPage]:
    for site in corpus.sites:
        for reading in readings(method, site):
            score = scored(site.answers[reading.page.url], reading.found, site.phrases)
            yield ReadPage(site=site, reading=reading, score=score)
            tell(1)


def floors(path: Path = FLOORS_FILE) -> Floors:
    """The one file of floors."""
    found: Floors = json.loads(path.read_bytes())["corpora"]
    return found


def is_ceiling(measure: str) -> bool:
    """Whether less is better."""
    return measure == "leak" or measure.endswith("_spurious")


def figure(summary: Summary, measure: str) -> float | None:
    """A field's share of right ones or count of spurious ones, a text's F1 (or `_precision`,
    `_recall`), or the leak; None where the answers have nothing of the kind."""
    if measure == "leak":
        return summary.leak
    for text in TEXTS:
        if measure.startswith(text):
            kind = measure.removeprefix(text).removeprefix("_") or "f1"
            return float(getattr(summary.texts[text], kind))
    if measure.endswith("_spurious"):
        return summary.fields[measure.removesuffix("_spurious")].spurious
    return summary.fields[measure].share


def fallen(measurements: Sequence[Measured], wanted: Floors) -> Iterator[Fallen]:
    """The figures below a floor or above a ceiling.

    A floor that names a method is that method's figure in the same run; it holds where the run
    leaves that method out.
    """
    summaries = {
        (one.corpus.name, one.method.name): one.summary for one in measurements if one.pages
    }
    for one in measurements:
        corpus, method = one.corpus.name, one.method.name
        for measure, told in wanted.get(corpus, {}).get("floors", {}).get(method, {}).items():
            floor = told
            if isinstance(told, str):
                peer = summaries.get((corpus, told))
                floor = figure(peer, measure) if peer else None
            found = figure(one.summary, measure) if one.pages else None
            if floor is not None and not holds(measure, found, floor):
                yield Fallen(
                    corpus=corpus, method=method, measure=measure, floor=floor, found=found
                )


def holds(measure: str, found: float | None, floor: float) -> bool:
    """Whether a figure is where its floor or ceiling wants it; None never is."""
    if found is None:
        return False
    return found <= floor if is_ceiling(measure) else found >= floor


def moved(corpus: Corpus, wanted: Floors) -> str | None:
    """In words, that the pages or answers are not those that the floors were set for."""
    if corpus.name not in wanted or wanted[corpus.name]["digest"] == corpus.digest:
        return None
    return (
        f"{corpus.name}: pages or answers have changed since the floors were set. If that is meant,"
        f' write "digest": "{corpus.digest}" into {FLOORS_FILE.name} and say why in the commit'
    )
