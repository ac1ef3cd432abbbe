"""`portal repair` keeps what can be kept, sets the rest aside, and then verify finds nothing."""

import json
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.filesystem.locks import portal_lock
from archive.filesystem.publishing import keep_as
from archive.integrity.mending import Survey, mend, right_index
from archive.integrity.verify import Verification
from archive.layout import Layout
from portal_crawler.cli import main
from portal_crawler.reprocessing.repair import Repair
from tests.archive.building import members
from tests.support.crawls import crawl, rows, start_crawl, warc_files, wire_environment
from tests.support.pages import article, listing
from tests.support.portals import Wire
from tests.support.wire_server import conditional, page, wire_server

COUNT = 8


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs: the second one's answers are revisits, but for one article that changed."""
    folder = tmp_path_factory.mktemp("repair")
    archive = folder / "archive"
    with wire_server(folder) as server:
        server.answer("/tin-tuc", page(listing(range(1, COUNT + 1))))
        for number in range(1, COUNT + 1):
            server.answer(f"/tin/{number}", conditional(article(number), "same"))
        assert crawl(server, archive).code == 0
        server.answer("/tin/2", page(article(2, title="Tin đã sửa")))
        assert crawl(server, archive, "--full").code == 0
    return archive


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl that SIGKILL ended in the middle of its articles, and a torn record at its end."""
    folder = tmp_path_factory.mktemp("killed")
    archive = folder / "archive"
    hold = threading.Event()
    with wire_server(folder) as server:
        server.answer("/tin-tuc", page(listing(range(1, COUNT + 1))))
        for number in range(1, COUNT):
            server.answer(f"/tin/{number}", page(article(number)))
        server.answer(f"/tin/{COUNT}", page(article(COUNT), hold=hold))
        process = start_crawl(archive, env=wire_environment(server))
        server.wait_for(f"/tin/{COUNT}")
        time.sleep(1.0)  # the answers before it may still be on their way
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        hold.set()
    (path,) = warc_files(archive)
    with path.open("ab") as file:
        file.write(path.read_bytes()[:300])
    return archive


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    shutil.copytree(crawled, tmp_path / "archive")
    return tmp_path / "archive"


def repair(archive: Path, *words: str) -> int:
    settings = ("-s", "SPIDER_MODULES=tests.support.portals")
    return main(["repair", "--archive", str(archive), *settings, *words])


def is_well(archive: Path) -> bool:
    return list(Verification(Layout(archive)).findings()) == []


def keys(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles")}


def place(archive: Path, key: str) -> tuple[Path, int, int]:
    """File, offset and length of the first record of an article's answer."""
    ((name, offset, length),) = rows(
        archive,
        "SELECT warc_file, warc_offset, warc_length FROM captures WHERE key = ?"
        " ORDER BY run_id, warc_offset LIMIT 1",  # two crawls may begin within one second
        key,
    )
    return archive / name, offset, length


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


def answer_of_the_first(archive: Path) -> None:
    path, offset, length = place(archive, "1")
    flip(path, offset + length // 2)


def original_of_revisits(archive: Path) -> None:
    path, offset, length = place(archive, "3")
    flip(path, offset + length // 2)


def warcinfo(archive: Path) -> None:
    flip(warc_files(archive)[0], 40)


def cut_short(archive: Path) -> None:
    path = warc_files(archive)[0]
    path.write_bytes(path.read_bytes()[:-400])


def something_between(archive: Path) -> None:
    path, offset, _ = place(archive, "2")
    data = path.read_bytes()
    path.write_bytes(data[:offset] + b"what is this" * 50 + data[offset:])


def twice(archive: Path) -> None:
    path, offset, length = place(archive, "2")
    data = path.read_bytes()
    path.write_bytes(data + data[offset : offset + length])


def zeros(archive: Path) -> None:
    path, offset, _ = place(archive, "4")
    data = bytearray(path.read_bytes())
    data[offset - 200 : offset + 600] = bytes(800)
    path.write_bytes(data)


def whole_file(archive: Path) -> None:
    warc_files(archive)[0].write_bytes(bytes(5000))


def no_index(archive: Path) -> None:
    for path in archive.rglob("*.cdxj"):
        path.unlink()


def wrong_index(archive: Path) -> None:
    for path in archive.rglob("*.cdxj"):
        path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))


