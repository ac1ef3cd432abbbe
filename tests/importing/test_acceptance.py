"""`portal import --accept`: damage that came with a file is known, and is no alarm any more."""

import getpass
import gzip
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.warcwriter import WARCWriter

from archive.filesystem.locks import archive_lock
from archive.layout import Layout
from portal_crawler.cli import main
from tests.importing.making import (
    PAGES,
    Style,
    add_revisit,
    answer,
    article,
    assert_rebuild_changes_nothing,
    assert_sound,
    everything,
    imported,
    moment,
    raw_record,
    write_arc,
    write_warc,
)
from tests.support.crawls import rows

GOOD = raw_record(answer(article("Tin lành")))
CONTACT = ("-s", "PORTAL_CONTACT=archive@example.org")


def portal(archive: Path, *words: str) -> int:
    return main([*words, "--archive", str(archive)])


def accept(archive: Path, file: str | Path, *words: str) -> int:
    return portal(archive, "import", "--accept", str(file), *words)


def findings(
    archive: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int
) -> list[dict[str, object]]:
    """What `portal verify` finds, and its exit code held."""
    capsys.readouterr()
    assert portal(archive, "verify", "--json", *words) == code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def kept(archive: Path) -> Path:
    """The imported file."""
    [path] = (
        path for path in archive.glob("warc/imported/*-x.*") if ".import.warc.gz" not in path.name
    )
    return path


def companion(archive: Path) -> Path:
    return kept(archive).with_name(kept(archive).name + ".import.warc.gz")


