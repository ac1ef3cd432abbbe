"""The wheel on each Python that is promised: what pyproject.toml declares suffices.

`make install-test` runs it, by itself: it downloads all dependencies, twenty seconds a Python.
"""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal_crawler.run.drift import COMPARED_FIRST
from tests.support.crawls import ROOT, environment, rows
from tests.support.pythons import interpreter

PIPS = {"3.11": "23.0", "3.12": "23.1", "3.13": "23.1"}
"""By Python the oldest pip: Debian 12's, which lost a dependency once. It does not start on 3.12
and newer, which have no pkgutil.ImpImporter; there the oldest that does, which loses the same."""

STORED = [("demo-bo", "complete", 28), ("demo-tinh", "complete", 29)]
"""All articles of the demo portals; tests/test_cli.py has what else their pages hold."""

TIMEOUT_S = 600


def done(*words: str | Path, cwd: Path) -> "subprocess.CompletedProcess[str]":
    ended = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=environment(PYTHONPATH=""), text=True,
        capture_output=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended


@dataclass(frozen=True)
class Installed:
    """An environment outside of the checkout."""

    folder: Path

    def run(self, program: str, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        """A program of it, in its own folder."""
        return done(self.folder / "bin" / program, *words, cwd=self.folder)

    def pip_install(self, *words: str | Path) -> None:
        self.run("python", "-m", "pip", "install", "--quiet", "--no-compile", *words)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the sdist, as whoever packages it does."""
    sdists, wheels, unpacked = (tmp_path_factory.mktemp(name) for name in ("sdist", "wheel", "in"))
    build = (sys.executable, "-m", "hatchling", "build")
    done(*build, "-t", "sdist", "-d", sdists, cwd=ROOT)
    done("tar", "-xf", *sdists.iterdir(), cwd=unpacked)
    (source,) = unpacked.iterdir()
    done(*build, "-t", "wheel", "-d", wheels, cwd=source)
    (built,) = wheels.iterdir()
    return built


@pytest.fixture(scope="module", params=PIPS)
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installed]:
    python = interpreter(request.param)
    if python is None:
        pytest.skip(f"there is no python{request.param} on the PATH that runs")
    place = Installed(tmp_path_factory.mktemp("installed"))
    done(python, "-m", "venv", "--without-pip", place.folder, cwd=place.folder)
    pip = f"pip=={PIPS[request.param]}"
    done(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", pip, cwd=place.folder)
    (packages,) = place.folder.glob("lib/*/site-packages")
    with zipfile.ZipFile(next(place.folder.glob("pip-*.whl"))) as archive:
        archive.extractall(packages)
    place.pip_install(wheel)
    yield place
    shutil.rmtree(place.folder)


def test_the_demo_stores_every_article(installed: Installed) -> None:
    ended = installed.run("portal", "demo", "--json")
    archive = installed.folder / "demo-archive"
    query = "SELECT portal, outcome, articles_new FROM runs ORDER BY portal"
    assert rows(archive, query) == STORED, ended.stderr
    drifts = [json.loads(line)["drift"] for line in ended.stdout.splitlines()]
    for drift in drifts:  # it is what the general extractor's packages are needed for here
        assert json.loads(drift)["disagreeing"]["of"] >= COMPARED_FIRST, ended.stderr


def test_the_articles_are_found_and_shown(installed: Installed) -> None:
    given = ("--archive", "demo-archive")
    found = installed.run("portal", "search", "an toàn thông tin", "--json", *given).stdout
    first = json.loads(found.splitlines()[0])
    shown = installed.run("portal", "show", str(first["id"]), "--markdown", *given).stdout
    assert first["title"] in shown


def test_an_operators_lock_installs(installed: Installed) -> None:
    lock = ROOT / "requirements.lock"
    installed.pip_install("--dry-run", "--ignore-installed", "--require-hashes", "-r", lock)
