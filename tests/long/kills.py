"""Pull the plug: crawls, rebuilds and repairs are killed at random moments, put right, verified.

    python -m tests.long.kills [KILLS] [--seed N] [--seconds N]

Over the demo portals and, where the replica of a saved portal is there, over that. Each archive is
killed several times in a row; after each kill the next `portal crawl` or `portal repair` must leave
an archive of which verify finds nothing wrong, that has every capture and every article's version
which the database had before, and every exchange whose records had reached the file whole.
"""

import argparse
import json
import os
import queue
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from archive.integrity.verify import Verification
from archive.layout import Layout, capture_id
from archive.models import Run
from archive.warc.own_records import FileReading
from archive.warc.stream import Damage
from benchmarks.replica import REPLICA, ROOT, replica
from portal_crawler.cli import main as portal
from portal_crawler.commands import crawl, rebuild, repair
from portal_crawler.demo.server import demo_proxy

IMPORTED_ONCE = (crawl, rebuild, repair)
"""Before the first process is forked: a kill should hit the work and not the imports."""

WORKERS = 2
MAX_KILLS_A_LIFE = 8
AIMED_SHARE = 0.25
"""Of the kills, at the moment in which a file is being closed: by chance that is rarely hit."""

SETTINGS = (
    "-s", "SPIDER_MODULES=portal_crawler.demo.portals,portal_crawler.spiders",
    "-s", "DOWNLOAD_DELAY=0",
)  # fmt: skip
VICTIMS = {"crawl": 10, "crawl --full": 5, "rebuild": 3, "repair": 4}
"""What is killed, and how often."""

DEMO = ("demo-bo", ())
HANOI = ("hanoi-sotttt", ("--pages", "3"))

COLUMNS = ("kills", "well", "captures", "lost", "versions", "lost", "unheard", "lost", "torn bytes")


@dataclass(slots=True)
class Held:
    """What an archive has at one moment, as far as it can be read."""

    captures: set[int] = field(default_factory=set)
    versions: set[tuple[int, str]] = field(default_factory=set)
    in_files: set[int] = field(default_factory=set)
    """Captures whose exchange stands whole in an `.open` file."""

    @classmethod
    def of(cls, layout: Layout) -> "Held":
        held = cls()
        for path in layout.warc.rglob("*.warc.gz.open"):
            with path.open("rb") as file:
                for found in FileReading(layout, path).read(file):
                    if not isinstance(found, (Damage, Run)):
                        held.in_files.add(capture_id(found.capture.record_id))
        with suppress(sqlite3.Error), closing(_connection(layout)) as connection:
            held.captures = {row[0] for row in connection.execute("SELECT id FROM captures")}
            sql = "SELECT article_id, content_hash FROM article_versions"
            held.versions = set(connection.execute(sql))
        return held


def _connection(layout: Layout) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{layout.database}?mode=ro", uri=True)


