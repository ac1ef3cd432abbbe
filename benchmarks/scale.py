"""The cost of each stage per page as an archive grows from 10,000 articles to 100,000 or a million.

    python -m benchmarks.scale [--to ARTICLES] [--svg FILE]

Fills an archive with made-up rows and measures, at each power of ten, the stages of a crawl and of
`portal status` that look into it. Prints CPU a page, and how much of it is growth; exits with 1 if
a stage grew by more than a quarter. `--svg docs/scale.svg` draws the curves. A million articles
take ten minutes and 8 GB of disk.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive.database.due import REVISIT_DAYS, due_days, states
from archive.database.frontier import Frontier
from archive.database.reading import reading
from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.layout import Layout
from archive.models import Article, Capture, ListedArticle
from archive.moments import utc_text
from archive.status.portals import standings
from benchmarks.curves import Curve, drawn
from benchmarks.scale_rows import (
    NEWEST,
    PORTAL,
    article_of,
    capture_of,
    digest_of,
    fill,
    run_of,
)

FIRST = 10_000
LIMIT = 1.25
"""How much more a page may cost in the largest archive than in the smallest."""

PAGES = 2_000
"""The cost of a stage that is measured page by page."""

FLUSH = 400
"""Pages to a transaction: a crawl without delay brings as many in the two seconds between two."""

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """Something whose cost may depend on the size of the archive."""

    name: str
    cost_us: Callable[[Layout, int], float]
    """CPU a page, of an archive with so many articles."""


def cpu_us(do: Callable[[], object], pages: int) -> float:
    """CPU of something, in microseconds a page."""
    began = time.process_time()
    do()
    return (time.process_time() - began) / pages * 1e6


def least_us(do: Callable[[], object], pages: int) -> float:
    """Like `cpu_us`: the least of some rounds of a stage that changes nothing."""
    return min(cpu_us(do, pages) for _ in range(ROUNDS))


def sample(articles: int) -> list[int]:
    """Numbers of articles that the archive has, drawn evenly."""
    return random.Random(articles).sample(range(articles), PAGES)


def revisits(layout: Layout, articles: int) -> float:
    """Whether a payload is there already: half of them are."""
    with closing(Store(open_for_writing(layout))) as store:
        known = sample(articles)
        digests = [digest_of(n if n % 2 else n + 10_000_000) for n in known]
        urls = [capture_of(n).url for n in known]

        def look_up() -> None:
            for digest, url in zip(digests, urls, strict=True):
                store.captures.same_payload(digest, PORTAL, url)

        return least_us(look_up, PAGES)


def new_articles(layout: Layout, articles: int) -> float:
    """Rows of articles that the archive has not, and their search index with its merges."""
    pages = [(capture_of(n), article_of(n)) for n in range(articles, articles + PAGES)]
    with closing(Store(open_for_writing(layout))) as store:
        store.in_transaction(
            [partial(store.runs.put, run_of(n)) for n in (articles, articles + 1_000)]
        )
        return cpu_us(lambda: _put(store, pages), PAGES)


def known_articles(layout: Layout, articles: int) -> float:
    """Rows of articles whose listing is unchanged."""
    with closing(Store(open_for_writing(layout))) as store:
        fresh = random.Random(articles).sample(range(articles, articles + PAGES), PAGES)
        pages = [(capture_of(n), article_of(n)) for n in fresh]
        return cpu_us(lambda: _put(store, pages), PAGES)


def _put(store: Store, pages: list[tuple[Capture, Article]]) -> None:
    for at in range(0, len(pages), FLUSH):
        tasks: list[Callable[[], object]] = []
        for capture, article in pages[at : at + FLUSH]:
            tasks.append(partial(store.captures.put, capture))
            tasks.append(partial(store.articles.put, article, capture, lambda *_: None))
        store.in_transaction(tasks)


def listed(layout: Layout, articles: int) -> float:
    """The look-ups of a crawl for each article that a listing names."""
    frontier = Frontier(layout, PORTAL, utc_text(NEWEST))
    rows = [
        ListedArticle(key=str(n), url=capture_of(n).url, title=article_of(n).title)
        for n in sample(articles)
    ]

    def look_up() -> None:
        for row in rows:
            frontier.articles.known("tin-tuc", row)

    try:
        return least_us(look_up, PAGES)
    finally:
        frontier.close()


def plan(layout: Layout, articles: int) -> float:
    """The articles that are due in one crawl, over all articles of the archive."""
    days = due_days(REVISIT_DAYS, NEWEST)
    with reading(layout) as connection:
        return least_us(lambda: list(states(connection, PORTAL, days)), articles)


def status(layout: Layout, articles: int) -> float:
    """`portal status`, over all articles of the archive."""
    with reading(layout) as connection:
        return least_us(lambda: standings(connection, NEWEST), articles)


STAGES = (
    Stage("revisit look-up", revisits),
    Stage("rows of a new article, indexed", new_articles),
    Stage("rows of a known article", known_articles),
    Stage("look-up of a listed article", listed),
    Stage("plan of a run, an article", plan),
    Stage("status, an article", status),
)


def sizes(largest: int) -> Iterator[int]:
    """Powers of ten from FIRST on."""
    size = FIRST
    while size <= largest:
        yield size
        size *= 10


def measured(folder: Path, largest: int) -> list[Curve]:
    """Fill an archive step by step, and measure all stages at each."""
    layout = Layout(folder)
    points: dict[str, list[tuple[int, float]]] = {stage.name: [] for stage in STAGES}
    there = 0
    for size in sizes(largest):
        with closing(open_for_writing(layout)) as connection:
            fill(connection, there, size)
        for stage in STAGES:
            points[stage.name].append((size, stage.cost_us(layout, size)))
        there = size + PAGES
        print(f"{size:,} articles measured", file=sys.stderr, flush=True)
    return [Curve(name, tuple(found)) for name, found in points.items()]


def table(curves: list[Curve]) -> str:
    """A line a stage: CPU a page at each size, and the growth."""
    heads = "".join(f"{size:>12,}" for size, _ in curves[0].points)
    lines = [f"{'CPU a page, in µs, with articles:':34}{heads}      growth"]
    for curve in curves:
        costs = "".join(f"{cost:12.1f}" for _, cost in curve.points)
        mark = "" if curve.growth <= LIMIT else "  too much"
        lines.append(f"{curve.name:34}{costs}{curve.growth:12.2f}{mark}")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=int, default=100_000, metavar="ARTICLES")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the curves")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        curves = measured(Path(folder), args.to)
    print(table(curves))
    if args.svg is not None:
        args.svg.write_text(drawn(curves, LIMIT))
    return int(any(curve.growth > LIMIT for curve in curves))


if __name__ == "__main__":
    sys.exit(main())
