"""A module's tokens say what it does and not how it is written, in each Python alike."""

import ast
import hashlib
import subprocess
from pathlib import Path

import pytest

from portal_crawler.reprocessing.source_code import imported, statements, statements_text
from tests.support.crawls import ROOT, environment
from tests.support.pythons import interpreter

OURS = [path for name in ("archive", "portal_crawler") for path in (ROOT / name).rglob("*.py")]

SOURCE = '''"""What it is."""

import re  # why

MARK = re.compile(r"a\\"#b", re.I)
"""What it is for."""


class Thing:
    """A thing."""

    size: int = 3

    def of(self, name: str, *, deep=False):
        """Of a name."""
        if deep and name != "# no comment":
            name = f"{name}: {self.size:>3}"
        return [name, self.size]
'''

SAME = {
    "comments": SOURCE.replace("import re  # why", "# a word\nimport re# or two\n#"),
    "docstrings": SOURCE.replace("A thing.", "Another\n\n    thing, told at length.").replace(
        '"""Of a name."""', "r'''Of a \"name\".'''"
    ),
    "a text that does nothing": SOURCE.replace('"""What it is for."""', ""),
    "blank lines and spaces": SOURCE.replace("\n\n", "\n\n\n \n").replace(" = 3", "=3  "),
    "lines joined by brackets": SOURCE.replace("[name, self.size]", "[\n  name,\nself . size ]"),
    "a continued line": SOURCE.replace("if deep and", "if deep \\\n  and"),
    "an indentation of tabs": SOURCE.replace("    ", "\t"),
    "line ends of Windows": SOURCE.replace("\n", "\r\n"),
}

OTHER = {
    "a number": SOURCE.replace("= 3", "= 4"),
    "a text": SOURCE.replace("# no comment", "# a comment"),
    "a pattern": SOURCE.replace("#b", "#c"),
    "the inside of an f-string": SOURCE.replace(":>3", ":>4"),
    "a statement in another block": SOURCE.replace("        return", "    return"),
    "a statement in another branch": SOURCE.replace("        return", "            return"),
    "a space between names": SOURCE.replace("deep and", "deepand"),
    "an operator": SOURCE.replace("!=", "=="),
    "a name": SOURCE.replace("size", "length"),
}


@pytest.mark.parametrize("changed", SAME.values(), ids=SAME)
def test_how_code_is_written_makes_no_difference(changed: str) -> None:
    assert changed != SOURCE
    assert statements_text(statements(changed)) == statements_text(statements(SOURCE))


@pytest.mark.parametrize("changed", OTHER.values(), ids=OTHER)
def test_what_code_does_makes_a_difference(changed: str) -> None:
    assert changed != SOURCE
    assert statements_text(statements(changed)) != statements_text(statements(SOURCE))


def test_a_string_that_stands_alone_but_calls_is_code() -> None:
    assert statements_text(statements('f"{do()}"\n')) != ""
    assert statements_text(statements('"do()"\nb"do()"\n')) == ""


@pytest.mark.parametrize(
    "odd", ['x = "open\ny = 1', "'''open", ")]}\nx", "\\", 'f"{d["#"]}"', "\0"]
)
def test_text_that_is_no_python_is_read_to_its_end(odd: str) -> None:
    assert statements_text(statements(odd)) == statements_text(statements(odd + "\n"))


def names_by_the_parser(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def test_imports_are_those_that_the_parser_finds_in_all_our_modules() -> None:
    for path in OURS:
        source = path.read_text("utf-8")
        assert set(imported(statements(source), "")) == names_by_the_parser(source), path


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b as c, d", {"a.b", "d"}),
        ("from a import (\n    b as c,  # why\n    d,\n)", {"a", "a.b", "a.d"}),
        ("from . import a", {"top.inner", "top.inner.a"}),
        ("from .a import b", {"top.inner.a", "top.inner.a.b"}),
        ("from ..a import b", {"top.a", "top.a.b"}),
        ("if x: from a import b; import c; y = 1", {"a", "a.b", "c"}),
        ("def f():\n    import a", {"a"}),
    ],
)
def test_imports_of_each_form_are_found(source: str, names: set[str]) -> None:
    assert set(imported(statements(source), "top.inner")) == names


def digest(files: list[Path]) -> str:
    text = "".join(statements_text(statements(path.read_text("utf-8"))) for path in files)
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_each_python_finds_the_same(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    asked = (
        "import hashlib, pathlib, sys\n"
        "from portal_crawler.reprocessing.source_code import statements, statements_text\n"
        "read = (pathlib.Path(name).read_text('utf-8') for name in sys.argv[1:])\n"
        "text = ''.join(statements_text(statements(one)) for one in read)\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    ended = subprocess.run(
        [python, "-c", asked, *map(str, OURS)], cwd=ROOT, text=True, capture_output=True,
        env=environment(PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1"), check=False,
    )  # fmt: skip
    assert (ended.stdout.strip(), ended.stderr) == (digest(OURS), "")