class Life:
    """One archive, killed and put right several times."""

    def __init__(self, folder: Path, target: tuple[str, tuple[str, ...]], seed: str) -> None:
        self.layout = Layout(folder)
        self.counts: dict[str, Counter[str]] = {}
        self.trouble: list[str] = []
        self._name, self._limits = target
        self._random = random.Random(seed)
        self._out = folder.with_name(folder.name + ".out")
        self._typical_s: dict[str, float] = {}
        self._child = 0

    def end(self) -> None:
        """The process that runs is killed and waited for: nobody writes to the folder any more."""
        if self._child and not _has_ended(self._child):
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)

    def run(self, kills: int) -> None:
        """Kill so often, each time after what was killed before was put right, or not yet."""
        for _ in range(kills):
            victim = self._random.choices(list(VICTIMS), list(VICTIMS.values()))[0]
            if victim in ("rebuild", "repair") and not self.layout.database.exists():
                victim = "crawl"
            if victim == "repair":  # there must be something to do
                self._kill("crawl --full")
            self._heal(victim, self._kill(victim))
        if self._do(self._words("crawl")) != 0:
            self._complain("the last crawl did not end well")

    def _kill(self, victim: str) -> Held:
        aimed = victim.startswith("crawl") and self._random.random() < AIMED_SHARE
        typical = self._typical_s.get(victim, 1.0)
        wait = typical * 2 if aimed else self._random.uniform(0, typical)
        started = time.monotonic()
        pid = self._start(self._words(victim))
        while (now := time.monotonic() - started) < wait and not _has_ended(pid):
            if aimed and self._is_closing():
                break
            time.sleep(0.0002 if aimed else min(0.005, wait - now))
        if _has_ended(pid):
            self._typical_s[victim] = now
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
        return Held.of(self.layout)

    def _is_closing(self) -> bool:
        """Whether an index stands, or is being written, beside a file that is still open."""
        folder = self.layout.warc_folder(self._name)
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        opened = [name.removesuffix(".warc.gz.open") for name in names if name.endswith(".open")]
        return any(f"{name}.cdxj{end}" in names for name in opened for end in ("", ".part"))

    def _heal(self, victim: str, before: Held) -> None:
        torn = self._torn_bytes()
        heal = "repair" if self._random.random() < 0.3 and before.captures else "crawl"
        if self._do(self._words(heal)) != 0:
            self._complain(f"after a killed {victim} {heal} did not end well")
        after = Held.of(self.layout)
        findings = list(Verification(self.layout).findings())
        for finding in findings[:3]:
            self._complain(f"after {victim} and {heal}: {finding}")
        counts = self.counts.setdefault(victim, Counter())
        counts.update(
            {
                "kills": 1,
                "well": not findings,
                "captures": len(before.captures),
                "captures lost": len(before.captures - after.captures),
                "versions": len(before.versions),
                "versions lost": len(before.versions - after.versions),
                "unheard": len(before.in_files - before.captures),
                "unheard lost": len(before.in_files - after.captures),
                "torn bytes": self._torn_bytes() - torn,
            }
        )

    def _torn_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.layout.warc.rglob("*.torn-*"))

    def _words(self, what: str) -> list[str]:
        command, *options = what.split()
        own = [command, "--archive", str(self.layout.folder), *SETTINGS, *options]
        return [*own, self._name, *self._limits, "-q"] if command == "crawl" else [*own, "-q"]

    def _do(self, words: list[str]) -> int:
        started = time.monotonic()
        _, status = os.waitpid(self._start(words), 0)
        name = " ".join([words[0], *(word for word in words if word == "--full")])
        self._typical_s.setdefault(name, time.monotonic() - started)
        return os.waitstatus_to_exitcode(status)

    def _start(self, words: list[str]) -> int:
        """A process of its own that has imported everything already."""
        self._child = os.fork()
        if self._child:
            return self._child
        code = 1
        try:
            out = os.open(self._out, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(out, 1)
            os.dup2(out, 2)
            code = portal(words)
            sys.stdout.flush()
        finally:
            os._exit(code)

    def _complain(self, words: str) -> None:
        self.trouble.append(f"{self.layout.folder}: {words}")


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def _end(life: Life, *_: object) -> None:
    life.end()
    os._exit(0)


def work(folder: Path, name: str, seed: str, until: float) -> int:
    """One worker: lives until the time is up or it is ended; a line of JSON each."""
    chance = random.Random(seed)
    targets = {"demo": DEMO, "hanoi": HANOI}
    number = 0
    while time.time() < until:
        number += 1
        life = Life(folder / f"{seed}-{number}", targets[name], f"{seed}-{number}")
        signal.signal(signal.SIGTERM, partial(_end, life))
        life.run(chance.randint(1, MAX_KILLS_A_LIFE))
        counts = {victim: dict(count) for victim, count in life.counts.items()}
        print(json.dumps({"counts": counts, "trouble": life.trouble}), flush=True)
        if not life.trouble:
            subprocess.run(["rm", "-rf", str(life.layout.folder)], check=True)
    return 0


@dataclass(slots=True)
class Totals:
    """All workers' counts."""

    by_victim: dict[str, Counter[str]] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return sum(count["kills"] for count in self.by_victim.values())

    def add(self, line: str) -> None:
        told = json.loads(line)
        self.trouble += told["trouble"]
        for victim, counts in told["counts"].items():
            self.by_victim.setdefault(victim, Counter()).update(counts)

    def lines(self) -> Iterator[str]:
        """The table."""
        names = ("kills", "well", "captures", "captures lost", "versions", "versions lost",
                 "unheard", "unheard lost", "torn bytes")  # fmt: skip
        rows = {**dict(sorted(self.by_victim.items())), "all": Counter()}
        for count in self.by_victim.values():
            rows["all"].update(count)
        yield "| killed | " + " | ".join(COLUMNS) + " |"
        yield "|---" * (len(COLUMNS) + 1) + "|"
        for victim, count in rows.items():
            yield f"| {victim} | " + " | ".join(str(count[name]) for name in names) + " |"


def started(
    folder: Path, name: str, proxy: str, seed: str, until: float
) -> "subprocess.Popen[str]":
    """A worker with an environment that leads nowhere but to the proxy."""
    kept = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    words = ["--worker", name, "--folder", str(folder), "--seed", seed, "--until", str(until)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.long.kills", *words],
        cwd=ROOT, env={**kept, "http_proxy": proxy}, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip


def kill(kills: int, seed: str, seconds: float, tell: Callable[[str], object]) -> Totals:
    """So many kills, or as many as fit into the time."""
    totals, pack = Totals(), REPLICA / "hanoi-sotttt.tar.xz"
    folder = Path(tempfile.mkdtemp(prefix="portal-kills-"))
    with ExitStack() as stack:
        proxies = {"demo": stack.enter_context(demo_proxy())}
        if pack.exists():
            proxies["hanoi"] = stack.enter_context(replica(pack))
        names = [name for name, _ in zip(list(proxies) * WORKERS, range(WORKERS), strict=False)]
        until = time.time() + seconds
        workers = [
            started(folder, name, proxies[name], f"{seed}-{number}", until)
            for number, name in enumerate(names)
        ]
        _collect(workers, totals, kills, tell)
    if not totals.trouble:
        subprocess.run(["rm", "-rf", str(folder)], check=True)
    return totals


def _collect(
    workers: "list[subprocess.Popen[str]]",
    totals: Totals,
    kills: int,
    tell: Callable[[str], object],
) -> None:
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    for worker in workers:
        threading.Thread(target=_read, args=(worker, lines), daemon=True).start()
    running = len(workers)
    while running:
        line = lines.get()
        if line is None:
            running -= 1
            continue
        totals.add(line)
        tell(f"{totals.kills} kills, {len(totals.trouble)} complaints")
        if totals.kills >= kills:
            break
    for worker in workers:
        worker.terminate()
        worker.wait()


def _read(worker: "subprocess.Popen[str]", lines: "queue.SimpleQueue[str | None]") -> None:
    assert worker.stdout is not None
    for line in worker.stdout:
        lines.put(line)
    lines.put(None)


def main() -> int:
    """Print the table; 1 where anything was lost or not well."""
    parser = argparse.ArgumentParser(prog="python -m tests.long.kills", description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float, default=3600)
    for own in ("--worker", "--folder", "--until"):
        parser.add_argument(own, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        return work(Path(args.folder), args.worker, args.seed, float(args.until))
    totals = kill(args.kills, args.seed, args.seconds, lambda w: print(w, file=sys.stderr))
    for line in (*totals.lines(), *totals.trouble):
        print(line)
    return 1 if totals.trouble else 0


if __name__ == "__main__":
    sys.exit(main())
