"""What recorders change of an exchange, and what old servers sent, is read as it was meant."""

import base64
import gzip
import hashlib
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.imports.answers import MOST_CHUNKS, Chunks, brotli, decoded_body, zstandard
from archive.warc.http1 import head_of
from archive.warc.reader import MAX_BODY_BYTES
from portal_crawler.cli import main
from tests.importing.making import (
    URL,
    article,
    assert_rebuild_changes_nothing,
    assert_sound,
    chunks,
    imported,
    raw_record,
)
from tests.support.crawls import ROOT, rows

PAGE = article("Đại hội truyền thanh", "Nội dung của bài viết, dài hơn một dòng.")
TYPE = "Content-Type: text/html; charset=utf-8"


def block(*lines: str, body: bytes = PAGE.body, first: str = "HTTP/1.1 200 OK") -> bytes:
    return "\r\n".join([first, TYPE, *lines, "", ""]).encode() + body


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


CHUNKED = "Transfer-Encoding: chunked"
GZIPPED = gzip.compress(PAGE.body)
BLOCKS = {
    "plain": block(),
    "chunked": block(CHUNKED, body=chunks(PAGE.body)),
    "says chunked": block(CHUNKED),
    "says chunked, begins as a chunk": block(CHUNKED, body=b"2024\n" + PAGE.body),
    "chunked, with LF": block(CHUNKED, body=chunks(PAGE.body).replace(b"\r\n", b"\n")),
    "chunked, with extensions": block(
        CHUNKED, body=b"%x;name=value\r\n%s\r\n0\r\n\r\n" % (len(PAGE.body), PAGE.body)
    ),
    "chunked, without the last line": block(CHUNKED, body=chunks(PAGE.body)[:-2]),
    "gzip": block("Content-Encoding: gzip", body=GZIPPED),
    "gzip of two members": block(
        "Content-Encoding: gzip",
        body=gzip.compress(PAGE.body[:200]) + gzip.compress(PAGE.body[200:]),
    ),
    "gzip, said twice": block("Content-Encoding: gzip", "Content-Encoding: gzip", body=GZIPPED),
    "x-gzip": block("Content-Encoding: x-gzip", body=GZIPPED),
    "gzip, then chunked": block("Transfer-Encoding: gzip, chunked", body=chunks(GZIPPED)),
    "says gzip": block("Content-Encoding: gzip"),
    "says deflate": block("Content-Encoding: deflate"),
    "says br": block("Content-Encoding: br"),
    "says zstd": block("Content-Encoding: zstd"),
    "says chunked and gzip": block("Content-Encoding: gzip", CHUNKED),
    "says chunked and is gzip": block("Content-Encoding: gzip", CHUNKED, body=GZIPPED),
    "says gzip and is chunked": block("Content-Encoding: gzip", CHUNKED, body=chunks(PAGE.body)),
    "deflate": block("Content-Encoding: deflate", body=zlib.compress(PAGE.body)),
    "raw deflate": block("Content-Encoding: deflate", body=raw_deflate(PAGE.body)),
    "two codings": block(
        "Content-Encoding: deflate, gzip", body=gzip.compress(zlib.compress(PAGE.body))
    ),
    "identity": block("Content-Encoding: identity"),
    "a length too small": block("Content-Length: 10"),
    "no reason": block(first="HTTP/1.1 200"),
    "two blanks": block(first="HTTP/1.1  200 OK"),
    "HTTP/2": block(first="HTTP/2 200"),
    "HTTP/2.0": block(first="HTTP/2.0 200 OK"),
    "HTTP/3": block(first="HTTP/3 200"),
    "HTTP/1.0": block(first="HTTP/1.0 200 OK"),
    "NCSA": block(first="HTTP 200 Document follows"),
    "ICY": block(first="ICY 200 OK"),
    "lower case": block(first="http/1.1 200 ok"),
    "pseudo header": block(first=":status: 200"),
    "LF": block().replace(b"\r\n", b"\n"),
    "blank lines before": b"\r\n" + block(),
    "an interim answer": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + block(),
    "a whole range": block(
        f"Content-Range: bytes 0-{len(PAGE.body) - 1}/{len(PAGE.body)}",
        first="HTTP/1.1 206 Partial Content",
    ),
}  # fmt: skip
if brotli is not None:
    BLOCKS["br"] = block("Content-Encoding: br", body=brotli.compress(PAGE.body))
    BLOCKS["br, then chunked"] = block(
        "Content-Encoding: br", CHUNKED, body=chunks(brotli.compress(PAGE.body))
    )
