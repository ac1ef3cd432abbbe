"""Records that share a Record-ID: those that differ are all kept, copies are one capture."""

import sqlite3
from pathlib import Path

import pytest

from archive.imports.companion import IDS_BY_PLACE, CompanionWriter, read_companion
from archive.layout import capture_id
from archive.moments import utc_moment
from archive.warc.stream import StreamedRecord, fields_of, streamed
from portal_crawler.cli import main
from tests.importing.making import (
    HOST,
    answer,
    article,
    assert_rebuild_changes_nothing,
    assert_sound,
    everything,
    imported,
    moment,
    raw_record,
    write_wacz,
)
from tests.support.crawls import rows

SAME = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
CAPTURES = "SELECT id, url, fetched_at FROM captures ORDER BY fetched_at"


def page(number: int) -> str:
    return f"{HOST}/vi/tin-tuc-su-kien/-/view_content/{1000 + number}-tin.html"


def record(number: int, *, day: int = 5, packed: bool = True) -> bytes:
    """Of an article of its own, with the id that all share."""
    return raw_record(
        answer(article(f"Tin {number}", url=page(number))),
        member=packed,
        WARC_Record_ID=SAME,
        WARC_Target_URI=page(number),
        WARC_Date=moment(day, number),
    )


def written(path: Path, *records: bytes) -> Path:
    path.write_bytes(b"".join(records))
    return path


def test_records_of_one_file_that_differ_are_all_captures(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    file = written(tmp_path / "x.warc.gz", *map(record, range(4)))
    [said] = imported(archive, file)
    assert (said["requests"], said["articles_new"], said["known"]) == (4, 4, 0)
    ids = [identifier for identifier, *_ in rows(archive, CAPTURES)]
    assert ids[0] == capture_id(SAME)
    assert len(set(ids)) == 4
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)
    before = everything(archive)
    assert imported(archive, file)[0]["again"]
    assert everything(archive) == before


def test_the_first_to_stand_in_a_file_has_the_id_whatever_its_date(tmp_path: Path) -> None:
    file = written(tmp_path / "x.warc.gz", record(1, day=9), record(2, day=5))
    imported(tmp_path / "archive", file)
    found = {url: identifier for identifier, url, _ in rows(tmp_path / "archive", CAPTURES)}
    assert found[page(1)] == capture_id(SAME)
    assert_rebuild_changes_nothing(tmp_path / "archive")


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_of_two_files_the_one_imported_first_has_the_id(order: str, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    files = {
        "a": written(tmp_path / "a.warc.gz", record(1)),
        "b": written(tmp_path / "b.warc", record(2, packed=False)),
    }
    imported(archive, *(files[name] for name in order))
    found = {url: identifier for identifier, url, _ in rows(archive, CAPTURES)}
    assert found[page(1 if order == "ab" else 2)] == capture_id(SAME)
    assert len(found) == 2
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)


def test_a_record_that_is_the_same_to_the_byte_is_one_capture(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    first = written(tmp_path / "a.warc.gz", record(1), record(2), record(1))
    second = written(tmp_path / "b.warc", *(record(n, packed=False) for n in (2, 3, 1, 3)))
    said = imported(archive, first, second)
    assert [(one["requests"], one["known"]) for one in said] == [(2, 1), (1, 3)]
    assert len(rows(archive, CAPTURES)) == 3
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)


def test_ids_are_the_same_in_each_archive_that_a_file_is_imported_into(tmp_path: Path) -> None:
    inner = written(tmp_path / "x.warc", *(record(n, packed=False) for n in range(3)))
    file = write_wacz(tmp_path / "x.wacz", inner, stored=False, name="archive/data.warc")
    found = []
    for name in ("one", "a-longer-name"):
        imported(tmp_path / name, file)
        found.append(rows(tmp_path / name, CAPTURES))
    assert found[0] == found[1]
    assert len(found[0]) == 3


def without_line(companion: Path) -> None:
    """As releases before wrote it."""
    with companion.open("rb") as file:
        begin = next(streamed(file))
    assert isinstance(begin, StreamedRecord)
    said = read_companion(companion)
    assert said is not None
    writer = CompanionWriter(companion)
    lines = [line for line in fields_of(begin.block) if line != IDS_BY_PLACE]
    writer.begin(lines, utc_moment(said.imported_at))
    writer.end(said.run or [])


def test_where_a_release_before_gave_the_id_by_date_it_stays_so(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    imported(archive, written(tmp_path / "x.warc.gz", record(1, day=9), record(2, day=5)))
    without_line(next(archive.glob("warc/imported/*.import.warc.gz")))
    assert main(["rebuild", "--archive", str(archive), "-q", "--yes"]) == 0
    found = {url: identifier for identifier, url, _ in rows(archive, CAPTURES)}
    assert found[page(2)] == capture_id(SAME)
    assert len(found) == 2
    assert_rebuild_changes_nothing(archive)


def test_a_shared_id_that_its_place_does_not_give_is_found(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    imported(archive, written(tmp_path / "x.warc.gz", record(1), record(2)))
    with sqlite3.connect(archive / "archive.db") as db:
        db.execute("UPDATE shared_ids SET place = 'x:1'")
    assert main(["verify", "--archive", str(archive), "-q"]) == 4
