"""`portal replay --pywb`: pywb itself shows each night as it was, from the files in place."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.export.conftest import EDITED, PICTURE, STYLE
from tests.support.crawls import ROOT, Ended, ended, environment, rows
from tests.support.gate import Page, pywb_is_missing, replayed, wayback_in_place
from tests.support.wire_server import WireServer

needs_pywb = pytest.mark.skipif(pywb_is_missing(), reason="pywb is not in .venv-pywb")


def written(archive: Path, folder: Path, *words: str) -> Ended:
    """`portal replay --pywb` of an archive."""
    command = [sys.executable, "-m", "portal_crawler.cli", "replay", "--pywb", str(folder),
               "--archive", str(archive), *words]  # fmt: skip
    pipe = subprocess.PIPE
    return ended(
        subprocess.Popen(command, cwd=ROOT, env=environment(), text=True, stdout=pipe, stderr=pipe)
    )


def nights(archive: Path, path: str) -> list[tuple[str, str, int]]:
    """Address, moment and status of each capture."""
    sql = "SELECT url, fetched_at, status FROM captures WHERE url LIKE ? ORDER BY fetched_at"
    return rows(archive, sql, f"%{path}")


@pytest.fixture(scope="module")
def pywb(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with wayback_in_place(archive, tmp_path_factory.mktemp("pywb")) as address:
        yield address


@needs_pywb
def test_each_night_shows_its_own_text_of_an_edited_page(archive: Path, pywb: str) -> None:
    bodies = []
    for url, moment, _ in nights(archive, "/tin/1"):
        status, body = replayed(pywb, Page(url, moment, b""))
        assert status == 200
        bodies.append(EDITED in body.decode())
    assert bodies == [False, True]


@needs_pywb
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/tin/2", b"<h1>Tin s\xe1\xbb\x91 2</h1>"),
        ("/tin-tuc", b'<a href="/tin/2">'),
        ("/kieu.css", STYLE),
        ("/nen.png", PICTURE),
        ("/anh/1.jpg", PICTURE),
        ("/tai-lieu/2.pdf", b"%PDF"),
    ],
)
def test_a_night_of_304_shows_what_was_there_before(
    archive: Path, pywb: str, path: str, expected: bytes
) -> None:
    found = nights(archive, path)
    assert [status for _, _, status in found] == [200, 304]
    for url, moment, _ in found:
        status, body = replayed(pywb, Page(url, moment, b""))
        assert status == 200
        assert expected in body


@needs_pywb
def test_the_calendar_has_each_night(archive: Path, pywb: str) -> None:
    found = nights(archive, "/kieu.css")
    asked = f"{pywb}/cdx?url={found[0][0]}&output=json"
    with build_opener(ProxyHandler({})).open(asked, timeout=20) as answer:
        lines = [json.loads(line) for line in answer.read().splitlines()]
    moments = ["".join(filter(str.isdigit, moment)) for _, moment, _ in found]
    assert [line["timestamp"] for line in lines] == moments
    assert {(line["status"], line["mime"]) for line in lines} == {("200", "text/css")}


@needs_pywb
def test_imported_files_and_their_companions_are_read_in_place(
    archive: Path, imported: Path, tmp_path: Path
) -> None:
    with wayback_in_place(imported, tmp_path) as address:
        for path, expected in (("/kieu.css", STYLE), ("/anh/1.jpg", PICTURE)):
            for url, moment, _ in nights(archive, path):
                status, body = replayed(address, Page(url, moment, b""))
                assert (status, expected in body) == (200, True), (url, moment)


def test_nothing_is_copied(archive: Path, tmp_path: Path) -> None:
    end = written(archive, tmp_path / "pywb")
    assert end.code == 0
    assert sorted(path.name for path in (tmp_path / "pywb").iterdir()) == [
        "config.yaml",
        "index.cdxj",
    ]
    assert end.stdout.strip() == f"wayback -b 127.0.0.1 -d {tmp_path / 'pywb'}"
    assert "scripts of the pages run in pywb, and can reach the network" in end.stderr


def test_the_index_is_in_order_and_leads_to_files_that_are_there(
    archive: Path, tmp_path: Path
) -> None:
    written(archive, tmp_path)
    lines = (tmp_path / "index.cdxj").read_bytes().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == rows(archive, "SELECT count(*) FROM captures")[0][0]
    for line in lines:
        fields = json.loads(line.split(b" ", 2)[2])
        assert (archive / fields["filename"]).stat().st_size > int(fields["offset"])


def test_it_is_written_anew_each_time(archive: Path, tmp_path: Path) -> None:
    first = written(archive, tmp_path, "--json")
    before = (tmp_path / "index.cdxj").read_bytes()
    (tmp_path / "index.cdxj").write_bytes(b"")
    assert written(archive, tmp_path, "--json").stdout == first.stdout
    assert (tmp_path / "index.cdxj").read_bytes() == before
    assert json.loads(first.stdout)["lines"] == len(before.splitlines())


def test_another_configuration_is_left_alone(archive: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("collections: {}\n")
    end = written(archive, tmp_path)
    assert (end.code, config.read_text()) == (2, "collections: {}\n")
    assert f"{config} is another configuration; name another folder" in end.stderr
    assert not (tmp_path / "index.cdxj").exists()


def test_captures_of_files_that_are_not_closed_are_left_out(archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive"
    shutil.copytree(archive, copy)
    last = max(copy.glob("warc/wire/*.warc.gz"))
    last.rename(f"{last}.open")
    end = written(copy, tmp_path / "pywb")
    name = str(last.relative_to(copy))
    (kept,) = rows(
        copy,
        "SELECT count(*) FROM captures WHERE warc_file = ? AND status <> 304",
        name,
    )
    assert (end.code, f"{kept[0]} are left out" in end.stderr) == (0, True)
    assert name not in (tmp_path / "pywb" / "index.cdxj").read_text()


@pytest.mark.parametrize("name", ["a*b", "a{b}", "a\nb"])
def test_a_folder_that_pywb_cannot_open_is_refused(
    archive: Path, tmp_path: Path, name: str
) -> None:
    end = written(archive, tmp_path / name)
    assert end.code == 2
    assert "name a folder without" in end.stderr
    assert not (tmp_path / name).exists()


def test_a_page_beside_it_is_wrong_usage(archive: Path, tmp_path: Path, site: WireServer) -> None:
    end = written(archive, tmp_path, f"http://127.0.0.1:{site.port}/tin/1")
    assert (end.code, "give it no page and no day" in end.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
