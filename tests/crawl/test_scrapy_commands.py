"""Scrapy's own command line: looks that touch no archive, and `scrapy crawl` as `portal crawl`."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support.crawls import (
    ROOT,
    Ended,
    ended,
    last_run,
    rows,
    start_crawl,
    wire_environment,
)
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, gzipped, page

PAGE = "<html><body><h1>Xin chào</h1></body></html>"
WIRE = ("-s", "SPIDER_MODULES=tests.support.portals", "-s", "DOWNLOAD_DELAY=0",
        "-s", "PORTAL_REQUISITES=False")  # fmt: skip


def start(server: WireServer, archive: Path, *words: str, **own: str) -> "subprocess.Popen[str]":
    env = wire_environment(server, PORTAL_ARCHIVE=str(archive), **own)
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", *words], cwd=ROOT, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def scrapy(server: WireServer, archive: Path, *words: str, **own: str) -> Ended:
    return ended(start(server, archive, *words, **own))


# Looks


@pytest.mark.parametrize("portal", [(), ("--spider=mst",)], ids=["no portal", "a portal's class"])
def test_a_look_at_a_page_works_and_touches_no_archive(
    server: WireServer, archive: Path, portal: tuple[str, ...], tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{server.port}/trang"
    server.answer("/trang", gzipped(PAGE.encode()))
    fetched = scrapy(server, archive, "fetch", *portal, url)
    assert (fetched.code, fetched.stdout) == (0, f"{PAGE}\n")
    code = "response.status, response.css('h1::text').get()"
    shell = scrapy(server, archive, "shell", *portal, "-c", code, url)
    assert (shell.code, shell.stdout) == (0, "(200, 'Xin chào')\n")
    viewer = tmp_path / "viewer"
    viewer.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/viewed\n')
    viewer.chmod(0o755)
    assert scrapy(server, archive, "view", *portal, url, BROWSER=str(viewer)).code == 0
    assert (tmp_path / "viewed").read_text().startswith("file://")
    assert not archive.exists()


PLAIN = """
import os, scrapy

class Plain(scrapy.Spider):
    name = "plain"
    start_urls = [os.environ["WIRE_ORIGIN"] + "/dan"]

    def parse(self, response):
        yield {"title": response.css("h1::text").get()}
