"""How large an archive is said to be, and how much room is left."""

import json
import os
from pathlib import Path

import pytest

from archive.filesystem.disk_space import MB
from archive.layout import Layout
from archive.status.archive_size import Room, room_of, size_words
from archive.status.metrics import metrics
from portal_crawler.cli import main
from tests.archive.building import ArchiveBuilder

GB = 1024 * MB


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    builder = ArchiveBuilder(tmp_path / "archive", "a")
    builder.article("1", "Tin")
    return builder.close(outcome="complete")


def all_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_an_archive_is_as_large_as_its_files(layout: Layout) -> None:
    room = room_of(layout)
    disk = os.statvfs(layout.folder)
    assert (room.size_bytes, room.is_whole) == (all_bytes(layout.folder), True)
    assert abs(room.free_bytes - disk.f_bavail * disk.f_frsize) < GB
    assert not room.is_short


def test_what_a_linked_folder_holds_counts_and_what_a_linked_file_leads_to_does_not(
    layout: Layout, tmp_path: Path
) -> None:
    before = room_of(layout).size_bytes
    layout.warc.rename(tmp_path / "elsewhere")
    layout.warc.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "large").write_bytes(bytes(10 * MB))
    (layout.folder / "linked").symlink_to(tmp_path / "large")
    assert room_of(layout).size_bytes == before


def test_there_is_an_archive_without_warc_files(tmp_path: Path) -> None:
    assert room_of(Layout(tmp_path / "none")).size_bytes == 0


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (Room(3 * GB // 2, True, 20 * GB), "1.5 GB in the archive, 20.0 GB free on its disk"),
        (Room(5 * MB, False, GB), "more than 5 MB in the archive, 1.0 GB free on its disk"),
        (
            Room(5 * MB, True, 499 * MB),
            "5 MB in the archive, 499 MB free on its disk: "
            "a crawl needs 500 MB (PORTAL_DISK_RESERVE_MB)",
        ),
    ],
)
def test_the_words_say_whether_that_is_enough(room: Room, words: str) -> None:
    assert room.words() == words


def test_a_size_has_a_unit() -> None:
    assert [size_words(size) for size in (0, MB, 999 * MB, GB)] == [
        "0 MB",
        "1 MB",
        "999 MB",
        "1.0 GB",
    ]


def test_status_shows_it_in_each_form(
    layout: Layout, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["status", "--archive", str(layout.folder)]
    files = [str(tmp_path / name) for name in ("page.html", "archive.prom")]
    for more in ((), ("a",)):
        assert main([*words, *more]) == 0
        assert "in the archive, " in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["archive_bytes"] == all_bytes(layout.folder)
    assert told["disk_free_bytes"] > 0
    assert main([*words, "--html", files[0], "--metrics", files[1]]) == 0
    assert "free on its disk." in Path(files[0]).read_text("utf-8")
    assert f"portal_archive_size_bytes {told['archive_bytes']}\n" in Path(files[1]).read_text(
        "utf-8"
    )


def test_a_size_that_is_not_known_has_no_metric() -> None:
    written = metrics([], room=Room(5 * MB, False, GB))
    assert "size_bytes" not in written
    assert f"portal_archive_disk_free_bytes {GB}\n" in written
