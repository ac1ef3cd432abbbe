"""docs/FAULTS.md names tests that exist."""

import ast
import re
from functools import cache

import pytest

from tests.support.crawls import ROOT

TABLE = (ROOT / "docs/FAULTS.md").read_text("utf-8")
NAMED = re.findall(r"([\w/]+\.py)::(\w+)", TABLE)
ROWS = [line for line in TABLE.splitlines() if line.startswith("| ")][1:]


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / path).read_bytes())
    return frozenset(each.name for each in tree.body if isinstance(each, ast.FunctionDef))


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_each_test_of_the_table_exists(path: str, name: str) -> None:
    assert name in names_in(path)


def test_each_fault_has_all_its_columns_and_a_test() -> None:
    assert len(ROWS) > 30
    for row in ROWS:
        *_, tests = columns = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(columns) == 5, row
        assert all(columns), row
        assert "::test_" in tests, row