def no_database(archive: Path) -> None:
    (archive / "archive.db").unlink()


def no_rows(archive: Path) -> None:
    connection = sqlite3.connect(archive / "archive.db")
    connection.execute("UPDATE captures SET warc_offset = warc_offset + 1")
    connection.commit()
    connection.close()


def torn_database(archive: Path) -> None:
    path = archive / "archive.db"
    data = bytearray(path.read_bytes())
    data[4096:60000] = bytes(60000 - 4096)
    path.write_bytes(data)


def no_database_at_all(archive: Path) -> None:
    (archive / "archive.db").write_bytes(b"this is no database" * 500)


DAMAGES: list[tuple[Callable[[Path], None], int]] = [
    (answer_of_the_first, COUNT - 1),
    (original_of_revisits, COUNT - 1),
    (warcinfo, COUNT),
    (cut_short, COUNT),
    (something_between, COUNT),
    (twice, COUNT),
    (zeros, COUNT - 1),
    (no_index, COUNT),
    (wrong_index, COUNT),
    (no_database, COUNT),
    (no_rows, COUNT),
    (torn_database, COUNT),
    (no_database_at_all, COUNT),
]


@pytest.mark.parametrize(("damage", "articles"), DAMAGES)
def test_after_a_repair_verify_finds_nothing(
    archive: Path, damage: Callable[[Path], None], articles: int
) -> None:
    damage(archive)
    assert damage in (no_index, no_database) or not is_well(archive)
    assert repair(archive) == 0
    assert is_well(archive)
    assert len(keys(archive)) == articles
    assert repair(archive, "-q") == 0


