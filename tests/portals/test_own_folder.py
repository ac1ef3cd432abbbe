"""A folder of one's own portals is a package that is loaded by path."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_crawler.errors import UsageError
from portal_crawler.portals.registry import Registry, project_settings, registry
from portal_crawler.reprocessing.fingerprint import fingerprint

OWN = """
from .family import Family

class Own(Family):
    name = "{name}"
    sections = {{"tin-tuc": "http://sotttt.example/tin-tuc"}}
"""

FAMILY = """
from portal_crawler.platforms.generic import Generic

class Family(Generic):
    title = "Sở Riêng"
    home = "http://sotttt.example/"
    hosts = ("sotttt.example",)
    verified_on = "tests"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Two portals, and a class that they share."""
    before = list(sys.meta_path)
    made = tmp_path / "cổng của tôi"
    made.mkdir()
    (made / "family.py").write_text(FAMILY, "utf-8")
    (made / "hn_thu.py").write_text(OWN.format(name="hn-thu"), "utf-8")
    (made / "hn-hai.py").write_text(OWN.format(name="hn-hai"), "utf-8")
    yield made
    sys.meta_path[:] = before


def found_in(folder: Path) -> Registry:
    return registry(project_settings({"PORTAL_PORTALS": str(folder)}))


def test_its_portals_are_known_beside_those_of_the_package(folder: Path) -> None:
    found = found_in(folder)
    assert found.broken == {}
    assert {"hn-thu", "hn-hai", "mst"} <= set(found.portals)
    assert not any(name.startswith("demo-") for name in found.portals)


def test_its_modules_are_loaded_once_and_another_folders_in_their_place(
    folder: Path, tmp_path: Path
) -> None:
    first = found_in(folder).portals["hn-thu"]
    assert found_in(folder).portals["hn-thu"] is first
    other = tmp_path / "other"
    other.mkdir()
    (other / "family.py").write_text(FAMILY.replace("Riêng", "Khác"), "utf-8")
    (other / "hn_thu.py").write_text(OWN.format(name="hn-thu"), "utf-8")
    found = found_in(other).portals
    assert found["hn-thu"].title == "Sở Khác"
    assert "hn-hai" not in found


def test_where_it_lies_makes_no_other_rules_and_a_module_beside_it_does(folder: Path) -> None:
    first = fingerprint(found_in(folder).portals["hn-thu"])
    moved = folder.rename(folder.with_name("moved"))
    assert fingerprint(found_in(moved).portals["hn-thu"]) == first
    (moved / "family.py").write_text(f"{FAMILY}\nOTHER = 1\n", "utf-8")
    again = moved.rename(folder.with_name("again"))
    assert fingerprint(found_in(again).portals["hn-thu"]) != first


@pytest.mark.parametrize("name", ["json.py", "scrapy.py", "portal_crawler.py", "spiders.py"])
def test_a_modules_name_takes_no_other_modules_place(folder: Path, name: str) -> None:
    (folder / "hn_thu.py").rename(folder / name)
    found = found_in(folder)
    assert found.broken == {}
    assert "hn-thu" in found.portals


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("odd.py", "x = = 1", "odd.py cannot be imported: SyntaxError: invalid syntax"),
        ("odd.py", "1 / 0", "odd.py cannot be imported: ZeroDivisionError"),
        ("odd.py", "exit()", "odd.py cannot be imported: SystemExit"),
        ("odd.py", "import no_such_module", "No module named 'no_such_module'; fix or remove it"),
        ("odd.py", "import family", "write `from .family import …` for a module of the same"),
        ("__init__.py", "1 / 0", "__init__.py cannot be imported: ZeroDivisionError"),
        ("hn_thu/__init__.py", "", "hn_thu.py and "),
        ("hn.thu.py", "", "hn.thu.py: a module's name has no dot; rename it"),
        ("odd.py", OWN.format(name="hn-thu"), "both declare a portal 'hn-thu'"),
        ("odd.py", OWN.format(name="mst"), "both declare a portal 'mst'"),
        ("odd.py", OWN.format(name="demo-bo"), "both declare a portal 'demo-bo'"),
        ("odd.py", OWN.format(name="a/b"), "cannot name folders and files"),
    ],
)
def test_a_module_that_cannot_work_is_named_by_its_path(
    folder: Path, file: str, text: str, words: str
) -> None:
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(text, "utf-8")
    (fault,) = found_in(folder).broken.values()
    assert words in fault
    assert str(folder) in fault


def test_what_is_no_folder_is_refused(folder: Path) -> None:
    for named in (folder / "gone", folder / "hn_thu.py"):
        with pytest.raises(UsageError, match="there is no such folder; make it"):
            found_in(named)
