"""The cost of `portal export wacz`: captures a second of CPU, and memory.

    python -m benchmarks.exporting [--captures N] [--rounds N]

Exports a whole archive, into which a WARC file of pages was imported, and the articles of the saved
portal, whose pages are read for what they need. Prints the least CPU time of all rounds and the
most memory.
"""

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks import importing
from benchmarks.process_memory import PeakMemory
from benchmarks.processes import run
from benchmarks.replica import HANOI, PAGES, ROOT, is_saved_portal_there, replica
from benchmarks.rounds import interleaved

CAPTURES = 20_000
ROUNDS = 3
SAVED = "hanoi-sotttt"

PORTAL = [sys.executable, "-m", "portal_crawler.cli"]


def exported(archive: Path, *words: str) -> tuple[float, float]:
    """Seconds of CPU and megabytes of memory of an export."""
    memory = PeakMemory()
    with tempfile.TemporaryDirectory() as folder:
        command = [*PORTAL, "export", "wacz", *words, "-q", "-o", f"{folder}/a.wacz"]
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


def captures_of(archive: Path) -> int:
    """The number of captures in an archive."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM captures").fetchone()[0])


def lines(captures: int, rounds: int) -> Iterator[str]:
    """One of each kind of export."""
    with tempfile.TemporaryDirectory() as name:
        whole, articles = imported(Path(name), captures), crawled(Path(name))
        numbers = {"a whole archive": captures, "a portal's articles": captures_of(articles)}
        measures = {
            "a whole archive": partial(exported, whole),
            "a portal's articles": partial(exported, articles, "--portal", SAVED),
        }
        for what, found in interleaved("export", measures, rounds).items():
            if isinstance(found, str):
                yield f"{what}: {found}"
                continue
            cpu_s, mb = min(cpu for cpu, _ in found), max(mb for _, mb in found)
            yield (
                f"{what}: {numbers[what]:,} captures, {cpu_s:.1f} s of CPU,"
                f" {numbers[what] / cpu_s:,.0f} captures a second, {mb:.0f} MB"
            )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--captures", type=int, default=CAPTURES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    if not is_saved_portal_there():
        print(f"{HANOI} is not there: the saved portal is needed", file=sys.stderr)
        return 2
    for line in lines(args.captures, args.rounds):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