if zstandard is not None:
    BLOCKS["zstd of two frames"] = block(
        "Content-Encoding: zstd",
        body=b"".join(
            zstandard.ZstdCompressor().compress(part) for part in (PAGE.body[:200], PAGE.body[200:])
        ),
    )
    BLOCKS["zstd"] = block(
        "Content-Encoding: zstd", body=zstandard.ZstdCompressor().compress(PAGE.body)
    )


def written(folder: Path, *records: bytes) -> Path:
    path = folder / "x.warc.gz"
    path.write_bytes(b"".join(records))
    return path


def titles_and_bodies(archive: Path) -> list[tuple[str, str]]:
    return rows(archive, "SELECT title, body FROM articles")


def test_each_article_is_that_of_the_plain_page(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    addresses = {URL.replace("2408433", f"{2408433 + n}"): kind for n, kind in enumerate(BLOCKS)}
    records = [
        raw_record(BLOCKS[kind], WARC_Target_URI=address) for address, kind in addresses.items()
    ]
    imported(archive, written(tmp_path, *records))
    read = rows(archive, "SELECT url, title, body FROM articles")
    wanted = ("Đại hội truyền thanh", "Nội dung của bài viết, dài hơn một dòng.")
    assert {addresses[url]: said for url, *said in read} == {key: [*wanted] for key in BLOCKS}
    assert rows(archive, "SELECT DISTINCT status, truncated FROM captures") == [(200, None)]
    assert_rebuild_changes_nothing(archive)
    assert main(["verify", "--deep", "--archive", str(archive), "-q"]) == 0
    for (identifier,) in rows(archive, "SELECT id FROM articles"):
        assert main(["show", str(identifier), "--cite", "--archive", str(archive)]) == 0


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"Content_Type": ""}, block()),
        ({"Content_Type": "text/html"}, block()),
        ({"Content_Type": "application/http;msgtype=response"}, block()),
        ({"WARC_Type": "RESPONSE"}, block()),
        ({"WARC_Type": "resource", "Content_Type": "text/html; charset=utf-8"}, PAGE.body),
    ],
)
def test_other_headers_of_its_record_change_nothing(
    fields: dict[str, str], body: bytes, tmp_path: Path
) -> None:
    archive = tmp_path / "archive"
    imported(archive, written(tmp_path, raw_record(body, **fields)))
    assert [title for title, _ in titles_and_bodies(archive)] == ["Đại hội truyền thanh"]
    assert_rebuild_changes_nothing(archive)
    assert_sound(archive)


