"""`portal` as a person meets it: its help, its errors, the demo, and Scrapy's own commands."""

import http.client
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal_crawler.cli import COMMANDS
from portal_crawler.demo.server import demo_proxy
from portal_crawler.exit_codes import ExitCode
from portal_crawler.portals.registry import portals, project_settings
from tests.support.crawls import ROOT, Ended, environment, rows

PORTAL = Path(sys.executable).with_name("portal")
README = (ROOT / "README.md").read_text("utf-8")
DEMO_EXPECTED = json.loads((ROOT / "tests/demo/expected.json").read_bytes())
NOWHERE = "http://127.0.0.1:9"
"""A proxy that nobody serves."""
TIMEOUT_S = 60


def run(*words: str, cwd: Path, **own: str) -> Ended:
    ended = subprocess.run(
        words, cwd=cwd, env=environment(**own), text=True, capture_output=True,
        timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def portal(*words: str, cwd: Path = ROOT, **own: str) -> Ended:
    return run(str(PORTAL), *words, cwd=cwd, **own)


# Help and wrong usage


def test_help_leads_with_examples_and_names_each_command() -> None:
    ended = portal("--help")
    assert ended.code == ExitCode.OK
    description, _, commands = ended.stdout.partition("options:")
    assert "  portal crawl " in description
    assert re.findall(r"^    (\w+)  ", commands, re.MULTILINE) == list(COMMANDS)


def test_version_is_the_packages() -> None:
    assert portal("--version").stdout == f"portal {version('portal-archive')}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_help_leads_with_an_example(name: str) -> None:
    ended = portal(name, "-h")
    assert ended.code == ExitCode.OK
    _usage, _words, examples = ended.stdout.split("\n\n")[:3]
    first = examples.removeprefix("examples:\n").splitlines()[0].strip()
    assert re.match(rf"portal {name}\b", first)


def test_all_commands_have_the_common_options() -> None:
    shown = portal("search", "-h").stdout
    for option in ("--archive DIR", "--json", "-q, --quiet", "-v, --verbose"):
        assert option in shown


def test_the_demos_help_names_the_folder_that_it_writes() -> None:
    shown = portal("demo", "-h").stdout
    assert "./demo-archive" in shown
    assert "each time replaces" in shown
    assert "PORTAL_ARCHIVE" not in shown


def test_no_command_is_answered_with_the_help() -> None:
    ended = portal()
    assert (ended.code, ended.stdout) == (ExitCode.USAGE, "")
    assert "portal search" in ended.stderr


@pytest.mark.parametrize(
    "words", [("serch",), ("list", "--nonsense"), ("search",), ("show", "1", "--version", "x")]
)
def test_wrong_usage_ends_with_2_and_says_why(words: tuple[str, ...]) -> None:
    ended = portal(*words)
    assert (ended.code, ended.stdout) == (ExitCode.USAGE, "")
    assert "error: " in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("crawl", "mst", "--pages=abc"), "abc: write a whole number, at least 1"),
        (("crawl", "mst", "--articles=0"), "0: write a whole number, at least 1"),
        (("crawl", "mst", "--jobs=65"), "65: at most 64"),
        (("crawl", "mst", "--since=2026-02-30"), "2026-02-30: there is no such day"),
        (("rebuild", "--jobs=100000"), "100000: at most 64"),
        (("rebuild", "--jobs=-1"), "-1: write a whole number, at least 1"),
        (("schedule", "--cron", "--jobs=" + "9" * 5000), "write a whole number, at least 1"),
    ],
)
def test_numbers_and_days_that_make_no_sense_are_said(words: tuple[str, ...], said: str) -> None:
    ended = portal(*words)
    assert ended.code == ExitCode.USAGE
    assert ended.stderr.endswith(f"{said}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mst", "--all"), "give either names of portals or --all, not both"),
        ((), "name the portals to crawl, or give --all; `portal list` names them"),
        (("https://mst.gov.vn/tin.htm",), "crawl it by its name: mst"),
        (("https://other.example/",), "not a portal's name; `portal list` names them"),
    ],
)
def test_a_crawl_of_no_portal_that_there_is_says_what_to_give(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    ended = portal("crawl", *words, "--archive", "new", cwd=tmp_path)
    assert (ended.code, ended.stdout) == (ExitCode.USAGE, "")
    assert ended.stderr.endswith(f"{said}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("DOWNLOD_DELAY=2", "did you mean DOWNLOAD_DELAY?"),
        ("XYZ=1", "it changes nothing but code of your own"),
    ],
)
def test_a_setting_that_nothing_reads_is_named(setting: str, said: str, tmp_path: Path) -> None:
    ended = portal("rebuild", "--archive", "nowhere", "-s", setting, cwd=tmp_path)
    line = f"-s {setting.partition('=')[0]} is not a setting of Scrapy or of this software; {said}"
    assert line in ended.stderr