def flip(path: Path, *places: int) -> Path:
    data = bytearray(path.read_bytes())
    for place in places:
        data[place] ^= 0xFF
    path.write_bytes(data)
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """With a file of which three records are damaged."""
    path = write_warc(tmp_path / "x.warc.gz", PAGES[:20])
    size = path.stat().st_size
    flip(path, size // 4, size // 2, 3 * size // 4)
    imported(tmp_path / "archive", path, code=4)
    return tmp_path / "archive"


def test_the_findings_of_a_file_are_one_line_and_each_place_is_named_with_all(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [one] = findings(archive, capsys, code=4)
    assert one["where"] == f"warc/imported/{kept(archive).name}"
    assert str(one["what"]).startswith("3 damaged places; the first at ")
    places = findings(archive, capsys, "--all", code=4)
    assert {place["code"] for place in places} == {"import-damaged"}
    assert len({place["where"] for place in places}) == 3
    assert portal(archive, "verify") == 4
    assert "portal import --accept" in capsys.readouterr().err


def test_accepted_findings_are_no_failure_and_stay_visible_with_all(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = findings(archive, capsys, "--all", code=4)
    assert accept(archive, kept(archive).name[:12], *CONTACT) == 0
    assert findings(archive, capsys, code=0) == []
    after = findings(archive, capsys, "--all", code=0)
    assert [one["where"] for one in after] == [one["where"] for one in before]
    for one in after:
        assert not one["is_damage"]
        assert "accepted by archive@example.org on 20" in str(one["what"])
    assert portal(archive, "verify") == 0
    said = capsys.readouterr().err
    assert "all is well" in said
    assert "3 damaged places of imported files are accepted" in said
    assert portal(archive, "verify", "--deep", "-q") == 0
    assert portal(archive, "repair", "-q") == 0


def test_without_a_contact_nobody_is_named(
    archive: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert accept(archive, kept(archive), "-s", "PORTAL_CONTACT=") == 0
    [one, *_] = findings(archive, capsys, "--all", code=0)
    assert "accepted by unknown on" in str(one["what"])
    with gzip.open(companion(archive)) as file:
        assert getpass.getuser().encode() not in file.read().split(b"accepted-by")[1]


def test_what_is_damaged_later_is_a_finding_again(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accept(archive, kept(archive)) == 0
    flip(kept(archive), kept(archive).stat().st_size // 8)
    found = findings(archive, capsys, "--all", code=4)
    new = [one for one in found if one["is_damage"]]
    assert {one["code"] for one in new} == {
        "import-digest", "import-damaged", "row-without-record",
    }  # fmt: skip
    assert accept(archive, kept(archive).name) == 0
    [one] = findings(archive, capsys, code=4)
    assert one["code"] == "row-without-record"
    assert portal(archive, "repair", "-q") == 0
    assert findings(archive, capsys, code=0) == []
    flip(kept(archive), 2)
    found = findings(archive, capsys, code=4)
    assert "its bytes are not those that were imported" in str(found[0]["what"])


def test_to_accept_twice_changes_nothing(archive: Path) -> None:
    assert accept(archive, kept(archive)) == 0
    before = companion(archive).read_bytes()
    assert accept(archive, kept(archive)) == 0
    assert companion(archive).read_bytes() == before


def test_a_rebuild_changes_nothing_of_what_was_accepted(archive: Path) -> None:
    assert accept(archive, kept(archive)) == 0
    assert_rebuild_changes_nothing(archive)
    assert_sound(archive)


def test_to_import_a_file_again_whose_damage_was_accepted_is_well(archive: Path) -> None:
    path = archive.parent / "x.warc.gz"
    [said] = imported(archive, path, code=4)
    assert len(said["passed_over"]) == 3
    assert accept(archive, path) == 0
    [said] = imported(archive, path)
    assert said["again"]


def test_records_that_cannot_be_rows_are_accepted_too(tmp_path: Path) -> None:
    """They are whole, so that `verify` finds nothing; to import their file again names them."""
    archive, path = tmp_path / "archive", tmp_path / "x.warc.gz"
    path.write_bytes(GOOD + raw_record(answer(article("Tin")), WARC_Date="the day before"))
    imported(archive, path, code=4)
    assert_sound(archive)
    assert accept(archive, path) == 0
    imported(archive, path)


def whole_gzip(path: Path) -> Path:
    plain = write_warc(path.with_suffix(".plain"), PAGES[:20], Style(packed=False)).read_bytes()
    path.write_bytes(gzip.compress(plain))
    return flip(path, path.stat().st_size // 2)


def arc(path: Path) -> Path:
    write_arc(path, packed=True)
    return flip(path, path.stat().st_size // 2)


@pytest.mark.parametrize("write", [whole_gzip, arc])
def test_what_an_unpacked_file_could_not_give_is_a_finding(
    write: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "archive"
    imported(archive, write(tmp_path / "x.gz"), code=4)  # type: ignore[operator]
    [found] = findings(archive, capsys, code=4)
    assert str(found["code"]) in ("import-lost", "import-damaged")
    assert accept(archive, kept(archive)) == 0
    assert_sound(archive)


def test_half_an_acceptance_that_a_kill_left_is_no_finding(archive: Path) -> None:
    path = companion(archive)
    before = path.read_bytes()
    path.with_name(path.name + ".open").write_bytes(before + b"\x1f\x8b\x08half")
    assert portal(archive, "verify", "-q") == 4
    assert accept(archive, kept(archive)) == 0
    assert not path.with_name(path.name + ".open").exists()
    assert path.read_bytes().startswith(before)
    assert_sound(archive)


def test_an_acceptance_that_a_file_brings_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The record would lie in the companion, among those that were unpacked."""
    place = f"import-damaged warc/imported/{'0' * 12}-x.warc.gz:0"
    lines = f"accepted-by: me\r\naccepted-at: 2026-01-01T00:00:00Z\r\naccepted: {place}\r\n"
    forged = raw_record(
        lines.encode(), member=False, WARC_Type="metadata", Content_Type="application/warc-fields"
    )
    path = tmp_path / "x.warc.gz"
    plain = raw_record(answer(article("Tin")), member=False)
    path.write_bytes(flip_end(gzip.compress(plain + forged)))
    imported(tmp_path / "archive", path, code=4)
    assert [one["is_damage"] for one in findings(tmp_path / "archive", capsys, code=4)] == [True]
    assert "accepted" not in str(findings(tmp_path / "archive", capsys, "--all", code=4))


def flip_end(data: bytes) -> bytes:
    """With a checksum that is wrong."""
    return data[:-8] + bytes([data[-8] ^ 0xFF]) + data[-7:]


def test_an_import_that_was_not_finished_cannot_be_accepted(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    companion(archive).unlink()
    assert accept(archive, kept(archive)) == 4
    assert "[import-unfinished]; this cannot be accepted" in capsys.readouterr().err


def test_while_another_process_holds_the_archive_nothing_is_accepted(archive: Path) -> None:
    with archive_lock(Layout(archive)):
        assert accept(archive, kept(archive)) == 5


@pytest.mark.parametrize("given", ["0123456789ab", "nothing.warc.gz"])
def test_what_was_never_imported_cannot_be_accepted(given: str, archive: Path) -> None:
    assert accept(archive, given) == 2
    assert accept(archive.parent / "nowhere", given) == 2
    assert not (archive.parent / "nowhere").exists()


def test_rows_that_are_missing_are_found_and_repaired(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "archive"
    pages = [*PAGES[:3], replace(article("Tin"), status=404)]
    plain = write_warc(tmp_path / "y.warc", pages, Style(packed=False), day=6)
    (tmp_path / "y.warc.gz").write_bytes(gzip.compress(plain.read_bytes()))
    imported(archive, write_warc(tmp_path / "x.warc.gz", pages), tmp_path / "y.warc.gz")
    before = everything(archive)
    with closing(sqlite3.connect(archive / "archive.db")) as database, database:
        database.execute("DELETE FROM captures WHERE status <> 200")
    found = findings(archive, capsys, code=4)
    assert [one["code"] for one in found] == ["record-without-row"] * 2
    assert accept(archive, "x.warc.gz") == 2
    assert accept(archive, tmp_path / "x.warc.gz") == 0
    assert len(findings(archive, capsys, code=4)) == 2
    assert portal(archive, "repair", "-q") == 0
    assert everything(archive) == before
    assert_sound(archive)


def test_a_revisit_without_a_row_is_found_unless_it_waits_for_its_original(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, page = tmp_path / "archive", article("Tin")
    with (tmp_path / "y.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        add_revisit(writer, page, moment(9, 0))
        add_revisit(writer, article("Nowhere"), moment(9, 1))
    imported(archive, write_warc(tmp_path / "x.warc.gz", [page]), tmp_path / "y.warc.gz")
    assert_sound(archive)
    before = everything(archive)
    with closing(sqlite3.connect(archive / "archive.db")) as database, database:
        database.execute("DELETE FROM captures WHERE revisit_of IS NOT NULL")
    found = findings(archive, capsys, "--all", code=4)
    assert [one["code"] for one in found].count("record-without-row") == 1
    assert portal(archive, "repair", "-q") == 0
    assert everything(archive) == before


def test_copies_of_records_are_no_missing_rows(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    first = write_warc(tmp_path / "x.warc.gz", PAGES[:5])
    second = tmp_path / "y.warc.gz"
    second.write_bytes(first.read_bytes() + GOOD)
    imported(archive, first, second)
    assert rows(archive, "SELECT count(*) FROM captures") == [(6,)]
    assert_sound(archive)
