"""One archive that tests only read, and one that each may damage."""

import shutil
from pathlib import Path

import pytest

from archive.layout import Layout
from tests.archive.building import small_archive


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return small_archive(tmp_path_factory.mktemp("good"))


@pytest.fixture
def copy(good: Layout, tmp_path: Path) -> Layout:
    folder = tmp_path / "copy"
    shutil.copytree(good.folder, folder)
    return Layout(folder)
