"""How true archived pages look in `portal replay`, and how soon they are there.

    python -m benchmarks.replay [PACK.tar.xz]

Crawls a saved portal (the Hanoi pack) and the demo's portals with all that makes their pages, takes
pictures of sampled pages as served live and as replayed, both in Chromium without scripts, and
again after a second full crawl, before which one page was edited. Then what the server takes, and
which addresses of a page of all known ways are captured and shown. Prints two tables.
"""

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks import ways
from benchmarks.machine import facts
from benchmarks.processes import run
from benchmarks.replay_server import ReplayProcess, replaying
from benchmarks.replica import PAGES, ROOT, pack_argument, replica
from benchmarks.section import Section, in_terminal, met
from portal_crawler.demo.server import demo_proxy
from portal_crawler.replay.chromium import Chromium, Tab, chromium
from tests.support.screenshots import share_off

HANOI = "hanoi-sotttt"
SAMPLED = {HANOI: 40, "demo-tinh": 5, "demo-bo": 5}
"""Pages of each portal, listings among them."""
WIDTH, HEIGHT = 1200, 3000
SEED = 14
ROUNDS = 5

PORTAL = [sys.executable, "-m", "portal_crawler.cli"]


@dataclass(frozen=True, slots=True)
class Site:
    """Portals that one server serves, and the arguments of their crawl."""

    portals: tuple[str, ...]
    proxy: str
    words: tuple[str, ...]

    def crawl(self, archive: Path) -> None:
        """All of them, in full."""
        command = [*PORTAL, "crawl", *self.portals, "-q", "--full", "--archive", str(archive),
                   "-s", "DOWNLOAD_DELAY=0", *self.words]  # fmt: skip
        run(command, ROOT, proxy=self.proxy, well=(0, 3))


@dataclass(frozen=True, slots=True)
class Looks:
    """Shares of pixels that are off, by address, and how long the pages took to load."""

    off: dict[str, float]
    live_s: list[float]
    replay_s: list[float]


def sampled(archive: Path, portal: str) -> list[str]:
    """Addresses of articles and listings that answered 200, the same for the same archive."""
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        rows = connection.execute(
            "SELECT DISTINCT url FROM captures WHERE portal = ? AND status = 200"
            " AND role IN ('article', 'listing') AND mime = 'text/html' ORDER BY url",
            (portal,),
        )
        found = [url for (url,) in rows]
    return random.Random(SEED).sample(found, min(SAMPLED[portal], len(found)))


def pictures(browser: Chromium, addresses: Sequence[str]) -> tuple[list[bytes], list[float]]:
    """A picture of each page with scripts off, and the seconds until its load event."""
    shots, loads = [], []
    for address in addresses:
        with Tab(browser, WIDTH, HEIGHT) as tab:
            tab.run_no_scripts()
            begun = time.perf_counter()
            tab.load(address)
            loads.append(time.perf_counter() - begun)
            shots.append(tab.screenshot())
    return shots, loads


def looks(site: Site, archive: Path, urls: Sequence[str]) -> Looks:
    """The pages live and replayed."""
    with chromium(f"--proxy-server={site.proxy}") as browser:
        live, live_s = pictures(browser, urls)
    with replaying(archive) as server, chromium() as browser:
        replayed, replay_s = pictures(browser, [server.page(url) for url in urls])
        with Tab(browser, 100, 100) as tab:
            pairs = zip(urls, live, replayed, strict=True)
            off = {url: share_off(tab, one, other) for url, one, other in pairs}
    return Looks(off, live_s, replay_s)


def edit(proxy: str, url: str) -> None:
    """Change a page of the pack while it is served."""
    words = {"url": url, "find": "<body", "replace": "<body><h1>Bản sửa</h1><p "}
    request = urllib.request.Request(f"{proxy}/__replica/edit", json.dumps(words).encode())
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["changed"], url


def looks_rows(name: str, found: Looks) -> tuple[str, ...]:
    shares = sorted(found.off.values())
    median, worst = statistics.median(shares), shares[-1]
    return (
        name, str(len(shares)), f"{median:.3%}", f"{worst:.3%}",
        met(median == 0 and worst <= 0.01),
        f"{statistics.median(found.live_s):.2f}", f"{statistics.median(found.replay_s):.2f}",
    )  # fmt: skip


