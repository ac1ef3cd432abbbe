"""Links, pipes and devices in the places where an archive writes.

Another user of the machine, or whoever made the archive, can have put them there.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.database.schema import open_for_writing
from archive.errors import ArchiveUnwritableError
from archive.filesystem.locks import archive_lock, is_running
from archive.filesystem.names import free_name
from archive.filesystem.publishing import keep_as
from archive.filesystem.turns import Turns
from archive.imports.companion import CompanionWriter
from archive.imports.kept_files import file_digest, keep_file
from archive.integrity.mending import Mending, mend
from archive.layout import Layout
from archive.warc.cdxj import write_cdxj
from archive.warc.closing import close_left_open
from archive.warc.file_names import COPYING
from portal_crawler.cli import main
from portal_crawler.run.log_file import LogFile
from tests.support.crawls import Ended, crawl, rows, warc_files
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page, wire_server

PORTALS = ("-s", "SPIDER_MODULES=tests.support.portals")
PRECIOUS = b"not the archive's"
REFUSED = "is a symbolic link, and an archive writes through none"
CLOSED = "warc/wire/wire-20381123042947-00009-host.warc.gz"
OPEN = f"{CLOSED}.open"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one article."""
    folder = tmp_path_factory.mktemp("crawled")
    with wire_server(folder) as server:
        serve(server)
        assert crawl(server, folder / "archive").code == 0
    return folder / "archive"


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(crawled, tmp_path / "archive")


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    path = tmp_path / "precious"
    path.write_bytes(PRECIOUS)
    return path


def serve(server: WireServer) -> None:
    server.answer("/tin-tuc", page(listing([1])))
    server.answer("/tin/1", page(article(1)))