@pytest.mark.parametrize("damage", [damage for damage, _ in DAMAGES] + [whole_file])
def test_a_dry_run_names_steps_and_changes_nothing(
    archive: Path, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    damage(archive)
    before = contents(archive)
    assert repair(archive, "--dry-run") == 0
    assert "[" in capsys.readouterr().out
    assert contents(archive) == before


def contents(archive: Path) -> dict[Path, bytes]:
    kept = (path for path in archive.rglob("*") if path.is_file() and "locks" not in path.parts)
    return {path: path.read_bytes() for path in kept if path.suffix not in (".db-shm", ".db-wal")}


def test_a_file_of_which_nothing_is_left_is_kept_aside(archive: Path) -> None:
    whole_file(archive)
    assert repair(archive) == 0
    assert is_well(archive)
    assert [path.stat().st_size for path in archive.rglob("*.before-repair")][:1] != []
    # The second run's revisits name records of the first: they go with them.
    assert keys(archive) == {"2"}


def test_all_that_was_there_is_there_still(archive: Path) -> None:
    zeros(archive)
    path = warc_files(archive)[0]
    before = path.read_bytes()
    assert repair(archive) == 0
    assert path.with_name(path.name + ".before-repair").read_bytes() == before
    kept = path.read_bytes()
    aside = [each.read_bytes() for each in path.parent.glob(f"{path.name}.damaged-*")]
    assert len(kept) + sum(map(len, aside)) == len(before)
    assert all(member in before for member in members(kept).values())


def test_no_reader_takes_for_a_warc_what_is_set_aside(archive: Path) -> None:
    zeros(archive)
    names = set(archive.rglob("*.warc.gz")) | set(archive.rglob("*.cdxj"))
    assert repair(archive) == 0
    assert set(archive.rglob("*.warc.gz")) | set(archive.rglob("*.cdxj")) == names


def test_the_database_as_it_was_is_kept(archive: Path) -> None:
    no_database_at_all(archive)
    before = (archive / "archive.db").read_bytes()
    assert repair(archive) == 0
    assert (archive / "archive.db.before-repair").read_bytes() == before


def test_a_sound_archive_is_left_alone(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(archive)
    assert repair(archive) == 0
    assert "nothing to repair" in capsys.readouterr().err
    assert contents(archive) == before


@pytest.mark.parametrize("share", [1.0, 0.5], ids=["whole", "torn"])
def test_a_copy_that_was_imported_takes_the_place_of_no_record(
    archive: Path, tmp_path: Path, share: float
) -> None:
    data = max(warc_files(archive), key=lambda path: path.stat().st_size).read_bytes()
    copy = tmp_path / "copy.warc.gz"
    copy.write_bytes(data[: int(len(data) * share)])
    settings = ("-s", "SPIDER_MODULES=tests.support.portals")
    main(["import", str(copy), "--archive", str(archive), *settings])
    before = contents(archive / "warc" / "wire")
    repair(archive)
    assert contents(archive / "warc" / "wire") == before


def test_an_answer_without_its_metadata_is_kept_as_a_capture(archive: Path) -> None:
    path, offset, length = place(archive, "1")
    data = path.read_bytes()
    start = 0
    for record, packed in members(data).items():
        if b"key: 1\r\n" in record and b"WARC-Type: metadata" in record:
            break
        start += len(packed)
    answer = data[offset : offset + length]
    flip(path, start + 60)
    assert repair(archive) == 0
    assert is_well(archive)
    assert answer in path.read_bytes()
    assert rows(archive, "SELECT count(*) FROM captures WHERE role = 'other'") == [(1,)]


def test_what_a_killed_crawl_left_is_closed_and_stored(killed: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(killed, archive)
    assert repair(archive, "--dry-run") == 0
    assert not is_well(archive)
    assert repair(archive) == 0
    assert is_well(archive)
    assert [path.suffix for path in warc_files(archive)] == [".gz"]
    assert {str(number) for number in range(1, COUNT)} <= keys(archive)
    assert sum(path.stat().st_size for path in archive.rglob("*.torn-*")) >= 300


def test_a_killed_crawl_and_a_lost_database(killed: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(killed, archive)
    for path in archive.glob("archive.db*"):
        path.unlink()
    assert repair(archive) == 0
    assert is_well(archive)
    assert {str(number) for number in range(1, COUNT)} <= keys(archive)


def half_a_copy(archive: Path) -> None:
    for path in warc_files(archive):
        path.with_name(path.name + ".mended").write_bytes(path.read_bytes()[:1000])


def the_name_only(archive: Path) -> None:
    for path in warc_files(archive):
        keep_as(path, path.with_name(path.name + ".before-repair"))


def the_files_only(archive: Path) -> None:
    for mending in Survey(Layout(archive)).mendings():
        mend(mending)


def files_and_indexes(archive: Path) -> None:
    the_files_only(archive)
    for path in warc_files(archive):
        right_index(path, dry_run=False)


@pytest.mark.parametrize("done", [half_a_copy, the_name_only, the_files_only, files_and_indexes])
def test_a_repair_that_was_killed_is_done_again(
    archive: Path, done: Callable[[Path], None]
) -> None:
    zeros(archive)
    before = warc_files(archive)[0].read_bytes()
    done(archive)
    assert repair(archive) == 0
    assert is_well(archive)
    assert len(keys(archive)) == COUNT - 1
    assert before in {path.read_bytes() for path in archive.rglob("*.before-repair*")}
    assert [path for path in archive.rglob("*.mended") if done is not half_a_copy] == []


def test_after_a_repair_that_was_killed_a_crawl_puts_the_rows_right(
    archive: Path, tmp_path: Path
) -> None:
    """It was killed when the files were mended, before the rows were."""
    zeros(archive)
    steps = Repair(Layout(archive), {"wire": Wire}, lambda: None, lambda: None).steps(dry_run=False)
    assert next(steps).action == "mended"
    steps.close()
    folder = tmp_path / "server"
    folder.mkdir()
    with wire_server(folder) as server:
        server.answer("/tin-tuc", page(listing([COUNT + 1])))
        server.answer(f"/tin/{COUNT + 1}", page(article(COUNT + 1)))
        assert crawl(server, archive).code == 0
    assert len(keys(archive)) == COUNT
    assert repair(archive) == 0
    assert is_well(archive)


def test_steps_as_json(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    no_index(archive)
    assert repair(archive, "--json") == 0
    steps = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [step["action"] for step in steps] == ["indexed", "indexed"]
    assert all(list(step) == ["action", "where", "what", "dry_run"] for step in steps)


def test_repair_waits_for_nobody(archive: Path) -> None:
    with portal_lock(Layout(archive), "wire"):
        assert repair(archive) == 5


def test_no_archive_is_made(tmp_path: Path) -> None:
    assert repair(tmp_path / "none") == 2
    assert not (tmp_path / "none").exists()
