"""Reads the folder of a portal's saved pages, and writes expected.json."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal_crawler.errors import UsageError
from portal_crawler.expected.comparison import SavedFolder
from portal_crawler.expected.form import FILE
from portal_crawler.expected.skeleton import SavedFile

SHORT_CHARS = 80
"""Characters of a list of texts that is written on one line."""

MOST_ON_A_LINE = 4
"""Values of an object that is written on one line."""


def read_folder(folder: Path) -> SavedFolder:
    """The folder's expected.json and pages; UsageError if the file is missing or is not JSON."""
    path = folder / FILE
    try:
        expected = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(
            f"{folder} has no {FILE}; `portal check NAME --expected {folder}` writes one"
        ) from None
    except ValueError as error:
        raise UsageError(f"{path} is not JSON: {error}; correct it there") from error
    return SavedFolder(expected=expected, pages=pages_of(folder))


def pages_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder by name, without expected.json, folders and hidden files."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != FILE and not path.name.startswith(".")
    }


def saved_files(folder: Path) -> dict[str, SavedFile]:
    """The pages of a folder by name, with the moments at which they were written."""
    return {
        name: SavedFile(body, datetime.fromtimestamp(int((folder / name).stat().st_mtime), UTC))
        for name, body in pages_of(folder).items()
    }


def text_of_expected(expected: dict[str, Any]) -> str:
    """The text of expected.json: a line for each value, row, paragraph and picture."""
    return _text(expected, "") + "\n"


def _text(value: object, indent: str) -> str:
    inner = f"{indent} "
    if isinstance(value, dict) and not _is_flat(value):
        items = [f"{inner}{json.dumps(name)}: {_text(each, inner)}" for name, each in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and value and not _is_short(value):
        items = [f"{inner}{_text(each, inner)}" for each in value]
        return "[\n" + ",\n".join(items) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _is_flat(value: dict[str, Any]) -> bool:
    """Whether an object is written on one line: a row, a picture, a document."""
    return len(value) <= MOST_ON_A_LINE and not any(
        isinstance(each, (dict, list)) for each in value.values()
    )


def _is_short(value: list[Any]) -> bool:
    """Whether a list is written on one line: codes of problems, tags."""
    is_plain = all(isinstance(each, str) for each in value)
    return is_plain and len(json.dumps(value, ensure_ascii=False)) <= SHORT_CHARS