@pytest.mark.parametrize(
    "cut",
    [
        block(CHUNKED, body=chunks(PAGE.body)[: -len("0\r\n\r\n")]),
        block(f"Content-Length: {len(PAGE.body) + 1000}"),
    ],
)
def test_a_page_that_broke_off_is_marked(cut: bytes, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    imported(archive, written(tmp_path, raw_record(cut)))
    assert rows(archive, "SELECT truncated FROM captures") == [("disconnect",)]
    assert titles_and_bodies(archive)
    assert_rebuild_changes_nothing(archive)


def test_a_part_of_a_page_is_no_article(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    part = block(
        f"Content-Range: bytes 0-299/{len(PAGE.body)}", body=PAGE.body[:300],
        first="HTTP/1.1 206 Partial Content",
    )  # fmt: skip
    imported(archive, written(tmp_path, raw_record(part)))
    assert rows(archive, "SELECT status FROM captures") == [(206,)]
    assert titles_and_bodies(archive) == []


def test_what_is_no_http_has_no_status(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    imported(archive, written(tmp_path, raw_record(PAGE.body)))
    assert rows(archive, "SELECT status FROM captures") == [(None,)]
    assert titles_and_bodies(archive) == []


def digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


SENT = chunks(GZIPPED)
WHOLE = block("Content-Encoding: gzip", CHUNKED, body=SENT)
WRONG = "sha1:" + "A" * 32
READINGS = {"chunks": SENT, "payload": GZIPPED, "decoded": PAGE.body, "block": WHOLE}


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("field", ["WARC_Payload_Digest", "WARC_Block_Digest"])
def test_a_digest_may_be_over_any_reading(field: str, reading: str, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    record = raw_record(WHOLE, **{field: digest(READINGS[reading])})
    imported(archive, written(tmp_path, record))
    assert_sound(archive)


def test_cookies_that_were_taken_out_behind_the_digest_are_no_damage(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    said = {"WARC_Block_Digest": WRONG, "WARC_Payload_Digest": digest(PAGE.body)}
    imported(archive, written(tmp_path, raw_record(block(), **said)))
    assert len(titles_and_bodies(archive)) == 1
    assert_sound(archive)


@pytest.mark.parametrize("field", ["WARC_Payload_Digest", "WARC_Block_Digest"])
def test_a_digest_that_is_none_of_it_is_named_and_the_page_kept(field: str, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    [said] = imported(archive, written(tmp_path, raw_record(block(), **{field: WRONG})), code=4)
    assert [one["why"].split(" is not")[0] for one in said["passed_over"]] == [
        "its " + field[5:].lower().replace("_", " ")
    ]
    assert len(titles_and_bodies(archive)) == 1
    assert main(["verify", "--archive", str(archive), "-q"]) == 4


def test_a_plain_record_whose_head_changed_is_named(tmp_path: Path) -> None:
    """No checksum shows that it was its recorder who changed it."""
    archive = tmp_path / "archive"
    said = {"WARC_Block_Digest": WRONG, "WARC_Payload_Digest": digest(PAGE.body)}
    imported(archive, written(tmp_path, raw_record(block(), member=False, **said)), code=4)


def test_a_head_without_end_is_bounded_and_named(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    endless = raw_record(b"HTTP/1.1 200 OK\r\n" + b"a:\n" * 4_000_000)
    [said] = imported(archive, written(tmp_path, endless, raw_record(block())), code=4)
    assert [one["why"] for one in said["passed_over"]] == [
        "its HTTP head does not end within 262144 bytes"
    ]
    assert len(titles_and_bodies(archive)) == 1


def test_the_number_of_chunks_is_bounded(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    many = raw_record(block(CHUNKED, body=b"1\r\na\r\n" * (MOST_CHUNKS + 1) + b"0\r\n\r\n"))
    [said] = imported(archive, written(tmp_path, many, raw_record(block())), code=4)
    assert "chunks" in said["passed_over"][0]["why"]
    assert len(titles_and_bodies(archive)) == 1


WITHOUT = """
import sys
sys.modules["zstandard"] = None
from portal_crawler.cli import main
sys.exit(main(sys.argv[1:]))
"""


CODED = base64.b64decode(
    "KLUv/WBNACUHAIJNLh6Qff9JCC/B0fHrMfRkg5ot3Uj0OnzliYvpCuzYuRyb6343Nmg4Reaxv9OeKndLD/9tZ09qn8KU"
    "5qs7VzrzRivaoFP5H3LuheOnAcKRNMyhFeRAjOQwliPYQHh1/k9b9XGUvj6Huug5apRIbxlO93j/2jPduRzDrz3qzl17"
    "tZ3PeAMX9/0nvnd976sIjhsx4l+iyIFHFDlXadJbzi6tjzKcDTAE9kfg+ZcY8l5p/q/O2Ra/urO57ncnDgAaa0CKAIIZ"
    "eCbAlgIYTGDRXzaZ1SSzlc+5wxNhRdRlUYKPBIN6Ag=="
)
"""The page's body in zstd."""


def test_without_a_package_a_page_is_kept_and_read_later(tmp_path: Path) -> None:
    archive, other = tmp_path / "archive", URL.replace("2408433", "2408434")
    coded = block("Content-Encoding: zstd", body=CODED)
    path = written(tmp_path, raw_record(coded), raw_record(block(), WARC_Target_URI=other))
    command = [sys.executable, "-c", WITHOUT, "import", str(path), "--archive", str(archive)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 4, done
    assert "pip install 'portal-archive[imports]'" in done.stderr
    assert "(1 pages of this file)" in done.stderr
    assert rows(archive, "SELECT url FROM articles") == [(other,)]
    assert rows(archive, "SELECT count(*) FROM captures") == [(2,)]
    assert main(["rebuild", "--archive", str(archive), "-q"]) == 0
    if zstandard is not None:
        assert rows(archive, "SELECT url FROM articles ORDER BY url") == [(URL,), (other,)]


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress}
if brotli is not None:
    PACKERS["br"] = brotli.compress
if zstandard is not None:
    PACKERS["zstd"] = zstandard.ZstdCompressor().compress


@pytest.mark.parametrize("coding", PACKERS)
def test_a_body_that_unpacks_to_much_is_cut(coding: str) -> None:
    head = head_of(block(f"Content-Encoding: {coding}", body=b""))
    packed = PACKERS[coding](bytes(2 * MAX_BODY_BYTES))
    assert len(decoded_body(packed, head)) == MAX_BODY_BYTES


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100, 100_000])
def test_chunks_come_in_pieces_of_any_size(size: int) -> None:
    reading, sent = Chunks(), chunks(PAGE.body * 3)
    pieces = [sent[start : start + size] for start in range(0, len(sent), size)]
    assert b"".join(part for one in pieces for part in reading.feed(one)) == PAGE.body * 3
    assert reading.is_whole