def put_link(path: Path, target: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def told(command: str, archive: Path, capsys: pytest.CaptureFixture[str]) -> Ended:
    words = {"search": ("tin",), "import": (str(archive.parent / "precious"),), "show": ("1",)}
    pages = PORTALS if command in ("rebuild", "repair", "import") else ()
    code = main([command, *words.get(command, ()), *pages, "--archive", str(archive)])
    return Ended(code, *capsys.readouterr())


# What a command leads to


def assert_refused(end: Ended, link: Path, precious: Path, before: bytes) -> None:
    assert (end.code, f"{link} {REFUSED}" in end.stderr) == (1, True), end.stderr
    assert "link the folder instead" in end.stderr
    assert precious.read_bytes() == before
    assert link.is_symlink()
    assert [path.name for path in link.parent.glob("precious*")] == []


@pytest.mark.parametrize("name", ["locks/wire.lock", "locks/turns/127.0.0.1", OPEN])
def test_a_crawl_refuses_a_link_in_the_place_of_a_file(
    server: WireServer, archive: Path, precious: Path, name: str
) -> None:
    serve(server)
    put_link(archive / name, precious)
    assert_refused(crawl(server, archive), archive / name, precious, PRECIOUS)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        *((command, "locks/_archive.lock") for command in ("rebuild", "repair", "import")),
        *((command, OPEN) for command in ("rebuild", "repair")),
        *(("rebuild", f"archive.db{suffix}") for suffix in ("", "-wal", "-shm", "-journal")),
        *(("status", f"archive.db{suffix}") for suffix in ("", "-wal", "-shm", "-journal")),
        *((command, "archive.db") for command in ("repair", "import", "search", "show", "verify")),
    ],
)
def test_a_command_refuses_a_link_in_the_place_of_a_file(
    archive: Path, precious: Path, capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    if name == "archive.db":
        shutil.copy(archive / name, precious)
    before = precious.read_bytes()
    put_link(archive / name, precious)
    assert_refused(told(command, archive, capsys), archive / name, precious, before)


def test_a_database_to_be_made_is_made_behind_no_link(archive: Path, precious: Path) -> None:
    put_link(archive / "locks" / "_schema.lock", precious)
    with pytest.raises(ArchiveUnwritableError, match=REFUSED):
        open_for_writing(Layout(archive))
    (archive / "locks" / "_schema.lock").unlink()
    put_link(archive / "archive.db", archive.parent / "nowhere")
    with pytest.raises(ArchiveUnwritableError, match=REFUSED):
        open_for_writing(Layout(archive))
    assert precious.read_bytes() == PRECIOUS
    assert not (archive.parent / "nowhere").exists()


def test_a_rebuild_makes_its_database_behind_no_link(
    archive: Path, precious: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for suffix in ("", "-journal", "-wal"):
        put_link(archive / f"archive.db.rebuilt{suffix}", precious)
    assert told("rebuild", archive, capsys).code == 0
    assert precious.read_bytes() == PRECIOUS
    assert rows(archive, "SELECT count(*) FROM articles") == [(1,)]
    assert list(archive.glob("archive.db.rebuilt*")) == []


def test_a_pipe_in_the_place_of_a_file_holds_no_crawl_up(server: WireServer, archive: Path) -> None:
    serve(server)
    lock = archive / "locks" / "wire.lock"
    put_pipe(lock)
    end = crawl(server, archive)
    assert end.code == 1
    assert f"{lock} is a named pipe where an archive keeps a file" in end.stderr


@pytest.mark.parametrize(
    ("command", "name", "code"),
    [
        ("status", "locks/wire.lock", 0),
        ("status", "archive.db", 1),
        ("status", "archive.db-wal", 1),
        ("rebuild", "archive.db", 1),
        ("rebuild", OPEN, 1),
        ("rebuild", CLOSED, 1),
        ("repair", CLOSED, 1),
    ],
)
def test_a_pipe_in_the_place_of_a_file_holds_no_command_up(
    archive: Path, capsys: pytest.CaptureFixture[str], command: str, name: str, code: int
) -> None:
    put_pipe(archive / name)
    end = told(command, archive, capsys)
    assert end.code == code
    assert ("is a named pipe" in end.stderr) == (code == 1)


def put_pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def test_linked_folders_are_fine(
    server: WireServer, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(server)
    for name in (".", "warc", "logs", "locks"):
        elsewhere = archive.parent / f"elsewhere-{name.strip('.')}"
        (archive / name).rename(elsewhere)
        (archive / name).symlink_to(elsewhere)
    assert crawl(server, archive).code == 0
    assert len(warc_files(archive)) == 2
    assert told("verify", archive, capsys).code == 0
    assert told("rebuild", archive, capsys).code == 0
    assert rows(archive, "SELECT count(*) FROM articles") == [(1,)]


# Names that only some commands write


def torn(folder: Path) -> None:
    (folder / "a.warc.gz.open").write_bytes(b"torn")
    close_left_open(folder / "a.warc.gz.open", 0)


def mended(folder: Path) -> None:
    (folder / "a.warc.gz").write_bytes(b"good")
    mend(Mending(path=folder / "a.warc.gz", size=4, cut=()))


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.cdxj.part", lambda folder: write_cdxj(folder / "a.cdxj", ["line"])),
        ("a.warc.gz.torn-0", torn),
        ("a.warc.gz.mended", mended),
        ("c.import.warc.gz.open", lambda folder: CompanionWriter(folder / "c.import.warc.gz")),
        ("wire.log", lambda folder: LogFile(folder / "wire.log")),
        ("host", lambda folder: Turns(Layout(folder.parent)).take("host", 1.0)),
    ],
)
def test_no_file_is_written_through_a_link(
    tmp_path: Path, precious: Path, name: str, write: Callable[[Path], object]
) -> None:
    folder = tmp_path / "locks" / "turns" if name == "host" else tmp_path / "folder"
    folder.mkdir(parents=True)
    put_link(folder / name, precious)
    with pytest.raises(ArchiveUnwritableError, match=f"/{name} {REFUSED}"):
        write(folder if name != "host" else folder.parent)
    assert precious.read_bytes() == PRECIOUS


def test_an_imported_file_is_copied_through_no_link(tmp_path: Path, precious: Path) -> None:
    source = tmp_path / "source.warc"
    source.write_bytes(b"other people's")
    layout = Layout(tmp_path / "archive")
    target = keep_file(layout, source, file_digest(source), source.name)
    target.unlink()
    put_link(target.with_name(COPYING + target.name), precious)
    with pytest.raises(ArchiveUnwritableError, match=REFUSED):
        keep_file(layout, source, file_digest(source), source.name)
    assert precious.read_bytes() == PRECIOUS


def test_what_repair_keeps_gets_a_name_that_no_link_has(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"as it was")
    put_link(tmp_path / "a.before-repair", tmp_path / "nowhere")
    name = free_name(tmp_path / "a.before-repair")
    assert name.name == "a.before-repair-2"
    keep_as(path, name)
    assert name.read_bytes() == b"as it was"
    assert not (tmp_path / "nowhere").exists()


def test_whether_a_crawl_runs_is_unknown_behind_a_link(tmp_path: Path, precious: Path) -> None:
    layout = Layout(tmp_path / "archive")
    put_link(layout.locks / "wire.lock", precious)
    assert is_running(layout, "wire") is None


def test_a_device_is_no_lock(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.locks.mkdir()
    try:
        os.mknod(layout.locks / "_archive.lock", 0o600 | 0o020000, os.makedev(1, 3))
    except OSError as error:
        pytest.skip(f"no device can be made here: {error}")
    with pytest.raises(ArchiveUnwritableError, match="is a device"), archive_lock(layout):
        pass


@pytest.mark.parametrize("command", ["crawl", "rebuild", "repair"])
def test_a_linked_folder_within_warc_is_refused(
    server: WireServer, archive: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    serve(server)
    folder = archive / "warc" / "wire"
    folder.symlink_to(folder.rename(archive.parent / "elsewhere"))
    before = sorted(folder.iterdir())
    end = crawl(server, archive) if command == "crawl" else told(command, archive, capsys)
    assert (end.code, f"{folder} is a symbolic link" in end.stderr) == (1, True), end.stderr
    assert "link warc or the whole archive" in end.stderr
    assert sorted(folder.iterdir()) == before
