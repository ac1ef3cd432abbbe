"""The pictures of docs/REPLAY.md: the demo's archive in `portal replay`, taken by Chromium.

    python -m benchmarks.replay_pictures [FOLDER]

Crawls the demo's portals twice and writes the pictures to FOLDER, `docs` without it.
"""

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.processes import run
from benchmarks.replay_server import ReplayProcess, replaying
from benchmarks.replica import ROOT
from portal_crawler.demo.server import demo_proxy
from portal_crawler.replay.chromium import Chromium, Tab, chromium

WIDTH, HEIGHT = 900, 520
MOST_BYTES = 80_000
OUTSIDE = "https://www.example.com/"
"""An address that no portal of the demo has."""
PORTALS = ("demo-tinh", "demo-bo")

_LONG_CALENDAR = """(() => {
  const calendar = document.querySelector("select");
  calendar.size = 4;
  calendar.focus();
})()"""
"""A menu that hangs over the page is in no picture, a list is."""


def archived(folder: Path) -> Path:
    """An archive with two crawls of the demo's portals."""
    archive = folder / "demo"
    command = [sys.executable, "-m", "portal_crawler.cli", "crawl", *PORTALS, "-q", "--full",
               "--archive", str(archive), "-s", "SPIDER_MODULES=portal_crawler.demo.portals",
               "-s", "DOWNLOAD_DELAY=0"]  # fmt: skip
    with demo_proxy() as proxy:
        for _ in range(2):
            run(command, ROOT, proxy=proxy, well=(0, 3))
    return archive


def illustrated(archive: Path) -> str:
    """The address of the newest article that has a picture."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        (url,) = connection.execute(
            "SELECT a.url FROM articles a JOIN images i ON i.article_id = a.id"
            " WHERE i.capture_id IS NOT NULL ORDER BY a.published_at DESC, a.id LIMIT 1"
        ).fetchone()
    return str(url)


def pictures(browser: Chromium, server: ReplayProcess, url: str) -> dict[str, bytes]:
    """Each picture's name with its PNG."""
    shots = {}
    with Tab(browser, WIDTH, HEIGHT) as tab:
        tab.load(server.view(url))
        shots["replay-page.png"] = tab.screenshot()
        tab.value(_LONG_CALENDAR)
        shots["replay-calendar.png"] = tab.screenshot()
        tab.load(server.page(OUTSIDE))
        shots["replay-outside.png"] = tab.screenshot()
    return shots


def main() -> int:
    """Write the pictures."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    with tempfile.TemporaryDirectory() as name:
        archive = archived(Path(name))
        with replaying(archive) as server, chromium() as browser:
            shots = pictures(browser, server, illustrated(archive))
    for name, picture in shots.items():
        assert len(picture) <= MOST_BYTES, f"{name} has {len(picture):,} bytes"
        (target / name).write_bytes(picture)
        print(f"{target / name}: {len(picture):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
