"""An exported site in ReplayWeb.page itself: each night shows its own page, style and picture."""

import itertools
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.replay.chromium import Tab, chromium, chromium_path
from tests.export.conftest import EDITED, PICTURE, STYLE
from tests.support.crawls import ROOT, ended, environment, rows

VIEWER = ROOT / ".viewer"
STARTING_S = 30.0

pytestmark = [
    pytest.mark.skipif(chromium_path() is None, reason="chromium is not installed"),
    pytest.mark.skipif(not (VIEWER / "ui.js").exists(), reason="ReplayWeb.page is not in .viewer"),
]


@pytest.fixture(scope="module")
def folder(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replayweb") / "site"
    command = [sys.executable, "-m", "portal_crawler.cli", "export", "site", str(folder),
               "--archive", str(archive)]  # fmt: skip
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(), text=True, stdout=pipe, stderr=pipe
    )
    assert ended(process).code == 0
    for name in ("ui.js", "sw.js"):
        shutil.copy(VIEWER / name, folder)
    return folder


@contextmanager
def served(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-I", str(folder / "serve.py"), "0"]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture(scope="module")
def tab(folder: Path) -> Iterator[Tab]:
    with served(folder) as address, chromium() as browser, Tab(browser, 1000, 700) as tab:
        tab.load(address)
        yield tab


def frames(tree: dict[str, Any]) -> Iterator[str]:
    yield tree["frame"]["url"]
    for child in tree.get("childFrames", ()):
        yield from frames(child)


def prefix(tab: Tab, url: str) -> str:
    """Where the viewer has the records, once it shows a page."""
    until = time.monotonic() + STARTING_S
    for second in itertools.cycle(range(10, 60)):  # the viewer heeds an address that changes
        if time.monotonic() > until:
            break
        place = f"#view=pages&url={url}&ts=209912310000{second}"
        tab.value(f"location.hash = {json.dumps(place)}")
        for address in frames(tab.call("Page.getFrameTree")["frameTree"]):
            if found := re.match(r".*?(/w/[^/]+/)", address):
                return found[1]
        time.sleep(0.3)
    raise AssertionError(f"ReplayWeb.page shows no page within {STARTING_S:.0f} s")


def shown(tab: Tab, url: str, moment: str) -> tuple[int, bytes]:
    """Status and body, as the viewer has them at a moment."""
    stamp = "".join(filter(str.isdigit, moment))
    address = json.dumps(f"{prefix(tab, url)}{stamp}id_/{url}")
    script = (
        f"fetch({address}).then(async answer => [answer.status,"
        " Array.from(new Uint8Array(await answer.arrayBuffer()))])"
    )
    status, data = tab.value(script)
    return status, bytes(data)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/tin/2", "Tin số 2".encode()),
        ("/kieu.css", STYLE),
        ("/nen.png", PICTURE),
        ("/tai-lieu/2.pdf", b"%PDF"),
    ],
)
def test_a_night_of_304_shows_what_was_there_before(
    archive: Path, tab: Tab, path: str, expected: bytes
) -> None:
    sql = "SELECT url, fetched_at FROM captures WHERE url LIKE ? ORDER BY fetched_at"
    found = rows(archive, sql, f"%{path}")
    assert len(found) == 2
    for url, moment in found:
        status, body = shown(tab, url, moment)
        assert (status, expected in body) == (200, True), moment


def test_each_night_shows_its_own_text_of_an_edited_page(archive: Path, tab: Tab) -> None:
    sql = "SELECT url, fetched_at FROM captures WHERE url LIKE '%/tin/1' ORDER BY fetched_at"
    bodies = [shown(tab, url, moment)[1].decode() for url, moment in rows(archive, sql)]
    assert [EDITED in body for body in bodies] == [False, True]
