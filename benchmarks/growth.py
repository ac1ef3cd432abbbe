"""How much a second crawl with --full of an unchanged portal adds to its WARC files.

    python -m benchmarks.growth [PACK.tar.xz]

Crawls a saved portal (the Hanoi pack) twice, with page resources.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.replica import PAGES, ROOT, pack_argument, replica


def crawl(proxy: str, archive: Path, *more: str) -> None:
    """One crawl without delay."""
    command = [
        sys.executable, "-m", "portal_crawler.cli", "crawl", "hanoi-sotttt", "-q",
        "--archive", str(archive), "--pages", str(PAGES), "-s", "DOWNLOAD_DELAY=0", *more,
    ]  # fmt: skip
    subprocess.run(command, env={**os.environ, "http_proxy": proxy}, check=True, cwd=ROOT)


def size(archive: Path) -> int:
    """Bytes of the WARC files."""
    return sum(path.stat().st_size for path in archive.rglob("*.warc.gz"))


def main() -> int:
    """Print the line."""
    pack = pack_argument()
    with replica(pack) as proxy, tempfile.TemporaryDirectory() as name:
        archive = Path(name) / "archive"
        crawl(proxy, archive)
        first = size(archive)
        crawl(proxy, archive, "--full")
        added = size(archive) - first
    print(f"first crawl: {first:,} bytes; a second with --full adds {added:,}, {added / first:.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
