"""The time of a run outside crawling: to its first request, and from the last byte to its exit.

    python -m benchmarks.overhead [ARCHIVE]

Crawls a few pages of a made-up portal into a new archive, then again, or into the archive that
`benchmarks.memory --archive` left. Exits with 1 where both together take 3 s or more.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.long_portal import LongSite, served
from benchmarks.memory import start

LIMIT_S = 3.0
"""The time that both parts may take together, in seconds."""

ARTICLES = 40
PAGES = "2"


def overhead_s(archive: Path, site: LongSite) -> float:
    """Crawl once, and print."""
    with served(site) as proxy:
        begun = time.monotonic()
        code = start(proxy, archive, "--pages", PAGES).wait()
        ended = time.monotonic()
    if site.first_asked is None or code:
        raise SystemExit(f"the crawl ended with {code}")
    before, after = site.first_asked - begun, ended - site.last_sent
    print(
        f"{archive}: {before:.2f} s to the first request, {after:.2f} s from the last byte "
        f"to the exit: {before + after:.2f} s of {LIMIT_S:g}"
    )
    return before + after


def main() -> int:
    """Print a line a crawl."""
    if len(sys.argv) > 1:
        return int(overhead_s(Path(sys.argv[1]), LongSite(100_000)) >= LIMIT_S)
    with tempfile.TemporaryDirectory() as folder:
        found = [overhead_s(Path(folder), LongSite(ARTICLES)) for _ in range(2)]
    return int(max(found) >= LIMIT_S)


if __name__ == "__main__":
    sys.exit(main())
