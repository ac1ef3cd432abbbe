"""CPU of cleaning an article, from its bytes: ours with its platform, and other extractors."""

import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.peers import Package
from benchmarks.processes import run
from benchmarks.replica import ROOT
from benchmarks.rounds import interleaved, median
from benchmarks.section import Section, met
from portal_crawler.cleaning.extraction import extract
from portal_crawler.platforms.liferay6 import ARTICLE

PROGRAM = str(ROOT / "benchmarks" / "peer_programs" / "cleaning.py")
EVERY = 4
"""One article of so many is read: the slowest extractor takes long enough for it."""

TARGET_MS = 0.9
OURS = "portal-archive, with its platform"
GIVES = {
    "trafilatura": "text, title, date, author",
    "readability-lxml": "HTML, title",
    "resiliparse": "text",
}


def cleaning(articles: Mapping[str, bytes], rounds: int) -> Section:
    """The section, over some of the articles."""
    some = dict(list(articles.items())[::EVERY])
    packages = [Package(name) for name in GIVES]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, body in enumerate(some.values()):
            (folder / f"{number:04}.html").write_bytes(body)
        measures: dict[str, Callable[[], float]] = {OURS: partial(_ours_ms, some)}
        for package in packages:
            measures[f"{package.name} {package.version}"] = partial(_peer_ms, package, folder)
        found = interleaved("cleaning", measures, rounds)
    gives = ["text, HTML, all fields", *GIVES.values()]
    ours = found[OURS]
    assert not isinstance(ours, str)
    ours_ms = median(ours, float)
    return Section(
        title=f"Cleaning an article from its bytes ({len(some)} articles)",
        headings=("extractor", "CPU ms a page", "of ours", "gives"),
        rows=tuple(
            _row(name, times, ours_ms, given)
            for (name, times), given in zip(found.items(), gives, strict=True)
        ),
        words=frozenset((0, 3)),
        notes=(f"Target: at most {TARGET_MS} ms for ours: {met(ours_ms <= TARGET_MS)}.",),
    )


def _row(name: str, times: list[float] | str, ours_ms: float, gives: str) -> tuple[str, ...]:
    if isinstance(times, str):
        return name, times
    ms = median(times, float)
    return name, f"{ms:.2f}", f"{ms / ours_ms:.1f} x", gives


def _ours_ms(articles: Mapping[str, bytes]) -> float:
    now = datetime.now(UTC)

    def read(url: str, body: bytes) -> None:
        extract(body, url, ARTICLE, fetched_at=now, content_type="text/html; charset=UTF-8")

    read(*next(iter(articles.items())))
    started = time.process_time()
    for url, body in articles.items():
        read(url, body)
    return (time.process_time() - started) / len(articles) * 1000


def _peer_ms(package: Package, folder: Path) -> float:
    command = [str(package.python()), "-P", PROGRAM, package.name, str(folder)]
    return float(run(command, ROOT).output)
