"""`make bench-search`: the search of a large archive, beside Datasette's.

    python -m benchmarks.search [--articles N] [--text ARCHIVE] [--folder DIR] [--only WORDS]

Resamples N articles (a million) from the text of an archive (the saved Hanoi portal's, else the
demo's), writes them as `portal rebuild` does, and asks them queries with the SQLite of this Python
and the newest one of a package. Warm is the least of three times on one connection; cold is a new
connection, its file out of the system's cache by posix_fadvise. Datasette has the same rows in a
table with the index that `sqlite-utils enable-fts` makes; it is asked without filters. A million
articles take an hour and 25 GB of disk; an archive that DIR holds is used again.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from archive.layout import Layout
from benchmarks import search_archive, search_peer
from benchmarks.exporting import crawled
from benchmarks.machine import facts
from benchmarks.peers import UnavailableError
from benchmarks.processes import run
from benchmarks.replica import ROOT, is_saved_portal_there
from benchmarks.search_answers import Answers, asked
from benchmarks.search_archive import Written
from benchmarks.search_cases import Case, cases
from benchmarks.search_corpus import Corpus, Real, real_articles
from benchmarks.search_program import forget
from benchmarks.search_sizes import GOAL, Sizes, sizes
from benchmarks.section import Section, in_terminal, met
from benchmarks.start import PORTAL

ARTICLES = 1_000_000
ROWS_A_SECOND = 900
COMMAND_S = 0.3
COMMANDS = ("chuyển đổi số", "an toan thong tin", "của", '"trong các số"')


def text_of(folder: Path) -> Path:
    """The database of an archive with real text."""
    if is_saved_portal_there():
        return Layout(crawled(folder)).database
    demo = folder / "demo"
    run([*PORTAL, "demo", "-q", "--archive", str(demo)], ROOT)
    return Layout(demo).database


def queries(folder: Path, asking: Sequence[Case]) -> Section:
    """The section on queries."""
    ours = [asked(folder, asking, is_cold=is_cold) for is_cold in (False, True)]
    others = [_if_there(folder, asking, is_cold=is_cold) for is_cold in (False, True)]
    peer = _peer(folder, asking)
    rows = []
    for number, case in enumerate(asking):
        warm = ours[0].spreads[number]
        cells = [_spread(each, number) for each in (*ours, *others, peer)]
        rows.append((case.name, *cells, f"{case.goal_ms:,.0f}: {met(warm.p95 <= case.goal_ms)}"))
    newest = next((each.sqlite for each in others if isinstance(each, Answers)), "newest")
    mine = ours[0].sqlite
    return Section(
        title="Milliseconds of a query, median / p95",
        headings=(
            "queries", f"{mine}, warm", f"{mine}, cold", f"{newest}, warm", f"{newest}, cold",
            "Datasette, warm", "goal of p95",
        ),
        rows=tuple(rows),
        notes=tuple(each for each in (*others, peer) if isinstance(each, str)),
    )  # fmt: skip


def _spread(answers: Answers | str, case: int) -> str:
    if isinstance(answers, str):
        return ""
    spread = answers.spreads[case]
    late = f", {spread.late} ended" if spread.late else ""
    return f"{spread.median:,.1f} / {spread.p95:,.1f}{late}"


def _if_there(folder: Path, asking: Sequence[Case], *, is_cold: bool) -> Answers | str:
    try:
        return asked(folder, asking, is_cold=is_cold, is_newest=True)
    except UnavailableError as error:
        return f"The newest SQLite is {error}."


def _peer(folder: Path, asking: Sequence[Case]) -> Answers | str:
    database = folder / "datasette.db"
    try:
        search_peer.PACKAGE.python()
        search_peer.write(Layout(folder).database, database)
        return search_peer.asked(database, asking)
    except UnavailableError as error:
        return f"Datasette is {error}."
    finally:
        database.unlink(missing_ok=True)


def commands(folder: Path) -> Section:
    """The section on whole commands."""
    rows = []
    for query in COMMANDS:
        forget(Layout(folder).database)
        began = perf_counter()
        used = run([*PORTAL, "search", query, "--archive", str(folder)], ROOT)
        wall = perf_counter() - began
        rows.append((query, f"{wall:.2f}", f"{used.cpu_s:.2f}", met(wall <= COMMAND_S)))
    return Section(
        title=f"`portal search`, the archive not in memory, at most {COMMAND_S} s",
        headings=("query", "s", "CPU s", ""),
        rows=tuple(rows),
        words=frozenset((0, 3)),
    )


def written(cost: Written | None, size: Sizes) -> Section:
    """The section on the archive itself."""
    rows = [
        (name, f"{bytes_ / 1e6:,.1f} MB", f"{bytes_ / size.text:.3f}", "")
        for name, bytes_ in size.indexes.items()
    ]
    rows.append(
        ("all but that of old texts", "", f"{size.ratio:.3f}", f"{GOAL}: {met(size.ratio <= GOAL)}")
    )
    if cost is not None:
        reached = met(cost.a_second >= ROWS_A_SECOND)
        rows.append((
            "articles written a second of CPU, indexed", f"{cost.a_second:,.0f}", "",
            f"{ROWS_A_SECOND}: {reached}",
        ))  # fmt: skip
    return Section(
        title=f"Search indexes of {size.text / 1e6:,.1f} MB of text",
        headings=("index", "size", "times the text", "goal"),
        rows=tuple(rows),
        words=frozenset((0, 3)),
    )


def measured(folder: Path, real: Sequence[Real], articles: int, only: str) -> list[Section]:
    """Write the archive unless it is there, and measure it."""
    cost = None
    if not Layout(folder).database.exists():
        cost = search_archive.write(folder, Corpus(real), articles)
    asking = [case for case in cases(real) if only in case.name]
    return [
        written(cost, sizes(Layout(folder).database)),
        queries(folder, asking),
        commands(folder),
    ]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=ARTICLES, metavar="N")
    parser.add_argument("--text", type=Path, metavar="ARCHIVE", help="an archive with real text")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="keep the archive here")
    parser.add_argument("--only", default="", metavar="WORDS", help="of the lines that hold this")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        text = text_of(Path(name)) if args.text is None else Layout(args.text).database
        real = real_articles(text)
        sections = measured(args.folder or Path(name) / "large", real, args.articles, args.only)
    print("\n".join(facts()))
    print(f"{args.articles:,} articles resampled from {len(real):,}.")
    for section in sections:
        print("", *in_terminal(section), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
