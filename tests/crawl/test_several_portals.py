"""`portal crawl` of several portals, each in a process of its own, and `scrapy crawl` of one."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support.crawls import ROOT, Ended, ended, rows, start_crawl, warc_files, wire_environment
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page

BOTH = ("wire", "wire-two")


@pytest.fixture(autouse=True)
def portals(server: WireServer) -> None:
    for prefix, number in (("", 1), ("/two", 2)):
        server.answer(f"{prefix}/tin-tuc", page(listing([number], prefix=prefix)))
        server.answer(f"{prefix}/tin/{number}", page(article(number)))


def test_each_has_a_run_and_a_row_of_json(server: WireServer, archive: Path) -> None:
    env = wire_environment(server)
    end = ended(start_crawl(archive, "--jobs", "2", "--json", env=env, portals=BOTH))
    assert end.code == 0, end.stderr
    found = [json.loads(line) for line in end.stdout.splitlines()]
    assert sorted((row["portal"], row["outcome"], row["articles_new"]) for row in found) == [
        ("wire", "complete", 1), ("wire-two", "complete", 1),
    ]  # fmt: skip
    assert "2 portals: 2 complete; 2 new articles" in end.stderr
    assert sorted(path.parent.name for path in warc_files(archive)) == ["wire", "wire-two"]


def test_all_means_all_that_are_known(server: WireServer, archive: Path) -> None:
    env = wire_environment(server)
    end = ended(start_crawl(archive, "--all", "--json", env=env, portals=()))
    assert end.code == 0
    outcomes = {row["portal"]: row["outcome"] for row in map(json.loads, end.stdout.splitlines())}
    assert outcomes == {"wire": "complete", "wire-two": "complete"}


def test_all_leaves_out_what_is_to_be_left_out(server: WireServer, archive: Path) -> None:
    env = wire_environment(server)
    end = ended(start_crawl(archive, "--all", "--except", "wire-two", env=env, portals=()))
    assert end.code == 0
    assert rows(archive, "SELECT portal FROM runs") == [("wire",)]


def test_a_closed_portal_is_crawled_by_name_alone(server: WireServer, archive: Path) -> None:
    env = wire_environment(server, WIRE_TWO_CLOSED="2025-03-01")
    end = ended(start_crawl(archive, "--all", env=env, portals=()))
    assert end.code == 0
    assert "wire-two is left out: closed since 2025-03-01, now wire" in end.stderr
    assert rows(archive, "SELECT portal FROM runs") == [("wire",)]
    assert ended(start_crawl(archive, env=env, portals=("wire-two",))).code == 0
    assert rows(archive, "SELECT portal FROM runs ORDER BY id") == [("wire",), ("wire-two",)]


def test_a_day_of_closing_that_is_none_is_refused(server: WireServer, archive: Path) -> None:
    env = wire_environment(server, WIRE_TWO_CLOSED="March")
    end = ended(start_crawl(archive, env=env, portals=("wire-two",)))
    assert (end.code, "closed = 'March'" in end.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("wire", "--except", "wire-two"), "--except goes with --all"),
        (("--all", "--except", "wire-tow"), "did you mean wire-two?"),
        (("--all", "--except", "wire", "--except", "wire-two"), "nothing is left to crawl"),
    ],
)
def test_what_cannot_be_left_out_is_wrong_usage(
    server: WireServer, archive: Path, words: tuple[str, ...], told: str
) -> None:
    end = ended(start_crawl(archive, *words, env=wire_environment(server), portals=()))
    assert (end.code, told in end.stderr) == (2, True)


def test_options_reach_each_of_them(server: WireServer, archive: Path) -> None:
    env = wire_environment(server)
    arguments = ("--since", "2024-03-03", "--pages", "1", "--articles", "5", "--full")
    assert ended(start_crawl(archive, *arguments, env=env, portals=BOTH)).code == 0
    assert rows(archive, "SELECT key FROM articles") == [("2",)]


def test_the_worst_outcome_counts(server: WireServer, archive: Path) -> None:
    server.answer("/two/tin-tuc", page("<html></html>"))
    end = ended(start_crawl(archive, env=wire_environment(server), portals=BOTH))
    assert end.code == 3
    assert "1 complete" in end.stderr
    assert "1 unhealthy" in end.stderr


def test_one_that_is_locked_does_not_keep_the_other(server: WireServer, archive: Path) -> None:
    hold = threading.Event()
    server.answer("/tin/1", page(article(1), hold=hold))
    env = wire_environment(server)
    first = start_crawl(archive, env=env)
    server.wait_for("/tin/1")
    end = ended(start_crawl(archive, "--json", env=env, portals=BOTH))
    hold.set()
    assert ended(first).code == 0
    assert end.code == 5
    errors = [json.loads(line) for line in end.stdout.splitlines()]
    assert [row.get("outcome") for row in errors if row["portal"] == "wire-two"] == ["complete"]
    assert "locked" in next(row["error"] for row in errors if row["portal"] == "wire")


def test_quiet_says_nothing_when_all_is_well(server: WireServer, archive: Path) -> None:
    end = ended(start_crawl(archive, "-q", env=wire_environment(server), portals=BOTH))
    assert (end.code, end.stdout, end.stderr) == (0, "", "")


# One portal's trouble is that portal's alone

SOUND = """
from tests.support.portals import Wire as Base

class Sound(Base):
    name = "sound"
"""


UNSOUND = """
from own_portals.sound import Base

class Odd(Base):
    name = "odd-one"
    hosts = "odd.example"
