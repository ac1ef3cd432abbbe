"""What `portal demo` may write anew: an empty folder, or one that is all its own."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from portal_crawler.demo.folder import MARK, empty_folder
from portal_crawler.errors import UsageError
from tests.archive.building import ArchiveBuilder

LOG = "logs/demo-bo-2026-11-20-010000-7350000000000000.log"


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A folder as a demo leaves it."""
    folder = tmp_path / "demo"
    empty_folder(folder)
    for portal in ("demo-bo", "demo-tinh"):
        builder = ArchiveBuilder(folder, portal)
        builder.article("1", "Tin")
        builder.close()
    for name in ("locks/turns/bokhcn.demo-bo.example", "locks/demo-bo.lock", LOG):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder


def contents(folder: Path) -> list[tuple[str, bytes]]:
    """All that is below a folder, links not followed."""
    found = sorted(path for path in folder.rglob("*"))
    return [
        (str(path), path.read_bytes() if path.is_file() and not path.is_symlink() else b"")
        for path in found
    ]


def test_a_demos_folder_is_made_anew(demo: Path) -> None:
    empty_folder(demo)
    assert [path.name for path in demo.iterdir()] == [MARK]


@pytest.mark.parametrize("name", ["new", "new/below", "empty"])
def test_what_is_not_there_or_empty_is_taken(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir(mode=0o700)
    empty_folder(tmp_path / name)
    assert [path.name for path in (tmp_path / name).iterdir()] == [MARK]
    assert (tmp_path / "empty").stat().st_mode & 0o777 == 0o700


def file(name: str, text: str = "mine") -> Callable[[Path], None]:
    def put(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    return put


def link(name: str) -> Callable[[Path], None]:
    def put(folder: Path) -> None:
        shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink()
        (folder / name).symlink_to(folder.parent / "elsewhere")

    return put


def sql(statement: str) -> Callable[[Path], None]:
    def put(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "archive.db")) as connection, connection:
            connection.execute(statement)

    return put


def crawled(folder: Path) -> None:
    builder = ArchiveBuilder(folder, "mst")
    builder.article("1", "Tin")
    builder.close()
    shutil.rmtree(folder / "warc" / "mst")


@pytest.mark.parametrize(
    "put",
    [
        file("notes.txt"),
        file("notes.txt", ""),
        file(".hidden"),
        file("mine/notes.txt"),
        file("warc/notes.txt"),
        file("warc/demo-bo/notes.txt"),
        file("warc/demo-bo/mine.warc.gz"),
        file("warc/mst/mst-20261120010001-00001-vm.warc.gz"),
        file("warc/imported/b435efa8a01e-mine.warc.gz"),
        file("warc/demo-bo/demo-bo-20261120010001-00001-vm.warc.gz.damaged-9"),
        file("archive.db.before-repair"),
        file("archive.db", "no database at all"),
        file("logs/mst-2026-11-20-010000-7350000000000000.log"),
        file("locks/mst.lock"),
        lambda folder: (folder / "empty").mkdir(),
        lambda folder: os.mkfifo(folder / "locks" / "demo-tinh.lock"),
        link("warc"),
        link("logs"),
        link(LOG),
        link("archive.db"),
        link(MARK),
        crawled,
        sql("CREATE TABLE notes (text)"),
        lambda folder: (folder / MARK).unlink(),
        lambda folder: ((folder / MARK).unlink(), (folder / MARK).mkdir()),
    ],
)
def test_a_folder_with_anything_of_others_is_left_as_it_is(
    demo: Path, put: Callable[[Path], object]
) -> None:
    (demo.parent / "elsewhere").mkdir()
    (demo.parent / "elsewhere" / "notes.txt").write_text("mine")
    put(demo)
    before = contents(demo.parent)
    with pytest.raises(UsageError, match="name another folder with --archive"):
        empty_folder(demo)
    assert contents(demo.parent) == before


def test_a_file_and_a_link_are_no_folders_of_the_demo(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(demo)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    before = contents(tmp_path)
    for name in ("file", "link", "dangling", "link/"):
        with pytest.raises(UsageError, match="is not a folder"):
            empty_folder(tmp_path / name)
    assert contents(tmp_path) == before
