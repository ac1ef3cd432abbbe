"""The server that a test crawls, and its archive."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.wire_server import WireServer, wire_server

# A shell that starts tests in the background has SIGINT ignored, and crawls would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WireServer]:
    folder = tmp_path / "server"
    folder.mkdir()
    with wire_server(folder) as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"
