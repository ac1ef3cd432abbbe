"""How many addresses that Chromium asks for on a page of all known ways are captured and shown."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from benchmarks.environment import environment
from benchmarks.processes import run
from benchmarks.replay_server import replaying
from benchmarks.replica import ROOT
from portal_crawler.replay.chromium import Tab, chromium

WAYS = ROOT.parent / "shared" / "cases" / "ways"
PAGES = [f"http://ways.example/tin/bai-viet-thu-nghiem-so-{n}-1000{n}.html" for n in (1, 2, 3)]
OWN_HOSTS = ("ways.example", "cdn.example", "static.ways.example")
FURTHER = "cdn.example,static.ways.example,ways.example:8080"
"""Hosts and ports that a portal has to name for its page resources."""
START_S = 10.0
ICON_S = 1.0
"""A page's icon is asked for after its load event."""
WIDTH, HEIGHT = 1200, 3000


def is_there() -> bool:
    """Whether the page and its server lie beside the checkout."""
    return (WAYS / "server.py").exists()


def measured(folder: Path) -> tuple[set[str], set[str], set[str]]:
    """The addresses that Chromium requested with scripts off, those captured, those replayed."""
    log = folder / "ways.log"
    archive = folder / "ways"
    with _serving(log) as proxy:
        crawl = [sys.executable, "-m", "portal_crawler.cli", "crawl", "ways", "-q", "--archive",
                 str(archive), "-s", "SPIDER_MODULES=ways_site", "-s", "DOWNLOAD_DELAY=0", "-s",
                 f"PORTAL_REQUISITE_HOSTS={FURTHER}"]  # fmt: skip
        with _on_path(WAYS):
            run(crawl, ROOT, proxy=proxy, well=(0, 3))
        log.write_text("")
        with chromium(f"--proxy-server={proxy}") as browser:
            for url in PAGES:
                with Tab(browser, WIDTH, HEIGHT) as tab:
                    tab.run_no_scripts()
                    tab.load(url)
                    browser.wait(lambda _: False, time.monotonic() + ICON_S)
        asked = set(_asked(log))
    return asked, asked & _captured(archive), asked & set(_shown(archive, asked))


@contextmanager
def _on_path(folder: Path) -> Iterator[None]:
    before = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), before)))
    try:
        yield
    finally:
        os.environ["PYTHONPATH"] = before


@contextmanager
def _serving(log: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, str(WAYS / "server.py"), str(port), str(log)]
    server = subprocess.Popen(command, env={**environment(), "PYTHONDONTWRITEBYTECODE": "1"})
    try:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _asked(log: Path) -> Iterator[str]:
    """Addresses that Chromium asked for and had, without their scheme."""
    for line in log.read_text().splitlines():
        _, _, host, path, status = json.loads(line)
        if status == HTTPStatus.OK and host.partition(":")[0] in OWN_HOSTS:
            yield host + path


def _captured(archive: Path) -> set[str]:
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        rows = connection.execute("SELECT url FROM captures WHERE status = 200")
        return {url.partition("://")[2] for (url,) in rows}


def _shown(archive: Path, asked: Iterable[str]) -> Iterator[str]:
    """The requested addresses that Chromium got from the replay server."""
    given: set[str] = set()
    with replaying(archive) as server, chromium() as browser:
        for url in PAGES:
            with Tab(browser, WIDTH, HEIGHT) as tab:
                tab.load(server.view(url))
                browser.wait(lambda _: False, time.monotonic() + ICON_S)
                given.update(
                    each["response"]["url"]
                    for each in browser.events_of(tab.session, "Network.responseReceived")
                    if each["response"]["status"] == HTTPStatus.OK
                )
    found = {unquote(url.partition("mp_/")[2].partition("://")[2]) for url in given}
    for address in asked:
        if unquote(address) in found:
            yield address
