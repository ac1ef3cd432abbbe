"""The catalogue of departments, and `portal list --catalogue`."""

import json
import re
import subprocess
import sys
from collections import Counter
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any

import pytest

from archive.provinces.table import provinces
from portal_crawler import platforms
from portal_crawler.catalogue.departments import CLOSED, MOVED, OPEN, STATES, departments
from portal_crawler.portals.registry import Registry, project_settings, registry
from portal_crawler.portals.state import state_of, why_left_out
from portal_crawler.spiders.mst import Mst
from tests.support.crawls import environment

PORTALS = registry(project_settings({})).portals
BY_NAME = MappingProxyType({each.name: each for each in departments() if each.name})


def listed(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "portal_crawler.cli", "list", *words],
        env=environment(), text=True, capture_output=True, check=False,
    )  # fmt: skip


def rows(*words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in listed(*words, "--json").stdout.splitlines()]


def test_each_declared_portal_has_its_department() -> None:
    assert set(BY_NAME) == set(PORTALS)
    for name, portal in PORTALS.items():
        found = BY_NAME[name]
        told = (portal.title, portal.province, portal.platform)
        assert told == (found.title, found.province, found.platform)
        assert str(found.address).split("/")[0] in portal.hosts
        assert portal.closed is None, "the catalogue says it"


def test_each_province_had_both_departments_and_has_one() -> None:
    kinds = Counter(each.title.removesuffix(f" {each.province}") for each in departments())
    assert kinds["Sở Thông tin và Truyền thông"] == 63
    table = provinces()
    before = {each.province for each in departments() if each.province} - {"Huế"}
    assert {table.named(str(each)) for each in before} == before
    assert len(before) == 63
    open_ones = [each for each in departments() if each.state == OPEN and each.province]
    assert len(open_ones) == 34
    assert {each.province for each in open_ones} == {each.province_today for each in open_ones}


def test_each_successor_is_a_department_that_leads_to_an_open_one() -> None:
    named = {key: each for each in departments() for key in (each.title, each.address) if key}
    for department in departments():
        assert department.state in STATES
        followed = department
        for _ in range(3):
            if followed.state == OPEN:
                break
            assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", str(followed.since))
            followed = named[str(followed.successor)]
        assert followed.state == OPEN
        assert (department.since is None) == (department.state == OPEN)


def test_the_catalogue_lists_departments_without_a_portal() -> None:
    found = rows("--catalogue")
    assert len(found) == len(departments()) > 100
    assert Counter(row["name"] is None for row in found)[False] == len(PORTALS)
    (hanoi,) = (row for row in found if row["name"] == "hanoi-sotttt")
    assert (hanoi["state"], hanoi["province_today"]) == (CLOSED, "Hà Nội")
    assert hanoi["verified_on"] == PORTALS["hanoi-sotttt"].verified_on
    assert {"Thanh tra", "Bưu chính viễn thông"} < {each["title"] for each in hanoi["sections"]}
    assert {each["verified_on"] for each in hanoi["sections"]} == {"not seen"}


def test_each_platform_of_the_catalogue_is_a_module() -> None:
    modules = {each.name for each in iter_modules(platforms.__path__)}
    assert {each.platform for each in departments() if each.platform} <= modules


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        (
            ("--province", "bac giang", "--state", "open"),
            ["Sở Khoa học và Công nghệ Bắc Ninh"],
        ),
        (("--state", MOVED), ["Bộ Khoa học và Công nghệ", "Bộ Thông tin và Truyền thông"]),
        (("--platform", "drupal"), ["Sở Thông tin và Truyền thông An Giang"]),
    ],
)
def test_filters_choose_departments(words: tuple[str, ...], titles: list[str]) -> None:
    assert [row["title"] for row in rows("--catalogue", *words)] == titles


def test_filters_choose_portals() -> None:
    for words, name, other in (
        (("--state", "open"), "mst", "hanoi-sotttt"),
        (("--province", "Hanoi"), "hanoi-sotttt", "mst"),
        (("--platform", "vccorp"), "mst", "hanoi-sotttt"),
    ):
        names = [row["name"] for row in rows(*words)]
        assert (name in names, other in names) == (True, False)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--province", "Hà Nộ"), 2, "did you mean Hà Nội"),
        (("--province", " "), 2, "--province takes a name"),
        (("--platform", "liferay"), 0, "no declared portal is found; they are on the platforms"),
        (("--province", "Huế"), 0, "`portal list --catalogue` has all departments"),
        (("--state", "gone"), 2, "invalid choice"),
    ],
)
def test_a_filter_that_finds_nothing_says_what_does(
    words: tuple[str, ...], code: int, said: str
) -> None:
    ended = listed(*words)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert said in ended.stderr


def test_portals_that_moved_or_were_never_verified_are_crawled_only_by_name() -> None:
    class Unverified(Mst):
        name = "unverified"
        verified_on = "never"

    assert state_of(Mst).state == OPEN
    assert why_left_out(Mst) == ""
    assert "never compared with real pages" in why_left_out(Unverified)
    assert why_left_out(PORTALS["hanoi-sotttt"]) == (
        "closed since 2025, now Sở Khoa học và Công nghệ Hà Nội"
    )
    every = Registry(
        {"mst": Mst, "unverified": Unverified, "hanoi-sotttt": PORTALS["hanoi-sotttt"]}
    )
    assert every.nightly() == ["mst"]