"""


@pytest.mark.parametrize("command", ["runspider", "crawl"])
def test_a_spider_that_is_no_portal_is_crawled_as_scrapy_does(
    server: WireServer, archive: Path, tmp_path: Path, command: str
) -> None:
    module = tmp_path / "plain_spider.py"
    module.write_text(PLAIN)
    server.answer("/dan", page("", "Location: /trang", status="302 Found"))
    server.answer("/trang", page(PAGE))
    named = str(module) if command == "runspider" else "plain"
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    end = scrapy(
        server, archive, command, named, "-s", "SPIDER_MODULES=plain_spider",
        "-s", "DOWNLOAD_DELAY=0", "-O", f"{tmp_path}/found.csv", PYTHONPATH=path,
    )  # fmt: skip
    assert end.code == 0
    assert (tmp_path / "found.csv").read_text("utf-8").split() == ["title", "Xin", "chào"]
    assert not archive.exists()


# scrapy crawl


@pytest.fixture
def portal(server: WireServer) -> None:
    server.answer("/tin-tuc", page(listing([1, 2])))
    server.answer("/tin/1", page(article(1)))
    server.answer("/tin/2", page(article(2)))


def test_arguments_of_scrapys_are_those_of_a_portal(
    server: WireServer, archive: Path, portal: None
) -> None:
    end = scrapy(server, archive, "crawl", "wire", *WIRE, "-a", "articles=1", "--nolog")
    assert (end.code, end.stdout, end.stderr) == (0, "", "")
    assert rows(archive, "SELECT key FROM articles") == [("1",)]


def test_the_figures_of_a_run_are_stats_of_scrapy(
    server: WireServer, archive: Path, portal: None
) -> None:
    end = scrapy(server, archive, "crawl", "wire", *WIRE, "-s", "STATS_DUMP=True")
    assert end.code == 0
    dumped = dict(re.findall(r"'portal/(\w+)': (\d+)", end.stderr))
    row = last_run(archive)
    figures = {name: str(row[name]) for name in ("listed", "articles_new", "requests", "failures")}
    assert figures.items() <= dumped.items()
    assert int(dumped["articles_new"]) > 0


def test_a_crawl_that_is_incomplete_ends_with_3_and_says_why(
    server: WireServer, archive: Path, portal: None
) -> None:
    server.answer("/tin/2", page("", status="500 No"))
    end = scrapy(server, archive, "crawl", "wire", *WIRE, "-s", "RETRY_TIMES=0", "--nolog")
    assert end.code == 3
    assert end.stderr.startswith("wire: incomplete (article answered 500 ")
    assert end.stderr.count("\n") == 1


def test_a_locked_portal_ends_with_5(server: WireServer, archive: Path, portal: None) -> None:
    hold = threading.Event()
    server.answer("/tin/1", page(article(1), hold=hold))
    first = start_crawl(archive, env=wire_environment(server))
    server.wait_for("/tin/1")
    end = scrapy(server, archive, "crawl", "wire", *WIRE)
    hold.set()
    assert ended(first).code == 0
    assert end.code == 5
    assert "wire: " in end.stderr.splitlines()[-1]
    assert "locked" in end.stderr.splitlines()[-1]


def test_a_signal_ends_it_with_130_after_saving(
    server: WireServer, archive: Path, portal: None
) -> None:
    hold = threading.Event()
    server.answer("/tin/2", page(article(2), hold=hold))
    process = start(server, archive, "crawl", "wire", *WIRE)
    server.wait_for("/tin/2")
    process.send_signal(signal.SIGTERM)
    hold.set()
    assert ended(process).code == 130
    assert last_run(archive)["outcome"] == "interrupted"


def test_a_damaged_archive_ends_it_with_4(server: WireServer, archive: Path) -> None:
    archive.mkdir()
    (archive / "archive.db").write_bytes(b"no database " * 400)
    end = scrapy(server, archive, "crawl", "wire", *WIRE)
    assert end.code == 4
    assert "is damaged" in end.stderr.splitlines()[-1]


def test_a_folder_that_cannot_be_written_ends_it_with_1(server: WireServer, archive: Path) -> None:
    archive.write_text("no folder")
    end = scrapy(server, archive, "crawl", "wire", *WIRE)
    assert end.code == 1
    assert "cannot write" in end.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("wier",), "no portal is named 'wier'; did you mean wire?"),
        ((), "name one portal"),
        (("wire", "wire-two"), "name one portal"),
        (("wire", "-a", "pages=many"), "-a pages=many: write a whole number, at least 1"),
        (("wire", "-a", "since=2024-02-30"), "-a since=2024-02-30: there is no such day"),
        (("wire", "-a", "full=perhaps"), "-a full=perhaps: write true or false"),
        (("wire", "-a", "page=3"), "-a page: a portal takes pages, articles, since, full"),
        (("wire", "-s", "DOWNLOAD_DELAY=-1"), "DOWNLOAD_DELAY=-1: write a number from 0 to 86400"),
        (("wire", "-s", "PORTAL_MAX_QUEU=1"), "PORTAL_MAX_QUEU: there is no such setting; did you "
         "mean PORTAL_MAX_QUEUE?"),
        (("wire", "-L", "silly"), "LOG_LEVEL=silly: write one of DEBUG"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_it_with_2_and_nothing_is_asked(
    server: WireServer, archive: Path, words: tuple[str, ...], told: str
) -> None:
    end = scrapy(server, archive, "crawl", *WIRE, *words)
    assert (end.code, end.stdout) == (2, "")
    assert end.stderr.startswith(f"scrapy crawl: {told}")
    assert server.connections == 0
    assert not archive.exists()
