"""What an operator is told of crawls: on stderr, by `portal status`, in the run's row."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from tests.support.crawls import (
    ROOT,
    crawl,
    ended,
    environment,
    last_run,
    next_night,
    start_crawl,
    verified,
    wire_environment,
)  # fmt: skip
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page, raw

CLI = [sys.executable, "-m", "portal_crawler.cli"]
SPIDERS = ["-s", "SPIDER_MODULES=tests.support.portals"]


def told(archive: Path, command: str, *words: str) -> str:
    """What a command prints of an archive, all being well."""
    done = subprocess.run(
        [*CLI, command, "--archive", str(archive), *words],
        cwd=ROOT, env=environment(), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def standing(archive: Path) -> dict[str, Any]:
    """The portal `wire` as `portal status --json` has it."""
    found: dict[str, Any] = json.loads(told(archive, "status", "wire", "--json"))
    return found


def publish(server: WireServer, numbers: range, **how: Any) -> None:
    server.answer("/tin-tuc", page(listing(numbers, **how)))
    for number in numbers:
        server.answer(f"/tin/{number}", page(article(number)))


def test_coverage_is_the_same_after_a_rebuild(server: WireServer, archive: Path) -> None:
    publish(server, range(1, 4), total=4)
    assert crawl(server, archive).code == 3
    before = standing(archive)
    assert (before["coverage"], before["portal_count"], before["settled"]) == (0.75, 4, 3)
    told(archive, "rebuild", "-q", *SPIDERS)
    assert standing(archive)["coverage"] == 0.75
    assert json.loads(last_run(archive)["section_counts"]) == {"tin-tuc": 4}


def killed(server: WireServer, archive: Path) -> None:
    """A crawl that SIGKILL ended while an article was on its way."""
    hold = threading.Event()
    server.answer("/tin/3", page(article(3), hold=hold))
    process = start_crawl(archive, env=wire_environment(server))
    server.wait_for("/tin/3")
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    hold.set()
    server.answer("/tin/3", page(article(3)))


def test_verify_after_sigkill_says_that_the_next_crawl_puts_it_right(
    server: WireServer, archive: Path
) -> None:
    publish(server, range(1, 4))
    killed(server, archive)
    found = verified(archive)
    assert found.code == 0
    assert found.stdout.count("\n") == 1
    assert "a crawl was interrupted; the next one completes the file" in found.stdout
    assert "nothing is damaged" in found.stderr
    assert told(archive, "verify", "-q") == ""
    assert crawl(server, archive).code == 0
    assert verified(archive).stdout == ""


def test_metrics_after_sigkill_say_that_the_run_was_interrupted(
    server: WireServer, archive: Path, tmp_path: Path
) -> None:
    publish(server, range(1, 4))
    killed(server, archive)
    told(archive, "status", "--metrics", str(tmp_path / "archive.prom"))
    text = (tmp_path / "archive.prom").read_text()
    assert 'portal_archive_run_outcome{portal="wire",outcome="interrupted"} 1\n' in text


def log_lines(archive: Path) -> list[str]:
    """What the newest run's log says, without moments and names of loggers."""
    newest = max(archive.glob("logs/*.log"), key=lambda path: path.stat().st_mtime_ns)
    lines = newest.read_text("utf-8").splitlines()
    return [line.split(" ", 2)[2].replace(line.split(" ", 4)[3] + " ", "", 1) for line in lines]


def test_the_log_has_each_new_changed_and_gone_article_and_the_end(
    server: WireServer, archive: Path
) -> None:
    publish(server, range(1, 5))
    assert "/tin/1" not in crawl(server, archive).stderr, "a person is told the sum"
    server.answer("/tin/2", page(article(2, title="Tin đã sửa")))
    server.answer("/tin/3", page("<h1>410</h1>", status="410 Gone"))
    server.answer("/tin/5", page(article(5)))
    server.answer("/tin-tuc", page(listing(range(1, 6))))
    assert crawl(server, archive, "--full").code == 0
    lines, at = log_lines(archive), f"http://127.0.0.1:{server.port}/tin"
    told_of = [line for line in lines if f" {at}/" in line]
    assert sorted(told_of) == [
        f"INFO wire: changed: 2 {at}/2",
        f"INFO wire: gone: 3 {at}/3",
        f"INFO wire: new: 5 {at}/5",
    ]
    figures = "5 listed, 1 new, 1 changed, 2 unchanged, 1 gone; 7 requests, 0.0 MB"
    assert lines[-1] == f"INFO wire: complete: {figures}"


