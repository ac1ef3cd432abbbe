"""Files as others put them together: odd ends, ARC of both versions, zstd, cut, damaged."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.imports.zstd import DICTIONARY, MAX_DICTIONARY_BYTES, SKIPPABLE, zstandard
from portal_crawler.cli import main
from tests.importing.making import (
    URL,
    answer,
    article,
    assert_rebuild_changes_nothing,
    assert_sound,
    imported,
    raw_record,
    sha1,
    write_wacz,
)
from tests.support.crawls import rows

needs_zstandard = pytest.mark.skipif(zstandard is None, reason="zstandard is not installed")

ADDRESSES = [URL.replace("2408433", f"{2408433 + number}") for number in range(3)]
BLOCKS = [answer(article(f"Tin {number}")) for number in range(3)]
PLAIN = [
    raw_record(block, member=False, WARC_Target_URI=address)
    for block, address in zip(BLOCKS, ADDRESSES, strict=True)
]
MEMBERS = [gzip.compress(record) for record in PLAIN]


def headless(record: bytes) -> bytes:
    """Without Content-Length in its header."""
    header, end, block = record.partition(b"\r\n\r\n")
    kept = [line for line in header.split(b"\r\n") if not line.startswith(b"Content-Length")]
    return b"\r\n".join(kept) + end + block


def with_lf(record: bytes) -> bytes:
    header, _, block = record.partition(b"\r\n\r\n")
    return header.replace(b"\r\n", b"\n") + b"\n\n" + block


def of_version(version: bytes) -> list[bytes]:
    return [record.replace(b"WARC/1.1", version, 1) for record in PLAIN]


def folded(record: bytes) -> bytes:
    return record.replace(b"WARC-Date: ", b"WARC-Date:\r\n  ", 1)


SOUND = {
    "0.17": b"".join(of_version(b"WARC/0.17")),
    "0.18": b"".join(map(gzip.compress, of_version(b"WARC/0.18"))),
    "1.0": b"".join(of_version(b"WARC/1.0")),
    "LF in headers": b"".join(map(with_lf, PLAIN)),
    "LF in headers, packed": b"".join(gzip.compress(with_lf(record)) for record in PLAIN),
    "folded headers": b"".join(map(folded, PLAIN)),
    "lower case": b"".join(
        record.replace(b"WARC-Type", b"warc-type").replace(b"Content-Length", b"CONTENT-LENGTH", 1)
        for record in PLAIN
    ),
    "no line ends": b"".join(record[:-4] for record in PLAIN),
    "one line end": b"".join(record[:-2] for record in PLAIN),
    "three line ends": b"".join(record + b"\r\n" for record in PLAIN),
    "no line ends, packed": b"".join(gzip.compress(record[:-4]) for record in PLAIN),
    "a byte order mark": b"\xef\xbb\xbf" + b"".join(PLAIN),
    "blank lines first": b"\r\n\r\n" + b"".join(PLAIN),
    "padding": b"".join(MEMBERS) + bytes(512),
    "line ends between members": b"\r\n".join(MEMBERS),
    "empty members": gzip.compress(b"").join(MEMBERS),
    "gzip over all": gzip.compress(b"".join(PLAIN)),
    "two records in a member": gzip.compress(b"".join(PLAIN[:2])) + MEMBERS[2],
    "headers in members of their own": b"".join(
        gzip.compress(record[: record.find(b"\r\n\r\n") + 4])
        + gzip.compress(record[record.find(b"\r\n\r\n") + 4 :])
        for record in PLAIN
    ),
}


def arc_line(address: str, date: str, block: bytes, *, version: int = 1) -> bytes:
    more = "" if version == 1 else " 200 abcdefgh - 0 x.arc"
    return f"{address} 127.0.0.1 {date} text/html{more} {len(block)}\n".encode() + block


def arc(*records: bytes, version: int = 1, between: bytes = b"\n") -> list[bytes]:
    names = "URL IP-address Archive-date Content-type Archive-length"
    told = f"{version} 0 demo\n{names}\n".encode()
    first = b"filedesc://x.arc 0.0.0.0 20240305080000 text/plain %d\n" % len(told) + told + b"\n"
    return [first, *(record + between for record in records)]


def arcs(*, version: int = 1, between: bytes = b"\n", date: str = "20240305080000") -> list[bytes]:
    lines = zip(ADDRESSES, BLOCKS, strict=True)
    records = (arc_line(address, date, block, version=version) for address, block in lines)
    return arc(*records, version=version, between=between)


SOUND |= {
    "ARC": b"".join(arcs()),
    "ARC, version 2": b"".join(arcs(version=2)),
    "ARC, packed": b"".join(map(gzip.compress, arcs())),
    "ARC, packed as a whole": gzip.compress(b"".join(arcs())),
    "ARC without line ends": b"".join(arcs(between=b"")),
    "ARC with more line ends": b"".join(arcs(between=b"\r\n\r\n")),
    "ARC with dates of twelve digits": b"".join(arcs(date="202403050800")),
    "ARC with dates of seventeen digits": b"".join(arcs(date="20240305080000123")),
}
if zstandard is not None:
    PACKER = zstandard.ZstdCompressor()
    FRAMES = [PACKER.compress(record) for record in PLAIN]
    # A file is told by its first bytes, so that no dictionary that zstandard trains is needed.
    WORDS = zstandard.ZstdCompressionDict(PLAIN[0] * 3)
    KNOWING = zstandard.ZstdCompressor(dict_data=WORDS)
    KNOWN = [KNOWING.compress(record) for record in PLAIN]
    STORED = WORDS.as_bytes()

    def dictionary(data: bytes) -> bytes:
        return DICTIONARY + len(data).to_bytes(4, "little") + data

    SOUND |= {
        "zstd frames": b"".join(FRAMES),
        "zstd over all": PACKER.compress(b"".join(PLAIN)),
        "zstd of an ARC": PACKER.compress(b"".join(arcs())),
        "zstd with a dictionary": dictionary(STORED) + b"".join(KNOWN),
        "zstd with a packed dictionary": dictionary(PACKER.compress(STORED)) + b"".join(KNOWN),
        "zstd files put together": b"".join(FRAMES[:2]) + dictionary(STORED) + KNOWN[2],
        "zstd with a table of places": b"".join(FRAMES) + SKIPPABLE[0xE] + b"\4\0\0\0abcd",
    }


@pytest.mark.parametrize("kind", SOUND)
def test_all_answers_are_read(kind: str, tmp_path: Path) -> None:
    archive, path = tmp_path / "archive", tmp_path / "x.warc"
    path.write_bytes(SOUND[kind])
    imported(archive, path)
    found = rows(archive, "SELECT title, url FROM articles ORDER BY url")
    assert found == [(f"Tin {number}", address) for number, address in enumerate(ADDRESSES)]


def test_what_is_read_in_each_form_is_rebuilt_and_sound(tmp_path: Path) -> None:
    archive, paths = tmp_path / "archive", []
    for number, data in enumerate(SOUND.values()):
        paths.append(tmp_path / f"{number}.warc")
        paths[-1].write_bytes(data)
    imported(archive, *paths)
    assert_rebuild_changes_nothing(archive)
    assert_sound(archive)


CUT_SHORT: dict[str, bytes] = {
    "plain": b"".join(PLAIN)[:-60],
    "packed": b"".join(MEMBERS)[:-60],
    "packed as a whole": gzip.compress(b"".join(PLAIN))[:-11],
    "without the checksum": b"".join(MEMBERS)[:-6],
    "ARC": b"".join(arcs())[:-60],
    "ARC, packed": b"".join(map(gzip.compress, arcs()))[:-60],
}
if zstandard is not None:
    CUT_SHORT["zstd"] = b"".join(FRAMES)[:-40]


@pytest.mark.parametrize("kind", CUT_SHORT)
def test_a_cut_record_is_named_and_what_is_there_of_it_kept(kind: str, tmp_path: Path) -> None:
    archive, path = tmp_path / "archive", tmp_path / "x.warc"
    path.write_bytes(CUT_SHORT[kind])
    [said] = imported(archive, path, code=4)
    assert said["passed_over"]
    found = rows(archive, "SELECT url, truncated IS NOT NULL FROM captures ORDER BY url")
    assert found[:2] == [(address, 0) for address in ADDRESSES[:2]]
    assert found[2:] in ([], [(ADDRESSES[2], 1)])
    assert found[2:] or kind == "zstd", "a frame of zstd is one block, which is all or nothing"
    assert_rebuild_changes_nothing(archive)


def flipped(members: list[bytes]) -> bytes:
    """The middle one damaged."""
    first, middle, *others = members[:-2], bytearray(members[-2]), members[-1]
    middle[len(middle) // 2] ^= 0xFF
    return b"".join([*first, bytes(middle), *others])


DAMAGED: dict[str, Callable[[], bytes]] = {
    "packed": lambda: flipped(MEMBERS),
    "ARC, packed": lambda: flipped([gzip.compress(record) for record in arcs()]),
    "ARC with a date that is none": lambda: b"".join(arcs()).replace(
        (ADDRESSES[1] + " 127.0.0.1 20240305080000").encode(),
        (ADDRESSES[1] + " 127.0.0.1 20240005080000").encode(),
    ),
}
if zstandard is not None:
    DAMAGED["zstd"] = lambda: FRAMES[0] + b"x" + FRAMES[1][1:] + FRAMES[2]


@pytest.mark.parametrize("kind", DAMAGED)
def test_damage_costs_its_own_record(kind: str, tmp_path: Path) -> None:
    archive, path = tmp_path / "archive", tmp_path / "x.warc"
    path.write_bytes(DAMAGED[kind]())
    [said] = imported(archive, path, code=4)
    assert len(said["passed_over"]) == 1
    found = rows(archive, "SELECT url FROM captures ORDER BY url")
    assert found == [(ADDRESSES[0],), (ADDRESSES[2],)]
    assert_rebuild_changes_nothing(archive)


@pytest.mark.parametrize("packed", [True, False])
def test_a_record_without_content_length_ends_where_the_next_one_begins(
    packed: bool, tmp_path: Path
) -> None:
    records = [headless(PLAIN[0]), *PLAIN[1:]]
    archive, path = tmp_path / "archive", tmp_path / "x.warc"
    path.write_bytes(b"".join(map(gzip.compress, records) if packed else records))
    [said] = imported(archive, path, code=4)
    assert [one["why"] for one in said["passed_over"]] == ["its Content-Length is no number"]
    assert len(rows(archive, "SELECT id FROM articles")) == 3
    assert_rebuild_changes_nothing(archive)


@needs_zstandard
def test_a_dictionary_that_is_missing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.zst"
    trained = zstandard.train_dictionary(
        2000, [b"".join(PLAIN) + bytes([n, n]) * n for n in range(99)]
    )
    packer = zstandard.ZstdCompressor(dict_data=trained)
    path.write_bytes(b"".join(map(packer.compress, PLAIN)))
    [said] = imported(tmp_path / "archive", path, code=4)
    assert "needs a dictionary that is not in the file" in said["passed_over"][0]["why"]


@needs_zstandard
def test_a_dictionary_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.zst"
    zeros = zstandard.ZstdCompressor().compress(bytes(2 * MAX_DICTIONARY_BYTES))
    path.write_bytes(dictionary(zeros) + b"".join(FRAMES))
    [said] = imported(tmp_path / "archive", path, code=4)
    assert said["passed_over"][0]["why"].endswith("it is too long")
    assert len(rows(tmp_path / "archive", "SELECT id FROM articles")) == 3


def test_a_deflated_arc_in_a_wacz_is_read(tmp_path: Path) -> None:
    inner = tmp_path / "x.arc.gz"
    inner.write_bytes(b"".join(map(gzip.compress, arcs())))
    for stored in (True, False):
        path = write_wacz(
            tmp_path / f"{stored}.wacz", inner, stored=stored, name="archive/x.arc.gz"
        )
        archive = tmp_path / f"archive-{stored}"
        imported(archive, path)
        assert len(rows(archive, "SELECT id FROM articles")) == 3
        assert_sound(archive)


def test_addresses_in_an_arc_may_have_blanks_and_letters_of_any_kind(tmp_path: Path) -> None:
    path = tmp_path / "x.arc"
    line = arc_line("http://demo.example/X y z", "20240305080000", BLOCKS[0])
    path.write_bytes(b"".join(arc(line, line.replace(b"X", b"\xfc"))))
    imported(tmp_path / "archive", path)
    assert rows(tmp_path / "archive", "SELECT url FROM captures ORDER BY url") == [
        ("http://demo.example/%FC%20y%20z",),
        ("http://demo.example/X%20y%20z",),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_a_record_in_the_midst_of_a_line_is_found_behind_a_cut_one(
    packed: bool, tmp_path: Path
) -> None:
    path, archive = tmp_path / "x.warc", tmp_path / "archive"
    data = PLAIN[0] + PLAIN[1][:-60] + PLAIN[2]
    path.write_bytes(gzip.compress(data) if packed else data)
    [said] = imported(archive, path, code=4)
    assert len(said["passed_over"]) == 1
    assert rows(archive, "SELECT title FROM articles ORDER BY id") == [("Tin 0",), ("Tin 2",)]
    assert_rebuild_changes_nothing(archive)


@pytest.mark.parametrize("proof", ["block", "payload", ""])
@pytest.mark.parametrize("packed", [False, True])
def test_damage_behind_a_record_whose_end_is_proven_leaves_it_whole(
    packed: bool, proof: str, tmp_path: Path
) -> None:
    path, archive = tmp_path / "x.warc", tmp_path / "archive"
    block = BLOCKS[0]
    digests = {
        "block": {"WARC_Block_Digest": sha1(block)},
        "payload": {"WARC_Payload_Digest": sha1(block.partition(b"\r\n\r\n")[2])},
    }
    record = raw_record(block, member=False, **digests.get(proof, {})) + b"junk\n"
    records = [record, PLAIN[1]]
    path.write_bytes(b"".join(map(gzip.compress, records) if packed else records))
    [said] = imported(archive, path, code=4)
    assert len(said["passed_over"]) == 1
    truncated = None if proof else "unspecified"
    found = f"SELECT truncated FROM captures WHERE url = '{ADDRESSES[0]}'"
    assert rows(archive, found) == [(truncated,)]
    assert len(rows(archive, "SELECT id FROM articles")) == (2 if proof else 1)
    assert_rebuild_changes_nothing(archive)


def test_a_hosts_name_in_place_of_its_address_in_an_arc(tmp_path: Path) -> None:
    path = tmp_path / "x.arc"
    path.write_bytes(b"".join(arcs()).replace(b"127.0.0.1", "tỉnh".encode()))
    imported(tmp_path / "archive", path)
    assert len(rows(tmp_path / "archive", "SELECT id FROM articles")) == 3


@pytest.mark.parametrize("length", ["-1", "many"])
def test_a_line_of_an_arc_that_says_no_length_is_named(length: str, tmp_path: Path) -> None:
    path, archive = tmp_path / "x.arc", tmp_path / "archive"
    broken = arc_line(URL, "20240305080000", BLOCKS[0])
    broken = broken.replace(b"html %d\n" % len(BLOCKS[0]), f"html {length}\n".encode(), 1)
    path.write_bytes(b"".join(arc(broken, arc_line(URL, "20240306080000", BLOCKS[1]))))
    [said] = imported(archive, path, code=4)
    assert len(said["passed_over"]) == 1
    assert rows(archive, "SELECT title FROM articles") == [("Tin 1",)]
    assert main(["verify", "--archive", str(archive), "-q"]) == 4


def test_what_is_no_http_in_an_arc_has_the_type_of_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.arc"
    line = arc_line("http://demo.example/a", "20240305080000", b"<html>\n\n<p>x")
    path.write_bytes(b"".join(arc(line.replace(b"text/html", b"no-type"))))
    imported(tmp_path / "archive", path)
    assert rows(tmp_path / "archive", "SELECT status, mime FROM captures") == [(None, "no-type")]
