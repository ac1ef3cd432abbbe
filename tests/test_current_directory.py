"""No command runs code that lies in the directory that it is called from."""

import sys
from pathlib import Path

import pytest

from tests.support.crawls import rows
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page
from tests.test_cli import portal, run

MODULES = (
    "portal_crawler", "archive", "scrapy", "twisted", "lxml", "warcio", "rich", "sqlite_utils",
    "json", "sqlite3", "logging", "argparse", "multiprocessing", "concurrent", "trap_settings",
    "sitecustomize", "usercustomize",
)  # fmt: skip
PORTALS = ("-s", "SPIDER_MODULES=tests.support.portals", "-s", "DOWNLOAD_DELAY=0")


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A folder of modules that leave a file behind where they are run."""
    folder = tmp_path / "somebodys"
    folder.mkdir()
    for name in MODULES:
        text = f"open({str(folder / 'was-run')!r}, 'a').write('{name} ')\nraise SystemExit(99)\n"
        (folder / f"{name}.py").write_text(text, "utf-8")
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = trap_settings\n", "utf-8")
    return folder


def assert_nothing_was_run(trap: Path) -> None:
    assert not (trap / "was-run").exists(), (trap / "was-run").read_text()


def test_the_trap_would_be_noticed(trap: Path) -> None:
    assert run(sys.executable, "-m", "portal_crawler.cli", cwd=trap).code == 99
    assert (trap / "was-run").exists()


def test_a_crawl_of_all_portals_runs_nothing_of_the_current_directory(
    server: WireServer, archive: Path, trap: Path
) -> None:
    for prefix, number in (("", 1), ("/two", 2)):
        server.answer(f"{prefix}/tin-tuc", page(listing([number], prefix=prefix)))
        server.answer(f"{prefix}/tin/{number}", page(article(number)))
    origin = f"http://127.0.0.1:{server.port}"
    words = ("--archive", str(archive), *PORTALS)
    ended = portal(
        "crawl", "--all", "--jobs", "2", *words, "--no-requisites", cwd=trap, WIRE_ORIGIN=origin
    )
    assert ended.code == 0, ended.stderr
    assert "2 portals: 2 complete; 2 new articles" in ended.stderr
    ended = portal("rebuild", "--jobs", "2", *words, cwd=trap, WIRE_ORIGIN=origin)
    assert ended.code == 0, ended.stderr
    assert rows(archive, "SELECT count(*) FROM articles") == [(2,)]
    assert_nothing_was_run(trap)


def test_the_demo_runs_nothing_of_the_current_directory(trap: Path) -> None:
    ended = portal("demo", "-q", cwd=trap)
    assert (ended.code, ended.stdout, ended.stderr) == (0, "", "")
    assert_nothing_was_run(trap)


@pytest.mark.parametrize("command", ["list", "schedule", "status", "search", "verify"])
def test_a_command_runs_nothing_of_the_current_directory(command: str, trap: Path) -> None:
    words = {"schedule": ("--cron",), "search": ("tin",)}.get(command, ())
    portal(command, *words, "--archive", str(trap / "none"), cwd=trap)
    assert_nothing_was_run(trap)