@pytest.mark.parametrize("words", [("search", "tin"), ("status",), ("show", "1"), ("verify",)])
def test_reading_an_archive_that_is_not_there_ends_with_2_and_makes_none(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    ended = portal(*words, "--archive", "nowhere", cwd=tmp_path)
    assert (ended.code, ended.stdout) == (ExitCode.USAGE, "")
    assert "nowhere" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", [("--archive=~/news",), ()], ids=["option", "variable"])
def test_a_tilde_is_the_home_folder(given: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "home" / "news"
    folder.mkdir(parents=True)
    own = {} if given else {"PORTAL_ARCHIVE": "~/news"}
    ended = portal("schedule", "--cron", *given, cwd=tmp_path, HOME=str(folder.parent), **own)
    assert ended.code == ExitCode.OK, ended.stderr
    assert f"--archive {folder} " in ended.stdout
    assert "~" not in ended.stdout


def test_a_current_directory_that_was_removed_is_told(tmp_path: Path) -> None:
    place = tmp_path / "gone"
    place.mkdir()
    command = f"rmdir {place}; exec {sys.executable} -P -m portal_crawler.cli status"
    ended = subprocess.run(
        ["sh", "-c", command], cwd=place, text=True, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PORTAL_ARCHIVE": ""},
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "the current directory was removed" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [("crawl", "mst"), ("demo",), ("search", "tin")])
def test_the_home_folder_of_nobody_is_refused_and_no_folder_made(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    ended = portal(*words, "--archive", "~nosuchuser/x", cwd=tmp_path)
    assert (ended.code, ended.stdout) == (ExitCode.USAGE, "")
    assert "~nosuchuser" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_portal_is_answered_with_the_nearest_name(tmp_path: Path) -> None:
    ended = portal("crawl", "hanoi-sottt", "--archive", "new", cwd=tmp_path)
    assert ended.code == ExitCode.USAGE
    assert "did you mean hanoi-sotttt?" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_shows_each_command(name: str) -> None:
    assert re.search(rf"\b(?:portal|make) {name}\b", README)


def test_the_guides_exit_codes_are_those_of_the_program() -> None:
    guide = (ROOT / "docs" / "OPERATING.md").read_text("utf-8")
    table = re.findall(r"^\| (\d+) \| (.+) \|$", guide, re.MULTILINE)
    assert [int(code) for code, words in table if words] == [int(code) for code in ExitCode]


# portal list


def test_list_names_all_portals(tmp_path: Path) -> None:
    ended = portal("list", cwd=tmp_path)
    assert (ended.code, ended.stderr) == (ExitCode.OK, "")
    known = portals(project_settings({}))
    header, *lines = ended.stdout.splitlines()
    assert header.split() == [
        "name", "title", "province", "state", "since", "platform", "verified_on", "articles",
        "last_run",
    ]  # fmt: skip
    assert [line.split()[0] for line in lines] == list(known)
    assert all(cls.title in line for cls, line in zip(known.values(), lines, strict=True))


def test_list_gives_one_json_object_a_portal(tmp_path: Path) -> None:
    ended = portal("list", "--json", cwd=tmp_path)
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [row["name"] for row in told] == list(portals(project_settings({})))
    assert {tuple(row) for row in told} == {(
        "name", "title", "province", "state", "since", "closed", "successor", "platform",
        "verified_on", "articles", "last_run",
    )}  # fmt: skip


def test_list_says_which_portals_are_closed(tmp_path: Path) -> None:
    ended = portal("list", "--json", cwd=tmp_path)
    closed = {row["name"]: row["closed"] for row in map(json.loads, ended.stdout.splitlines())}
    assert closed == {"hanoi-sotttt": "2025", "mst": None}
    (line,) = [line for line in portal("list").stdout.splitlines() if "hanoi-sotttt" in line]
    assert "2025" in line.split()


# portal demo


@dataclass(frozen=True)
class Demo:
    """A demo that ran in a folder of its own."""

    cwd: Path
    ended: Ended

    @property
    def archive(self) -> Path:
        return self.cwd / "demo-archive"

    def part(self, head: str) -> list[str]:
        """The report's lines under a heading, up to the next empty line."""
        lines = self.ended.stdout.splitlines()
        below = lines[lines.index(head) + 1 :]
        return below[: below.index("") if "" in below else None]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    cwd = tmp_path_factory.mktemp("demo")
    return Demo(cwd, portal("demo", cwd=cwd, http_proxy=NOWHERE, https_proxy=NOWHERE))


def test_the_demo_runs_without_a_network(demo: Demo) -> None:
    assert demo.ended.code == ExitCode.OK, demo.ended.stderr
    outcomes = rows(demo.archive, "SELECT portal, outcome FROM runs ORDER BY portal")
    assert outcomes == [("demo-bo", "complete"), ("demo-tinh", "complete")]


def test_the_demos_report_has_the_runs_figures(demo: Demo) -> None:
    header, *lines = demo.part("Crawled")
    assert re.split(r" {2,}", header)[:3] == ["portal", "listed", "stored"]
    assert "no article" in header
    shown = [tuple(line.split()) for line in lines if line.startswith("demo-")]
    figures = rows(
        demo.archive,
        "SELECT portal, listed, articles_new, problems, dead_links, pages_without_title, requests "
        "FROM runs ORDER BY portal",
    )
    assert shown == [tuple(map(str, run)) for run in figures]
    assert figures == [("demo-bo", 30, 28, 3, 1, 1, 55), ("demo-tinh", 31, 29, 3, 1, 1, 57)]


def test_the_demos_files_are_where_its_report_says(demo: Demo) -> None:
    named = [line.split()[-1] for line in demo.part("Kept")]
    files = {path.relative_to(demo.cwd).as_posix() for path in demo.archive.glob("warc/*/*.gz")}
    assert len(files) == 2
    assert set(named) == {"demo-archive/archive.db", *files}


@pytest.mark.parametrize("number", range(3))
def test_the_demo_closes_with_commands_that_work(demo: Demo, number: int) -> None:
    commands = demo.part("Try next")
    assert len(commands) == 4
    program = commands[number].split()[0]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    ended = run("sh", "-c", commands[number], cwd=demo.cwd)
    assert ended.code == ExitCode.OK, ended.stderr
    assert len(ended.stdout.splitlines()) >= 5


def test_the_demo_names_the_command_that_shows_its_pages(demo: Demo) -> None:
    words = shlex.split(demo.part("Try next")[3])
    replay = subprocess.Popen(words, cwd=demo.cwd, text=True, stdout=subprocess.PIPE)
    try:
        assert replay.stdout is not None
        shown = urlsplit(replay.stdout.readline().strip())
        connection = http.client.HTTPConnection("127.0.0.1", shown.port or 0, timeout=20)
        connection.request("GET", shown.path, headers={"Host": shown.netloc})
        assert b"<iframe" in connection.getresponse().read()
        connection.close()
    finally:
        replay.terminate()
        assert replay.wait(20) == ExitCode.OK


def test_the_demos_archive_is_whole(demo: Demo) -> None:
    ended = portal("verify", "--archive", str(demo.archive))
    assert ended.code == ExitCode.OK, ended.stdout


@pytest.mark.parametrize("expected", DEMO_EXPECTED, ids=lambda expected: expected["title"])
def test_an_article_of_the_demo_is_stored_as_expected(demo: Demo, expected: dict[str, Any]) -> None:
    found = stored(demo.archive, expected["url"])
    assert found == {**expected, "body": "\n\n".join(expected["body"])}


def stored(archive: Path, url: str) -> dict[str, Any]:
    """An article's row, its pictures and the addresses of its attachments."""
    connection = sqlite3.connect(archive / "archive.db")
    connection.row_factory = sqlite3.Row
    try:
        article = dict(
            connection.execute(
                "SELECT id, url, title, published_at, lead, body, author, account FROM articles "
                "WHERE url = ?",
                (url,),
            ).fetchone()
        )
        number = article.pop("id")
        images = connection.execute(
            "SELECT src, caption FROM images WHERE article_id = ? ORDER BY position", (number,)
        )
        article["images"] = [dict(image) for image in images]
        attachments = connection.execute(
            "SELECT href FROM attachments WHERE article_id = ? ORDER BY position", (number,)
        )
        article["attachments"] = [href for (href,) in attachments]
        return article
    finally:
        connection.close()


def test_list_knows_nothing_of_the_demos_portals(demo: Demo) -> None:
    ended = portal("list", "--archive", str(demo.archive))
    assert ended.code == ExitCode.OK
    assert "demo-" not in ended.stdout


def test_a_second_demo_makes_its_folder_anew_and_says_nothing_when_quiet(
    demo: Demo, tmp_path: Path
) -> None:
    archive = tmp_path / "elsewhere"
    shutil.copytree(demo.archive, archive)
    left_over = archive / "warc" / "demo-bo" / "demo-bo-20200101000000-00001-vm.warc.gz.open"
    left_over.touch()
    assert portal("demo", "-q", "--archive", "elsewhere", cwd=tmp_path) == Ended(0, "", "")
    assert not left_over.exists()
    query = "SELECT id, portal, key, title, published_at FROM articles ORDER BY id"
    assert rows(archive, query) == rows(demo.archive, query)
    assert rows(archive, "SELECT count(*) FROM runs") == [(2,)]


def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "demo-archive").mkdir()
    mine = tmp_path / "demo-archive" / "archive.db"
    mine.write_text("mine")
    ended = portal("demo", cwd=tmp_path)
    assert (ended.code, ended.stdout) == (ExitCode.USAGE, "")
    assert "--archive" in ended.stderr
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("words", [("search", "số", "--limit", "50"), ("list",), ("status",)])
def test_a_reader_of_the_output_that_hangs_up_is_no_error(
    demo: Demo, words: tuple[str, ...]
) -> None:
    ended = unread(*words, "--archive", str(demo.archive))
    assert ended.code == ExitCode.OK
    assert "Error" not in ended.stderr


def test_a_failed_crawl_that_nobody_reads_is_told_by_its_exit_code(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("no folder")
    ended = unread("crawl", "mst", "--json", "--archive", str(tmp_path))
    assert ended.code == ExitCode.ERROR
    assert "BrokenPipe" not in ended.stderr


def unread(*words: str) -> Ended:
    """`portal` with these words, whose output goes to a reader that has hung up."""
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run(
        [PORTAL, *words], cwd=ROOT, env=environment(), text=True,
        stdout=writer, stderr=subprocess.PIPE, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    os.close(writer)
    return Ended(ended.returncode, "", ended.stderr)


# Scrapy's own commands


def scrapy(*words: str, **own: str) -> Ended:
    return run(sys.executable, "-m", "scrapy", *words, cwd=ROOT, **own)


def test_scrapy_list_names_the_portals() -> None:
    ended = scrapy("list")
    assert ended.code == ExitCode.OK
    assert ended.stdout.split() == list(portals(project_settings({})))


def test_scrapy_crawl_fills_the_same_archive(tmp_path: Path) -> None:
    settings = {
        "SPIDER_MODULES": "portal_crawler.demo.portals",
        "PORTAL_ARCHIVE": str(tmp_path / "archive"),
        "DOWNLOAD_DELAY": "0",
    }
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    with demo_proxy() as proxy:
        ended = scrapy("crawl", "demo-bo", *words, http_proxy=proxy)
    assert ended.code == ExitCode.OK
    assert "Traceback" not in ended.stderr
    assert "ScrapyDeprecationWarning" not in ended.stderr
    assert rows(tmp_path / "archive", "SELECT portal, outcome, articles_new FROM runs") == [
        ("demo-bo", "complete", 28)
    ]
    assert len(list((tmp_path / "archive").glob("warc/demo-bo/*.warc.gz"))) == 1
    assert portal("verify", "-q", "--archive", str(tmp_path / "archive")).code == ExitCode.OK