"""


def crawl_package(server: WireServer, archive: Path, modules: dict[str, str], *words: str) -> Ended:
    """Crawl portals of a package that has these modules."""
    package = archive.parent / "own_portals"
    package.mkdir()
    for name, text in {"__init__": "", **modules}.items():
        (package / f"{name}.py").write_text(text, "utf-8")
    given = ("-s", "SPIDER_MODULES=own_portals", *words)
    return ended(start_crawl(archive, *given, env=beside_package(server, archive), portals=()))


def beside_package(server: WireServer, archive: Path) -> dict[str, str]:
    """Where the package's modules are found."""
    return wire_environment(server, PYTHONPATH=os.pathsep.join((str(archive.parent), str(ROOT))))


def told_by(server: WireServer, archive: Path, *words: str) -> Ended:
    """What a command says of an archive whose portals are the package's."""
    line = [sys.executable, "-m", "portal_crawler.cli", *words, "--archive", str(archive),
            "-s", "SPIDER_MODULES=own_portals"]  # fmt: skip
    return ended(
        subprocess.Popen(
            line, cwd=ROOT, env=beside_package(server, archive), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
    )  # fmt: skip


def test_a_declaration_that_cannot_work_is_nothing_to_who_asks_for_another(
    server: WireServer, archive: Path
) -> None:
    end = crawl_package(server, archive, {"odd": UNSOUND, "sound": SOUND}, "sound", "-q")
    assert (end.code, end.stdout, end.stderr) == (0, "", "")
    shown = told_by(server, archive, "show", "sound/1", "--html")
    assert (shown.code, shown.stderr) == (0, "")
    for words in (("rebuild",), ("verify", "--deep"), ("repair",)):
        refused = told_by(server, archive, *words)
        assert (refused.code, refused.stdout) == (1, "")
        assert refused.stderr == (
            f"portal {words[0]}: hosts = 'odd.example' is not a tuple of hosts; write a tuple, as "
            '("sotttt.example.vn",) (class Odd in own_portals.odd)\n'
        )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import nothing_of_that_name", "No module named 'nothing_of_that_name'"),
        ("class Odd(:", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("from own_portals.sound import Base\nclass Odd(Base):\n  name = 'sound'", "both declare"),
        (UNSOUND, "odd-one: hosts = 'odd.example' is not a tuple of hosts; write a tuple, as"),
    ],
    ids=["import", "syntax", "error", "name taken", "declaration"],
)
def test_a_portal_that_cannot_be_imported_is_told_and_the_others_are_crawled(
    server: WireServer, archive: Path, text: str, words: str
) -> None:
    other = SOUND.replace('"sound"', '"other"')
    end = crawl_package(
        server, archive, {"odd_one": text, "sound": SOUND, "other": other}, "--all", "-q"
    )
    assert end.code == 1
    assert words in end.stderr
    crawled = {portal for (portal,) in rows(archive, "SELECT portal FROM runs")}
    assert crawled in ({"sound", "other"}, {"other"})
    assert crawled == {"other"} if "both" in words else {"sound", "other"}
    assert f"{len(crawled)} complete; " in end.stderr
    assert "1 not crawled" in end.stderr


def test_no_portal_at_all_is_wrong_usage(server: WireServer, archive: Path) -> None:
    end = crawl_package(server, archive, {}, "--all")
    assert (end.code, end.stdout) == (2, "")
    assert "SPIDER_MODULES declares no portal" in end.stderr
    assert not archive.exists()


def test_one_whose_process_is_killed_is_told_and_the_other_goes_on(
    server: WireServer, archive: Path
) -> None:
    hold = threading.Event()
    server.answer("/tin/1", page(article(1), hold=hold))
    env = wire_environment(server)
    fleet = start_crawl(archive, "--jobs", "2", "--json", "-q", env=env, portals=BOTH)
    server.wait_for("/tin/1")
    os.kill(process_of("wire", fleet.pid), signal.SIGKILL)
    hold.set()
    end = ended(fleet)
    assert end.code == 1
    assert "wire: its process was killed by SIGKILL" in end.stderr
    assert "2 portals: " in end.stderr
    told = {row["portal"]: row for row in map(json.loads, end.stdout.splitlines())}
    assert "SIGKILL" in told["wire"]["error"]
    assert told["wire-two"]["outcome"] == "complete"
    assert ended(start_crawl(archive, env=env)).code == 0
    assert set(rows(archive, "SELECT key FROM articles")) == {("1",), ("2",)}


def process_of(portal: str, parent: int) -> int:
    """The process that crawls a portal for another one."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in children}
    return next(pid for pid, words in lines.items() if portal.encode() in words)


# Scrapy's own command


def test_scrapy_crawl_writes_the_same_archive_under_the_same_lock(
    server: WireServer, archive: Path
) -> None:
    hold = threading.Event()
    server.answer("/tin/1", page(article(1), hold=hold))
    settings = ("SPIDER_MODULES=tests.support.portals", "DOWNLOAD_DELAY=0")
    words = [word for setting in settings for word in ("-s", setting)]
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "wire", *words],
        cwd=ROOT, env=wire_environment(server, PORTAL_ARCHIVE=str(archive)), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    server.wait_for("/tin/1")
    assert ended(start_crawl(archive, env=wire_environment(server))).code == 5
    hold.set()
    assert ended(process).code == 0
    assert rows(archive, "SELECT key FROM articles") == [("1",)]
    assert rows(archive, "SELECT outcome FROM runs") == [("complete",)]
