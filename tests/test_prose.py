"""Words that have no good use in this project: a plainer or the field's own word says the same.

Held over docstrings, comments and texts of both packages and over everything that documents them.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crawls import ROOT

PLAINER = {
    "anew": "again",
    "deed": "effect",
    "epoch": "layout period",
    "furniture": "boilerplate",
    "heed": "handle, obey or read",
    "lesson": "example page",
    "settled": "resolved or complete",
    "stand-in": "substitute page",
}
WORDS = re.compile(
    r"\b(?:anew|deeds?|epochs?|furniture|heed(?:s|ed|ing)?|lessons?|settled|stand-ins?)\b",
    re.IGNORECASE,
)

DOCUMENTS = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".github/**/*.md")})
SOURCES = sorted(
    path for room in ("archive", "portal_crawler") for path in (ROOT / room).rglob("*.py")
)


def prose_of(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each docstring, comment and text of more than one word."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def named(path: Path, line: int, text: str) -> list[str]:
    """A sentence for each such word of a text."""
    return [
        f"{path.relative_to(ROOT)}:{line + text[: found.start()].count(chr(10))}: {found[0]!r}"
        for found in WORDS.finditer(text)
    ]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_uses_plain_words(path: Path) -> None:
    assert named(path, 1, path.read_text("utf-8")) == [], PLAINER


def test_docstrings_comments_and_messages_use_plain_words() -> None:
    found = [
        sentence
        for path in SOURCES
        for line, text in prose_of(path.read_text("utf-8"))
        for sentence in named(path, line, text)
    ]
    assert found == [], PLAINER
