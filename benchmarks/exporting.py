"""The cost of `portal export`: captures or articles a second of CPU, and memory.

    python -m benchmarks.exporting [--captures N] [--articles N] [--rounds N]

Exports as WACZ a whole archive, into which a WARC file of pages was imported, and the articles of
the saved portal, whose pages are read for what they need; then made-up articles as tables and as a
bibliography. Prints the least CPU time of all rounds and the most memory.
"""

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from archive.database.schema import open_for_writing
from archive.database.search_index import SearchIndex
from archive.layout import Layout
from benchmarks import importing
from benchmarks.process_memory import PeakMemory
from benchmarks.processes import run
from benchmarks.replica import HANOI, PAGES, ROOT, is_saved_portal_there, replica
from benchmarks.rounds import interleaved
from benchmarks.scale_rows import fill

CAPTURES = 20_000
ARTICLES = 20_000
FORMS = ("csv", "jsonl", "parquet", "bibtex")
ROUNDS = 3
SAVED = "hanoi-sotttt"

PORTAL = [sys.executable, "-m", "portal_crawler.cli"]


def exported(archive: Path, kind: str, *words: str) -> tuple[float, float]:
    """Seconds of CPU and megabytes of memory of an export."""
    memory = PeakMemory()
    with tempfile.TemporaryDirectory() as folder:
        command = [*PORTAL, "export", kind, *words, "-q", "-o", f"{folder}/a.{kind}"]
        used = run([*command, "--archive", str(archive)], ROOT, watch=memory.watch)
    return used.cpu_s, memory.mb


def imported(folder: Path, captures: int) -> Path:
    """An archive with so many captures that others made."""
    archive, file = folder / "imported", folder / "captures.warc.gz"
    importing.write(file, captures)
    run([*PORTAL, "import", str(file), "-q", "--archive", str(archive)], ROOT)
    return archive


def crawled(folder: Path) -> Path:
    """An archive of the saved portal."""
    archive = folder / "crawled"
    words = ["--pages", str(PAGES), "-s", "DOWNLOAD_DELAY=0", "--archive", str(archive)]
    with replica(HANOI) as proxy:
        run([*PORTAL, "crawl", SAVED, "-q", *words], ROOT, proxy=proxy, well=(0, 3))
    return archive


def made_up(folder: Path, articles: int) -> Path:
    """An archive of so many articles without WARC files."""
    layout = Layout(folder / "made-up")
    with closing(open_for_writing(layout)) as connection:
        fill(connection, 0, articles)
        connection.row_factory = sqlite3.Row
        SearchIndex(connection).fill()
        connection.commit()
    return layout.folder


def captures_of(archive: Path) -> int:
    """The number of captures in an archive."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM captures").fetchone()[0])


def lines(captures: int, articles: int, rounds: int) -> Iterator[str]:
    """One of each kind of export."""
    with tempfile.TemporaryDirectory() as name:
        whole, saved = imported(Path(name), captures), crawled(Path(name))
        plain = made_up(Path(name), articles)
        numbers = {
            "captures of a whole archive": captures,
            "captures of a portal's articles": captures_of(saved),
            **{f"articles as {form}": articles for form in FORMS},
        }
        measures = {
            "captures of a whole archive": partial(exported, whole, "wacz"),
            "captures of a portal's articles": partial(exported, saved, "wacz", "--portal", SAVED),
            **{f"articles as {form}": partial(exported, plain, form) for form in FORMS},
        }
        for what, found in interleaved("export", measures, rounds).items():
            if isinstance(found, str):
                yield f"{what}: {found}"
                continue
            cpu_s, mb = min(cpu for cpu, _ in found), max(mb for _, mb in found)
            yield (
                f"{numbers[what]:,} {what}: {cpu_s:.1f} s of CPU,"
                f" {numbers[what] / cpu_s:,.0f} a second, {mb:.0f} MB"
            )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--captures", type=int, default=CAPTURES)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    if not is_saved_portal_there():
        print(f"{HANOI} is not there: the saved portal is needed", file=sys.stderr)
        return 2
    for line in lines(args.captures, args.articles, args.rounds):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
