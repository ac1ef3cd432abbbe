"""`portal rebuild` with one job and with two: pages a second.

    python -m benchmarks.rebuild [PACK.tar.xz] [COPIES]

Writes the articles of a saved portal (the Hanoi pack) COPIES times, each time under other numbers,
into the WARC files of one portal, and rebuilds the database from them.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from archive.layout import Layout
from archive.moments import now
from archive.warc.exchange import Exchange
from archive.warc.writer import WarcWriter
from benchmarks.pack import article_pages
from benchmarks.replica import pack_argument
from benchmarks.writing import REQUEST, head
from portal_crawler.platforms.liferay6 import article_key
from portal_crawler.portals.registry import readable_portals
from portal_crawler.reprocessing.rebuild import rebuild

COPIES = 4
PORTAL = "hanoi-sotttt"


def write(layout: Layout, pages: dict[str, bytes], copies: int) -> None:
    """The archive's WARC file, as a crawl writes it."""
    writer = WarcWriter(layout, PORTAL, [("software", "portal-archive")])
    for number in range(1, copies + 1):
        for url, body in pages.items():
            key = f"{number}{article_key(url)}"
            exchange = Exchange(
                url=url.replace("/view_content/", f"/view_content/{number}"),
                role="article", key=key, run_id=1, portal=PORTAL, started_at=now(),
            )  # fmt: skip
            exchange.request = REQUEST
            exchange.response.write(head(body) + body)
            writer.write_exchange(exchange)
            exchange.response.close()
    writer.close()


def cpu_s() -> float:
    """User and system time of this process and of those that it waited for, in seconds."""
    return sum(os.times()[:4])


def main() -> int:
    """Print the table."""
    pack = pack_argument()
    copies = int(sys.argv[2]) if len(sys.argv) > 2 else COPIES
    with tempfile.TemporaryDirectory() as name:
        layout = Layout(Path(name))
        write(layout, article_pages(pack), copies)
        for jobs in (1, 2):
            started, used = time.monotonic(), cpu_s()
            pages = rebuild(layout, readable_portals([]), jobs).captures
            seconds, used = time.monotonic() - started, cpu_s() - used
            print(
                f"jobs {jobs}: {pages} pages, {seconds:.1f} s, {pages / seconds:.0f} a second; "
                f"CPU {used:.1f} s, {used / pages * 1000:.2f} ms a page"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
