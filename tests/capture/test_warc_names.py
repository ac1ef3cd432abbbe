"""The names of WARC files."""

from datetime import UTC, datetime
from pathlib import Path

from archive.layout import Layout
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
