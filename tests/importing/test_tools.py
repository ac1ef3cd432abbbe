"""Files that wget, `wacz create` and pywb made, and those of our own crawl."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from portal_crawler.demo.server import demo_proxy
from tests.importing.making import (
    ARTICLES,
    PAGES,
    assert_rebuild_changes_nothing,
    assert_sound,
    everything,
    imported,
    write_warc,
)
from tests.support.crawls import ROOT, ended, environment, rows, start_crawl
from tests.support.gate import PYWB, await_port, pywb_is_missing, tool
from tests.support.pages import article, listing

DEMO = ("-s", "SPIDER_MODULES=portal_crawler.demo.portals", "--no-requisites")
OF_A_PAGE = {
    "articles": "SELECT portal, key, url, title, lead, body, author, source, category, tags,"
    " published_at, updated_at, language, first_seen_at, last_seen_at, gone_at,"
    " version, capture_id, problems FROM articles ORDER BY id",
    "versions": "SELECT article_id, version, seen_at, capture_id, content_hash, rules, title, lead,"
    " body, author, published_at FROM article_versions ORDER BY article_id, version",
    "images": "SELECT article_id, position, src, caption, credit FROM images ORDER BY 1, 2",
    "attachments": "SELECT article_id, position, href, name, mime, kind FROM attachments"
    " ORDER BY 1, 2",
    "videos": "SELECT article_id, position, src, caption FROM videos ORDER BY 1, 2",
    "sightings": "SELECT * FROM sightings ORDER BY id",
}


def crawl_demo(archive: Path, proxy: str, *arguments: str) -> None:
    env = environment(http_proxy=proxy)
    done = ended(start_crawl(archive, *DEMO, *arguments, env=env, portals=("demo-tinh",)))
    assert done.code in (0, 3), done.stderr


def of_pages(archive: Path) -> dict[str, list[tuple[object, ...]]]:
    return {table: rows(archive, query) for table, query in OF_A_PAGE.items()}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("crawled")
    with demo_proxy() as proxy:
        crawl_demo(archive, proxy)
    return archive


def test_a_crawls_own_files_give_the_articles_of_the_crawl(crawled: Path, tmp_path: Path) -> None:
    files = sorted(crawled.glob("warc/*/*.warc.gz"))
    archive = tmp_path / "archive"
    imported(archive, *files)
    assert of_pages(archive) == of_pages(crawled)
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)


def test_what_is_in_the_archive_already_is_no_row_twice(crawled: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(crawled, archive)
    before = {table: found for table, found in everything(archive).items() if table != "runs"}
    [said] = imported(archive, *sorted(crawled.glob("warc/*/*.warc.gz")))
    assert said["requests"] == 0
    assert said["known"] == len(before["captures"])
    assert {t: found for t, found in everything(archive).items() if t != "runs"} == before
    assert_sound(archive)


def test_a_crawl_goes_on_from_what_was_imported(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    [said] = imported(archive, write_warc(tmp_path / "x.warc.gz"))
    with demo_proxy() as proxy:
        crawl_demo(archive, proxy)
    assert rows(archive, "SELECT max(version), count(*) FROM articles") == [
        (1, said["articles_new"])
    ]
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)


@pytest.mark.skipif(not shutil.which("wget"), reason="wget is not installed")
@pytest.mark.parametrize("packed", [True, False])
def test_files_of_wget(packed: bool, tmp_path: Path) -> None:
    command = ["wget", "-q", "--warc-file=w", "-e", "use_proxy=on", "-P", "pages", "-i", "-"]
    with demo_proxy() as proxy:
        subprocess.run(
            [*command, "-e", f"http_proxy={proxy}", *([] if packed else ["--no-warc-compression"])],
            input="\n".join(page.url for page in PAGES),
            text=True, cwd=tmp_path, check=False, timeout=60, env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
    archive = tmp_path / "archive"
    [said] = imported(archive, tmp_path / ("w.warc.gz" if packed else "w.warc"))
    assert said["articles_new"] == ARTICLES
    assert rows(archive, "SELECT count(*) FROM captures WHERE url LIKE '<%'") == [(0,)]
    assert rows(archive, "SELECT count(DISTINCT key) > 20 FROM sightings") == [(1,)]
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)


def test_a_wacz_of_wacz_create(crawled: Path, tmp_path: Path) -> None:
    [warc] = crawled.glob("warc/*/*.warc.gz")
    target = tmp_path / "x.wacz"
    subprocess.run([tool("wacz"), "create", "-f", warc, "-o", target], check=True)
    archive = tmp_path / "archive"
    imported(archive, target)
    assert of_pages(archive) == of_pages(crawled)
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)


class Pages(BaseHTTPRequestHandler):
    """A small portal on loopback: pywb heeds no proxy."""

    def do_GET(self) -> None:
        """A listing of three articles, or one of them."""
        number = self.path.rpartition("/")[2]
        text = article(int(number)) if number.isdecimal() else listing([1, 2, 3])
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def served() -> Iterator[str]:
    """The small portal's address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def recording(folder: Path) -> Iterator[str]:
    """pywb recording what is asked of it; yields its address."""
    subprocess.run([PYWB / "wb-manager", "init", "c"], cwd=folder, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [PYWB / "wayback", "--live", "--record", "--bind", "127.0.0.1", "--port", str(port)],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(),
    )  # fmt: skip
    try:
        await_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.mark.skipif(pywb_is_missing(), reason="pywb is not installed: make .venv-pywb/installed")
def test_a_recording_of_pywb(tmp_path: Path) -> None:
    opener = build_opener(ProxyHandler({}))
    with served() as origin, recording(tmp_path) as address:
        for path in ("tin-tuc", "tin/1", "tin/2", "tin/3"):
            with opener.open(f"{address}/c/record/id_/{origin}/{path}", timeout=20) as answer:
                answer.read()
    files = sorted(tmp_path.glob("collections/c/archive/*.warc.gz"))
    archive = tmp_path / "archive"
    done = subprocess.run(
        [sys.executable, "-m", "portal_crawler.cli", "import", *files, "--archive", archive,
         "-s", "SPIDER_MODULES=tests.support.portals"],
        cwd=ROOT, env=environment(WIRE_ORIGIN=origin), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert rows(archive, "SELECT count(*) FROM articles WHERE portal = 'wire'") == [(3,)]
    assert rows(archive, "SELECT count(*) FROM sightings WHERE portal = 'wire'") == [(3,)]
    assert_sound(archive)
