"""Portals in a folder of one's own, which `--portals` or $PORTAL_PORTALS names."""

import json
import re
import subprocess
import sys
from pathlib import Path
from shlex import quote

import pytest

from tests.support.crawls import (
    ROOT,
    Ended,
    crawl,
    ended,
    next_night,
    rows,
    verified,
    warc_records,
    wire_environment,
)
from tests.support.pages import SENTENCE, article, listing
from tests.support.tables import all_rows
from tests.support.wire_server import WireServer, page

FAMILY = """
from tests.support.portals import Wire

class Family(Wire):
    name = ""
    platform = "family"
"""

OWN = """
from .family import Family

class Own(Family):
    name = "{name}"
    title = "Sở Riêng"
    sections = {{"tin-tuc": Family.home.rstrip("/") + "{prefix}/tin-tuc"}}
"""

WIRE = ("-s", "SPIDER_MODULES=tests.support.portals")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two portals, and a class that they share."""
    made = tmp_path / "cổng của tôi"
    made.mkdir()
    (made / "family.py").write_text(FAMILY, "utf-8")
    (made / "hn_thu.py").write_text(OWN.format(name="hn-thu", prefix=""), "utf-8")
    (made / "hn-hai.py").write_text(OWN.format(name="hn-hai", prefix="/two"), "utf-8")
    return made


@pytest.fixture(autouse=True)
def site(server: WireServer) -> None:
    for prefix, number in (("", 1), ("/two", 2)):
        server.answer(f"{prefix}/tin-tuc", page(listing([number], prefix=prefix)))
        server.answer(f"{prefix}/tin/{number}", page(article(number)))


def command(server: WireServer, *words: str, cwd: Path = ROOT, **own: str) -> Ended:
    """A command of Python's path alone, which does not look into the current directory."""
    return ended(
        subprocess.Popen(
            [sys.executable, "-P", "-m", *words], cwd=cwd, env=wire_environment(server, **own),
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
    )  # fmt: skip


def portal(server: WireServer, *words: str, cwd: Path = ROOT, **own: str) -> Ended:
    return command(server, "portal_crawler.cli", *words, cwd=cwd, **own)


def crawled(server: WireServer, archive: Path, folder: Path, *names: str) -> None:
    end = portal(
        server, "crawl", *names, "--archive", str(archive), "--portals", str(folder),
        "-s", "DOWNLOAD_DELAY=0", "--no-requisites", **next_night(archive),
    )  # fmt: skip
    assert end.code == 0, end.stderr


def test_portals_of_a_folder_are_crawled_and_read_again_by_each_command(
    server: WireServer, archive: Path, folder: Path
) -> None:
    crawled(server, archive, folder, "hn-thu", "hn-hai")
    assert rows(archive, "SELECT portal, key FROM articles ORDER BY key") == [
        ("hn-thu", "1"), ("hn-hai", "2"),
    ]  # fmt: skip
    before = all_rows(archive)
    named = ("--archive", str(archive), "--portals", str(folder))
    assert portal(server, "rebuild", "--jobs", "2", *named).code == 0
    assert all_rows(archive) == before
    for words in (("verify", "--deep"), ("repair",), ("show", "hn-thu/1", "--html")):
        end = portal(server, *words, *named)
        assert (end.code, "unknown" in end.stderr) == (0, False), end.stderr
    alone = portal(server, "rebuild", "--archive", str(archive))
    assert (alone.code, all_rows(archive) == before) == (3, True)
    assert "hn-hai (family.py, hn-hai.py), hn-thu (family.py, hn_thu.py)" in alone.stderr


def test_all_takes_them_with_those_of_the_package_and_so_does_the_variable(
    server: WireServer, archive: Path, folder: Path
) -> None:
    end = portal(
        server, "crawl", "--all", "--jobs", "4", "--archive", str(archive), *WIRE,
        "-s", "DOWNLOAD_DELAY=0", "--no-requisites", cwd=folder.parent, PORTAL_PORTALS=folder.name,
    )  # fmt: skip
    assert end.code == 0, end.stderr
    found = [name for (name,) in rows(archive, "SELECT portal FROM runs ORDER BY portal")]
    assert found == ["hn-hai", "hn-thu", "wire", "wire-two"]


READER = """
import os
from dataclasses import replace
from portal_crawler.cleaning.extraction import ExtractionError
from .family import Family

class OddPageError(ExtractionError):
    def __init__(self, url):
        self.url = url
        super().__init__(url)

class Own(Family):
    name = "hn-thu"

    @classmethod
    def read_article_page(cls, body, url, *rest):
        if url.endswith("/30"):
            raise OddPageError(url)
        return replace(super().read_article_page(body, url, *rest), title=f"by {os.getpid()}")
"""


def test_the_process_that_reads_pages_beside_a_crawl_knows_them_and_their_errors(
    server: WireServer, archive: Path, folder: Path
) -> None:
    (folder / "hn_thu.py").write_text(READER, "utf-8")
    numbers = range(1, 31)
    server.answer("/tin-tuc", page(listing(numbers)))
    for number in numbers:
        server.answer(f"/tin/{number}", page(article(number, body=SENTENCE * 200)))
    crawled(server, archive, folder, "hn-thu")
    (found,) = rows(archive, "SELECT count(*), count(DISTINCT title) FROM articles")
    assert found == (29, 2)
    (unread,) = rows(archive, "SELECT url, unread FROM captures WHERE unread IS NOT NULL")
    assert unread == (f"http://127.0.0.1:{server.port}/tin/30", "no-title")


def test_the_source_of_a_portal_is_in_its_warc_from_the_first_run_and_each_change_on(
    server: WireServer, archive: Path, folder: Path
) -> None:
    crawled(server, archive, folder, "hn-thu")
    written = {one.url: one for one in warc_records(archive, "resource")}
    names = ["family.py", "hn_thu.py"]
    assert list(written) == [f"urn:portal-source:hn-thu:{name}" for name in names]
    assert [one.block for one in written.values()] == [(folder / n).read_bytes() for n in names]
    crawled(server, archive, folder, "hn-thu")
    assert len(warc_records(archive, "resource")) == 2
    (folder / "family.py").write_text(f"# Changed in nothing but words.{FAMILY}", "utf-8")
    crawled(server, archive, folder, "hn-thu")
    *_, newest = warc_records(archive, "resource")
    assert len(warc_records(archive, "resource")) == 3
    assert newest.block == (folder / "family.py").read_bytes()

    starts = [one for one in warc_records(archive, "metadata") if b"run-event: start" in one.block]
    named = [json.loads(re.search(rb"sources: (.*)", one.block)[1]) for one in starts]
    assert [list(digests) for digests in named] == [names] * 3
    assert named[2]["family.py"] == newest.headers["WARC-Payload-Digest"]
    assert verified(archive).code == 0
    before = all_rows(archive)
    again = portal(server, "rebuild", "--archive", str(archive), "--portals", str(folder))
    assert (again.code, all_rows(archive) == before) == (0, True)


def test_a_portal_of_the_package_writes_no_source(server: WireServer, archive: Path) -> None:
    assert crawl(server, archive).code == 0
    assert warc_records(archive, "resource") == []
    assert not any(b"sources: " in one.block for one in warc_records(archive, "metadata"))


def test_scrapys_own_commands_take_the_folder_by_the_setting(
    server: WireServer, archive: Path, folder: Path
) -> None:
    setting = ("-s", f"PORTAL_PORTALS={folder}")
    names = command(server, "scrapy", "list", *setting).stdout.split()
    assert {"hn-thu", "hn-hai", "mst"} <= set(names)
    end = command(
        server, "scrapy", "crawl", "hn-thu", *setting, "-s", f"PORTAL_ARCHIVE={archive}",
        "-s", "DOWNLOAD_DELAY=0", "-a", "requisites=false", "--nolog",
    )  # fmt: skip
    assert (end.code, end.stderr) == (0, "")
    assert rows(archive, "SELECT key FROM articles") == [("1",)]
    code = "spider.name"
    origin = f"http://127.0.0.1:{server.port}"
    words = ("scrapy", "shell", "--nolog", "--spider=hn-hai", "-c", code, f"{origin}/tin-tuc")
    shell = command(server, *words, PORTAL_PORTALS=str(folder))
    assert (shell.code, shell.stdout.strip()) == (0, "hn-hai")


def test_a_schedule_names_the_folder_in_full(
    server: WireServer, archive: Path, folder: Path
) -> None:
    archive.mkdir()
    words = ("schedule", "--archive", str(archive), "--portals", folder.name)
    for form in ("--cron", "--systemd"):
        end = portal(server, *words, form, cwd=folder.parent)
        assert end.code == 0
        assert str(folder) in end.stdout.partition("--portals")[2]


def test_a_module_that_cannot_work_is_named_by_its_path_and_the_others_are_listed(
    server: WireServer, folder: Path
) -> None:
    odd = folder / "odd.py"
    odd.write_text("exit(0)", "utf-8")
    end = portal(server, "list", "--json", "--portals", str(folder))
    found = {row["name"]: row["title"] for row in map(json.loads, end.stdout.splitlines())}
    assert (end.code, found["hn-thu"]) == (1, "Sở Riêng")
    assert end.stderr == (
        f"portal list: {odd} cannot be imported: SystemExit: 0; fix or remove it\n"
    )


def test_a_folder_that_is_not_there_is_wrong_usage_and_changes_nothing(
    server: WireServer, archive: Path, folder: Path
) -> None:
    crawled(server, archive, folder, "hn-thu")
    before = all_rows(archive)
    gone = folder / "gone"
    commands = (("crawl", "--all"), ("rebuild",), ("verify", "--deep"), ("schedule", "--cron"))
    for words in (*commands, ("replay",)):
        end = portal(server, *words, "--archive", str(archive), "--portals", str(gone))
        assert (end.code, end.stdout) == (2, "")
        assert end.stderr == (
            f"portal {words[0]}: {gone}: there is no such folder; make it "
            f"(mkdir -p {quote(str(gone))}), or name another one by --portals or $PORTAL_PORTALS\n"
        )
    assert all_rows(archive) == before


def test_an_empty_name_is_not_the_current_directory(server: WireServer, folder: Path) -> None:
    end = portal(server, "list", "--portals", "", cwd=folder)
    assert (end.code, "argument --portals: name a folder" in end.stderr) == (2, True)


def test_the_demo_does_not_read_the_folder(server: WireServer, folder: Path) -> None:
    end = portal(server, "demo", "-q", cwd=folder.parent, PORTAL_PORTALS=str(folder / "gone"))
    assert (end.code, end.stderr) == (0, "")
