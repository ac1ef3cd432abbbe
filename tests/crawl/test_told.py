"""What an operator is told of crawls: on stderr, by `portal status`, in the run's row."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.crawls import ROOT, crawl, environment, last_run
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
