"""`portal replay --check`: archived pages in Chromium, with nothing but the archive to answer."""

import json
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import ArchiveLockedError
from archive.filesystem.locks import portal_lock
from archive.layout import Layout
from portal_crawler.commands.replay import add_arguments
from portal_crawler.replay.check import SWITCHES, Missing, missing_of, serving
from portal_crawler.replay.check_records import keep_checks
from portal_crawler.replay.chromium import Chromium, Tab, chromium, chromium_path
from portal_crawler.replay.forward_proxy import ArchiveProxy
from tests.support.crawls import (
    ROOT,
    Ended,
    commanded,
    crawl,
    environment,
    rebuilt,
    rows,
    verified,
    warc_records,
)
from tests.support.pages import article, listing
from tests.support.tables import all_rows
from tests.support.trap import trap
from tests.support.wire_server import WireServer, message, page, raw, wire_server

pytestmark = pytest.mark.skipif(chromium_path() is None, reason="chromium is not installed")

WHOLE, LACKING, HIDDEN = 1, 2, 3
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(60)
BY_SCRIPT = """<script>document.title = "đã chạy"; fetch("/so-lieu.json");
new WebSocket("ws://xau.example/ws"); new Image().src = "http://xau.example/anh.png";
alert("chờ"); khong_co();</script>"""
WORKER = b'fetch("/cua-tho.json").then(() => postMessage("xong"))'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireServer]:
    with wire_server(tmp_path_factory.mktemp("site")) as server:
        server.answer("/tin-tuc", page(listing([WHOLE, LACKING, HIDDEN])))
        for number in (WHOLE, LACKING, HIDDEN):
            server.answer(f"/tin/{number}", page(article(number)))
            server.answer(f"/anh/{number}.jpg", raw(message(PICTURE, kind="image/png")))
        server.answer("/tho.js", raw(message(WORKER, kind="text/javascript")))
        hidden = article(HIDDEN).replace("<body>", '<body style="display:none">')
        server.answer(f"/tin/{HIDDEN}", page(hidden))
        preloaded = '<link rel=preload as=script href="/tho.js">'
        scripted = article(LACKING).replace("<meta", f"{preloaded}<meta", 1)
        scripted = scripted.replace("</body>", f"{BY_SCRIPT}</body>")
        server.answer(f"/tin/{LACKING}", page(scripted))
        yield server


