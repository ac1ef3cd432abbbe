"""The server that each test here crawls."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.wire_server import WireServer, wire_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WireServer]:
    folder = tmp_path / "server"
    folder.mkdir()
    with wire_server(folder) as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"
