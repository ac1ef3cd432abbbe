"""What `make` and plain pytest run, and what they leave out."""

import subprocess

import pytest

from tests.support.crawls import ROOT

TARGETS = {
    "bench", "check", "clean", "demo", "fix", "help", "install-test", "long", "quality", "quick",
    "test",
}  # fmt: skip


def test_plain_pytest_leaves_the_long_tests_out(request: pytest.FixtureRequest) -> None:
    assert "tests/long" in request.config.getini("norecursedirs")
    assert list((ROOT / "tests" / "long").glob("test_*.py"))
    named = [str(argument) for argument in request.config.invocation_params.args]
    if not any("long" in argument for argument in named):
        long = [
            item.nodeid for item in request.session.items if item.nodeid.startswith("tests/long/")
        ]
        assert long == []


def test_help_names_every_target() -> None:
    told = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout
    assert {line.split()[0] for line in told.splitlines()} >= TARGETS
