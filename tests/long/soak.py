"""Thirty nights of a portal that lives and fails, and what the archive has of it in the end.

    python -m tests.long.soak [NIGHTS] [--seed N]

Each night articles are published, edited and removed, and one fault of the table in docs/FAULTS.md
befalls the crawl. An edit stands until the archive has it; how many articles it is behind is
printed for each night. Two quiet full sweeps end it. The database must then equal what the server
held: every article, every version of it in order, and what is gone; and a rebuild must give the
same rows. Exits with 1 where it does not.
"""

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.moments import CLOCK_SHIFT_VARIABLE
from benchmarks.replica import ROOT
from tests.long.soak_portal import SERVER_FAULTS, SoakSite, Told, night_of, served

FIRST_NIGHT = datetime(2026, 9, 1, 18, 0, tzinfo=UTC)
BACK_FILE = 60
"""Articles that are there before the first night."""

NEW_A_NIGHT = 4
EDIT_AGES_DAYS = (0.5, 2.0, 5.0)
"""At which an article may be edited: before a look that falls due by its age."""

FAULTS = (*SERVER_FAULTS, "SIGKILL", "SIGTERM", "full disk", "")

EDIT_CHANCE = 0.5
REMOVAL_CHANCE = 0.3

SIGNAL_AFTER = 6
"""Requests of a night, when a signal comes."""

POLL_S = 0.02


def crawl(archive: Path, origin: str, night: datetime, site: SoakSite, *options: str) -> int:
    """One night's exit code."""
    words = [
        "crawl", "soak", "-q", "--archive", str(archive), *options,
        "-s", "SPIDER_MODULES=tests.long.soak_portal", "-s", "DOWNLOAD_DELAY=0",
        "-s", "PORTAL_REQUISITES=False", "-s", "RETRY_TIMES=1", "-s", "DOWNLOAD_TIMEOUT=5",
    ]  # fmt: skip
    process = portal(origin, night, *words, small_files=site.fault == "full disk")
    while site.fault in ("SIGKILL", "SIGTERM") and process.poll() is None:
        time.sleep(POLL_S)
        if site.asked >= SIGNAL_AFTER:
            process.send_signal(signal.Signals[site.fault])
            break
    process.communicate()
    return process.returncode


def portal(
    origin: str, night: datetime, *words: str, small_files: bool = False
) -> "subprocess.Popen[bytes]":
    """The command, begun on that night; files may not grow where the disk is to be full."""
    shift = (night - datetime.now(UTC)).total_seconds()
    command = [sys.executable, "-m", "portal_crawler.cli", *words]
    if small_files:
        command = ["prlimit", f"--fsize={200 * 1024}", "--", *command]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={
            **os.environ,
            "SOAK_ORIGIN": origin,
            "no_proxy": "127.0.0.1",
            CLOCK_SHIFT_VARIABLE: str(shift),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def live(site: SoakSite, night: datetime, chance: random.Random, behind: set[int]) -> None:
    """What happens on the portal before a night; what the archive is behind with stays."""
    settled = [
        told for told in site.articles.values() if not told.removed and told.number not in behind
    ]
    for number in range(len(site.articles) + 1, len(site.articles) + 1 + NEW_A_NIGHT):
        site.publish(number, night - timedelta(hours=chance.randint(1, 12)))
    for told in site.articles.values():
        age = (night - told.published) / timedelta(days=1)
        near = any(age - 1 < at <= age for at in EDIT_AGES_DAYS)
        if near and told in settled and chance.random() < EDIT_CHANCE:
            site.edit(told.number)
            settled.remove(told)
    if chance.random() < REMOVAL_CHANCE:
        chance.choice(settled).removed = True


def differences(archive: Path, site: SoakSite) -> dict[int, str]:
    """Where the database is not as the server was, in words."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        stored: dict[int, list[str]] = {}
        for key, body in connection.execute(
            "SELECT a.key, v.body FROM articles a JOIN article_versions v ON v.article_id = a.id"
            " ORDER BY a.key, v.version"
        ):
            stored.setdefault(int(key), []).append(body)
        gone = {int(key) for (key,) in connection.execute(
            "SELECT key FROM articles WHERE gone_at IS NOT NULL"
        )}  # fmt: skip
    found = {
        told.number: _difference(told, stored.get(told.number, []), told.number in gone)
        for told in site.articles.values()
    }
    return {number: words for number, words in found.items() if words}


def _difference(told: Told, stored: list[str], gone: bool) -> str:
    if stored != told.texts:
        return f"{told.number}: {len(stored)} versions of {len(told.texts)}"
    if gone != told.removed:
        return f"{told.number}: {'gone' if gone else 'there'} in the archive only"
    return ""


def content(archive: Path) -> list[tuple[object, ...]]:
    """The rows that a rebuild must give again."""
    queries = (
        "SELECT id, key, title, body, version, gone_at, capture_id FROM articles ORDER BY id",
        "SELECT article_id, version, capture_id, content_hash FROM article_versions"
        " ORDER BY article_id, version",
        "SELECT id, run_id, url, status, revisit_of FROM captures ORDER BY id",
        "SELECT id, key, seen_at, last_seen_at FROM sightings ORDER BY id",
    )
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return [tuple(row) for query in queries for row in connection.execute(query)]


def soak(archive: Path, nights: int, chance: random.Random) -> list[str]:
    """Live through the nights; what is wrong in the end, in words."""
    site = SoakSite()
    for number in range(1, BACK_FILE + 1):
        site.publish(number, FIRST_NIGHT - timedelta(days=BACK_FILE + 30 - number))
    behind: set[int] = set()
    with served(site) as origin:
        for day in range(nights):
            night = night_of(day, FIRST_NIGHT)
            if day:
                live(site, night, chance, behind)
            site.fault, site.asked = (FAULTS[day % len(FAULTS)] if day else ""), 0
            code = crawl(archive, origin, night, site)
            behind = set(differences(archive, site))
            tell(day + 1, site, code, len(behind))
        site.fault = ""
        for day in (nights, nights + 1):
            crawl(archive, origin, night_of(day, FIRST_NIGHT), site, "--full")
        wrong = list(differences(archive, site).values())
        before = content(archive)
        rebuild = ["rebuild", "-q", "--archive", str(archive),
                   "-s", "SPIDER_MODULES=tests.long.soak_portal"]  # fmt: skip
        portal(origin, night_of(nights + 2, FIRST_NIGHT), *rebuild).communicate()
    if content(archive) != before:
        wrong.append("a rebuild gives other rows")
    return wrong


def tell(night: int, site: SoakSite, code: int, behind: int) -> None:
    """A line on a night."""
    versions = sum(len(told.texts) for told in site.articles.values())
    print(
        f"night {night:2}  {site.fault or 'quiet':12}  exit {code:3}  {site.asked:4} requests  "
        f"{len(site.articles):4} articles  {versions:4} versions  {behind:3} behind",
        flush=True,
    )


def main() -> int:
    """Print each night, then what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nights", nargs="?", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = soak(Path(folder) / "archive", given.nights, random.Random(given.seed))
    print("\n".join(wrong) or "the database equals what the server held; a rebuild gives the same")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
