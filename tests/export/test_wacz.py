"""`portal export wacz`: one file that other people's software reads, with our index and pages."""

import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.export.sorting import sorted_lines
from tests.export.conftest import EDITED
from tests.support.crawls import ROOT, Ended, commanded, ended, environment, rows
from tests.support.gate import run, tool
from tests.support.wire_server import WireServer

FILE_BYTES = 2_000_000_000


def started(archive: Path, *words: str) -> "subprocess.Popen[str]":
    """`portal export wacz` of an archive."""
    command = [sys.executable, "-m", "portal_crawler.cli", "export", "wacz", *words,
               "--archive", str(archive)]  # fmt: skip
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip


def exported(archive: Path, *words: str) -> Ended:
    return ended(started(archive, *words))


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wacz") / "whole.wacz"
    end = exported(archive, "-o", str(path))
    assert (end.code, end.stdout) == (0, f"{path}\n"), end.stderr
    assert "the whole archive: 12 captures, 3 pages" in end.stderr
    return path


@pytest.fixture(scope="module")
def chosen(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wacz") / "chosen.wacz"
    end = exported(archive, '"tin so 1"', "-o", str(path))
    assert end.code == 0, end.stderr
    assert "1 article: 6 captures, 2 pages" in end.stderr
    return path


def index_of(wacz: Path) -> list[tuple[str, dict[str, str]]]:
    """Date and fields of each line of the index."""
    with zipfile.ZipFile(wacz) as package:
        lines = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
    assert lines == sorted(lines)
    return [(line.split(" ", 2)[1], json.loads(line.split(" ", 2)[2])) for line in lines]


def pages_of(wacz: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(wacz) as package:
        header, *found = map(json.loads, package.read("pages/pages.jsonl").splitlines())
    assert header["format"] == "json-pages-1.0"
    return found


def paths_of(wacz: Path) -> set[str]:
    return {"/" + fields["url"].split("/", 3)[3] for _, fields in index_of(wacz)}


@pytest.mark.parametrize("name", ["whole", "chosen"])
def test_the_public_validator_accepts_it(name: str, request: pytest.FixtureRequest) -> None:
    said = run(tool("wacz"), "validate", "-f", str(request.getfixturevalue(name)))
    assert "1.1.1" in said
    assert "is valid" in said


@pytest.mark.parametrize("name", ["whole", "chosen"])
def test_each_line_of_the_index_leads_to_its_record(
    name: str, request: pytest.FixtureRequest
) -> None:
    wacz: Path = request.getfixturevalue(name)
    with zipfile.ZipFile(wacz) as package:
        for date, fields in index_of(wacz):
            stored = package.read(f"archive/{fields['filename']}")
            start, length = int(fields["offset"]), int(fields["length"])
            (record,) = ArchiveIterator(BytesIO(stored[start : start + length]))
            headers = record.rec_headers
            assert headers.get_header("WARC-Target-URI") == fields["url"]
            written = "".join(filter(str.isdigit, headers.get_header("WARC-Date")))
            assert written == date
            assert record.http_headers.get_statuscode() == fields["status"]


def test_entries_begin_where_replayweb_page_looks_for_them(whole: Path) -> None:
    """It asks an entry how long its extra fields are only if the list of entries has some."""
    data = whole.read_bytes()
    with zipfile.ZipFile(whole) as package:
        for info in package.infolist():
            extra_bytes = int.from_bytes(data[info.header_offset + 28 :][:2], "little")
            assert bool(info.extra) == bool(extra_bytes)


def test_warc_files_are_stored_as_they_are(archive: Path, whole: Path) -> None:
    with zipfile.ZipFile(whole) as package:
        for path in archive.glob("warc/wire/*.warc.gz"):
            info = package.getinfo(f"archive/{path.name}")
            assert info.compress_type == zipfile.ZIP_STORED
            assert package.read(info) == path.read_bytes()


def test_the_index_has_the_lines_beside_the_files_and_no_304(archive: Path, whole: Path) -> None:
    beside = [
        json.loads(line.split(" ", 2)[2])
        for path in archive.glob("warc/wire/*.cdxj")
        for line in path.read_text().splitlines()
    ]
    found = [fields for _, fields in index_of(whole)]
    assert sorted(map(str, found)) == sorted(map(str, beside))
    assert {fields["status"] for fields in found} == {"200"}


def test_an_article_is_a_page_at_each_night_it_was_new(archive: Path, whole: Path) -> None:
    found = pages_of(whole)
    expected = rows(
        archive,
        "SELECT url, fetched_at FROM captures WHERE role = 'article' AND status = 200"
        " ORDER BY url, fetched_at",
    )
    assert sorted((page["url"], page["ts"]) for page in found) == expected
    assert [page["title"] for page in found if page["url"].endswith("/tin/2")] == ["Tin số 2"]
    texts = [page["text"] for page in found if page["url"].endswith("/tin/1")]
    assert [EDITED in text for text in texts] == [False, True]


def test_each_page_is_in_the_index(whole: Path) -> None:
    lines = {(fields["url"], date) for date, fields in index_of(whole)}
    for page in pages_of(whole):
        assert (page["url"], "".join(filter(str.isdigit, page["ts"]))) in lines


def test_articles_of_a_search_go_with_what_they_need(chosen: Path) -> None:
    assert paths_of(chosen) == {
        "/tin/1", "/kieu.css", "/nen.png", "/anh/1.jpg", "/tai-lieu/1.pdf",
    }  # fmt: skip
    assert {page["url"].rpartition("/")[2] for page in pages_of(chosen)} == {"1"}


def test_a_revisit_goes_with_the_record_that_has_its_body(archive: Path, tmp_path: Path) -> None:
    wacz = tmp_path / "two.wacz"
    exported(archive, '"tin so 2"', "-o", str(wacz))
    assert {"/tai-lieu/1.pdf", "/tai-lieu/2.pdf"} <= paths_of(wacz)


@pytest.mark.parametrize(
    ("words", "pages"),
    [
        (["--portal", "wire"], 3),
        (["--from", "2024-03-05", "--to", "2024-03"], 3),
        (["tin", "--to", "2024-03-04"], 0),
        (["khongco"], 0),
    ],
)
def test_filters_are_those_of_search(
    archive: Path, tmp_path: Path, words: list[str], pages: int
) -> None:
    wacz = tmp_path / "filtered.wacz"
    end = exported(archive, *words, "-o", str(wacz))
    assert end.code == 0
    assert (len(pages_of(wacz)) if wacz.exists() else 0) == pages
    assert ("nothing found, and nothing written" in end.stderr) == (pages == 0)


def test_an_export_can_be_imported(
    chosen: Path, site: WireServer, archive: Path, tmp_path: Path
) -> None:
    end = commanded(site, tmp_path / "other", "import", str(chosen))
    assert end.code == 0, end.stderr
    sql = "SELECT key, version, title, body FROM articles WHERE key = '1'"
    assert rows(tmp_path / "other", sql) == rows(archive, sql)


@pytest.mark.parametrize("words", [[], ["--portal", "wire"]])
def test_imported_files_are_exported(imported: Path, tmp_path: Path, words: list[str]) -> None:
    wacz = tmp_path / "imported.wacz"
    end = exported(imported, *words, "-o", str(wacz))
    assert end.code == 0, end.stderr
    assert {"/tin/1", "/tin/2", "/kieu.css", "/anh/1.jpg"} <= paths_of(wacz)
    assert len(pages_of(wacz)) == 3
    with zipfile.ZipFile(wacz) as package:
        for _, fields in index_of(wacz):
            stored = package.read(f"archive/{fields['filename']}")[int(fields["offset"]) :]
            record = next(iter(ArchiveIterator(BytesIO(stored))))
            assert record.rec_headers.get_header("WARC-Target-URI") == fields["url"]
    assert "is valid" in run(tool("wacz"), "validate", "-f", str(wacz))


@pytest.mark.parametrize("words", [[], ["--portal", "wire"]])
def test_what_lies_in_a_missing_file_is_left_out(
    archive: Path, tmp_path: Path, words: list[str]
) -> None:
    copy, wacz = tmp_path / "archive", tmp_path / "a.wacz"
    shutil.copytree(archive, copy)
    max(copy.glob("warc/wire/*.warc.gz")).unlink()
    end = exported(copy, *words, "-o", str(wacz))
    assert end.code == 0, end.stderr
    assert "captures are left out: their files are not closed, or not there" in end.stderr
    assert {page["title"] for page in pages_of(wacz)} == {"Tin số 1", "Tin số 2"}
    assert len({date for date, _ in index_of(wacz)}) <= 2
    assert "is valid" in run(tool("wacz"), "validate", "-f", str(wacz))


def test_a_row_that_leads_nowhere_gets_no_line(archive: Path, tmp_path: Path) -> None:
    copy, wacz = tmp_path / "archive", tmp_path / "a.wacz"
    shutil.copytree(archive, copy)
    with closing(sqlite3.connect(copy / "archive.db")) as connection, connection:
        connection.execute(
            "UPDATE captures SET warc_offset = 99999999 WHERE url LIKE '%/nen.png' AND status = 200"
        )
    assert exported(copy, "--portal", "wire", "-o", str(wacz)).code == 0
    assert "/kieu.css" in paths_of(wacz)
    assert "/nen.png" not in paths_of(wacz)


def test_a_link_in_the_place_of_the_file_stays(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    path.symlink_to(tmp_path / "elsewhere")
    end = exported(archive, "-o", str(path))
    assert (end.code, path.is_symlink(), path.exists()) == (2, True, False)
    assert "exists already" in end.stderr


def test_a_file_that_is_there_is_not_overwritten(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.wacz"
    path.write_bytes(b"mine")
    end = exported(archive, "-o", str(path))
    assert (end.code, path.read_bytes()) == (2, b"mine")
    assert f"{path} exists already; delete it, or name another file with -o" in end.stderr


def test_the_file_is_named_after_what_is_in_it(archive: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "portal_crawler.cli", "export", "wacz", "Tin số 1",
               "--from", "2024", "--archive", str(archive), "-q"]  # fmt: skip
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
    )
    (path,) = tmp_path.iterdir()
    assert path.name.startswith("archive-tin-so-1-from-2024-20")
    assert path.suffix == ".wacz"
    assert (done.stdout, done.stderr) == (f"{path}\n", "")


@pytest.mark.parametrize("words", [[], ["tin"]])
def test_a_full_disk_is_said_and_left_empty(
    archive: Path, full_disk: Path, words: list[str]
) -> None:
    end = exported(archive, *words, "-o", str(full_disk / "a.wacz"))
    assert end.code == 1
    assert "free the disk" in end.stderr
    assert list(full_disk.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(archive: Path, tmp_path: Path) -> None:
    end = exported(archive, "-o", str(tmp_path / "none" / "a.wacz"))
    assert end.code == 1
    assert "name a file in a folder that is there and may be written" in end.stderr


def test_ctrl_c_leaves_nothing(archive: Path, tmp_path: Path) -> None:
    copy, out = tmp_path / "archive", tmp_path / "out"
    shutil.copytree(archive, copy)
    out.mkdir()
    (copy / "warc" / "wire" / "wire-20260101000000-00001-x.warc.gz").touch()
    os.truncate(copy / "warc" / "wire" / "wire-20260101000000-00001-x.warc.gz", FILE_BYTES)
    process = started(copy, "-o", str(out / "a.wacz"))
    while process.poll() is None and not list(out.iterdir()):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    end = ended(process)
    assert (end.code, list(out.iterdir())) == (130, [])


def test_lines_are_sorted_in_runs_as_at_once(tmp_path: Path) -> None:
    lines = [f"{number * 7919 % 101} ă" for number in range(250)]
    with sorted_lines(lines, tmp_path, run_lines=10) as found:
        assert list(found) == sorted({line.encode() + b"\n" for line in lines})
    assert list(tmp_path.iterdir()) == []
