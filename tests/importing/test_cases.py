"""Inputs that lie beside the project, each imported and rebuilt."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from archive.imports.answers import brotli, zstandard
from portal_crawler.cli import main
from tests.support.crawls import ROOT, rows
from tests.support.tables import all_rows

CASES = ROOT.parent / "shared/cases"
DEMO = ("-s", "SPIDER_MODULES=portal_crawler.demo.portals")
NEEDED = {".zst": zstandard, "d05-br": brotli, "d07-zstd": zstandard}
TABLES = ("captures", "articles", "article_versions", "sightings")
ARTICLE = "SELECT title, published_at, body FROM articles"

pytestmark = pytest.mark.skipif(
    not (CASES / "imports.json").exists(), reason="../shared/cases/imports.json is not there"
)


def run(*words: object) -> int:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return main([str(word) for word in words])


def brought(archive: Path, *names: str) -> int:
    files = [CASES / "imports" / name for name in names]
    return run("import", *files, "--archive", archive, *DEMO)


def held(archive: Path) -> dict[str, list[dict[str, Any]]]:
    tables = TABLES if (archive / "archive.db").exists() else ()
    return all_rows(archive, tables)


def allowed(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def faults(name: str, wanted: dict[str, Any], folder: Path) -> list[str]:
    """What is not as the case wants it."""
    archive = folder / name
    code = brought(archive, name)
    found = rows(archive, "SELECT fetched_at, revisit_of FROM captures") if held(archive) else []
    repeated = sum(original is not None for _, original in found)
    wrong = {
        "exit": code not in allowed(wanted["exit"]),
        "captures": wanted["captures"] != "all whole records"
        and len(found) not in allowed(wanted["captures"]),
        "revisits": repeated != wanted.get("revisits", repeated),
        "fetched_at": "fetched_at" in wanted and found[0][0] != wanted["fetched_at"],
        "article": not has_article(archive, wanted.get("article"), folder / "d00"),
    }
    if "resolved_with" in wanted:
        both = folder / f"{name}-both"
        brought(both, name, wanted["resolved_with"])
        resolved = rows(both, "SELECT 1 FROM captures WHERE revisit_of IS NOT NULL")
        wrong["resolved_with"] = not resolved
    before = held(archive)
    wrong["rebuild"] = bool(found) and (
        run("rebuild", "--archive", archive, "--yes", *DEMO) not in (0, 4)
        or held(archive) != before
    )
    return [what for what, is_wrong in wrong.items() if is_wrong]


def has_article(archive: Path, wanted: str | None, reference: Path) -> bool:
    """One whose citation works; as the reference's where that is wanted."""
    if wanted is None:
        return True
    found = rows(archive, "SELECT id FROM articles")
    if not found or (wanted == "d00" and rows(archive, ARTICLE) != rows(reference, ARTICLE)):
        return False
    return run("show", found[0][0], "--cite", "--archive", archive) == 0


def is_lacking(name: str) -> bool:
    """Whether a package is not installed that the case needs."""
    return any(part in name and package is None for part, package in NEEDED.items())


def test_each_case_is_read_as_it_should_be(tmp_path: Path) -> None:
    cases: dict[str, dict[str, Any]] = json.loads((CASES / "imports.json").read_text())
    brought(tmp_path / "d00", "d00-plain.warc.gz")
    found = {
        name: faults(name, wanted, tmp_path)
        for name, wanted in cases.items()
        if not is_lacking(name)
    }
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) > 100
