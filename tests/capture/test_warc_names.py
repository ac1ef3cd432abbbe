"""The names of WARC files."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from archive.layout import Layout
from archive.warc.exchange import Exchange
from archive.warc.writer import WarcWriter

MOMENT = datetime(2026, 11, 23, 4, 29, 47, tzinfo=UTC)


def write_file(folder: Path, *, closes: bool = True) -> None:
    """What a run writes that is over within its second."""
    writer = WarcWriter(Layout(folder), "wire", [("run", "1")], clock=lambda: MOMENT)
    writer.write_metadata([("run-event", "start")], "urn:portal-run:wire:1")
    writer.close() if closes else writer.abandon()


def warcs(folder: Path) -> list[Path]:
    return sorted(folder.glob("warc/wire/*.warc.gz*"))


def test_two_runs_within_a_second_write_two_files(tmp_path: Path) -> None:
    write_file(tmp_path)
    (first,) = warcs(tmp_path)
    before = first.read_bytes()
    write_file(tmp_path)
    assert first.read_bytes() == before
    assert len(warcs(tmp_path)) == 2


def test_a_file_that_a_crash_left_open_is_not_written_over(tmp_path: Path) -> None:
    write_file(tmp_path, closes=False)
    (left,) = warcs(tmp_path)
    write_file(tmp_path)
    names = [path.name for path in warcs(tmp_path)]
    assert len(names) == 2
    assert left.name in names
    assert left.name.removesuffix(".open") not in names


def write_exchanges(folder: Path, count: int, **limits: Any) -> None:
    writer = WarcWriter(Layout(folder), "wire", [("run", "1")], **limits)
    for number in range(count):
        exchange = Exchange(
            url=f"http://a.example/{number}",
            role="other",
            run_id=1,
            portal="wire",
            started_at=MOMENT,
        )
        exchange.request = b"GET / HTTP/1.1\r\n\r\n"
        exchange.response.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        writer.write_exchange(exchange)
    writer.close()


def kinds(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file)]


def test_a_full_file_is_followed_by_another_and_no_exchange_stands_in_two(tmp_path: Path) -> None:
    write_exchanges(tmp_path, 3, max_file_bytes=1)
    assert [kinds(path) for path in warcs(tmp_path)] == [
        ["warcinfo", "metadata", "request", "response"]
    ] * 3


def test_a_file_of_many_exchanges_is_full_too(tmp_path: Path) -> None:
    write_exchanges(tmp_path, 5, max_file_exchanges=2)
    assert [kinds(path).count("response") for path in warcs(tmp_path)] == [2, 2, 1]


def test_an_old_file_is_closed_and_followed_by_another(tmp_path: Path) -> None:
    moments = (MOMENT + timedelta(hours=hours) for hours in itertools.count(step=5))
    write_exchanges(tmp_path, 12, clock=lambda: next(moments))
    assert len(warcs(tmp_path)) > 1
    assert sum(kinds(path).count("response") for path in warcs(tmp_path)) == 12
