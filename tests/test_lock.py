"""The locks: they name all that is needed, for each Python that is promised, and agree.

Held against what the packages say of themselves; `make install-test` installs.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.support.crawls import ROOT

PYTHONS = ("3.11.2", "3.12.0", "3.13.0")
"""The first is Debian 12's."""

RUNTIME, DEVELOPERS, PYWB = "requirements.lock", "requirements-dev.lock", "requirements-pywb.lock"
LOCKS = (RUNTIME, DEVELOPERS, PYWB)
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
    """The name of a package or requirement, as a lock spells it."""
    return re.sub(r"[-_.]+", "-", Requirement(requirement).name).lower()


def installed(name: str) -> list[Distribution]:
    """The lock's packages where the Makefile has installed them, in the locked versions."""
    environments = (ROOT / ".venv-pywb").glob("lib/*/site-packages")
    path = {"path": [str(each) for each in environments]} if name == PYWB else {}
    if not any(path.values()) and name == PYWB:
        pytest.skip("pywb is not installed: make .venv-pywb/installed")
    pins = locked(name)
    found = {package_of(each.name): each for each in distributions(**path)}
    return [found[pin] for pin in pins if pin in found and found[pin].version == pins[pin][0]]


def wanted(packages: list[Distribution], python: str) -> Iterator[tuple[str, Requirement]]:
    """What the packages ask for: whose name, and what. Extras that one asks another for count."""
    asked = {package_of(package.name): package.requires or [] for package in packages}
    setting = {"python_version": python.rpartition(".")[0], "python_full_version": python}
    waiting = [(name, "") for name in asked]
    for name, extra in waiting:  # which grows
        for requirement in map(Requirement, asked.get(name, ())):
            marker = requirement.marker
            if marker is None or marker.evaluate({**setting, "extra": extra}):
                yield name, requirement
                more = [(package_of(requirement.name), each) for each in requirement.extras]
                waiting += [each for each in more if each not in waiting]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_all_that_its_packages_ask_for(name: str, python: str) -> None:
    pins, packages = locked(name), installed(name)
    assert len(packages) > 0.9 * len(pins)
    missing = []
    for package, requirement in wanted(packages, python):
        version, _ = pins.get(package_of(requirement.name), (None, None))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            missing.append(f"{package} asks for {requirement}")
    assert missing == []


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_takes_the_python(name: str, python: str) -> None:
    assert [
        f"{package.name}=={package.version} wants {package.metadata['Requires-Python']}"
        for package in installed(name)
        if not SpecifierSet(package.metadata.get("Requires-Python", "")).contains(python)
    ] == []


@pytest.mark.parametrize("name", LOCKS)
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
    needed |= {package_of(each) for each in extras["imports"]} & runtime  # Scrapy needs one
    only_developers = {package_of(each) for each in extras["dev"]} - needed
    assert only_developers & runtime == set()
    assert only_developers - developers == set()
