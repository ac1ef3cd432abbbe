"""The server that a test crawls, and its archive; how long property tests look."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.wire_server import WireServer, wire_server

# A shell that starts tests in the background has SIGINT ignored, and crawls would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A property holds or does not: on a busy machine a deadline fails tests that have nothing wrong.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# `make long` takes this one: an hour or so, all else a moment.
settings.register_profile(
    "fuzz",
    parent=settings.get_profile("unhurried"),
    max_examples=20_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
# As wide as the shell that starts the tests is no table to be.
os.environ.pop("COLUMNS", None)
# Tests of all portals are about the package's, not about those of who runs them.
os.environ.pop("PORTAL_PORTALS", None)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WireServer]:
    folder = tmp_path / "server"
    folder.mkdir()
    with wire_server(folder) as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"
