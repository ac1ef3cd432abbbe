"""What an import unpacks, reads in vain and keeps in memory is bounded; what is sound is read."""

import base64
import gzip
import hashlib
import os
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.imports.limits import SPARE_BYTES
from portal_crawler.cli import main
from tests.importing.making import (
    URL,
    answer,
    article,
    assert_rebuild_changes_nothing,
    assert_sound,
    imported,
    raw_record,
)
from tests.support.crawls import ROOT, rows

GOOD = raw_record(answer(article("Tin lành")))
GOOD_PLAIN = raw_record(answer(article("Tin lành")), member=False)
MIB = 1024 * 1024


def endless(count: int) -> bytes:
    """Gzip members that each hide all those behind them.

    Each ends with the beginning of a stored block of 65,535 bytes; as a member has 29, behind that
    block lies the beginning of another one, and so on to the end of the file.
    """
    start = b"WARC/...."
    begun = b"\x00" + struct.pack("<HH", len(start), 65_535 - len(start)) + start
    return (gzip.compress(b"")[:10] + begun + b"\x00" + struct.pack("<HH", 65_535, 0)) * count


def inflating(count: int) -> bytes:
    """Members without an end that unpack to a thousand times what they are."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 999999999\r\n\r\n"
    member = packer.compress(start + bytes(8 * MIB)) + packer.flush(zlib.Z_SYNC_FLUSH)
    return member * count


def of_magic() -> bytes:
    return b"\x1f\x8b\x08" * 80_000


def of_short_headers() -> bytes:
    """Plain records that each say they reach over all those behind them."""
    return b"".join(
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\nx\r\n" % (5 * 10**6)
        for _ in range(5_000)
    )


def of_headers_without_end() -> bytes:
    return b"WARC/1.0\r\nWARC-Type: response\r\nA:" * 30_000 + b"\r\n"


def of_line_ends() -> bytes:
    return b"\r\n" * 3_000_000


def of_arc_lines() -> bytes:
    line = b"http://a.example/" + b" 1" * 4000 + b"\n"
    head = b"filedesc://x.arc 0.0.0.0 20240305080000 text/plain 2\n1\n\n"
    return head + line * 100


def of_folded_lines() -> bytes:
    return b"WARC/1.0\r\n" + b"a:\n b\n" * 40_000 + b"\r\n"


HOSTILE: dict[str, tuple[Callable[[], bytes], bytes]] = {
    "members without end": (lambda: endless(4000), GOOD),
    "members without end that inflate": (lambda: inflating(30), GOOD),
    "beginnings of members": (of_magic, GOOD),
    "records over each other": (of_short_headers, GOOD_PLAIN),
    "headers without an end": (of_headers_without_end, GOOD_PLAIN),
    "line ends": (lambda: GOOD_PLAIN + of_line_ends(), b""),
    "lines of an ARC": (of_arc_lines, b""),
    "folded lines": (of_folded_lines, GOOD_PLAIN),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_read_in_vain_is_bounded(kind: str, tmp_path: Path) -> None:
    made, good = HOSTILE[kind]
    path = tmp_path / "x.warc"
    path.write_bytes((GOOD if good == GOOD else b"") + made() + good)
    begun = time.process_time()
    main(["import", str(path), "--archive", str(tmp_path / "archive"), "-q"])
    assert time.process_time() - begun < 10
    if good or kind == "line ends":
        assert rows(tmp_path / "archive", "SELECT title FROM articles") == [("Tin lành",)]


def zeros_in_members(mebibytes: int) -> bytes:
    """A WARC with a gzip member a record, each with a mebibyte of zeros of its own."""
    return b"".join(
        raw_record(
            b"HTTP/1.1 200 OK\r\n\r\n" + bytes(MIB), WARC_Target_URI=f"http://demo.example/{n}"
        )
        for n in range(mebibytes)
    )


def test_a_file_unpacks_to_so_many_times_its_size(tmp_path: Path) -> None:
    path, archive = tmp_path / "x.warc.gz", tmp_path / "archive"
    path.write_bytes(GOOD + zeros_in_members(70))
    [said] = imported(archive, path, code=4)
    assert said["passed_over"][0]["why"].startswith("unpacks to more than the 64 MB")
    assert SPARE_BYTES // MIB - 10 < said["requests"] <= SPARE_BYTES // MIB + 10
    assert_rebuild_changes_nothing(archive)


def test_the_limits_are_settings(tmp_path: Path) -> None:
    path, archive = tmp_path / "x.warc.gz", tmp_path / "archive"
    path.write_bytes(zeros_in_members(70))
    options = ["--archive", str(archive), "-q"]
    assert main(["import", str(path), *options, "-s", "PORTAL_IMPORT_MAX_RATIO=2000"]) == 0
    small = tmp_path / "y.warc.gz"
    small.write_bytes(GOOD + zeros_in_members(3))
    assert main(["import", str(small), *options, "-s", "PORTAL_IMPORT_MAX_MB=2"]) == 4


def test_what_an_import_brings_leaves_the_disks_reserve(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(GOOD)
    options = ["--archive", str(tmp_path / "archive"), "-q"]
    assert main(["import", str(path), *options, "-s", "PORTAL_DISK_RESERVE_MB=900000000"]) == 1
    assert "PORTAL_DISK_RESERVE_MB" in capsys.readouterr().err
    assert not list((tmp_path / "archive").glob("warc/imported/*"))


def test_entries_of_a_wacz_that_lie_over_each_other_are_read_once(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("archive/a.warc.gz", GOOD)
        first = zipped.infolist()[0]
        for number in range(100):
            info = zipfile.ZipInfo(f"archive/{number}.warc.gz")
            info.header_offset = first.header_offset
            info.file_size, info.compress_size = first.file_size, first.compress_size
            info.CRC = first.CRC
            zipped.filelist.append(info)
    [said] = imported(tmp_path / "archive", path, code=4)
    assert said["requests"] == 1
    assert {one["why"].split("' ")[1] for one in said["passed_over"]} == {"lies over another one"}


def test_a_directory_of_a_zip_file_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("archive/a.warc.gz", GOOD)
        zipped.infolist()[0].comment = b"x" * 65_000
        zipped.filelist *= 300
    [said] = imported(tmp_path / "archive", path, code=2)
    assert "directory" in said["error"]


MEASURED = """
import re, sys
from pathlib import Path
from portal_crawler.cli import main
code = main(sys.argv[1:])
most = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(code, int(most[1]) // 1024)
"""


def test_a_record_beyond_64_mib_is_hashed_while_it_is_read_in_bounded_memory(
    tmp_path: Path,
) -> None:
    path, archive = tmp_path / "x.warc", tmp_path / "archive"
    head, piece = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n", os.urandom(MIB)
    sha256, sha1 = hashlib.sha256(), hashlib.sha1()
    for _ in range(70):
        sha256.update(piece)
        sha1.update(piece)
    said = {"WARC_Payload_Digest": "sha256:" + sha256.hexdigest()}
    begin = raw_record(b"", member=False, length=len(head) + 70 * MIB, **said)[: -len(b"\r\n" * 2)]
    with path.open("wb") as file:
        file.writelines([begin, head, *[piece] * 70, b"\r\n\r\n", GOOD_PLAIN])
    command = [sys.executable, "-c", MEASURED, "import", str(path), "--archive", str(archive), "-q"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    code, mebibytes = map(int, done.stdout.split()[-2:])
    assert (code, mebibytes < 300) == (0, True), done
    [(digest,)] = rows(archive, "SELECT payload_digest FROM captures WHERE mime = 'video/mp4'")
    assert digest == "sha1:" + base64.b32encode(sha1.digest()).decode()
    assert_sound(archive)


def test_a_dry_run_looks_at_the_archive_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, other = tmp_path / "archive", URL.replace("2408433", "2408434")
    known, path = tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"
    known.write_bytes(GOOD)
    path.write_bytes(GOOD + raw_record(answer(article("Tin khác")), WARC_Target_URI=other))
    imported(archive, known)
    before = {one: one.read_bytes() for one in archive.rglob("*.*") if one.is_file()}
    assert main(["import", str(path), "--archive", str(archive), "--dry-run"]) == 0
    assert "1 new article," in capsys.readouterr().err
    assert {one: one.read_bytes() for one in before} == before
    assert {one.name for one in (archive / "warc/imported").iterdir()} <= {
        one.name for one in before
    }
