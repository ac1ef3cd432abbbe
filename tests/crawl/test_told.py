"""What an operator is told of crawls: on stderr, by `portal status`, in the run's row."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from tests.support.crawls import (
    ROOT,
    crawl,
    environment,
    last_run,
    start_crawl,
    verified,
    wire_environment,
)  # fmt: skip
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page

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
    assert "a crawl was broken off; the next one puts it right" in found.stdout
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
