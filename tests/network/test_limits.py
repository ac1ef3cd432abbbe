"""No answer holds a crawl or fills a machine: each bound ends as a failure in words."""

import gzip
import json
import zlib
from pathlib import Path
from time import monotonic

import pytest

from archive.warc.reader import MAX_BODY_BYTES, decoded
from tests.support.crawls import WarcRecord, crawl, last_run, rows, verified, warc_records
from tests.support.pages import article, listing
from tests.support.wire_server import Answer, WireServer, message, page, raw

HELD_S = 20
"""A crawl of two pages takes two seconds; what holds it, a minute."""

FLOOD = 400 * 1024
"""More than any header may have."""


def serve(server: WireServer, odd: Answer) -> None:
    """An odd article, number 1, before a good one."""
    server.answer("/tin-tuc", page(listing([1, 2])))
    server.answer("/tin/1", odd)
    server.answer("/tin/2", page(article(2)))


def kept(archive: Path) -> WarcRecord:
    """The record of the odd one."""
    (record,) = [each for each in warc_records(archive, "response") if each.url.endswith("/tin/1")]
    return record


def assert_others_are_kept(archive: Path) -> None:
    assert rows(archive, "SELECT key FROM articles WHERE body IS NOT NULL") == [("2",)]
    assert verified(archive).code == 0


@pytest.mark.parametrize("before", [b"HTTP/1.1 200 OK\r\nX: ", message(article(1).encode())[:300]])
def test_an_answer_that_comes_drop_by_drop_is_broken_off(
    server: WireServer, archive: Path, before: bytes
) -> None:
    serve(server, raw(before, *[b"a"] * 200, pause_s=0.3))
    began = monotonic()
    end = crawl(
        server, archive, "-s", "PORTAL_SLOW_WINDOW=1", "-s", "PORTAL_MIN_BYTES_PER_S=50",
        "-s", "RETRY_TIMES=0",
    )  # fmt: skip
    assert end.code == 3
    assert monotonic() - began < HELD_S
    assert "less than 50 bytes a second for 1 s" in end.stderr
    record = kept(archive)
    assert record.headers["WARC-Truncated"] == "time"
    assert record.block.startswith(before)
    assert_others_are_kept(archive)


def test_a_server_that_thinks_before_it_answers_is_not_slow(
    server: WireServer, archive: Path
) -> None:
    whole = message(article(1).encode())
    serve(server, raw(b"", whole, pause_s=3))
    settings = ("-s", "PORTAL_SLOW_WINDOW=1", "-s", "PORTAL_MIN_BYTES_PER_S=50")
    assert crawl(server, archive, *settings).code == 0