def measured_looks(folder: Path, pack: Path) -> Iterator[tuple[str, Looks]]:
    """Each site after the first crawl and after the second; archives stay in `folder`."""
    with replica(pack) as saved, demo_proxy() as demo:
        sites = {
            "Hanoi": Site((HANOI,), saved, ("--pages", str(PAGES))),
            "demo": Site(
                ("demo-tinh", "demo-bo"), demo, ("-s", "SPIDER_MODULES=portal_crawler.demo.portals")
            ),
        }
        for name, site in sites.items():
            archive = folder / name
            site.crawl(archive)
            urls = [url for portal in site.portals for url in sampled(archive, portal)]
            yield f"{name}, first crawl", looks(site, archive, urls)
            if site.proxy == saved:
                edit(saved, next(url for url in urls if "view_content" in url))
            site.crawl(archive)
            yield f"{name}, second full crawl", looks(site, archive, urls)


def first_page_s(browser: Chromium, archive: Path, url: str) -> float:
    """From the start of the command to the load event of the page that it names."""
    with replaying(archive, url) as server, Tab(browser, WIDTH, HEIGHT) as tab:
        tab.load(server.url)
        return time.monotonic() - server.began


def server_rows(archive: Path) -> Iterator[tuple[str, ...]]:
    """What the server takes."""
    urls = sampled(archive, HANOI)
    with chromium() as browser:
        first = statistics.median(first_page_s(browser, archive, urls[0]) for _ in range(ROUNDS))
    yield "start to first page in the browser", f"{first:.2f} s", "1.5 s", met(first <= 1.5)
    with replaying(archive) as server:
        yield from answer_rows(server, urls)


def answer_rows(server: ReplayProcess, urls: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Each page's own answer, the first one of the process left out."""
    server.answer_s(urls[0])
    before = server.cpu_s
    times = sorted(server.answer_s(url) for _ in range(ROUNDS) for url in urls)
    cpu_s = (server.cpu_s - before) / len(times)
    middle, late = times[len(times) // 2], times[len(times) * 9 // 10]
    yield (
        "answer with the next page: median, nine of ten",
        f"{middle * 1e3:.0f} ms, {late * 1e3:.0f} ms", "30 ms", met(middle <= 0.030),
    )  # fmt: skip
    yield "CPU of an answer", f"{cpu_s * 1e3:.0f} ms", "", ""
    memory = server.most_memory_mb
    yield "memory of the server", f"{memory:.0f} MB", "80 MB", met(memory <= 80)


def ways_rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """Captured and shown of what Chromium asks for."""
    if not ways.is_there():
        yield "ways page", "its server is not there"
        return
    asked, captured, shown = ways.measured(folder)
    for name, part in (("captured", captured), ("shown", shown)):
        share = len(part) / len(asked)
        yield f"ways page, {name}", f"{len(part)} of {len(asked)}", "98 %", met(share >= 0.98)
        for missing in sorted(asked - part):
            print(f"not {name}: {missing}", file=sys.stderr)


def main() -> int:
    """Print the tables."""
    pack = pack_argument()
    for line in facts():
        print(line)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = list(measured_looks(folder, pack))
        for what, each in found:
            for url, share in each.off.items():
                if share:
                    print(f"{what}: {share:.3%} off: {url}", file=sys.stderr)
        print_section(
            "Pages in replay beside the same served live, without scripts",
            ("pages", "number", "median off", "worst off", "goal 0, 1 %", "live s", "replay s"),
            [looks_rows(what, each) for what, each in found],
        )
        print_section(
            "The server",
            ("what", "figure", "goal", ""),
            [*server_rows(folder / "Hanoi"), *ways_rows(folder)],
        )
    return 0


def print_section(title: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    print()
    for line in in_terminal(Section(title=title, headings=headings, rows=tuple(rows))):
        print(line)


if __name__ == "__main__":
    sys.exit(main())
