"""What a person sees on a terminal while portals are crawled."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal_crawler.demo.server import demo_proxy
from tests.support.crawls import ROOT, environment

SETTINGS = ("-s", "SPIDER_MODULES=portal_crawler.demo.portals", "-s", "DOWNLOAD_DELAY=0.05")


def seen_on_terminal(archive: Path, *names: str, **env: str) -> str:
    """All that the command writes to its terminal."""
    ours, theirs = pty.openpty()
    with demo_proxy() as proxy:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal_crawler.cli", "crawl", *names,
             "--archive", str(archive), "--jobs", "2", *SETTINGS],
            cwd=ROOT,
            env=environment(http_proxy=proxy, COLUMNS="120", **env),
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        seen = b"".join(iter(lambda: read(ours), b""))
        assert process.wait() == 0
    return seen.decode()


def read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # a terminal that nobody writes to any more
        return b""


@pytest.mark.parametrize("names", [("demo-bo",), ("demo-bo", "demo-tinh")])
def test_a_live_line_a_portal_and_a_summary_at_the_end(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    seen = seen_on_terminal(tmp_path, *names, TERM="xterm-256color")
    assert "Traceback" not in seen
    for name in names:
        assert re.search(rf"{name} .*listed \d+.*, stored \d+, [\d.]+/s", seen)
        assert re.search(rf"{name}: complete: \d+ listed, \d+ new", seen)


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}])
def test_no_escape_sequence_where_none_is_wanted(tmp_path: Path, env: dict[str, str]) -> None:
    seen = seen_on_terminal(tmp_path, "demo-bo", **env)
    assert "demo-bo: complete" in seen
    assert "\x1b" not in seen
