"""verify names what is wrong with an archive and where, and is silent on a good one."""

import gzip
import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.database.schema import open_for_writing
from archive.database.store import Store
from archive.errors import ArchiveMissingError
from archive.filesystem.locks import portal_lock
from archive.integrity.findings import Finding
from archive.integrity.mending import right_index
from archive.integrity.verify import Verification
from archive.layout import Layout
from archive.models import Capture
from archive.warc.closing import index_lines
from archive.warc.file_names import index_path
from archive.warc.index_check import index_problems
from tests.archive.building import (
    NOT_MODIFIED,
    PORTAL,
    ArchiveBuilder,
    members,
    page,
    rewrite,
    warc_path,
)

DAMAGED_COPY = b"a crawl's bytes, but no gzip member"


def findings(layout: Layout) -> list[Finding]:
    return list(Verification(layout).findings())


def codes(layout: Layout) -> set[str]:
    return {finding.code for finding in findings(layout)}


def execute(layout: Layout, sql: str) -> None:
    connection = sqlite3.connect(layout.database)
    connection.execute(sql)
    connection.commit()
    connection.close()


def starts(layout: Layout) -> list[int]:
    connection = sqlite3.connect(layout.database)
    rows = connection.execute("SELECT warc_offset FROM captures ORDER BY 1").fetchall()
    connection.close()
    return [row[0] for row in rows]


def test_a_good_archive_has_no_findings_and_everything_is_counted(good: Layout) -> None:
    verification = Verification(good)
    assert list(verification.findings()) == []
    tally = verification.tally
    assert (tally.files, tally.captures, tally.findings) == (1, 7, 0)
    assert tally.records == len(members(warc_path(good).read_bytes()))


def test_verifying_changes_nothing(copy: Layout) -> None:
    before = {path: path.read_bytes() for path in copy.folder.rglob("*.warc.gz")}
    findings(copy)
    assert {path: path.read_bytes() for path in copy.folder.rglob("*.warc.gz")} == before


def test_no_archive_is_no_finding(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissingError):
        findings(Layout(tmp_path))


def test_a_flipped_byte_costs_its_record_only(copy: Layout) -> None:
    path = warc_path(copy)
    data = bytearray(path.read_bytes())
    offset = starts(copy)[2]
    data[offset + 200] ^= 0xFF
    path.write_bytes(data)
    found = findings(copy)
    assert {finding.code for finding in found} >= {"damaged", "row-without-record"}
    assert any(finding.where.endswith(f":{offset}") for finding in found)
    assert sum(finding.code == "damaged" for finding in found) == 1


