"""Where rows of a stranger's archive lead: to regular files of its warc/ folder, or nowhere."""

import gzip
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.commands import show, status
from archive.errors import ArchiveDamagedError
from archive.filesystem.locks import is_running
from archive.filesystem.logs import log_of
from archive.integrity.findings import Finding
from archive.integrity.verify import Verification
from archive.layout import Layout, article_id
from archive.models import WarcPlace
from archive.warc.reader import record_at
from archive.warc.storage import open_named
from archive.warc.stream import MAX_BLOCK_BYTES
from tests.archive.building import PORTAL, warc_path
from tests.archive.test_commands import run

FIRST = str(article_id(PORTAL, "100"))


def name_of(path: Path, layout: Layout) -> str:
    return str(path.relative_to(layout.folder))


def outside(layout: Layout) -> Path:
    """The archive's WARC file, moved out of it."""
    return warc_path(layout).rename(layout.folder.parent / "outside.warc.gz")


def climbing(layout: Layout) -> str:
    return f"warc/../../{outside(layout).name}"


def climbing_within(layout: Layout) -> str:
    path = warc_path(layout)
    return f"warc/{path.parent.name}/../{path.parent.name}/{path.name}"


def absolute(layout: Layout) -> str:
    return str(warc_path(layout))


def beside_warc(layout: Layout) -> str:
    warc_path(layout).rename(layout.folder / "logs.warc.gz")
    return "logs.warc.gz"


def a_link(layout: Layout) -> str:
    place = warc_path(layout)
    place.symlink_to(outside(layout))
    return name_of(place, layout)


def a_link_to_a_file_within(layout: Layout) -> str:
    place = warc_path(layout)
    link = place.with_name("link.warc.gz")
    link.symlink_to(place.name)
    return name_of(link, layout)


def a_link_that_is_being_written(layout: Layout) -> str:
    place = warc_path(layout)
    place.with_name(f"{place.name}.open").symlink_to(outside(layout))
    return name_of(place, layout)


def a_folder_that_leads_out(layout: Layout) -> str:
    folder = layout.folder.parent / "elsewhere"
    warc_path(layout).parent.rename(folder)
    (layout.warc / "elsewhere").symlink_to(folder)
    (path,) = folder.glob("*.warc.gz")
    return f"warc/elsewhere/{path.name}"


def a_loop(layout: Layout) -> str:
    (layout.warc / "loop").symlink_to("loop")
    return "warc/loop/a.warc.gz"


def a_pipe(layout: Layout) -> str:
    os.mkfifo(layout.warc / "pipe.warc.gz")
    return "warc/pipe.warc.gz"


def a_folder(layout: Layout) -> str:
    (layout.warc / "folder.warc.gz").mkdir()
    return "warc/folder.warc.gz"


def a_device(layout: Layout) -> str:
    link = layout.warc / "device.warc.gz"
    link.symlink_to("/dev/zero")
    return "warc/device.warc.gz"


def nothing(_: Layout) -> str:
    return ""


def an_end_of_a_string(layout: Layout) -> str:
    return f"{name_of(warc_path(layout), layout)}\0"


def megabytes(_: Layout) -> str:
    return "warc/" + "x" * 2_000_000


Place = Callable[[Layout], str]

PLACES: list[Place] = [
    climbing, climbing_within, absolute, beside_warc, a_link, a_link_to_a_file_within,
    a_link_that_is_being_written, a_folder_that_leads_out, a_loop, a_pipe, a_folder, a_device,
    nothing, an_end_of_a_string, megabytes,
]  # fmt: skip


@pytest.fixture
def placed(copy: Layout, request: pytest.FixtureRequest) -> tuple[Layout, str]:
    """An archive whose captures lie where one of PLACES says."""
    name: str = request.param(copy)
    with closing(sqlite3.connect(copy.database)) as connection, connection:
        connection.execute("UPDATE captures SET warc_file = ?", (name,))
    return copy, name


parametrized = pytest.mark.parametrize(
    "placed", PLACES, indirect=True, ids=[place.__name__ for place in PLACES]
)


@parametrized
def test_nothing_is_opened_there(placed: tuple[Layout, str]) -> None:
    layout, name = placed
    with pytest.raises((ArchiveDamagedError, OSError)):
        open_named(layout, name).close()
    with pytest.raises(ArchiveDamagedError) as refused:
        record_at(layout, WarcPlace(name, 0, 0))
    assert len(str(refused.value)) < 1000 or name in str(refused.value)


@parametrized
def test_show_says_that_it_is_damage(placed: tuple[Layout, str]) -> None:
    with pytest.raises(ArchiveDamagedError):
        run(show, placed[0], FIRST, "--cite")


@parametrized
def test_verify_names_it_and_goes_on(placed: tuple[Layout, str]) -> None:
    found: list[Finding] = list(Verification(placed[0]).findings())
    named = {finding.code for finding in found if finding.where == placed[1]}
    assert named & {"unreadable", "file-missing"}


@pytest.mark.parametrize("linked", ["warc", "."])
def test_a_linked_folder_of_all_files_is_read(copy: Layout, linked: str) -> None:
    place = (copy.folder / linked).resolve()
    moved = place.rename(place.with_name(f"{place.name}-on-another-disk"))
    place.symlink_to(moved)
    assert run(show, copy, FIRST, "--cite") == 0
    assert [finding for finding in Verification(copy).findings() if finding.is_damage] == []


def test_an_index_that_is_a_link_is_not_read(copy: Layout) -> None:
    (index,) = copy.warc.rglob("*.cdxj")
    index.symlink_to(index.rename(copy.folder.parent / "outside.cdxj"))
    codes = {finding.code for finding in Verification(copy).findings()}
    assert "unreadable" in codes


def test_a_record_that_unpacks_to_much_is_cut(copy: Layout) -> None:
    length = MAX_BLOCK_BYTES + 1_000_000
    head = f"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: {length}\r\n\r\n".encode()
    bomb = copy.warc / "bomb.warc.gz"
    bomb.write_bytes(gzip.compress(head + bytes(length) + b"\r\n\r\n", 1))
    assert (
        len(record_at(copy, WarcPlace("warc/bomb.warc.gz", 0, 0)).raw_stream.read())
        == MAX_BLOCK_BYTES
    )


@pytest.mark.parametrize("name", ["../logs/x", "/etc/x", "a\0b", "..", "", "*", "[", "x" * 5000])
def test_a_portals_name_leads_to_no_other_folder(copy: Layout, name: str) -> None:
    copy.logs.mkdir(exist_ok=True)
    (copy.logs / f"{PORTAL}-2026-11-20-010000-1.log").touch()
    with closing(sqlite3.connect(copy.database)) as connection, connection:
        for table, column in (("portals", "name"), ("runs", "portal"), ("articles", "portal")):
            connection.execute(f"UPDATE {table} SET {column} = ?", (name,))
        connection.execute("UPDATE runs SET outcome = NULL")
    assert log_of(copy, name, 1) is None
    assert not is_running(copy, name)
    assert run(status, copy) == 0
    assert run(status, copy, name) == 0
