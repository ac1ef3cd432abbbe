"""An archive of two nights, and a small disk.

Article 1 is edited on the second night, all else answers 304 then.
"""

import gzip
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.crawls import commanded, crawl
from tests.support.pages import article, listing
from tests.support.seconds import next_second
from tests.support.wire_server import Answer, WireServer, message, page, raw, wire_server

STYLE = b"p { background: url(/nen.png) }"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
EDITED = "Bản sửa. "
WITH = ("-s", "PORTAL_REQUISITES=True", "--full")


def styled(markup: str) -> str:
    return markup.replace(
        "<meta", '<link rel=icon href="/nen.png"><link rel=stylesheet href="/kieu.css"><meta', 1
    )


def unless_known(body: bytes, kind: str) -> "object":
    """Answers 304 to whoever has it."""

    def answer(request: bytes) -> Answer:
        if b"If-None-Match" in request:
            return raw(b'HTTP/1.1 304 Not Modified\r\nETag: "e"\r\n\r\n')
        return raw(message(body, 'ETag: "e"', kind=kind))

    return answer


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireServer]:
    with wire_server(tmp_path_factory.mktemp("site")) as server:
        yield server


@pytest.fixture(scope="session")
def archive(site: WireServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "archive"
    html = "text/html; charset=utf-8"
    first = styled(article(1))
    site.answer("/tin-tuc", unless_known(styled(listing([1, 2])).encode(), html))
    site.answer("/tin/1", page(first), page(first.replace("<p>", f"<p>{EDITED}", 1)))
    site.answer("/tin/2", unless_known(styled(article(2)).encode(), html))
    site.answer("/kieu.css", unless_known(STYLE, "text/css"))
    for path in ("/nen.png", "/anh/1.jpg", "/anh/2.jpg"):
        site.answer(path, unless_known(PICTURE + path.encode(), "image/png"))
    for number in (1, 2):
        site.answer(f"/tai-lieu/{number}.pdf", unless_known(b"%PDF", "application/pdf"))
    for _ in range(2):
        end = crawl(site, folder, *WITH)
        assert end.code == 0, end.stderr
        next_second()
    return folder


@pytest.fixture(scope="session", params=["plain", "whole"])
def imported(
    archive: Path,
    site: WireServer,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Path:
    """An archive into which the files of the other were imported."""
    folder = tmp_path_factory.mktemp("imported")
    files = as_others_have_it(archive, folder, request.param)
    end = commanded(site, folder / "archive", "import", *map(str, files))
    assert end.code == 0, end.stderr
    return folder / "archive"


def as_others_have_it(archive: Path, folder: Path, form: str) -> list[Path]:
    """The archive's files without our packing: uncompressed, or compressed as a whole."""
    made = []
    for path in sorted(archive.glob("warc/wire/*.warc.gz")):
        data = gzip.decompress(path.read_bytes())
        made.append(folder / path.name.removesuffix(".gz"))
        made[-1].write_bytes(data if form == "plain" else gzip.compress(data))
    return made


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own with room for 16 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=16384", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(words, check=False, capture_output=True).returncode:
        pytest.skip("no disk of its own can be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
