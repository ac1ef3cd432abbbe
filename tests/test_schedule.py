"""`portal schedule`: what it prints is taken by cron's and systemd's rules, and run."""

import json
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from portal_crawler.commands.schedule import Schedule, crontab, service
from tests.support.crawls import ROOT, Ended, environment, rows
from tests.support.wire_server import WireServer, wire_server

PORTAL = str(Path(sys.executable).with_name("portal"))
ODD = "một kho 100% của 'A' \"B\" $HOME"
"""A folder's name with all that cron, the shell or systemd take for something else."""

UTC_8 = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=8)))
TIMEOUT_S = 60
IDLE_S = 400
"""The line gives all other processes precedence: on a busy machine it may take minutes."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / ODD
    made.mkdir()
    return made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WireServer]:
    (tmp_path / "server").mkdir()
    with wire_server(tmp_path / "server") as running:
        yield running


def schedule(*words: str, **own: str) -> Ended:
    ended = subprocess.run(
        [PORTAL, "schedule", *words], cwd=ROOT, env=environment(**own), text=True,
        capture_output=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def as_cron_reads(text: str) -> tuple[dict[str, str], str]:
    """Settings and the shell's command, by crontab(5): a % ends the command unless escaped."""
    *settings, line = [line for line in text.splitlines() if not line.startswith("#")]
    command = re.split(r"(?<!\\)%", line.split(maxsplit=5)[5])[0].replace(r"\%", "%")
    pairs = (setting.partition("=") for setting in settings)
    return {name: value[1:-1] for name, _, value in pairs}, command


def as_systemd_reads(word: str) -> str:
    """A quoted word of a command by systemd.syntax(7) and systemd.service(5)."""
    plain = word[1:-1].replace("%%", "%").replace("$$", "$")
    return re.sub(r"\\(.)", r"\1", plain)