@pytest.fixture(scope="module")
def archive(site: WireServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checked") / "archive"
    end = crawl(site, folder, "-s", "PORTAL_REQUISITES=True")
    assert end.code == 0, end.stderr
    return folder


@pytest.fixture(scope="module")
def checked(site: WireServer, archive: Path) -> Ended:
    site.forget()
    end = commanded(site, archive, "replay", "--check", "--json")
    assert site.paths() == [], "nothing is asked of the network"
    return end


def found(checked: Ended) -> dict[int, dict[str, object]]:
    lines = [json.loads(line) for line in checked.stdout.splitlines()]
    return {int(line["url"].rpartition("/")[2]): line for line in lines}


def test_a_whole_page_has_its_text_and_lacks_nothing(checked: Ended) -> None:
    line = found(checked)[WHOLE]
    assert (line["is_text_visible"], line["missing"], line["script_errors"]) == (1, [], [])


def test_what_scripts_ask_for_and_is_not_there_is_named_with_what_asked(checked: Ended) -> None:
    line = found(checked)[LACKING]
    assert checked.code == 3
    assert [(each["url"].rpartition("/")[2], each["kind"]) for each in line["missing"]] == [  # type: ignore[attr-defined]
        ("so-lieu.json", "fetch")
    ]
    assert line["missing"][0]["by"] == line["url"]  # type: ignore[index]
    assert line["left_out"] == 2, "a picture and a WebSocket of another host"
    assert "khong_co is not defined" in line["script_errors"][0]  # type: ignore[index]
    assert line["is_text_visible"] == 1


def test_a_text_that_is_not_seen_is_not_visible(checked: Ended) -> None:
    assert found(checked)[HIDDEN]["is_text_visible"] == 0


def test_pictures_are_kept(checked: Ended, archive: Path) -> None:
    for line in found(checked).values():
        assert (archive / str(line["picture"])).read_bytes().startswith(b"\x89PNG")


def test_status_has_a_line(checked: Ended, site: WireServer, archive: Path) -> None:
    del checked
    words = " ".join(commanded(site, archive, "status", "wire").stdout.split())
    assert "replay: 3 pages checked" in words
    assert "1 without their text, 1 with parts that are not captured" in words


def test_a_rebuild_gives_the_same_rows(checked: Ended, site: WireServer, archive: Path) -> None:
    del checked
    assert len(rows(archive, "SELECT * FROM replay_checks")) == 3
    assert verified(archive).code == 0
    before = all_rows(archive)
    assert rebuilt(site, archive).code == 0
    assert all_rows(archive) == before
    told = [record for record in warc_records(archive) if b"replay-event" in record.block]
    assert {record.kind for record in told} == {"metadata"}


def test_the_next_crawl_asks_for_what_a_check_missed_and_reads_nothing_again(
    checked: Ended, site: WireServer, archive: Path
) -> None:
    del checked
    site.answer("/so-lieu.json", raw(message(b"{}", kind="application/json")))
    site.forget()
    end = crawl(site, archive, "-s", "PORTAL_REQUISITES=True")
    assert end.code == 0, end.stderr
    assert "was killed" not in end.stderr
    assert "/so-lieu.json" in site.paths()
    site.forget()
    assert crawl(site, archive, "-s", "PORTAL_REQUISITES=True").code == 0
    assert "/so-lieu.json" not in site.paths(), "it is captured now"


def test_without_chromium_a_check_says_so(archive: Path) -> None:
    command = [sys.executable, "-m", "portal_crawler.cli", "replay", "--check", "--archive",
               str(archive)]  # fmt: skip
    end = subprocess.run(
        command, cwd=ROOT, env=environment(PATH=""), capture_output=True, text=True, check=False
    )
    assert end.returncode == 1
    assert "Chromium is not installed" in end.stderr


@pytest.fixture(scope="module")
def behind(archive: Path) -> Iterator[tuple[ArchiveProxy, Chromium]]:
    """A browser that is answered by the archive."""
    with serving(Layout(archive)) as proxy:
        proxy.moment = "2100-01-01T00:00:00Z"
        with chromium(f"--proxy-server={proxy.url}", *SWITCHES) as browser:
            yield proxy, browser


def test_a_check_reaches_nothing(behind: tuple[ArchiveProxy, Chromium]) -> None:
    _, browser = behind
    with trap() as trapped:
        for url in (f"http://127.0.0.1:{trapped.port}/", f"https://localhost:{trapped.port}/"):
            with Tab(browser, 99, 99) as tab:
                tab.load(url)
                assert [each.url for each in missing_of(browser, tab.session)] == [url]
        assert trapped.asked == []


def test_requests_of_a_worker_are_listed(
    behind: tuple[ArchiveProxy, Chromium], site: WireServer
) -> None:
    proxy, browser = behind
    root = f"http://127.0.0.1:{site.port}"
    with Tab(browser, 99, 99) as tab:
        tab.load(f"{root}/tin/{WHOLE}")
        tab.value("new Promise((done) => { new Worker('/tho.js').onmessage = () => done(true); })")
        found = missing_of(browser, tab.session, proxy.lacking)
    assert Missing(f"{root}/cua-tho.json", "fetch", f"{root}/tho.js") in found


@pytest.mark.parametrize("number", ["0", "x", "99999999", "-1"])
def test_a_number_that_cannot_be_is_refused(number: str) -> None:
    parser = ArgumentParser()
    add_arguments(parser)
    with pytest.raises(SystemExit) as ended:
        parser.parse_args([f"--check={number}"])
    assert ended.value.code == 2


def test_the_checks_of_a_portal_that_is_being_crawled_are_not_kept(archive: Path) -> None:
    layout = Layout(archive)
    with portal_lock(layout, "wire"), pytest.raises(ArchiveLockedError):
        keep_checks(layout, "wire", [])


def test_a_page_and_a_check_are_refused_together(site: WireServer, archive: Path) -> None:
    assert commanded(site, archive, "replay", "wire/1", "--check").code == 2
