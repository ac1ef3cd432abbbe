"""docs/SECURITY.md names tests that there are, and every setting that bounds something."""

import ast
import re
from pathlib import Path

import pytest

from archive.database.reading import QUERY_VARIABLE
from portal_crawler import settings

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "SECURITY.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", GUIDE)))


def test_the_guide_names_tests() -> None:
    assert len(NAMED) > 30


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_named_test_exists(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_bytes())
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert name in functions


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([A-Z]+_[A-Z_]+)`", GUIDE))))
def test_a_named_setting_exists(name: str) -> None:
    assert hasattr(settings, name) or name == QUERY_VARIABLE


@pytest.mark.parametrize("name", [name for name in dir(settings) if name.startswith("PORTAL_MAX_")])
def test_every_bound_is_named(name: str) -> None:
    assert f"`{name}`" in GUIDE
