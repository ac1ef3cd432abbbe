"""What a server sent oddly is recorded exactly, noted as odd, and no damage of the archive."""

import gzip
from pathlib import Path

import pytest

from archive.integrity.verify import Verification
from archive.layout import Layout
from archive.warc.record_checks import MESSAGE_CHECKS
from tests.archive.building import NOT_MODIFIED, ArchiveBuilder, members, rewrite, warc_path

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = OK + b"Content-Encoding: gzip\r\n"

ODD = [
    ("body-length", OK + b"Content-Length: 9\r\n\r\nabc"),
    ("body-length", OK + b"Content-Length: 1\r\n\r\nabc"),
    ("chunk-framing", CHUNKED + b"zz\r\nabc"),
    ("chunk-framing", CHUNKED + b"4\r\nabc\r\n0\r\n\r\n"),
    ("chunk-framing", CHUNKED + b"3\nabc\n0\n\n"),
    ("chunk-end", CHUNKED + b"3\r\nabc\r\n"),
    ("chunk-excess", CHUNKED + b"0\r\n\r\nmore"),
    ("content-coding", GZIP + b"\r\n<html>"),
    ("content-coding", GZIP + b"\r\n" + gzip.compress(b"abc" * 99, mtime=0)[:-4]),
    ("status-line", b"<html>no head at all"),
]
SOUND_BUT_ODD = [
    ("interim-answer", b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na"),
    ("unasked-body", b"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc"),
    ("unasked-body", b"HTTP/1.1 304 Not Modified\r\n\r\nabc"),
]


def archive_of(folder: Path, answer: bytes, truncated: str | None = None) -> Layout:
    builder = ArchiveBuilder(folder)
    builder.exchange("1", answer, truncated=truncated)
    return builder.close()


def marks(layout: Layout) -> list[str]:
    text = b"".join(members(warc_path(layout).read_bytes())).decode("latin-1")
    return [line.split()[1] for line in text.splitlines() if line.startswith("httpAnomaly:")]


def codes(layout: Layout) -> set[str]:
    return {finding.code for finding in Verification(layout).findings()}


@pytest.mark.parametrize(("code", "answer"), ODD + SOUND_BUT_ODD)
def test_an_odd_answer_is_kept_to_the_byte_and_marked(
    tmp_path: Path, code: str, answer: bytes
) -> None:
    layout = archive_of(tmp_path, answer)
    assert code in marks(layout)
    assert any(answer in record for record in members(warc_path(layout).read_bytes()))
    assert codes(layout) == set()


@pytest.mark.parametrize(("code", "answer"), ODD)
def test_without_its_mark_it_is_a_finding(tmp_path: Path, code: str, answer: bytes) -> None:
    layout = archive_of(tmp_path, answer)
    rewrite(layout, lambda records: [r.replace(b"httpAnomaly:", b"httpanomalie") for r in records])
    assert code in codes(layout)


def test_a_mark_excuses_only_what_it_names(tmp_path: Path) -> None:
    layout = archive_of(tmp_path, GZIP + b"Content-Length: 9\r\n\r\n<html>")
    assert marks(layout) == ["body-length", "content-coding"]
    rewrite(
        layout, lambda records: [r.replace(b": body-length", b": body-longer") for r in records]
    )
    assert codes(layout) & set(MESSAGE_CHECKS) == {"body-length"}


def test_verify_counts_what_is_noted(tmp_path: Path) -> None:
    verification = Verification(archive_of(tmp_path, ODD[0][1]))
    assert list(verification.findings()) == []
    assert verification.tally.odd == 1


def test_an_answer_that_broke_off_is_marked_as_truncated_only(tmp_path: Path) -> None:
    assert marks(archive_of(tmp_path, ODD[0][1], truncated="disconnect")) == []


def test_a_plain_answer_bears_no_mark(good: Layout) -> None:
    assert marks(good) == []


def test_the_body_of_a_304_is_marked_on_its_revisit(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.exchange("1", NOT_MODIFIED + b"abc", revisit_of=builder.exchange("1"))
    layout = builder.close()
    assert marks(layout) == ["unasked-body"]
    assert codes(layout) == set()
