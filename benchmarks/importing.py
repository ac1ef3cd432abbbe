"""The cost of an import: CPU and memory for a file of 20,000 captures.

    python -m benchmarks.importing [CHECKOUT…] [--captures N] [--rounds N]

Writes a WARC file of pages of a site that nobody declares, a tenth of them revisits, and imports it
with the code of each checkout in turn: this one and the named ones, for example a worktree of the
commit before. Prints the least CPU time of all rounds and the most memory.
"""

import argparse
import gzip
import hashlib
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from archive.moments import utc_text
from benchmarks.process_memory import PeakMemory
from benchmarks.processes import run
from benchmarks.replica import ROOT
from benchmarks.rounds import interleaved

CAPTURES = 20_000
ROUNDS = 3
REVISITS = 10
"""Each so many-th record repeats an earlier page."""

BEGUN = datetime(2024, 3, 5, tzinfo=UTC)
PARAGRAPHS = 40
PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def page(number: int) -> bytes:
    """Some 8 kB of HTML."""
    words = (hashlib.sha256(f"{number} {each}".encode()).hexdigest() for each in range(PARAGRAPHS))
    text = "".join(f"<p>Tin số {number}: {word} {word[::-1]}</p>\n" for word in words)
    return f"<html><head><title>Tin {number}</title></head><body>{text}</body></html>".encode()


def record(number: int) -> bytes:
    """A response, or a revisit of the page before it."""
    is_revisit = number % REVISITS == REVISITS - 1
    body = page(number - is_revisit)
    block = HEAD + (b"\r\n" if is_revisit else b"Content-Length: %d\r\n\r\n" % len(body) + body)
    fields = {
        "WARC-Type": "revisit" if is_revisit else "response",
        "WARC-Record-ID": f"<urn:uuid:{uuid.UUID(int=number)}>",
        "WARC-Date": utc_text(BEGUN + timedelta(seconds=number)),
        "WARC-Target-URI": f"https://example.org/{number - is_revisit}",
        "WARC-Payload-Digest": f"sha1:{hashlib.sha1(body, usedforsecurity=False).hexdigest()}",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **({"WARC-Profile": PROFILE} if is_revisit else {}),
    }
    header = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"WARC/1.1\r\n" + header.encode() + b"\r\n" + block + b"\r\n\r\n"


def write(path: Path, captures: int) -> None:
    """A gzip member a record."""
    with path.open("wb") as file:
        for number in range(captures):
            file.write(gzip.compress(record(number), 1))


def imported(checkout: Path, file: Path) -> tuple[float, float]:
    """Seconds of CPU and megabytes of memory, of an import into a new archive."""
    memory = PeakMemory()
    with tempfile.TemporaryDirectory() as archive:
        command = [sys.executable, "-m", "portal_crawler.cli", "import", str(file), "-q"]
        used = run([*command, "--archive", archive], checkout, watch=memory.watch)
    return used.cpu_s, memory.mb


def lines(checkouts: Sequence[Path], captures: int, rounds: int) -> Iterator[str]:
    """One of each checkout."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "captures.warc.gz"
        write(file, captures)
        measures = {str(one): partial(imported, one, file) for one in checkouts}
        for name, found in interleaved("import", measures, rounds).items():
            if isinstance(found, str):
                yield f"{name}: {found}"
                continue
            cpu_s, mb = min(cpu for cpu, _ in found), max(mb for _, mb in found)
            yield f"{name}: {captures:,} captures, {cpu_s:.1f} s of CPU, {mb:.0f} MB"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkouts", type=Path, nargs="*", metavar="CHECKOUT")
    parser.add_argument("--captures", type=int, default=CAPTURES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    for line in lines([*args.checkouts, ROOT], args.captures, args.rounds):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
