"""Names of files and arguments act on no terminal, forge no line and end no command."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.database.frontier import Frontier
from archive.layout import Layout
from tests.archive.building import PORTAL, ArchiveBuilder

ROOT = Path(__file__).parents[1]

TURNED = "e\x1b[2J\x9b31m\u202e\u2066\u200f\nforged\r\u061c"
"""Clears the screen, colors, turns text round, begins a line."""

HOSTILE = os.fsencode(TURNED)
NOT_UTF8 = HOSTILE + b"\xff\x9b"

UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)

ENCODINGS = {
    "utf-8": {"PYTHONIOENCODING": "utf-8:strict"},
    "latin-1": {"PYTHONIOENCODING": "latin-1:strict"},
    "ascii": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive among whose files are some with such names."""
    folder = tmp_path_factory.mktemp("hostile")
    builder = ArchiveBuilder(folder)
    builder.article("1", TURNED, lead="x", body=f"thuỷ lợi é {TURNED}", author=TURNED)
    builder.close(reason=TURNED)
    (whole,) = folder.glob("warc/*/*.warc.gz")
    torn = whole.read_bytes()[:-30]
    portal = b"warc/" + PORTAL.encode() + b"/"
    for name in (HOSTILE, NOT_UTF8):
        for place, data in {
            portal + name + b".warc.gz": torn,
            portal + name + b".warc.gz.open": torn,
            portal + name + b".cdxj": b"junk",
            b"warc/" + name + b"/x.warc.gz": whole.read_bytes(),
            b"warc/imported/0123456789ab-" + name + b".warc.gz": torn,
            b"warc/imported/0123456789ab-" + name + b".warc.gz.import.warc.gz": torn,
            b"locks/" + name + b".lock": name,
            b"logs/" + PORTAL.encode() + b"-" + name + b".log": name,
            name: b"junk",
        }.items():
            path = folder / os.fsdecode(place)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return folder


def said(archive: Path, *words: str | bytes | Path, encoding: str = "utf-8") -> tuple[int, str]:
    """The exit code of a command and all that it wrote, when that was seen to be harmless."""
    command = [sys.executable, "-m", "portal_crawler.cli", *words, "--archive", archive]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **ENCODINGS[encoding]},
        capture_output=True,
        check=False,
        timeout=60,
    )
    out, err = done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert not UNSAFE.search(out + err)
    assert "Traceback" not in err
    lines = err.splitlines() + (out.splitlines() if "show" not in words else [])
    assert not [line for line in lines if line.startswith("forged")]
    if "--json" in words:
        for line in out.splitlines():
            json.loads(line)
    return done.returncode, out + err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("list",), 0),
        (("status",), 0),
        (("status", PORTAL, "--json"), 0),
        (("search", "thuy loi"), 0),
        (("search", "thuy loi", "--json"), 0),
        (("show", f"{PORTAL}/1"), 0),
        (("verify",), 4),
        (("verify", "-v"), 4),
        (("verify", "--json"), 4),
        (("verify", "--deep"), 4),
        (("repair", "--dry-run"), 0),
        (("repair", "--dry-run", "--json"), 0),
    ],
)
def test_names_in_an_archive_are_harmless(hostile: Path, words: tuple[str, ...], code: int) -> None:
    encoding = "latin-1" if "--json" in words else "utf-8"
    assert said(hostile, *words, encoding=encoding)[0] == code


@pytest.mark.parametrize(
    "words", [("rebuild", "--yes", "--jobs", "2"), ("repair", "-v"), ("repair", "--json")]
)
def test_names_in_an_archive_end_nothing_that_writes_into_it(
    hostile: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(hostile, archive)
    code, told = said(archive, *words)
    assert code == 4
    assert "rename it" in told
    assert said(archive, "search", "thuy loi")[0] == 0


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((NOT_UTF8,), 2),
        (("list", b"--" + NOT_UTF8), 2),
        (("show", NOT_UTF8), 2),
        (("search", "a", "--portal", NOT_UTF8), 2),
        (("status", NOT_UTF8), 2),
        (("crawl", NOT_UTF8), 2),
        (("crawl", "mst", "--since", NOT_UTF8), 2),
        (("crawl", "mst", "-s", b"DOWNLOAD_DELAY=" + NOT_UTF8), 2),
        (("import", NOT_UTF8), 2),
    ],
    ids=ascii,
)
def test_arguments_are_harmless(
    hostile: Path, words: tuple[str | bytes, ...], code: int, encoding: str
) -> None:
    assert said(hostile, *words, encoding=encoding)[0] == code


def test_a_file_with_any_name_is_imported(hostile: Path, tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path / "other")
    builder.article("7", "Tin")
    (whole,) = builder.close().folder.glob("warc/*/*.warc.gz")
    given = tmp_path / os.fsdecode(NOT_UTF8 + b".warc.gz")
    shutil.copy(whole, given)
    archive = tmp_path / "archive"
    assert said(archive, "import", given, "--dry-run", "--json", encoding="latin-1")[0] == 0
    assert said(archive, "import", given)[0] == 0
    assert said(archive, "verify")[0] == 0


def test_an_archive_may_lie_in_a_folder_with_any_name(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path / "archive")
    builder.article("1", "Tin")
    builder.close()
    archive = tmp_path / os.fsdecode(b"a?b#c%20" + NOT_UTF8)
    (tmp_path / "archive").rename(archive)
    for words in (
        ("status",),
        ("verify",),
        ("show", f"{PORTAL}/1", "--cite"),
        ("rebuild", "--yes"),
    ):
        code, told = said(archive, *words)
        assert code == 0, told
    Frontier(Layout(archive), PORTAL, "").close()
