"""The locks: an operator's and a developer's agree, and install on Debian 12's Python."""

import re
import tomllib
from importlib.metadata import metadata

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.support.crawls import ROOT

DEBIAN_12 = "3.11.2"
RUNTIME, DEVELOPERS, PYWB = "requirements.lock", "requirements-dev.lock", "requirements-pywb.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def locked(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """By package, its version and its hashes."""
    text = (ROOT / name).read_text("utf-8")
    entries = re.findall(r"^([\w.-]+)==(\S+)((?: \\\n +--hash=\S+)*)", text, re.MULTILINE)
    return {
        package: (version, frozenset(re.findall(r"--hash=(\S+)", hashes)))
        for package, version, hashes in entries
    }


def package_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", Requirement(requirement).name).lower()


@pytest.mark.parametrize(("name", "least"), [(RUNTIME, 60), (DEVELOPERS, 100)])
def test_every_locked_package_takes_the_python_of_debian_12(name: str, least: int) -> None:
    asked = {
        f"{package}=={version}": metadata(package).get("Requires-Python", "")
        for package, (version, _) in locked(name).items()
        if metadata(package)["Version"] == version
    }
    assert len(asked) > least
    assert {
        pinned: python
        for pinned, python in asked.items()
        if not SpecifierSet(python).contains(DEBIAN_12)
    } == {}


@pytest.mark.parametrize("name", [RUNTIME, DEVELOPERS, PYWB])
def test_a_lock_has_hashes_and_no_address(name: str) -> None:
    assert [package for package, (_, hashes) in locked(name).items() if not hashes] == []
    lines = (ROOT / name).read_text("utf-8").splitlines()
    assert [line for line in lines if "://" in line or line.startswith("-")] == []


def test_a_developer_has_what_an_operator_has_in_the_same_versions() -> None:
    runtime, developers = locked(RUNTIME), locked(DEVELOPERS)
    assert {name: developers.get(name) for name in runtime} == runtime


def test_an_operator_installs_what_runs_and_builds_and_nothing_of_the_developers() -> None:
    extras = PROJECT["optional-dependencies"]
    needed = {package_of(each) for each in (*PROJECT["dependencies"], *extras["fast"])}
    needed |= {"hatchling", "editables"}
    runtime, developers = set(locked(RUNTIME)), set(locked(DEVELOPERS))
    assert needed - runtime == set()
    only_developers = {package_of(each) for each in extras["dev"]} - needed
    assert only_developers & runtime == set()
    assert only_developers - developers == set()
