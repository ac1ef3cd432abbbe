"""`portal export site`: a folder that a web server shows, and the viewer's files in it."""

import hashlib
import http.client
import io
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_crawler.errors import ViewerError
from portal_crawler.replay.viewer import ViewerPackage
from tests.support.crawls import ROOT, Ended, ended, environment
from tests.support.gate import run, tool
from tests.support.wire_server import WireServer, message, raw

HELD = {"archive.wacz", "index.html", "serve.py"}


def exported(archive: Path, *words: str) -> Ended:
    command = [sys.executable, "-m", "portal_crawler.cli", "export", *words,
               "--archive", str(archive)]  # fmt: skip
    pipe = subprocess.PIPE
    return ended(
        subprocess.Popen(command, cwd=ROOT, env=environment(), text=True, stdout=pipe, stderr=pipe)
    )


@pytest.fixture(scope="module")
def folder(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    end = exported(archive, "site", str(folder))
    assert (end.code, end.stdout) == (0, f"python3 {folder}/serve.py\n"), end.stderr
    assert "--viewer fetches them" in end.stderr
    return folder


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    """Of the site's own server."""
    command = [sys.executable, "-I", str(folder / "serve.py"), "0"]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield int(re.findall(r":(\d+)/", process.stdout.readline())[0])
        process.terminate()


def asked(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}
    body = answer.read()
    connection.close()
    return *found, body


def test_a_site_has_a_package_and_a_page_that_opens_it(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == HELD
    assert "is valid" in run(tool("wacz"), "validate", "-f", str(folder / "archive.wacz"))
    page = (folder / "index.html").read_text()
    assert '<script src="ui.js">' in page
    assert '<replay-app-main source="archive.wacz">' in page
    assert re.findall(r"https?://", page) == []


def test_its_server_sends_whole_files(folder: Path, port: int) -> None:
    status, headers, body = asked(port, "/")
    assert (status, body) == (200, (folder / "index.html").read_bytes())
    assert headers["content-type"].startswith("text/html")
    status, headers, body = asked(port, "/archive.wacz")
    assert (status, body) == (200, (folder / "archive.wacz").read_bytes())
    assert headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked_for", "start", "end"),
    [("0-99", 0, 100), ("100-", 100, None), ("-500", -500, None), ("10-99999999999", 10, None)],
)
def test_its_server_sends_ranges(
    folder: Path, port: int, asked_for: str, start: int, end: int | None
) -> None:
    data = (folder / "archive.wacz").read_bytes()
    status, headers, body = asked(port, "/archive.wacz", Range=f"bytes={asked_for}")
    assert (status, body) == (206, data[start:end])
    first = data.index(body)
    assert headers["content-range"] == f"bytes {first}-{first + len(body) - 1}/{len(data)}"


@pytest.mark.parametrize(
    ("asked_for", "status"),
    [("bytes=99999999-", 416), ("bytes=9-3", 416), ("bytes=-", 200), ("lines=1-2", 200)],
)
def test_its_server_knows_a_range_that_is_none(port: int, asked_for: str, status: int) -> None:
    assert asked(port, "/archive.wacz", Range=asked_for)[0] == status


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "//etc/passwd"])
def test_its_server_stays_in_its_folder(folder: Path, port: int, path: str) -> None:
    (folder.parent / "secret").write_text("secret")
    assert asked(port, path, Range="bytes=0-5")[0] == 404


def test_a_folder_with_something_in_it_is_left_alone(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    end = exported(archive, "site", str(tmp_path))
    assert (end.code, [path.name for path in tmp_path.iterdir()]) == (2, ["mine"])
    assert "not empty; name another folder" in end.stderr


@pytest.mark.parametrize(
    "words", [["site"], ["wacz", "--viewer"], ["site", "folder", "-o", "file"]]
)
def test_options_that_make_no_sense_are_refused(archive: Path, words: list[str]) -> None:
    assert exported(archive, *words).code == 2


def test_a_search_that_finds_nothing_makes_no_site(archive: Path, tmp_path: Path) -> None:
    end = exported(archive, "site", str(tmp_path / "site"), "khongco")
    assert (end.code, (tmp_path / "site").exists()) == (0, False)


def viewer(*names: str) -> bytes:
    """A package as npm has it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as package:
        for name in names:
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(name)
            package.addfile(info, io.BytesIO(name.encode()))
    return out.getvalue()


def package_at(site: WireServer, data: bytes, *, of: bytes | None = None) -> ViewerPackage:
    site.answer("/viewer.tgz", raw(message(data, kind="application/gzip")))
    digest = hashlib.sha512(data if of is None else of).hexdigest()
    return ViewerPackage(f"http://127.0.0.1:{site.port}/viewer.tgz", digest)


def test_the_viewers_files_come_out_of_its_package(site: WireServer) -> None:
    package = package_at(site, viewer("ui.js", "sw.js", "LICENSE", "index.html"))
    assert package.files() == {"ui.js": b"ui.js", "sw.js": b"sw.js", "LICENSE.txt": b"LICENSE"}


def test_another_package_is_refused(site: WireServer) -> None:
    data = viewer("ui.js", "sw.js", "LICENSE")
    with pytest.raises(ViewerError, match="SHA-512 is another"):
        package_at(site, data, of=data + b"\0").files()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"no package", id="other"),
        pytest.param(viewer("ui.js"), id="less"),
        pytest.param(viewer("ui.js", "sw.js")[:60], id="cut"),
    ],
)
def test_a_package_without_the_viewer_is_refused(site: WireServer, data: bytes) -> None:
    with pytest.raises(ViewerError, match=r"holds no ReplayWeb\.page"):
        package_at(site, data).files()


def test_a_viewer_that_cannot_be_had_is_named() -> None:
    with pytest.raises(ViewerError, match="cannot be had"):
        ViewerPackage("http://127.0.0.1:9/viewer.tgz").files()