def of_unit(text: str, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


# cron


def test_crons_command_crawls_all_portals_quietly_into_the_folder(folder: Path) -> None:
    ended = schedule("--cron", "--archive", str(folder), "--jobs", "3", PORTAL_CONTACT="a@b.vn")
    assert ended.code == 0
    settings, command = as_cron_reads(ended.stdout)
    words = shlex.split(command)
    assert settings == {"PORTAL_CONTACT": "a@b.vn"}
    assert words[words.index(PORTAL) :] == [
        PORTAL, "crawl", "--all", "--jobs", "3", "--time-limit", "360m",
        "--archive", str(folder), "-q",
    ]  # fmt: skip
    assert words[: words.index(PORTAL)] == [
        "nice", "-n", "19", "ionice", "-c", "3",
        "timeout", "--foreground", "--kill-after", "60s", "7h",
    ]  # fmt: skip


def test_a_healthchecks_address_stays_in_the_line_when_it_is_made_anew(folder: Path) -> None:
    address = "https://hc.example.org/a%20b"
    ended = schedule("--cron", "--archive", str(folder), "--ping", address)
    _, command = as_cron_reads(ended.stdout)
    assert shlex.split(command)[-2:] == ["--ping", address]


def test_crons_line_runs_as_cron_runs_it(folder: Path, server: WireServer) -> None:
    # The real portals, behind a proxy that has none of their pages.
    proxy = f"http://127.0.0.1:{server.port}"
    ended = schedule("--cron", "--archive", str(folder), http_proxy=proxy, https_proxy=proxy)
    settings, command = as_cron_reads(ended.stdout)
    home = pwd.getpwuid(os.getuid()).pw_dir
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=home, text=True, capture_output=True,
        env={"PATH": "/usr/bin:/bin", "HOME": home, "SHELL": "/bin/sh", **settings},
        timeout=IDLE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    assert set(rows(folder, "SELECT portal, outcome FROM runs")) == {
        ("mst", "incomplete"),
    }, "the other one is closed"


def test_archives_begin_at_times_of_their_own_each_always_at_the_same() -> None:
    def begun(archive: str) -> tuple[str, ...]:
        line = crontab(plan(archive), UTC_8).splitlines()[-1]
        return tuple(line.split()[:2])

    times = {begun(f"/srv/archive-{number}") for number in range(50)}
    assert len(times) > 20
    assert begun("/srv/archive-1") == begun("/srv/archive-1")
    # 22:00 to 24:00 in Vietnam is an hour later by a clock of UTC+8
    assert {int(hour) for _, hour in times} == {23, 0}


def test_a_time_limit_lets_all_portals_have_their_turn_in_a_night(tmp_path: Path) -> None:
    alone = schedule("--cron", "--archive", str(tmp_path), "--jobs", "1").stdout
    assert "--time-limit 360m" in alone  # there is one portal that is not closed


def test_portals_that_are_to_be_left_out_are_left_out_every_night(tmp_path: Path) -> None:
    words = ("--cron", "--archive", str(tmp_path), "--except")
    assert " --except hanoi-sotttt " in schedule(*words, "hanoi-sotttt").stdout
    nothing, unknown = schedule(*words, "mst"), schedule(*words, "mts")
    assert (nothing.code, "nothing is left to crawl" in nothing.stderr) == (2, True)
    assert (unknown.code, "did you mean mst?" in unknown.stderr) == (2, True)


# systemd


def test_the_unit_crawls_all_portals_quietly_into_the_folder(folder: Path) -> None:
    text = service(plan(str(folder)))
    (command,) = of_unit(text, "ExecStart")
    words = [as_systemd_reads(word) for word in re.findall(r'"(?:\\.|[^"\\])*"', command)]
    assert words == plan(str(folder)).words
    (writable,) = of_unit(text, "ReadWritePaths")
    assert as_systemd_reads(writable) == str(folder)
    assert [as_systemd_reads(word) for word in of_unit(text, "Environment")] == [
        "PORTAL_CONTACT=Tổ lưu trữ <a@example.org>"
    ]


def test_the_unit_sends_one_signal_and_waits_for_the_crawl_to_save() -> None:
    text = service(plan("/srv/archive"))
    assert of_unit(text, "KillMode") == ["mixed"]
    assert of_unit(text, "TimeoutStopSec") == ["60s"]
    assert of_unit(text, "OOMPolicy") == ["continue"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_both_units_as_they_are(folder: Path, tmp_path: Path) -> None:
    ended = schedule("--systemd", "--json", "--archive", str(folder), PORTAL_CONTACT="100% $A")
    units = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [Path(unit["path"]).name for unit in units] == [
        "portal-crawl.service", "portal-crawl.timer",
    ]  # fmt: skip
    paths = [tmp_path / Path(unit["path"]).name for unit in units]
    for path, unit in zip(paths, units, strict=True):
        path.write_text(unit["text"], "utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", *paths], text=True, capture_output=True, check=False,
        timeout=TIMEOUT_S,
    )  # fmt: skip
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_printed_script_writes_both_units_as_they_are(folder: Path, tmp_path: Path) -> None:
    words = ("--systemd", "--archive", str(folder))
    units = [json.loads(line) for line in schedule(*words, "--json").stdout.splitlines()]
    script = schedule(*words).stdout
    into = tmp_path / "units"
    into.mkdir()
    script = script.replace("/etc/systemd/system", shlex.quote(str(into)))
    assert "/etc/" not in script  # or this test would install it
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> {shlex.quote(str(into))}/told\n')
    (tools / "systemctl").chmod(0o755)
    subprocess.run(
        ["sh"], input=script, text=True, check=True, timeout=TIMEOUT_S,
        env={"PATH": f"{tools}:/usr/bin:/bin"},
    )  # fmt: skip
    for unit in units:
        assert (into / Path(unit["path"]).name).read_text("utf-8") == unit["text"]
    assert (into / "told").read_text() == "daemon-reload\nenable --now portal-crawl.timer\n"


# Usage


@pytest.mark.parametrize("words", [(), ("--cron", "--systemd"), ("--cron", "--jobs", "0")])
def test_wrong_usage_ends_with_2(tmp_path: Path, words: tuple[str, ...]) -> None:
    ended = schedule(*words, "--archive", str(tmp_path))
    assert (ended.code, ended.stdout) == (2, "")
    assert "error: " in ended.stderr


def test_a_healthcheck_without_an_address_is_refused(tmp_path: Path) -> None:
    ended = schedule("--cron", "--archive", str(tmp_path), "--ping", "hc.example.org")
    assert (ended.code, ended.stdout) == (2, "")
    assert "https://" in ended.stderr


def test_a_folder_that_is_not_there_is_named_and_none_made(tmp_path: Path) -> None:
    ended = schedule("--cron", "--archive", str(tmp_path / "none"))
    assert (ended.code, ended.stdout) == (2, "")
    assert str(tmp_path / "none") in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_no_crontab_can_hold_is_refused(tmp_path: Path) -> None:
    ended = schedule("--cron", "--archive", str(tmp_path), PORTAL_CONTACT="one\ntwo")
    assert (ended.code, ended.stdout) == (2, "")
    assert "line break" in ended.stderr


def test_whoever_does_not_say_who_they_are_is_told_so(tmp_path: Path) -> None:
    ended = schedule("--cron", "--archive", str(tmp_path), PORTAL_CONTACT="")
    assert ended.code == 0
    assert "PORTAL_CONTACT is not set" in ended.stderr
    assert "PORTAL_CONTACT" not in ended.stdout


def plan(archive: str) -> Schedule:
    return Schedule(
        portal=f"/opt/{ODD.replace('$', '')}/portal",
        archive=archive,
        portals=f"/home/{ODD}",
        jobs=4,
        left_out=("mst",),
        run_min=90,
        user="archive",
        environment={"PORTAL_CONTACT": "Tổ lưu trữ <a@example.org>"},
        ping="https://hc.example.org/a%20b?c=$d",
    )