@pytest.mark.parametrize(
    "flood",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * (FLOOD // 8),
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * (FLOOD // 28),
        b"HTTP/1.1 200 OK\r\nX: a\r\n" + b" folded\r\n" * (FLOOD // 9),
    ],
    ids=["fields", "interim answers", "folded lines"],
)
def test_a_header_without_end_is_broken_off(
    server: WireServer, archive: Path, flood: bytes
) -> None:
    serve(server, raw(flood))
    end = crawl(server, archive)
    assert end.code == 3
    assert "its header is longer than 262144 bytes" in end.stderr
    record = kept(archive)
    assert record.headers["WARC-Truncated"] == "length"
    assert flood.startswith(record.block)
    assert_others_are_kept(archive)


def test_a_long_header_line_is_read(server: WireServer, archive: Path) -> None:
    serve(server, page(article(1), f"X-Policy: {'a' * 200_000}"))
    assert crawl(server, archive).code == 0
    assert b"X-Policy: aaa" in kept(archive).block
    assert len(rows(archive, "SELECT key FROM articles")) == 2


def test_an_answer_with_too_many_header_fields_is_not_read(
    server: WireServer, archive: Path
) -> None:
    serve(server, page(article(1), *[f"X-{number}: 1" for number in range(1500)]))
    end = crawl(server, archive)
    assert end.code == 3
    assert "at most 1000 are read" in end.stderr
    assert kept(archive).headers["WARC-Truncated"] == "length"
    assert_others_are_kept(archive)


def test_chunks_of_one_byte_and_much_beside_it_are_broken_off(
    server: WireServer, archive: Path
) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    serve(server, raw(head, (b"1;" + b"x" * 900 + b"\r\na\r\n") * 1500))
    settings = ("-s", "DOWNLOAD_MAXSIZE=20000", "-s", "RETRY_TIMES=0")
    end = crawl(server, archive, *settings)
    assert end.code == 3
    assert "on the wire for at most 20000 of body" in end.stderr
    assert kept(archive).headers["WARC-Truncated"] == "length"
    assert_others_are_kept(archive)


def bomb(times: int) -> bytes:
    """A page that unpacks to more than is read, coded so many times."""
    data = article(1).encode() + b" " * (MAX_BODY_BYTES + 1_000_000)
    for _ in range(times):
        data = gzip.compress(data, mtime=0)
    return data


@pytest.mark.parametrize("times", [1, 2])
def test_a_page_that_unpacks_to_too_much_is_cut_and_told(
    server: WireServer, archive: Path, times: int
) -> None:
    serve(server, page(bomb(times), f"Content-Encoding: {', '.join(['gzip'] * times)}"))
    end = crawl(server, archive)
    assert end.code == 3
    assert f"unpack to more than {MAX_BODY_BYTES}" in end.stderr
    assert last_run(archive)["failures"] == 1
    assert kept(archive).block.endswith(bomb(times))
    assert rows(archive, "SELECT title FROM articles WHERE key = '1'") == [("Tin số 1",)]
    assert verified(archive).code == 0


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_unpacking_ends_at_a_bound(coding: str) -> None:
    pack = gzip.compress if coding == "gzip" else zlib.compress
    packed = pack(bytes(MAX_BODY_BYTES * 3))
    assert len(decoded(packed, coding)) == MAX_BODY_BYTES


def test_codings_upon_codings_are_left_as_they_are() -> None:
    body = b"page"
    for _ in range(5):
        body = gzip.compress(body)
    assert decoded(body, ", ".join(["gzip"] * 5)) == body


def test_an_address_without_end_is_not_asked_for(server: WireServer, archive: Path) -> None:
    row = f'<li class="row"><a href="/tin/{"a-" * 3000}3">Tin</a></li>'
    server.answer("/tin-tuc", page(listing([1]).replace("<ul>", f"<ul>{row}")))
    server.answer("/tin/1", page(article(1)))
    end = crawl(server, archive)
    assert end.code == 3
    assert "at most 4096 are requested" in end.stderr
    assert server.paths() == ["/robots.txt", "/tin-tuc", "/tin/1"]


def test_a_queue_has_an_end_and_what_it_leaves_out_is_due_the_next_time(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", page(listing(range(1, 21))))
    for number in range(1, 21):
        server.answer(f"/tin/{number}", page(article(number)))
    end = crawl(server, archive, "-s", "PORTAL_MAX_QUEUE=5")
    assert end.code == 3
    assert "the queue holds 5 requests" in end.stderr
    ((first,),) = rows(archive, "SELECT count(*) FROM articles")
    assert first < 20
    assert crawl(server, archive).code == 0
    assert rows(archive, "SELECT count(*) FROM articles") == [(20,)]


def test_redirects_have_an_end(server: WireServer, archive: Path) -> None:
    serve(server, page("", "Location: /tin/1", status="302 Found"))
    for number in range(3, 30):
        away = page("", f"Location: /tin/{number + 1}", status="302 Found")
        server.answer(f"/tin/{number}", away)
    server.answer("/tin/1", page("", "Location: /tin/3", status="302 Found"))
    end = crawl(server, archive)
    assert end.code in (0, 3)
    assert len(server.paths()) < 20
    assert json.dumps(server.paths()).count('/tin/2"') == 1
