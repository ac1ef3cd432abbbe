"""`portal import --remove`: an imported file is out of the archive, as if it had never come."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from warcio.warcwriter import WARCWriter

from archive.filesystem.locks import archive_lock
from archive.layout import Layout
from portal_crawler.cli import main
from tests.importing.making import (
    URL,
    Style,
    add_revisit,
    article,
    assert_rebuild_changes_nothing,
    assert_sound,
    everything,
    imported,
    moment,
    write_warc,
)
from tests.support.crawls import rows
from tests.support.nights import Answered, Nights

OTHER = URL.replace("2408433", "2408434")
ARTICLES = "SELECT key, title, version, gone_at FROM articles ORDER BY key"


def portal(archive: Path, *words: str) -> int:
    return main([*words, "--archive", str(archive), "-q"])


def remove(archive: Path, *files: str | Path) -> int:
    return portal(archive, "import", "--remove", *map(str, files))


def in_use(archive: Path) -> set[str]:
    """The names of the imported files and of their companions."""
    return {path.name for path in archive.glob("warc/imported/*") if path.is_file()}


def rebuilt_without(archive: Path, name: str, work: Path) -> dict[str, list[tuple[object, ...]]]:
    """The rows that a rebuild makes where a file was never kept."""
    shutil.copytree(archive, work)
    for path in work.glob(f"warc/imported/*-{name}*"):
        path.unlink()
    assert portal(work, "rebuild", "--yes") == 0
    return everything(work)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """An archive of x, y and z: y edits one of x's two articles, z has revisits of x and y."""
    archive = tmp_path / "archive"
    old, new, other = article("Tên cũ"), article("Tên mới"), article("Tin", url=OTHER)
    with (tmp_path / "z.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for day, page in ((7, old), (12, new), (12, other)):
            add_revisit(writer, page, moment(day, 0))
    imported(
        archive,
        write_warc(tmp_path / "x.warc.gz", [old, other]),
        write_warc(tmp_path / "y.warc", [new], Style(packed=False), day=9),
        tmp_path / "z.warc.gz",
    )
    return archive


@pytest.mark.parametrize("name", ["x.warc.gz", "y.warc", "z.warc.gz"])
def test_the_rows_are_those_of_a_rebuild_without_the_file(
    three: Path, name: str, tmp_path: Path
) -> None:
    wanted = rebuilt_without(three, name, tmp_path / "without")
    assert remove(three, tmp_path / name) == 0
    assert everything(three) == wanted
    assert_sound(three)
    assert_rebuild_changes_nothing(three)


def test_an_article_that_only_the_file_had_is_gone_from_rows_and_search(
    three: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert remove(three, tmp_path / "x.warc.gz") == 0
    assert [title for _, title, *_ in rows(three, ARTICLES)] == ["Tên mới"]
    assert portal(three, "search", "tin") == 0
    assert capsys.readouterr().out == ""


def test_revisits_of_another_import_that_lose_their_original_are_said(
    three: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "--remove", str(tmp_path / "x.warc.gz"), "--archive", str(three)]) == 0
    said = capsys.readouterr().err
    assert "-z.warc.gz: 2 of its revisits repeat records that were removed" in said
    resolved = "SELECT count(*) FROM captures WHERE revisit_of IS NOT NULL"
    assert rows(three, resolved) == [(1,)]


def test_several_files_are_removed_together(three: Path, tmp_path: Path) -> None:
    assert remove(three, tmp_path / "x.warc.gz", tmp_path / "z.warc.gz") == 0
    assert {name[13:] for name in in_use(three)} == {"y.warc", "y.warc.import.warc.gz"}
    assert [title for _, title, *_ in rows(three, ARTICLES)] == ["Tên mới"]


def test_the_files_are_kept_aside_and_can_be_imported_again(three: Path, tmp_path: Path) -> None:
    before, names = len(everything(three)["captures"]), in_use(three)
    assert remove(three, tmp_path / "y.warc") == 0
    aside = {path.name for path in three.glob("warc/imported/removed/*")}
    assert aside == {f"{name}.removed" for name in names - in_use(three)}
    [path] = three.glob("warc/imported/removed/*.warc.removed")
    assert path.read_bytes() == (tmp_path / "y.warc").read_bytes()
    imported(three, path)
    assert in_use(three) == names
    assert rows(three, "SELECT title, version FROM articles") == [("Tên mới", 2), ("Tin", 1)]
    assert len(everything(three)["captures"]) == before
    assert_sound(three)
    assert remove(three, tmp_path / "y.warc") == 0


@pytest.mark.parametrize("given", ["path", "name", "digits", "kept path", "companion"])
def test_a_file_can_be_named_in_many_ways(given: str, three: Path, tmp_path: Path) -> None:
    [kept] = three.glob("warc/imported/*-y.warc")
    names = {
        "path": tmp_path / "y.warc",
        "name": kept.name,
        "digits": kept.name[:12].upper(),
        "kept path": kept,
        "companion": kept.name + ".import.warc.gz",
    }
    assert remove(three, names[given]) == 0
    assert not kept.exists()


def test_a_companion_of_another_archive_is_a_file_like_others(three: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.import.warc.gz"
    [companion] = three.glob("warc/imported/*-y.warc.import.warc.gz")
    path.write_bytes(companion.read_bytes())
    before = everything(three)
    imported(three, path)
    assert_sound(three)
    [kept] = three.glob("warc/imported/*-other.import.warc.gz")
    assert remove(three, kept.name[:12]) == 0
    assert everything(three) == before
    assert_sound(three)


@pytest.mark.parametrize("given", ["0123456789ab", "nothing.warc.gz", "y.warc", "."])
def test_what_was_never_imported_is_refused(
    given: str, three: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = in_use(three)
    assert remove(three, given) == 2
    assert "is not an imported file of" in capsys.readouterr().err
    assert in_use(three) == before


def test_a_file_that_was_removed_is_not_removed_twice(
    three: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert remove(three, tmp_path / "y.warc") == 0
    before = everything(three)
    assert remove(three, tmp_path / "y.warc") == 2
    assert "was removed before" in capsys.readouterr().err
    assert everything(three) == before


def test_a_file_that_captures_of_a_crawl_rest_on_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Crawls of earlier releases wrote such revisits."""
    archive = tmp_path / "archive"
    Nights(archive).night([Answered("1", b"<h1>Tin</h1>")])
    imported(archive, write_warc(tmp_path / "x.warc.gz", [article("Tin")]))
    with closing(sqlite3.connect(archive / "archive.db")) as database, database:
        database.execute(
            "UPDATE captures SET revisit_of = (SELECT id FROM captures"
            " WHERE warc_file LIKE 'warc/imported/%') WHERE portal = 'taught'"
        )
    before, names = everything(archive), in_use(archive)
    assert remove(archive, tmp_path / "x.warc.gz") == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "cannot be removed" in said
    assert "warc/taught/taught-" in said
    assert (everything(archive), in_use(archive)) == (before, names)


def test_a_removal_that_finds_no_room_for_a_new_database_changes_nothing(
    three: Path, tmp_path: Path
) -> None:
    before, names = everything(three), in_use(three)
    reserve = ("-s", f"PORTAL_DISK_RESERVE_MB={10**9}")
    assert portal(three, "import", "--remove", str(tmp_path / "x.warc.gz"), *reserve) == 1
    assert (everything(three), in_use(three)) == (before, names)


def test_a_rebuild_that_fails_puts_the_files_back(three: Path, tmp_path: Path) -> None:
    before, names = everything(three), in_use(three)
    (three / "archive.db.rebuilt").mkdir()
    assert remove(three, tmp_path / "x.warc.gz") == 1
    assert (everything(three), in_use(three)) == (before, names)


@pytest.mark.parametrize("moved", [["companion"], ["companion", "file"]])
@pytest.mark.parametrize("given", ["path", "digits"])
def test_a_removal_that_was_killed_is_ended_by_the_same_command(
    moved: list[str], given: str, three: Path, tmp_path: Path
) -> None:
    wanted = rebuilt_without(three, "x.warc.gz", tmp_path / "without")
    [digits] = {name[:12] for name in in_use(three) if "-x.warc.gz" in name}
    move_as_a_killed_removal_did(three, moved)
    assert remove(three, tmp_path / "x.warc.gz" if given == "path" else digits) == 0
    assert everything(three) == wanted
    assert_sound(three)


def test_rows_that_a_killed_removal_left_are_found_and_repaired(
    three: Path, tmp_path: Path
) -> None:
    wanted = rebuilt_without(three, "x.warc.gz", tmp_path / "without")
    move_as_a_killed_removal_did(three, ["companion", "file"])
    assert portal(three, "verify") == 4
    assert portal(three, "repair") == 0
    assert everything(three) == wanted


def move_as_a_killed_removal_did(archive: Path, moved: list[str]) -> None:
    folder = archive / "warc/imported/removed"
    folder.mkdir()
    [file] = archive.glob("warc/imported/*-x.warc.gz")
    paths = {"companion": file.with_name(file.name + ".import.warc.gz"), "file": file}
    for one in moved:
        paths[one].rename(folder / (paths[one].name + ".removed"))


@pytest.mark.parametrize("lost", ["file", "companion"])
def test_what_is_left_of_a_damaged_import_can_be_removed(
    lost: str, three: Path, tmp_path: Path
) -> None:
    [file] = three.glob("warc/imported/*-x.warc.gz")
    if lost == "file":
        file.unlink()
    else:
        file.with_name(file.name + ".import.warc.gz").write_bytes(b"no record")
    assert portal(three, "verify") == 4
    assert remove(three, file.name) == 0
    assert_sound(three)


def test_while_another_process_holds_the_archive_nothing_is_removed(
    three: Path, tmp_path: Path
) -> None:
    names = in_use(three)
    with archive_lock(Layout(three)):
        assert remove(three, tmp_path / "x.warc.gz") == 5
    assert in_use(three) == names


def test_nothing_is_made_where_no_archive_is(tmp_path: Path) -> None:
    assert remove(tmp_path / "archive", "0123456789ab") == 2
    assert not (tmp_path / "archive").exists()


def test_a_file_named_as_a_copy_in_the_making_is_imported_as_any_other(tmp_path: Path) -> None:
    archive, path = tmp_path / "archive", tmp_path / "x.warc.gz.part"
    imported(archive, write_warc(path, [article("Tin")]))
    [again] = imported(archive, path)
    assert again["again"]
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)


@pytest.mark.parametrize("name", ["copying-{}-x.warc", "{}-x.warc.part"])
def test_a_copy_that_a_killed_import_left_is_no_finding(name: str, tmp_path: Path) -> None:
    """By the second name earlier releases called it."""
    archive, path = tmp_path / "archive", write_warc(tmp_path / "x.warc", [article("Tin")])
    imported(archive, write_warc(tmp_path / "y.warc.gz", [article("Tin khác")]))
    (archive / "warc/imported" / name.format("0" * 12)).write_bytes(path.read_bytes()[:500])
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)
