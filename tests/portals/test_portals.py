"""Each portal against its pages, through the functions that a crawl uses.

Each has a folder of pages and expected.json, which a person has read. docs/PORTALS.md says how.
The odd pages of a platform are in tests/platforms.
"""

import ast
import importlib
import inspect
import re
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal
from portal_crawler.expected.comparison import compared
from portal_crawler.expected.folder import read_folder
from portal_crawler.portals.declaration_check import declaration_fault
from portal_crawler.portals.registry import portals, project_settings

HERE = Path(__file__).parent
PORTALS = portals(project_settings({}))
EXPECTED = sorted(path.parent.name for path in HERE.glob("*/expected.json"))

GUIDE = (HERE.parents[1] / "docs" / "PORTALS.md").read_text("utf-8")

FEWEST_LINES, MOST_LINES = 9, 15
"""Of a declaration, the module's docstring and blank lines apart."""


def module_of(portal: type[Portal]) -> ModuleType:
    return importlib.import_module(portal.__module__)


def tree_of(portal: type[Portal]) -> ast.Module:
    return ast.parse(inspect.getsource(module_of(portal)))


# The pages


@pytest.mark.parametrize("name", EXPECTED)
def test_a_portals_pages_give_what_is_expected(name: str) -> None:
    found = compared(PORTALS[name], read_folder(HERE / name))
    assert not found, "\n".join(map(str, found))


def test_each_portal_has_a_folder_and_each_folder_a_portal() -> None:
    assert set(EXPECTED) == set(PORTALS)
    assert {path.name for path in HERE.iterdir() if any(path.glob("*.html"))} == set(EXPECTED)


# The declarations


@pytest.mark.parametrize("portal", PORTALS.values(), ids=list(PORTALS))
def test_a_declaration_is_complete_and_fits_itself(portal: type[Portal]) -> None:
    entry = portal.entry()
    hosts = {urlsplit(url).hostname for url in (entry.home, *portal.sections.values())}
    assert hosts <= set(portal.hosts)
    assert portal.sections
    assert portal.title
    assert portal.home
    assert date.fromisoformat(portal.verified_on[:10])


@pytest.mark.parametrize("portal", PORTALS.values(), ids=list(PORTALS))
def test_a_declaration_has_no_function(portal: type[Portal]) -> None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    assert [node.lineno for node in ast.walk(tree_of(portal)) if isinstance(node, functions)] == []


@pytest.mark.parametrize("portal", PORTALS.values(), ids=list(PORTALS))
def test_a_declaration_is_short(portal: type[Portal]) -> None:
    after_docstring = tree_of(portal).body[0].end_lineno
    lines = inspect.getsource(module_of(portal)).splitlines()[after_docstring:]
    assert FEWEST_LINES <= len([line for line in lines if line.strip()]) <= MOST_LINES


@pytest.mark.parametrize("portal", PORTALS.values(), ids=list(PORTALS))
def test_a_portals_docstring_says_which_system_it_runs_and_since_when(
    portal: type[Portal],
) -> None:
    words = module_of(portal).__doc__ or ""
    platform = importlib.import_module(f"portal_crawler.platforms.{portal.platform}").__doc__ or ""
    system = re.match(r"\w+", platform)
    assert system
    assert system[0] in words
    assert re.search(r"\b(?:since|from) (?:\w+ )?(?:19|20)\d\d\b", words)


# The guide


@pytest.mark.parametrize("example", re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL))
def test_each_example_of_the_guide_is_a_portal(example: str) -> None:
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(example, "docs/PORTALS.md", "exec"), names)
    portal = names["LamPhuocSotttt"]
    assert declaration_fault(portal, project_settings({})) is None
    assert portal.entry().name == "lam-phuoc-sotttt"


@pytest.mark.parametrize("declared", [Portal, Profile, ListingProfile])
def test_the_guide_explains_each_attribute(declared: type) -> None:
    attributes = inspect.get_annotations(declared)
    explained = set(re.findall(r"`(\w+)`", GUIDE))
    assert set(attributes) <= explained
