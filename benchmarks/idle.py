"""The number of requests of a crawl on a portal that has not changed.

    python -m benchmarks.idle [PACK.tar.xz]

Crawls a saved portal (the Hanoi pack, which has 40 of its listing pages), with page
resources, then again at once, after 3 and after 29 days: each of these crawls begins with the
archive of the first, aged by that time. Prints a line for each crawl: its requests, those for
articles that are due again, and the others compared with the first crawl's. The pack's articles are
old, so the newest hundred are dated within the last fifty days.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from archive.database.due import next_due
from archive.moments import now, utc_text
from benchmarks.replica import PAGES, ROOT, pack_argument, replica
from tests.support.ageing import let_pass

PORTAL = "hanoi-sotttt"
YOUNG = 100
A_DAY = 2
"""Articles; departments publish one to three."""

NIGHTS = (
    (0.0, "at once"),
    (3.0, "after 3 days"),
    (29.0, "after 29 days"),
)


def crawl(proxy: str, archive: Path) -> None:
    """One crawl without delay."""
    command = [
        sys.executable, "-m", "portal_crawler.cli", "crawl", PORTAL, "-q",
        "--archive", str(archive), "--pages", str(PAGES), "-s", "DOWNLOAD_DELAY=0",
    ]  # fmt: skip
    ended = subprocess.run(command, env={**os.environ, "http_proxy": proxy}, check=False, cwd=ROOT)
    if ended.returncode not in (0, 3):
        raise SystemExit(f"the crawl ended with {ended.returncode}")


def make_young(archive: Path) -> None:
    """Let the newest articles be of the last days, as those of a portal that is alive."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        newest = connection.execute(
            "SELECT id FROM articles ORDER BY published_at DESC LIMIT ?", (YOUNG,)
        ).fetchall()
        for place, (identifier,) in enumerate(newest, start=1):
            moment = now() - timedelta(days=place / A_DAY)
            connection.execute(
                "UPDATE articles SET published_at = ? WHERE id = ?",
                (moment.isoformat(timespec="seconds"), identifier),
            )


def last_run(archive: Path) -> tuple[int, int, str]:
    """Requests of the newest run, those of them for articles, and how it ended."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        run, requests, outcome = connection.execute(
            "SELECT id, requests, outcome || coalesce(': ' || reason, '') FROM runs"
            " ORDER BY id DESC LIMIT 1"
        ).fetchone()
        looks = connection.execute(
            "SELECT count(*) FROM captures WHERE run_id = ? AND role = 'article'", (run,)
        ).fetchone()[0]
    return requests, looks, outcome


def due(archive: Path) -> int:
    """Articles that are due for another look now."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return next_due(connection, PORTAL, utc_text(now()))[0]


def main() -> int:
    """Print the table."""
    pack = pack_argument()
    with replica(pack) as proxy, tempfile.TemporaryDirectory() as name:
        first = Path(name) / "first"
        crawl(proxy, first)
        requests, looks, outcome = last_run(first)
        print(f"first crawl: {requests} requests, {looks} articles ({outcome})")
        make_young(first)
        for days, words in NIGHTS:
            archive = Path(name) / f"{days}"
            shutil.copytree(first, archive)
            let_pass(archive, days)
            expected = due(archive)
            crawl(proxy, archive)
            asked, looks, outcome = last_run(archive)
            beyond = asked - looks
            print(
                f"{words}: {asked} requests, {looks} looks ({expected} due), {beyond} others:"
                f" {beyond / requests:.2%} of the first crawl's ({outcome})"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
