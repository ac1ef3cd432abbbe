"""Hostile and damaged files: each is refused or bounded, what is whole in it is still imported."""

import gzip
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from archive.imports.limits import SPARE_BYTES
from archive.imports.taken import MAX_RECORD_BYTES
from portal_crawler.cli import main
from tests.importing.making import (
    ARTICLES,
    URL,
    Style,
    answer,
    article,
    assert_rebuild_changes_nothing,
    assert_sound,
    imported,
    raw_record,
    write_wacz,
    write_warc,
)
from tests.support.crawls import rows

MIB = 1024 * 1024
GOOD = raw_record(answer(article("Tin lành")))
GOOD_PLAIN = raw_record(answer(article("Tin lành")), member=False)


def reasons(tmp_path: Path, data: bytes, name: str = "x.warc.gz", articles: int = 1) -> list[str]:
    """Why something of a file was passed over; the good record beside it is imported."""
    path = tmp_path / name
    path.write_bytes(data)
    [said] = imported(tmp_path / "archive", path, code=4)
    assert rows(tmp_path / "archive", "SELECT count(*) FROM articles") == [(articles,)]
    return [one["why"] for one in said["passed_over"]]


def test_the_line_about_damage_names_file_and_offset(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(GOOD + GOOD[:100])
    assert main(["import", str(path), "--archive", str(tmp_path / "archive")]) == 4
    line = capsys.readouterr().err.splitlines()[0]
    assert line.startswith(f"{path}: passed over at {len(GOOD)}: ")


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_a_torn_file_gives_what_is_whole(share: float, tmp_path: Path) -> None:
    path = write_warc(tmp_path / "x.warc.gz")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    [said] = imported(tmp_path / "archive", path, code=4)
    assert said["requests"] > 0
    assert len(said["passed_over"]) == 1
    assert main(["verify", "--archive", str(tmp_path / "archive"), "-q"]) == 4


def test_a_flipped_byte_costs_its_record_only(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "x.warc.gz")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    [said] = imported(tmp_path / "archive", path, code=4)
    assert said["articles_new"] >= ARTICLES - 1
    assert len(said["passed_over"]) == 1


def test_a_record_that_is_a_bomb(tmp_path: Path) -> None:
    pieces = MAX_RECORD_BYTES // MIB + 1
    start = raw_record(b"", member=False, length=pieces * MIB)
    [why] = reasons(tmp_path, member_of_zeros(start, pieces) + GOOD)
    assert why.startswith("unpacks to more than the 2")


def member_of_zeros(start: bytes, pieces: int) -> bytes:
    """A gzip member of `start` and as many MiB of zeros, of which one is packed.

    Its checksum is wrong, which nobody should get to see.
    """
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + packed + piece * pieces + packer.flush() + b"\0" * 8


def test_a_file_that_is_a_bomb(tmp_path: Path) -> None:
    zeros = b"\0" * (SPARE_BYTES + MIB)
    bomb = gzip.compress(GOOD_PLAIN + GOOD_PLAIN.replace(b"-0000-", b"-0001-", 1) + zeros)
    found = reasons(tmp_path, bomb)
    assert any("more than the 64 MB" in why for why in found)


def test_a_body_that_is_a_bomb_is_read_to_a_limit(tmp_path: Path) -> None:
    body = gzip.compress(article("Tin").body + b"\0" * 200_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    path = tmp_path / "x.warc.gz"
    path.write_bytes(raw_record(head + body))
    [said] = imported(tmp_path / "archive", path)
    assert said["requests"] == 1


@pytest.mark.parametrize(
    "name", ["../../evil.warc.gz", "archive/../../evil.warc.gz", "/evil.warc.gz", "C:\\evil.warc"]
)
def test_a_member_of_a_wacz_that_climbs_out(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    good = write_warc(tmp_path / "x.warc.gz")
    write_wacz(path, good, stored=True)
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    with zipfile.ZipFile(path, "a") as zipped:
        zipped.writestr(info, good.read_bytes())
    before = set(tmp_path.parent.rglob("*evil*"))
    [said] = imported(tmp_path / "archive", path, code=4)
    assert said["articles_new"] == ARTICLES
    assert "leads out" in said["passed_over"][0]["why"]
    assert set(tmp_path.parent.rglob("*evil*")) == before


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("length", [10, 100_000, 10**18, -5])
def test_a_record_that_lies_about_its_length(packed: bool, length: int, tmp_path: Path) -> None:
    liar = raw_record(answer(article("Dối")), member=packed, length=length)
    found = reasons(tmp_path, liar + (GOOD if packed else GOOD_PLAIN), "x.warc")
    assert len(found) == 1


def test_a_wrong_block_digest(tmp_path: Path) -> None:
    block = answer(article("Sai"))
    wrong = raw_record(block, WARC_Block_Digest="sha1:" + "A" * 32)
    assert reasons(tmp_path, wrong + GOOD) == ["its block digest is not that of its bytes"]


@pytest.mark.parametrize("digest", ["sha3:abc", "blake2:%%%", "nonsense", "md5:", "sha1:short"])
def test_digests_that_nobody_knows_are_foreign(digest: str, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    said = {"WARC_Block_Digest": digest, "WARC_Payload_Digest": digest}
    path.write_bytes(raw_record(answer(article("Tin")), **said))
    imported(tmp_path / "archive", path)
    assert rows(tmp_path / "archive", "SELECT payload_digest LIKE 'sha1:%' FROM captures") == [(1,)]
    assert_sound(tmp_path / "archive")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (URL + "\x1b[2J", URL + "%1B[2J"),
        (URL + "\x00", URL + "%00"),
        (URL + "\u202e", URL + "%E2%80%AE"),
        (URL + " x", URL + "%20x"),
        ("http://[::1", "http://[::1"),
        ("http://demo.example:99999/x", "http://demo.example:99999/x"),
        ("http://user:p@ss@demo.example/x", "http://demo.example/x"),
        (f"<{URL}>", URL),
    ],
)
def test_odd_addresses_are_harmless_in_rows(url: str, kept: str, tmp_path: Path) -> None:
    path, archive = tmp_path / "x.warc.gz", tmp_path / "archive"
    path.write_bytes(raw_record(answer(article("Lạ")), WARC_Target_URI=url) + GOOD)
    imported(archive, path)
    assert {kept, URL} == {found for (found,) in rows(archive, "SELECT url FROM captures")}
    assert_rebuild_changes_nothing(archive)
    assert_sound(archive)


@pytest.mark.parametrize("offset", [2**31, 0])
def test_a_directory_of_a_wacz_that_lies_about_places(offset: int, tmp_path: Path) -> None:
    path = write_wacz(tmp_path / "x.wacz", write_warc(tmp_path / "x.warc.gz"), stored=True)
    data = bytearray(path.read_bytes())
    place = data.rfind(b"PK\x05\x06") + 16
    began = int.from_bytes(data[place : place + 4], "little")
    data[place : place + 4] = (offset or began + 100).to_bytes(4, "little")
    path.write_bytes(data)
    [said] = imported(tmp_path / "archive", path, code=4)
    assert "is not where the directory says" in said["passed_over"][0]["why"]


@pytest.mark.parametrize("date", ["yesterday", "2024-13-45T00:00:00Z", "", "0001-01-01T00:00:00Z"])
def test_dates_that_are_none(date: str, tmp_path: Path) -> None:
    [why] = reasons(tmp_path, raw_record(answer(article("Lạ")), WARC_Date=date) + GOOD)
    assert "WARC-Date" in why


def test_an_answer_without_an_address(tmp_path: Path) -> None:
    lacking = raw_record(answer(article("Lạ")), WARC_Target_URI="")
    assert reasons(tmp_path, lacking + GOOD) == ["has no WARC-Target-URI"]


def test_records_without_ids_are_all_kept(tmp_path: Path) -> None:
    lacking = [
        raw_record(answer(article(title)), WARC_Record_ID="") for title in ("Một", "Hai", "Hai")
    ]
    path, archive = tmp_path / "x.warc.gz", tmp_path / "archive"
    path.write_bytes(b"".join(lacking))
    imported(archive, path)
    assert rows(archive, "SELECT count(*) FROM captures") == [(2,)], "one is there twice"
    assert_rebuild_changes_nothing(archive)
    assert_sound(archive)


def test_a_page_of_a_million_nested_elements(tmp_path: Path) -> None:
    page = article("Sâu", body="<div>" * 1_000_000)
    path = write_warc(tmp_path / "x.warc.gz", [page, article("Tin", url=URL.replace("33", "34"))])
    begun = time.monotonic()
    [said] = imported(tmp_path / "archive", path)
    assert said["requests"] == 2
    assert time.monotonic() - begun < 60


def test_an_unknown_file_is_refused_and_the_others_imported(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("xin chào")
    good = write_warc(tmp_path / "x.warc.gz")
    found = imported(tmp_path / "archive", nothing, tmp_path / "none", tmp_path, good, code=2)
    assert [bool(one.get("error")) for one in found] == [True, True, True, False]
    assert len(list((tmp_path / "archive/warc/imported").iterdir())) == 2


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 no zip", gzip.compress(b"no records", mtime=0), b"WARC"]
)
def test_what_only_looks_like_an_archive_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    imported(tmp_path / "archive", path, code=2)


def test_bytes_that_changed_after_the_import_are_found(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    imported(archive, write_warc(tmp_path / "x.warc", style=Style(packed=False)))
    [kept] = archive.glob("warc/imported/*.warc")
    data = kept.read_bytes()
    kept.write_bytes(data.replace(b"warcio", b"Warcio", 1))
    assert main(["verify", "--archive", str(archive), "-q"]) == 4
