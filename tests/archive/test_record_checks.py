"""Each check of a single record: silent on a good one, and it alone speaks up on its defect."""

import base64
import gzip
import hashlib
import zlib
from typing import Any

import pytest

from archive.layout import Layout
from archive.warc.record_checks import CHECKS, MESSAGE_CHECKS, problems
from archive.warc.record_facts import RecordReading
from tests.archive.building import members, warc_path

HTML = "<p>Chuyển đổi số</p>".encode()


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def response(block: bytes, payload: bytes = HTML, **fields: str) -> bytes:
    """A good record with this block; `fields` (_ for -) come on top or, empty, are left out."""
    header = {
        "WARC-Type": "response",
        "WARC-Record-ID": "<urn:uuid:6af22ec9-6b62-46ba-ac9d-d089649edd16>",
        "WARC-Date": "2026-11-23T05:06:39Z",
        "WARC-Target-URI": "http://sotttt.hanoi.gov.vn/",
        "WARC-Payload-Digest": sha1(payload),
        "WARC-Block-Digest": sha1(block),
        "Content-Type": "application/http;msgtype=response",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in header.items() if value)
    return b"WARC/1.1\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"


def http(body: bytes, *lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode() + body


def plain(body: bytes = HTML, length: int | None = None) -> bytes:
    return http(body, f"Content-Length: {len(body) if length is None else length}")


def chunked(body: bytes) -> bytes:
    return http(body, "Transfer-Encoding: chunked")


def coded(body: bytes, name: str = "gzip") -> bytes:
    return http(body, f"Content-Length: {len(body)}", f"Content-Encoding: {name}")


CHUNKS = b"5\r\n<p>Ch\r\n%x;x=y\r\n%s\r\n0\r\nX: trailer\r\n\r\n" % (len(HTML) - 5, HTML[5:])
ZIPPED = gzip.compress(HTML)
GOOD = response(plain())
REVISIT: dict[str, Any] = {
    "WARC_Type": "revisit",
    "WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
    "WARC_Refers_To": "<urn:uuid:00000000-6b62-46ba-ac9d-d089649edd16>",
}


def codes(record: bytes, piece: int = 1 << 20) -> set[str]:
    reading = RecordReading()
    for start in range(0, len(record), piece):
        reading.feed(record[start : start + piece])
    return {code for code, _ in problems(reading.facts())}


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    "record",
    [
        GOOD,
        response(chunked(CHUNKS)),
        response(coded(ZIPPED), ZIPPED),
        response(coded(zlib.compress(HTML), "deflate"), zlib.compress(HTML)),
        response(coded(zlib.compress(HTML, wbits=-15), "deflate"), zlib.compress(HTML, wbits=-15)),
        response(coded(b""), b""),
        response(plain(length=999), WARC_Truncated="disconnect"),
        response(chunked(CHUNKS[:12]), HTML[:5], WARC_Truncated="disconnect"),
        response(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", b""),
        response(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", **REVISIT),
        response(plain(), WARC_Date="2026-11-23T05:06:39.123456789Z"),
        response(plain(), WARC_Payload_Digest="sha256:" + hashlib.sha256(HTML).hexdigest()),
        response(http(HTML, "Content-Length: 0", "Transfer-Encoding: identity")),
        response(b"HTTP/1.1 100 Continue\r\n\r\n" + plain()),
    ],
)
def test_a_good_record_has_no_problems(record: bytes, piece: int) -> None:
    assert codes(record, piece) == set()


@pytest.mark.parametrize(
    ("code", "record"),
    [
        ("header", GOOD.replace(b"WARC/1.1", b"WARC/7.0")),
        ("header", GOOD.replace(b"WARC-Date: ", b"odd line\r\nWARC-Date: ")),
        ("header-lacks", response(plain(), WARC_Record_ID="")),
        ("header-lacks", response(plain(), WARC_Date="")),
        ("header-repeats", GOOD.replace(b"WARC-Type", b"WARC-Type: response\r\nWARC-Type", 1)),
        ("record-id", response(plain(), WARC_Record_ID="urn:uuid:no-brackets")),
        ("date", response(plain(), WARC_Date="23/11/2026")),
        ("date", response(plain(), WARC_Date="2026-11-23T05:06:39+07:00")),
        ("record-length", response(plain(), Content_Length="many")),
        ("several-records", GOOD + GOOD),
        ("record-end", GOOD[:-2]),
        ("record-end", GOOD[:-4]),
        ("record-end", GOOD + b"\r\n"),
        ("target", response(plain(), WARC_Target_URI="")),
        ("target", response(plain(), WARC_Target_URI="http://a.vn/a b")),
        (
            "content-type",
            response(plain(), Content_Type="text/html", WARC_Payload_Digest=sha1(plain())),
        ),
        ("digest-missing", response(plain(), WARC_Block_Digest="")),
        ("digest-missing", response(plain(), WARC_Payload_Digest="")),
        ("digest-unknown", response(plain(), WARC_Block_Digest="crc32:AAAA")),
        ("digest-unknown", response(plain(), WARC_Payload_Digest="sha1:too-short")),
        ("block-digest", response(plain(), WARC_Block_Digest=sha1(b"else"))),
        ("payload-digest", response(plain(), WARC_Payload_Digest=sha1(b"else"))),
        ("payload-digest", response(chunked(CHUNKS), CHUNKS)),
        ("status-line", response(HTML, b"")),
        ("chunk-framing", response(chunked(HTML + b"\n"), b"")),
        ("chunk-framing", response(chunked(CHUNKS.replace(b"5\r\n", b"4\r\n", 1)), HTML[:4])),
        ("chunk-framing", response(chunked(b"6\r\nabcde\r\n0\r\n\r\n"), b"abcde\r")),
        ("chunk-framing", response(chunked(b"5\nabcde\n0\n\n"), b"abcde")),
        ("chunk-end", response(chunked(CHUNKS[:-16]))),
        ("chunk-excess", response(chunked(CHUNKS + b"more"))),
        ("body-length", response(plain(length=999))),
        ("body-length", response(plain(length=3))),
        ("content-coding", response(coded(HTML))),
        ("content-coding", response(coded(ZIPPED[:-9]), ZIPPED[:-9])),
        ("content-coding", response(coded(HTML, "deflate"))),
        (
            "revisit-profile",
            response(b"HTTP/1.1 304 No\r\n\r\n", **{**REVISIT, "WARC_Profile": "x"}),
        ),
        (
            "revisit-original",
            response(b"HTTP/1.1 304 No\r\n\r\n", **{**REVISIT, "WARC_Refers_To": ""}),
        ),
    ],
)
def test_a_defect_is_named(code: str, record: bytes) -> None:
    assert codes(record) == {code}


def test_a_block_that_is_cut_off_is_named() -> None:
    assert codes(GOOD[:-20]) == {"record-length"}
    assert "header" in codes(GOOD[:40])


def test_every_check_is_tested() -> None:
    (marks,) = (
        mark
        for mark in test_a_defect_is_named.pytestmark  # type: ignore[attr-defined]
        if mark.name == "parametrize"
    )
    assert {code for code, _ in marks.args[1]} == {*CHECKS, *MESSAGE_CHECKS}


def test_what_our_writer_writes_has_no_problems(good: Layout) -> None:
    for record in members(warc_path(good).read_bytes()):
        assert codes(record) == set()


def test_a_bomb_is_measured_without_being_kept() -> None:
    bomb = gzip.compress(bytes(200_000_000), 9)
    assert codes(response(coded(bomb), bomb)) == set()
