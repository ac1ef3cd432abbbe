"""The memory of one portal's crawl over a listing of 100,000 articles.

    python -m benchmarks.memory [ARTICLES] [--pictures N] [--archive DIR]

Crawls a made-up portal on loopback without delay and prints the crawl's resident memory at each
tenth of the way. Exits with 1 where it grows beyond 200 MB.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.long_portal import LongSite, served
from benchmarks.replica import ROOT

LIMIT_MB = 200
"""The memory that a run may use, in MB."""

LOOK_EVERY_S = 0.5
TENTHS = 10


def start(proxy: str, archive: Path, *options: str) -> "subprocess.Popen[bytes]":
    """Begin to crawl the made-up portal."""
    return subprocess.Popen(
        [sys.executable, "-m", "portal_crawler.cli", "crawl", "long", "-q",
         "--archive", str(archive), "-s", "SPIDER_MODULES=benchmarks.long_portal",
         "-s", "DOWNLOAD_DELAY=0", *options],
        cwd=ROOT, env={**os.environ, "http_proxy": proxy, "no_proxy": ""},
    )  # fmt: skip


def memory_mb(pid: int, line: str) -> float:
    """`VmRSS`, the memory of a process now, or `VmHWM`, its maximum."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"^{line}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def watch(process: "subprocess.Popen[bytes]", site: LongSite) -> float:
    """Print a line at each tenth until the crawl ends; the most memory that it had, in MB."""
    peak, told, begun = 0.0, 0, time.monotonic()
    while process.poll() is None:
        time.sleep(LOOK_EVERY_S)
        now = memory_mb(process.pid, "VmRSS")
        peak = max(peak, memory_mb(process.pid, "VmHWM"))
        if now and site.served >= told * site.articles // TENTHS:
            rate = site.served / (time.monotonic() - begun)
            print(f"{site.served:7,} articles  {now:6.1f} MB  {rate:4.0f} articles/s", flush=True)
            told += 1
    return peak


def main() -> int:
    """Crawl and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", type=int, nargs="?", default=100_000)
    parser.add_argument("--pictures", type=int, default=0, metavar="N", help="of each article")
    parser.add_argument("--archive", type=Path, metavar="DIR", help="kept afterwards")
    args = parser.parse_args()
    site = LongSite(args.articles, args.pictures)
    with served(site) as proxy, tempfile.TemporaryDirectory() as folder:
        process = start(proxy, args.archive or Path(folder))
        peak = watch(process, site)
    print(f"most: {peak:.1f} MB, of {LIMIT_MB}; exit code {process.returncode}")
    return int(peak > LIMIT_MB or process.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
