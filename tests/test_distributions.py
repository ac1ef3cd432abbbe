"""The sdist and the wheel: which files they hold."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.support.crawls import ROOT

pytestmark = pytest.mark.skipif(
    not (ROOT / ".git").exists(), reason="no checkout: git lists nothing"
)

STRAY = ("news/warc/mst/mst.warc.gz", "tests/portals/mst/saved.html", "archive/notes.txt")
"""What lies in a checkout that somebody works in, and that .gitignore does not name."""


def done(*words: str, cwd: Path) -> str:
    return subprocess.run(
        words, cwd=cwd, check=True, capture_output=True, text=True, timeout=60
    ).stdout


def tracked(folder: Path) -> set[str]:
    return {name for name in done("git", "ls-files", "-z", cwd=folder).split("\0") if name}


def built(kind: str, folder: Path, into: Path) -> Path:
    # Without -B the compiled hook would lie in the folder that is compared.
    done(sys.executable, "-B", "-m", "hatchling", "build", "-t", kind, "-d", str(into), cwd=folder)
    (found,) = into.iterdir()
    return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked files as they are now, in a repository of their own, and stray ones beside."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in tracked(ROOT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    done("git", "init", "--quiet", cwd=folder)
    done("git", "add", "--all", "--force", cwd=folder)
    for name in STRAY:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("stray")
    return folder


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    done(
        "tar", "-xf", str(built("sdist", checkout, tmp_path_factory.mktemp("sdist"))), cwd=unpacked
    )
    (folder,) = unpacked.iterdir()
    return folder


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_sdist_holds_what_git_tracks_and_nothing_else(checkout: Path, sdist: Path) -> None:
    assert files(sdist) == tracked(checkout) | {"PKG-INFO"}


def test_the_wheel_of_the_sdist_holds_both_packages_whole(sdist: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(built("wheel", sdist, tmp_path)) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == {
        name for name in tracked(ROOT) if name.startswith(("archive/", "portal_crawler/"))
    }
    assert {"archive/py.typed", "portal_crawler/py.typed"} <= names


def test_an_sdist_of_an_unpacked_sdist_is_the_same(sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(built("sdist", sdist, tmp_path)) as archive:
        again = {member.name.split("/", 1)[1] for member in archive.getmembers()}
    assert again == files(sdist)