@pytest.fixture(scope="session")
def spare(good: Layout, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    folder = tmp_path_factory.mktemp("spare") / "copy"
    shutil.copytree(good.folder, folder)
    return Layout(folder)


@given(st.data())
def test_any_changed_byte_of_a_record_is_found(spare: Layout, data: st.DataObject) -> None:
    path = warc_path(spare)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(changed)
    try:
        # Some bytes of a gzip header, its time say, belong to no record.
        assert codes(spare) or list(members(bytes(changed))) == list(members(whole))
    finally:
        path.write_bytes(whole)


@given(st.data())
def test_a_file_cut_anywhere_is_found_and_costs_the_last_record_only(
    spare: Layout, data: st.DataObject
) -> None:
    path = warc_path(spare)
    whole = path.read_bytes()
    ends = list(itertools.accumulate(map(len, members(whole).values())))
    at = data.draw(st.integers(1, len(whole) - 1).filter(lambda cut: cut not in ends))
    path.write_bytes(whole[:at])
    try:
        verification = Verification(spare)
        assert "broken-off" in {finding.code for finding in verification.findings()}
        assert verification.tally.records == sum(end <= at for end in ends)
    finally:
        path.write_bytes(whole)


def test_a_file_that_ends_in_the_middle_of_a_record(copy: Layout) -> None:
    path = warc_path(copy)
    os.truncate(path, path.stat().st_size - 10)
    # The answer is an exchange's last record: its row and those that name it are left without.
    assert codes(copy) == {"broken-off", "row-without-record", "concurrent-to", "index-place"}


def test_a_file_that_is_empty(copy: Layout) -> None:
    os.truncate(warc_path(copy), 0)
    assert {"broken-off", "row-without-record"} <= codes(copy)


def test_a_file_that_is_gone(copy: Layout) -> None:
    warc_path(copy).unlink()
    assert [finding.what for finding in findings(copy) if finding.code == "file-missing"] == [
        "is missing; it held 7 captures"
    ]


def test_bytes_between_records(copy: Layout) -> None:
    path = warc_path(copy)
    data, at = path.read_bytes(), starts(copy)[-1]
    path.write_bytes(data[:at] + DAMAGED_COPY + data[at:])
    assert {"no-member", "row-without-record", "record-without-row"} <= codes(copy)


def test_bytes_after_the_last_record(copy: Layout) -> None:
    with warc_path(copy).open("ab") as file:
        file.write(DAMAGED_COPY)
    assert codes(copy) == {"no-member"}


def test_a_record_that_is_there_twice(copy: Layout) -> None:
    rewrite(copy, lambda records: [*records, records[3]])
    assert {"record-id-twice", "record-without-row"} <= codes(copy)


def test_a_file_without_warcinfo(copy: Layout) -> None:
    rewrite(copy, lambda records: records[1:])
    assert {"no-warcinfo", "warcinfo-id"} <= codes(copy)


def test_a_request_whose_response_is_gone(copy: Layout) -> None:
    rewrite(copy, lambda records: records[:-1])
    assert {"concurrent-to", "row-without-record"} <= codes(copy)


def test_a_revisit_whose_original_is_gone(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.exchange("100", NOT_MODIFIED, revisit_of=builder.exchange("100"))
    layout = builder.close()
    rewrite(layout, lambda records: records[:1] + records[4:])
    assert "revisit-original" in codes(layout)


def test_a_defect_inside_a_record_is_named_with_its_place(copy: Layout) -> None:
    def forged(records: list[bytes]) -> list[bytes]:
        return [*records[:-3], records[-3].replace(b"role:", b"rule:"), *records[-2:]]

    rewrite(copy, forged)
    # Packed anew it may be longer, and then what follows lies elsewhere than rows and index say.
    (finding,) = [finding for finding in findings(copy) if finding.code == "block-digest"]
    assert finding.where.startswith(f"warc/{PORTAL}/{PORTAL}-")


@pytest.mark.parametrize(
    ("code", "sql"),
    [
        ("row-record", "UPDATE captures SET record_id = '<urn:uuid:other>' WHERE role = 'robots'"),
        ("row-length", "UPDATE captures SET warc_length = warc_length + 1"),
        ("row-without-record", "UPDATE captures SET warc_offset = warc_offset + 1"),
        ("file-missing", "UPDATE captures SET warc_file = 'warc/x/x.warc.gz' WHERE status = 404"),
        ("row-url", "UPDATE captures SET url = url || '?' WHERE status = 404"),
        ("row-date", "UPDATE captures SET fetched_at = '2020-01-01T00:00:00Z' WHERE status = 404"),
        ("row-status", "UPDATE captures SET status = 200 WHERE status = 404"),
        ("row-truncated", "UPDATE captures SET truncated = 'length' WHERE status = 404"),
        ("row-original", "UPDATE captures SET revisit_of = NULL"),
        ("row-digest", "UPDATE captures SET payload_digest = 'sha1:' || printf('%032d', 2)"),
        ("revisit-digest", "UPDATE captures SET payload_digest = 'sha1:A' WHERE status = 304"),
        ("revisit-chain", "UPDATE captures SET revisit_of = id WHERE status = 304"),
        ("record-without-row", "DELETE FROM captures WHERE status = 404"),
        ("foreign-key", "UPDATE articles SET capture_id = 1 WHERE key = '100'"),
        ("foreign-key", "DELETE FROM articles WHERE key = '100'"),
        ("article-capture", "UPDATE articles SET key = '101' WHERE key = '100'"),
        ("article-version", "UPDATE articles SET body = 'forged' WHERE key = '100'"),
        ("article-version", "DELETE FROM article_versions"),
        ("article-versions", "UPDATE article_versions SET version = 2"),
        ("article-digest", "UPDATE articles SET category = 'forged' WHERE key = '100'"),
        ("article-moved", "UPDATE articles SET problems = '[\"moved-to:9\"]' WHERE key = '100'"),
        ("version-capture", "UPDATE article_versions SET seen_at = '2020-01-01T00:00:00Z'"),
        ("content-hash", "UPDATE article_versions SET title = 'forged'"),
        ("search-index", "UPDATE articles SET search_id = NULL"),
        ("search-index", "UPDATE articles SET search_id = search_id + 1 WHERE key = '200'"),
        ("id", "UPDATE articles SET key = '101' WHERE key = '100'"),
        ("id", "UPDATE captures SET record_id = '<urn:uuid:other>' WHERE role = 'robots'"),
    ],
)
def test_a_row_that_says_something_else_is_named(copy: Layout, code: str, sql: str) -> None:
    execute(copy, sql)
    assert code in codes(copy)


def test_the_records_are_read_even_where_the_database_is_not(copy: Layout) -> None:
    copy.database.write_bytes(b"no database " * 1000)
    os.truncate(warc_path(copy), warc_path(copy).stat().st_size - 10)
    assert codes(copy) == {"database", "broken-off", "concurrent-to", "index-place"}


def without_rows(layout: Layout) -> None:
    """As if no row of a page had been written."""
    for table in ("articles", "article_versions", "captures"):
        execute(layout, f"DELETE FROM {table}")
    execute(layout, "INSERT INTO articles_terms (articles_terms) VALUES ('delete-all')")


def crashed(folder: Path) -> Layout:
    builder = ArchiveBuilder(folder)
    builder.article("1", "Tin")
    layout = builder.break_off()
    path = warc_path(layout)
    assert path.name.endswith(".open")
    with path.open("ab") as file:
        file.write(gzip.compress(b"WARC/1.1\r\n")[:20])
    return layout


def damage(layout: Layout) -> set[str]:
    return {finding.code for finding in findings(layout) if finding.is_damage}


def test_a_crawl_that_was_broken_off_is_told_and_no_damage(tmp_path: Path) -> None:
    layout = crashed(tmp_path)
    (finding,) = findings(layout)
    assert (finding.what, finding.is_damage) == (
        "a crawl was interrupted; the next one completes the file",
        False,
    )
    assert finding.where.startswith("warc/hanoi-sotttt/")


def test_it_is_told_once_for_a_portal(tmp_path: Path) -> None:
    crashed(tmp_path)
    again = ArchiveBuilder(tmp_path, days=1)
    again.exchange("2")
    again.break_off()
    other = ArchiveBuilder(tmp_path, "b", days=1)
    other.exchange("1")
    other.break_off()
    assert [finding.where.split("/")[1] for finding in findings(Layout(tmp_path))] == ["b", PORTAL]


def test_damage_beside_a_broken_off_crawl_is_damage(tmp_path: Path) -> None:
    good = ArchiveBuilder(tmp_path)
    good.article("0", "Tin")
    layout = good.close()
    path = warc_path(layout)
    later = ArchiveBuilder(tmp_path, days=1)
    later.exchange("1")
    later.break_off()
    assert codes(layout) == {"crawl-broken-off"}
    data = bytearray(path.read_bytes())
    data[-8] ^= 0xFF  # of the last record's checksum
    path.write_bytes(data)
    assert {"damaged", "row-without-record"} <= damage(layout)


def test_damage_in_what_a_broken_off_crawl_left_is_damage(tmp_path: Path) -> None:
    layout = crashed(tmp_path)
    path = warc_path(layout)
    whole = path.read_bytes()
    path.write_bytes(whole[: starts(layout)[0] + 10])
    assert damage(layout) == {"row-without-record"}
    path.write_bytes(b"x" * 50 + whole)
    assert "no-member" in damage(layout)


def test_files_that_a_killed_crawl_had_closed_already_are_no_damage(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.article("1", "Tin")
    layout = builder.close(outcome=None)
    without_rows(layout)
    assert codes(layout) == {"crawl-broken-off"}
    execute(layout, "UPDATE runs SET outcome = 'complete'")
    assert codes(layout) == {"record-without-row"}


def test_what_a_running_crawl_has_not_finished_is_no_finding(tmp_path: Path) -> None:
    layout = crashed(tmp_path)
    without_rows(layout)
    with portal_lock(layout, PORTAL):
        assert findings(layout) == []
    assert codes(layout) == {"crawl-broken-off"}


def index_line(url: str, offset: int, length: int) -> bytes:
    values = {"url": url, "offset": str(offset), "length": str(length)}
    return f"vn,gov,hanoi)/{url} 20261123050639 {json.dumps(values)}\n".encode()


PLACES = {10: 5, 20: 6}


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        ([], [index_line("a", 10, 5), index_line("b", 20, 6)]),
        (["index-unsorted"], [index_line("b", 20, 6), index_line("a", 10, 5)]),
        (["index-lacks"], [index_line("a", 10, 5)]),
        (["index-place"], [index_line("a", 10, 5), index_line("b", 20, 6), index_line("c", 30, 7)]),
        (["index-line"], [b"\n", index_line("a", 10, 5), index_line("b", 20, 6)]),
    ],
)
def test_an_index_is_checked_against_its_file(expected: list[str], lines: list[bytes]) -> None:
    assert [code for code, _ in index_problems(lines, PLACES)] == expected


def test_an_index_has_no_line_of_a_304(copy: Layout) -> None:
    path = warc_path(copy)
    lines = [json.loads(line.split(" ", 2)[2]) for line in index_lines(path, path.name)]
    assert sorted({line["status"] for line in lines}) == ["200", "404"]
    assert len(lines) == len(starts(copy)) - 1
    assert index_path(path).read_text().splitlines() == sorted(index_lines(path, path.name))


def test_an_index_that_lacks_a_304_is_whole() -> None:
    assert list(index_problems([index_line("a", 10, 5)], PLACES, {20})) == []


def with_lines_of_304(copy: Layout) -> Path:
    """The archive's index as releases before wrote it."""
    index = index_path(warc_path(copy))
    with closing(sqlite3.connect(copy.database)) as connection:
        ((url, offset, length),) = connection.execute(
            "SELECT url, warc_offset, warc_length FROM captures WHERE status = 304"
        ).fetchall()
    lines = [*index.read_bytes().splitlines(keepends=True), index_line(url, offset, length)]
    index.write_bytes(b"".join(sorted(lines)))
    return index


def test_an_index_of_an_earlier_release_is_no_damage(copy: Layout) -> None:
    with_lines_of_304(copy)
    verification = Verification(copy)
    (found,) = verification.findings()
    assert (found.code, found.is_damage) == ("index-outdated", False)
    assert "`portal repair`" in found.what
    assert verification.tally.findings == 0


def test_the_index_of_an_earlier_release_is_brought_up_to_date(copy: Layout) -> None:
    index = index_path(warc_path(copy))
    new = index.read_bytes()
    with_lines_of_304(copy)
    assert right_index(warc_path(copy), dry_run=False)
    assert index.read_bytes() == new
    assert findings(copy) == []


def test_an_index_beside_a_file_is_found(copy: Layout) -> None:
    path = warc_path(copy)
    path.with_name(path.name.removesuffix(".warc.gz") + ".cdxj").write_bytes(b"")
    assert codes(copy) == {"index-lacks"}


# Going on where an interrupted one was


def nights(folder: Path, count: int) -> tuple[Layout, list[str]]:
    """An archive of one WARC file a night, each with a page that the first has; their names."""
    for day in range(count):
        builder = ArchiveBuilder(folder, days=day)
        first = builder.exchange("1", page("Tin"))
        builder.exchange("2", NOT_MODIFIED, revisit_of=first)
        builder.close()
    layout = Layout(folder)
    paths = sorted(layout.warc_folder(PORTAL).glob("*.warc.gz"))
    return layout, [str(path.relative_to(folder)) for path in paths]


def begun_at(layout: Layout, name: str) -> Verification:
    return Verification(layout, begin_at=name)


def test_files_before_the_one_to_begin_at_are_not_read(tmp_path: Path) -> None:
    layout, names = nights(tmp_path, 3)
    (tmp_path / names[0]).write_bytes(DAMAGED_COPY)
    verification = begun_at(layout, names[1])
    assert list(verification.findings()) == []
    assert verification.tally.files == 2
    assert "no-member" in {finding.code for finding in begun_at(layout, names[0]).findings()}


def test_a_revisit_of_a_record_in_a_file_that_is_not_read_again_is_well(tmp_path: Path) -> None:
    layout, _ = nights(tmp_path, 1)
    original = capture_of(layout)
    builder = ArchiveBuilder(tmp_path, days=1)
    builder.exchange("1", NOT_MODIFIED, revisit_of=original)
    builder.close()
    last = max(path.name for path in layout.warc_folder(PORTAL).glob("*.warc.gz"))
    assert list(begun_at(layout, f"warc/{PORTAL}/{last}").findings()) == []


def capture_of(layout: Layout) -> Capture:
    with closing(Store(open_for_writing(layout))) as store:
        row = store.connection.execute("SELECT id FROM captures ORDER BY warc_offset").fetchone()
        return store.captures.get(row["id"])


def test_a_file_that_is_not_there_is_nowhere_to_begin(tmp_path: Path) -> None:
    layout, _ = nights(tmp_path, 1)
    words = [sys.executable, "-m", "portal_crawler.cli", "verify", "--archive", str(layout.folder)]
    ended = subprocess.run(
        [*words, "--from", "warc/x.warc.gz"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "warc/x.warc.gz is not a WARC file of" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_verify_says_where_it_can_go_on(tmp_path: Path, number: int) -> None:
    layout, names = nights(tmp_path, 120)
    words = [sys.executable, "-m", "portal_crawler.cli", "verify", "--archive", str(layout.folder)]
    with subprocess.Popen([*words, "-v"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().strip() == names[0]
        process.send_signal(number)
        said = process.stderr.read()
    assert process.returncode == 130
    place = said.rpartition("--from ")[2].strip()
    assert place in names
    rest = subprocess.run([*words, "--from", place], capture_output=True, text=True, check=False)
    left = len(names) - names.index(place)
    assert (rest.returncode, f"from {place} on, {left} files" in rest.stderr) == (0, True)