def test_a_log_of_a_run_as_usual_warns_of_nothing(server: WireServer, archive: Path) -> None:
    publish(server, range(1, 4))
    moved = raw(b"HTTP/1.1 301 Moved\r\nLocation: /tin/1-moi\r\nContent-Length: 0\r\n\r\n")
    server.answer("/tin/1", moved)
    server.answer("/tin/1-moi", page(article(1)))
    assert crawl(server, archive).code == 0
    assert [line for line in log_lines(archive) if not line.startswith("INFO ")] == []
    (redirected,) = [each.request for each in server.exchanges if each.path == "/tin/1-moi"]
    assert b"Referer" not in redirected


MAIL_COLUMNS = 120


def mailed(server: WireServer, archive: Path, *words: str) -> str:
    """What cron would mail of a night over both portals."""
    env = {**wire_environment(server), **next_night(archive)}
    end = ended(start_crawl(archive, "--all", "-q", *words, env=env, portals=()))
    assert max(map(len, end.stderr.splitlines()), default=0) <= MAIL_COLUMNS
    return end.stderr


def test_a_mail_says_why_once_in_short_lines_and_names_the_log(
    server: WireServer, archive: Path
) -> None:
    publish(server, range(1, 4))
    far = "/tin-tuc?" + "trang-sau=" * 30
    server.answer("/tin-tuc", page(listing(range(1, 4), following=far)))
    server.answer(far, page("", status="500 Oops"))
    server.answer("/two/tin-tuc", page(listing([2], prefix="/two")))
    server.answer("/two/tin/2", page(article(2)))
    mail = mailed(server, archive, "-s", "RETRY_TIMES=0")
    first, *_ = mail.splitlines()
    assert first.startswith("wire: incomplete: tin-tuc: listing page 2 answered 500")
    assert "  3 listed, 3 new, 1 failed; 6 requests, 0.0 MB\n" in mail
    assert mail.count("listing page 2 answered 500") == 1
    assert mail.splitlines()[-1] == "2 portals: 1 incomplete, 1 complete; 4 new articles"
    (log,) = archive.glob("logs/wire-2*.log")
    assert "".join(mail.split()).count(f"log:{log}") == 1
    started = last_run_of(archive, "wire")["started_at"]
    assert log.name.startswith(f"wire-{started[:10]}-{started[11:19].replace(':', '')}-")
    assert f"log: logs/{log.name}" in told(archive, "status", "wire")


def last_run_of(archive: Path, portal: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(archive, "status", portal, "--json"))["last_run"]
    return found


def test_a_reason_that_portals_share_is_said_once(server: WireServer, archive: Path) -> None:
    archive.mkdir()
    (archive / "archive.db").write_bytes(b"no database " * 400)
    mail = mailed(server, archive)
    assert mail.count("is damaged") == 1
    assert "wire-two: for the same reason as wire\n" in mail


def test_a_mail_of_a_night_that_was_well_is_empty(server: WireServer, archive: Path) -> None:
    for prefix in ("", "/two"):
        server.answer(f"{prefix}/tin-tuc", page(listing([1], prefix=prefix)))
        server.answer(f"{prefix}/tin/1", page(article(1)))
    assert mailed(server, archive) == ""


def test_a_process_that_was_killed_has_its_log_named(server: WireServer, archive: Path) -> None:
    hold = threading.Event()
    publish(server, range(1, 2))
    server.answer("/tin/1", page(article(1), hold=hold))
    server.answer("/two/tin-tuc", page(listing([])))
    process = start_crawl(archive, "--all", "-q", env=wire_environment(server), portals=())
    server.wait_for("/tin/1")
    held = (archive / "locks" / "wire.lock").read_text().split()
    os.kill(int(held[1]), signal.SIGKILL)
    hold.set()
    mail = ended(process).stderr
    (log,) = archive.glob("logs/wire-2*.log")
    assert "wire: its process was killed by SIGKILL" in mail
    assert f"log:{log}" in "".join(mail.split())
