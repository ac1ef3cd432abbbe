"""The section on crawls by five tools, and whether their server limits them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from benchmarks.crawl import BARE, CRAWLERS, OURS, WEBARCHIVE, Crawl, Crawler, Portal, crawl
from benchmarks.process_memory import PeakMemory
from benchmarks.rounds import interleaved, median
from benchmarks.section import Section, met
from benchmarks.server_speed import pages_a_second

RATE_TIMES = 1.0
CPU_TIMES = 1.5
MEMORY_MB = 220
WEBARCHIVE_NOTE = (
    f"scrapy-webarchive asks for an older Scrapy: {WEBARCHIVE.locked_version('scrapy')}, "
    f"with Twisted {WEBARCHIVE.locked_version('twisted')}."
)
CLEARLY_FASTER = 1.5
"""Times the fastest crawl's pages a second that the server has to serve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Medians:
    """The medians of one crawler's rounds."""

    rate: float
    cpu_s: float
    memory_mb: float | None
    """Measured in a round of its own; None if that failed."""


@dataclass(frozen=True, slots=True)
class Crawls:
    """The section, and whether the server was fast enough for its figures."""

    section: Section
    is_server_fast: bool


def crawls(portal: Portal, rounds: int) -> Crawls:
    """Crawl the portal with all tools; memory is looked at in one more round of its own."""
    measures = {each.name: partial(crawl, each, portal) for each in CRAWLERS}
    crawled = interleaved("crawls", measures, rounds)
    watched = interleaved(
        "memory", {each.name: partial(_peak_mb, each, portal) for each in CRAWLERS}, 1
    )
    medians = {
        name: _medians(found, watched[name])
        for name, found in crawled.items()
        if not isinstance(found, str)
    }
    served = pages_a_second(portal.proxy, portal.addresses)
    fastest = max((each.rate for each in medians.values()), default=0.0)
    is_fast = served >= CLEARLY_FASTER * fastest
    section = Section(
        title=f"Crawl of {len(portal.addresses)} answers, one connection, no delay, start included",
        headings=("crawler", "pages/s", "of bare", "CPU s", "of bare", "MB", "keeps"),
        rows=tuple(_row(each, crawled[each.name], medians) for each in CRAWLERS),
        words=frozenset((0, 6)),
        notes=(_targets(medians), WEBARCHIVE_NOTE, server_note(served, fastest, is_fast=is_fast)),
    )
    return Crawls(section, is_fast)


def _peak_mb(crawler: Crawler, portal: Portal) -> float:
    memory = PeakMemory()
    crawl(crawler, portal, memory)
    return memory.mb


def _medians(found: list[Crawl], watched: list[float] | str) -> Medians:
    return Medians(
        rate=median(found, lambda each: each.rate),
        cpu_s=median(found, lambda each: each.used.cpu_s),
        memory_mb=None if isinstance(watched, str) else watched[0],
    )


def _row(
    crawler: Crawler, found: list[Crawl] | str, medians: Mapping[str, Medians]
) -> tuple[str, ...]:
    name = _versioned(crawler)
    if isinstance(found, str):
        return name, found
    ours, bare = medians[crawler.name], medians.get(BARE.name)
    return (
        name,
        f"{ours.rate:.0f}",
        f"{ours.rate / bare.rate:.2f} x" if bare else "",
        f"{ours.cpu_s:.2f}",
        f"{ours.cpu_s / bare.cpu_s:.2f} x" if bare else "",
        f"{ours.memory_mb:.0f}" if ours.memory_mb is not None else "",
        crawler.keeps,
    )


def _versioned(crawler: Crawler) -> str:
    return f"{crawler.name} {crawler.version()}".strip()


def server_note(served: float, fastest: float, *, is_fast: bool) -> str:
    """Compares the server's speed for a bare socket with that for the fastest crawl."""
    verdict = "it does not limit them" if is_fast else "it limits them"
    return (
        f"The server sends {served:,.0f} pages/s to a bare socket and {fastest:.0f} to the fastest "
        f"crawl: {verdict}."
    )


def _targets(medians: Mapping[str, Medians]) -> str:
    ours, bare = medians.get(OURS.name), medians.get(BARE.name)
    if ours is None or bare is None:
        return "Targets: not measured."
    rate, cpu = ours.rate / bare.rate, ours.cpu_s / bare.cpu_s
    memory = ours.memory_mb if ours.memory_mb is not None else float("inf")
    return (
        f"Targets: at least {RATE_TIMES:.1f} x bare: {met(rate >= RATE_TIMES)}; "
        f"CPU at most {CPU_TIMES} x: {met(cpu <= CPU_TIMES)}; "
        f"under {MEMORY_MB} MB: {met(memory < MEMORY_MB)}."
    )
