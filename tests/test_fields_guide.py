"""docs/FIELDS.md names every column and every problem code that there is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.database.article_rows import MOVED_TO
from archive.database.descriptions import DESCRIPTIONS
from portal_crawler.cleaning.body.attachments import TYPE_BY_ENDING

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "FIELDS.md").read_text("utf-8")
CODE = re.compile(r"[a-z]+(?:-[a-z0-9]+)+|truncated")

NO_CODES = re.compile(r"(?:utf|windows|mac|iso|data)-.*|content-type|text-right")
"""Words of the same form that code gives back."""


def section(name: str) -> str:
    """The text under a heading of the guide, up to the next of its level."""
    found = re.search(rf"^## {name}$(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def explained(name: str) -> set[str]:
    """Columns that a section has a heading or a row for."""
    headings = re.findall(r"^### (\w+)$", section(name), re.MULTILINE)
    rows = re.findall(r"^\| (`[^|]*`) \|", section(name), re.MULTILINE)
    return {
        *headings,
        *(word for row in rows for word in re.findall(r"`([\w-]+(?::<\w+>)?)`", row)),
    }


@pytest.mark.parametrize("table", ["articles", "images", "videos", "attachments"])
def test_every_column_is_explained(table: str) -> None:
    columns = set(DESCRIPTIONS[table]) - {""}
    assert columns == explained(table.capitalize()) & columns
    assert explained(table.capitalize()) <= columns


def test_every_problem_code_is_explained_and_every_explained_one_can_come() -> None:
    assert emitted_codes() | {f"{MOVED_TO}<key>"} == explained("Problems")


def test_every_ending_of_a_document_is_under_its_kind() -> None:
    for ending, (kind, _) in TYPE_BY_ENDING.items():
        listed = re.search(rf"\*\*{kind}\*\* ([\w, ]+)", GUIDE)
        assert listed
        assert ending in listed[1].replace(",", "").split()


def emitted_codes() -> set[str]:
    """Words of a code's form that cleaning gives back, notes or names as a constant."""
    modules = [
        path for name in ("cleaning", "learning")
        for path in sorted((ROOT / "portal_crawler" / name).rglob("*.py"))
    ]  # fmt: skip
    found = {word for path in modules for word in given_words(ast.parse(path.read_bytes()))}
    return {word for word in found if CODE.fullmatch(word) and not NO_CODES.fullmatch(word)}


def given_words(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Yield | ast.Return):
            yield from words_of(node.value)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield from words_of(node.value) if node.targets[0].id.isupper() else ()
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in ("add", "_fitting", "DateReading"):
                for argument in node.args:
                    yield from words_of(argument)


def words_of(value: ast.expr | None) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from words_of(value.body)
        yield from words_of(value.orelse)
    elif isinstance(value, ast.Tuple) and len(value.elts) == 1:
        yield from words_of(value.elts[0])
