"""Other people’s tools read the WARC files that crawls write; pywb shows each page as served."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import gate
from tests.support.crawls import crawl, warc_files, warc_records
from tests.support.gate import Page
from tests.support.pages import article, listing
from tests.support.wire_server import (
    NOT_FOUND,
    WireServer,
    chunked,
    conditional,
    gzipped,
    message,
    page,
    raw,
    wire_server,
)


def script(server: WireServer, kind: str) -> None:
    numbers = range(1, 9)
    server.answer("/tin-tuc", conditional(listing(numbers, titles={1: "Khác"}), "ds"))
    for number in numbers:
        server.answer(f"/tin/{number}", conditional(article(number), f"a{number}"))
    server.answer("/tin/2", gzipped(article(2).encode()))
    server.answer("/tin/3", NOT_FOUND)
    server.answer("/tin/4", page("", "Location: /moi/tin/4", status="301 Moved Permanently"))
    server.answer("/moi/tin/4", page(article(4)))
    server.answer("/tin/5", page("busy", "Retry-After: 0", status="503 Busy"), page(article(5)))
    if kind == "chunked":
        server.answer("/tin/6", chunked(article(6).encode()))
        server.answer("/tin/7", raw(message(article(7).encode())[:-50], close=True))


@dataclass(frozen=True, slots=True)
class Written:
    """The WARC files of an archive, and the pages that the server sent for them."""

    files: list[Path]
    pages: list[Page]


@pytest.fixture(scope="module", params=["plain", "twice", "chunked"])
def written(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Written]:
    folder = tmp_path_factory.mktemp(request.param)
    with wire_server(folder) as server:
        script(server, request.param)
        crawl(server, folder / "archive")
        if request.param == "twice":
            crawl(server, folder / "archive", "--full")
        numbers = {
            f"http://127.0.0.1:{server.port}/tin/{number}": number for number in (1, 2, 5, 6, 8)
        }
        pages = [
            Page(record.url, record.headers["WARC-Date"], article(numbers[record.url]).encode())
            for record in warc_records(folder / "archive", "response")
            if record.url in numbers and record.block.startswith(b"HTTP/1.1 200")
        ]
        yield Written(warc_files(folder / "archive"), pages)


def test_each_file_passes_the_validators(written: Written, tmp_path: Path) -> None:
    for number, file in enumerate(written.files):
        work = tmp_path / str(number)
        work.mkdir()
        gate.pass_gate(file, work, written.pages)


@pytest.mark.skipif(gate.pywb_is_missing(), reason="pywb is not in .venv-pywb")
def test_pywb_gives_back_each_page_as_the_server_sent_it(written: Written, tmp_path: Path) -> None:
    assert len(written.pages) >= 5
    with gate.wayback(written.files, tmp_path) as address:
        for sent in written.pages:
            status, body = gate.replayed(address, sent)
            assert (status, gate.sha256(body)) == (200, gate.sha256(sent.body)), sent.url
