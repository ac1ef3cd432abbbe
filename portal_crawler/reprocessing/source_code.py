"""The code of a module apart from its layout: its tokens and the modules that it imports.

Comments, docstrings and white space are left out. The scanner is our own, so that all Pythons find
the same: the standard library's takes f-strings apart from 3.12 on. It also takes a tenth of the
time; each crawl needs the tokens of some fifty modules when it starts.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?:\b[bfrtuBFRTU]{1,2})?(?:
        \"{3}(?:[^"\\]++|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*'{3}
      | "(?:[^"\\\n]++|\\.)*" | '(?:[^'\\\n]++|\\.)*'
    )
    | \#[^\n]* | \n[ \t\f]* | \\\n | \w+ | \S
    """,
    re.VERBOSE | re.DOTALL,
)
_TEXT = re.compile(r"[bru]{0,2}[\"']", re.IGNORECASE)
"""The beginning of a literal that does nothing where it stands alone; an f-string may call."""

_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}

_TAB = 8
"""Python expands a tab in an indentation to a multiple of this many columns."""


class Statement(NamedTuple):
    """A logical line."""

    depth: int
    """The number of blocks that enclose it."""
    tokens: list[str]


def source_text(data: bytes) -> str:
    """The text of a file of source code."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # as good as the encoding that its first line names


def statements(source: str) -> list[Statement]:
    """The statements of a module, without those that are texts alone, such as docstrings."""
    found: list[Statement] = []
    widths = [0]
    for width, tokens in _logical_lines(source.replace("\r\n", "\n").replace("\r", "\n")):
        if _TEXT.match(tokens[0]) and all(map(_TEXT.match, tokens)):
            continue
        while width < widths[-1]:
            widths.pop()
        if width > widths[-1]:
            widths.append(width)
        found.append(Statement(len(widths) - 1, tokens))
    return found


def _logical_lines(source: str) -> Iterator[tuple[int, list[str]]]:
    """The tokens of each line with the width of its indentation; brackets join lines."""
    tokens: list[str] = []
    width = brackets = 0
    for token in _TOKEN.findall(f"\n{source}\n"):
        first = token[0]
        if first == "\n":
            if brackets > 0:
                continue
            if tokens:
                yield width, tokens
                tokens = []
            width = len(token.expandtabs(_TAB)) - 1
        elif first not in "#\\":
            brackets += _BRACKETS.get(token, 0)
            tokens.append(token)
    if tokens:
        yield width, tokens


def statements_text(found: Iterable[Statement]) -> str:
    """One text that is the same for the same statements."""
    return "\n".join(f"{depth} " + "\0".join(tokens) for depth, tokens in found)


def without_classes(found: Iterable[Statement], names: Iterable[str]) -> Iterator[Statement]:
    """The statements but those of some classes of the module."""
    left_out = {("class", name) for name in names}
    inside = False
    for statement in found:
        if statement.depth == 0:
            inside = tuple(statement.tokens[:2]) in left_out
        if not inside:
            yield statement


def imported(found: Iterable[Statement], package: str) -> Iterator[str]:
    """Full names that the statements import: modules, and names that may be modules.

    `package` is the one that relative names start from.
    """
    for _, tokens in found:
        while "import" in tokens:
            place = tokens.index("import")
            before, tokens = tokens[:place], tokens[place + 1 :]
            end = tokens.index(";") if ";" in tokens else len(tokens)
            names = list(_names(tokens[:end]))
            if "from" not in before:
                yield from names
                continue
            start = len(before) - before[::-1].index("from")
            module = _absolute("".join(before[start:]), package)
            yield module
            yield from (f"{module}.{name}" for name in names)


def _names(tokens: list[str]) -> Iterator[str]:
    """`a.b` and `c` of `a.b as x, c`, perhaps in brackets."""
    for part in " ".join(token for token in tokens if token not in "()").split(","):
        if name := part.partition(" as ")[0].replace(" ", ""):  # the last comma may be one too many
            yield name


def _absolute(module: str, package: str) -> str:
    name = module.lstrip(".")
    up = len(module) - len(name)
    if not up:
        return name
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - up + 1], *([name] if name else [])])
