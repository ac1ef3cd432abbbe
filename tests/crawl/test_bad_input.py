"""What a crawl makes of portals and archives that are not as they should be."""

import base64
import gzip
import hashlib
import json
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from portal_crawler.cleaning.page.caps import MAX_PICTURES
from portal_crawler.cli import main
from tests.archive.building import members
from tests.support.crawls import (
    crawl,
    ended,
    last_run,
    rows,
    start_crawl,
    verified,
    warc_files,
    warc_records,
    wire_environment,
)
from tests.support.pages import article, listing
from tests.support.wire_server import (
    NOT_FOUND,
    Answer,
    WireServer,
    chunked,
    gzipped,
    message,
    page,
    raw,
)

PORTALS = "SPIDER_MODULES=tests.support.portals"

GOOD = 2
"""The article that is as it should be, beside the odd one, number 1."""


def serve_beside_a_good_one(server: WireServer, odd: Answer) -> None:
    server.answer("/tin-tuc", page(listing([1, GOOD])))
    server.answer("/tin/1", odd)
    server.answer(f"/tin/{GOOD}", page(article(GOOD)))


def keys(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles")}


def problems(archive: Path, key: str = "1") -> list[str]:
    ((codes,),) = rows(archive, "SELECT problems FROM articles WHERE key = ?", key)
    return list(json.loads(codes))


# Addresses

BAD_ADDRESSES = ("http://h:99999999/", "http://h:80:80/", "http://[", "http://user:pw@h/", "//h:²/")


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_address_that_cannot_be_asked_for_costs_itself_alone(
    server: WireServer, archive: Path, address: str
) -> None:
    row = f'<li class="row"><a href="{address}">Tin</a></li>'
    server.answer("/tin-tuc", page(listing([1, GOOD]).replace("<ul>", f"<ul>{row}")))
    server.answer("/tin/1", page("", f"Location: {address}", status="302 Found"))
    body = f'<img src="{address}"><p style="background:url({address})">Tin.</p>' * 9
    server.answer(f"/tin/{GOOD}", page(article(GOOD, body=f'<base href="{address}">{body}')))
    end = crawl(server, archive, "-s", "PORTAL_REQUISITES=True")
    assert end.code in (0, 3), end.stderr
    assert keys(archive) == {str(GOOD)}
    assert last_run(archive)["refused"] >= 1
    assert main(["rebuild", "--archive", str(archive), "-s", PORTALS]) == 0
    assert keys(archive) == {str(GOOD)}


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_pager_that_leads_nowhere_is_said(
    server: WireServer, archive: Path, address: str
) -> None:
    server.answer("/tin-tuc", page(listing([1], following=address)))
    server.answer("/tin/1", page(article(1)))
    assert crawl(server, archive).code == 3
    assert "the next page's address cannot be read" in last_run(archive)["reason"]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_rules_that_lead_nowhere_leave_the_host_alone(
    server: WireServer, archive: Path, address: str
) -> None:
    server.answer("/robots.txt", page("", f"Location: {address}", status="302 Found"))
    assert crawl(server, archive).code == 3
    assert last_run(archive)["failures"] == 1


# Sizes


def test_a_listing_that_is_cut_makes_the_run_incomplete(server: WireServer, archive: Path) -> None:
    rest = "<img src=/a.jpg>" * (MAX_PICTURES + 1) + listing([2])
    server.answer("/tin-tuc", page(listing([1]) + rest))
    server.answer("/tin/1", page(article(1, body="Đoạn. " * 30 + "<img src=/a.jpg>" * 9999)))
    assert crawl(server, archive).code == 3
    assert "too large and was read in part" in last_run(archive)["reason"]
    assert (keys(archive), problems(archive)) == ({"1"}, ["page-cut"])
    seen = "SELECT key FROM sightings"
    assert rows(archive, seen) == [("1",)]
    assert main(["rebuild", "--archive", str(archive), "-s", PORTALS]) == 0
    assert (rows(archive, seen), problems(archive)) == ([("1",)], ["page-cut"])


# Numbers


def test_a_total_that_no_column_can_hold_is_left_out(server: WireServer, archive: Path) -> None:
    server.answer("/tin-tuc", page(listing([1], total=2**63)))
    server.answer("/tin/1", page(article(1)))
    assert crawl(server, archive).code == 0
    assert last_run(archive)["portal_count"] is None
    assert verified(archive).code == 0


def test_an_archive_with_a_number_that_no_column_can_hold_is_read_again(
    server: WireServer, archive: Path
) -> None:
    """As an earlier version left it: the run's end is in the WARC, and could not be stored."""
    server.answer("/tin-tuc", page(listing([1], total=1)))
    server.answer("/tin/1", page(article(1)))
    assert crawl(server, archive).code == 0
    (path,) = warc_files(archive)
    *kept, end = members(path.read_bytes()).items()
    odd = of_length(end[0].replace(b"portal_count: 1\r\n", b"portal_count: %d\r\n" % 2**63))
    path.write_bytes(b"".join(packed for _, packed in kept) + gzip.compress(odd))
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        connection.execute("UPDATE runs SET outcome = NULL, finished_at = NULL, portal_count = 0")
    seen = verified(archive)
    assert (seen.code, seen.stdout.count("record-number")) == (0, 1)
    assert crawl(server, archive).code == 0
    first = "SELECT outcome, listed, portal_count FROM runs ORDER BY id LIMIT 1"
    assert rows(archive, first) == [("complete", 1, None)]
    for command in ("rebuild", "repair"):
        assert main([command, "--archive", str(archive), "-s", PORTALS]) == 0
        assert rows(archive, first) == [("complete", 1, None)]


def of_length(record: bytes) -> bytes:
    """A metadata record whose header fits its block."""
    head, blank, block = record.partition(b"\r\n\r\n")
    size = len(block) - 4
    digest = base64.b32encode(hashlib.sha1(block[:size]).digest())
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % size, head)
    return re.sub(rb"sha1:\w+", b"sha1:" + digest, head) + blank + block


@pytest.mark.parametrize(
    "head",
    ["Content-Length: " + "9" * 5000, "Retry-After: " + "9" * 5000, "Age: " + "9" * 5000,
     "Last-Modified: Wed, 21 Oct " + "9" * 5000 + " 07:28:00 GMT", "Content-Length: -1"],
)  # fmt: skip
def test_a_header_with_a_number_that_cannot_be_costs_its_own_page_at_most(
    server: WireServer, archive: Path, head: str
) -> None:
    body = article(1).encode()
    odd = raw(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body)
    serve_beside_a_good_one(server, odd if "Length" in head else page(body, head))
    assert crawl(server, archive).code in (0, 3)
    assert str(GOOD) in keys(archive)
    assert main(["rebuild", "--archive", str(archive), "-s", PORTALS]) == 0
    assert str(GOOD) in keys(archive)


# The command line


def test_an_unknown_portal_is_named_with_the_nearest_name(
    server: WireServer, archive: Path
) -> None:
    end = ended(start_crawl(archive, env=wire_environment(server), portals=("wire-tow",)))
    assert (end.code, end.stdout) == (2, "")
    assert end.stderr == "portal crawl: no portal is named 'wire-tow'; did you mean wire-two?\n"
    assert not archive.exists()


def test_a_name_like_no_other_leads_to_the_list(server: WireServer, archive: Path) -> None:
    end = ended(start_crawl(archive, env=wire_environment(server), portals=("zzzzzz",)))
    assert end.code == 2
    assert "`portal list` names them" in end.stderr


@pytest.mark.parametrize(
    "arguments",
    [("--pages", "0"), ("--articles", "x"), ("--since", "1/2/2024"), ("-s", "NOVALUE"), ("--all",)],
)
def test_wrong_usage_is_said_before_anything_is_done(
    server: WireServer, archive: Path, arguments: tuple[str, ...]
) -> None:
    end = crawl(server, archive, *arguments)
    assert end.code == 2
    assert end.stderr
    assert not archive.exists()


def test_a_folder_that_cannot_be_made_is_named(server: WireServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    end = crawl(server, tmp_path / "file" / "archive")
    assert end.code == 1
    assert f"{tmp_path}/file/archive" in end.stderr
    assert "--archive" in end.stderr
    assert server.paths() == []


@pytest.mark.parametrize("part", ["archive.db", "warc", "logs", "locks"])
def test_a_part_of_the_archive_that_cannot_be_written_is_named(
    server: WireServer, archive: Path, part: str
) -> None:
    archive.mkdir()
    if part == "archive.db":
        (archive / part).mkdir()
    else:
        (archive / part).write_text("in the way")
    end = crawl(server, archive)
    assert end.code == 1
    assert str(archive) in end.stderr
    assert server.paths() == []


def test_a_folder_without_permission_is_named(server: WireServer, archive: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    archive.mkdir(mode=0o500)
    end = crawl(server, archive)
    assert end.code == 1
    assert str(archive) in end.stderr


def test_json_says_why_there_is_no_run(server: WireServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    end = crawl(server, tmp_path / "file" / "archive", "--json")
    (line,) = end.stdout.splitlines()
    assert json.loads(line)["portal"] == "wire"
    assert "cannot write" in json.loads(line)["error"]


def test_json_is_the_row_of_the_run(server: WireServer, archive: Path) -> None:
    serve_beside_a_good_one(server, page(article(1)))
    end = crawl(server, archive, "--json", "-q")
    (line,) = end.stdout.splitlines()
    assert json.loads(line) == last_run(archive)
    assert end.stderr == ""


# The listing


def test_a_listing_that_answers_500_makes_the_run_incomplete(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", page("<h1>500</h1>", status="500 Internal Server Error"))
    end = crawl(server, archive)
    assert end.code == 3
    assert "tin-tuc: listing page 1 answered 500" in end.stderr
    assert server.paths().count("/tin-tuc") == 3
    assert [
        row[0] for row in rows(archive, "SELECT status FROM captures WHERE role = 'listing'")
    ] == [500] * 3


def test_a_listing_without_rows_means_that_the_layout_changed(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", page("<html><body><div>Giao diện mới</div></body></html>"))
    end = crawl(server, archive)
    assert end.code == 3
    assert "layout" in end.stderr
    assert last_run(archive)["outcome"] == "unhealthy"


def test_a_listing_that_is_not_there_makes_the_run_incomplete(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", NOT_FOUND)
    end = crawl(server, archive)
    assert end.code == 3
    assert "listing page 1 answered 404" in end.stderr


def test_articles_of_a_listing_that_breaks_off_later_are_kept(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", page(listing([1], following="/tin-tuc/2")))
    server.answer("/tin-tuc/2", raw(close=True))
    server.answer("/tin/1", page(article(1)))
    end = crawl(server, archive, "-s", "RETRY_TIMES=0")
    assert end.code == 3
    assert "listing page 2" in end.stderr
    assert keys(archive) == {"1"}


def test_a_listing_cut_on_its_way_is_kept_as_far_as_it_came(
    server: WireServer, archive: Path
) -> None:
    whole = message(listing([1, 2]).encode())
    server.answer("/tin-tuc", raw(whole[:-30], close=True))
    server.answer("/tin/1", page(article(1)))
    server.answer("/tin/2", page(article(2)))
    end = crawl(server, archive, "-s", "RETRY_TIMES=0")
    assert end.code == 3
    assert "broke off" in end.stderr
    assert keys(archive) == {"1", "2"}


def test_a_listing_that_ends_before_the_portals_own_count_is_incomplete(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", page(listing([1], total=5)))
    server.answer("/tin/1", page(article(1)))
    end = crawl(server, archive)
    assert end.code == 3
    assert "the portal counts 5 articles, its pages listed 1" in end.stderr


def test_a_limit_that_was_asked_for_is_no_failure(server: WireServer, archive: Path) -> None:
    server.answer("/tin-tuc", page(listing([1], total=5, following="/tin-tuc/2")))
    server.answer("/tin/1", page(article(1)))
    assert crawl(server, archive, "--pages", "1").code == 0
    assert server.paths() == ["/robots.txt", "/tin-tuc", "/tin/1"]
    assert last_run(archive)["swept"] == 0


def test_a_refused_connection_makes_the_run_incomplete(server: WireServer, archive: Path) -> None:
    server.close()
    end = crawl(server, archive)
    assert end.code == 3
    assert "robots.txt could not be fetched" in end.stderr
    assert warc_records(archive, "response") == []


# The article


def test_a_truncated_article_has_a_row_that_says_so(server: WireServer, archive: Path) -> None:
    serve_beside_a_good_one(server, raw(message(article(1).encode())[:-60], close=True))
    end = crawl(server, archive, "-s", "RETRY_TIMES=1")
    assert end.code == 3
    assert "article broke off" in end.stderr
    assert "truncated" in problems(archive)
    assert keys(archive) == {"1", "2"}


def test_a_whole_page_after_one_that_broke_off_is_what_counts(
    server: WireServer, archive: Path
) -> None:
    whole = message(article(1).encode())
    serve_beside_a_good_one(server, page(""))
    server.answer("/tin/1", raw(whole[:-60], close=True), raw(whole))
    assert crawl(server, archive).code == 0
    assert problems(archive) == []
    truncated = rows(archive, "SELECT truncated FROM captures WHERE key = '1' ORDER BY warc_offset")
    assert truncated == [("disconnect",), (None,)]


def test_an_answer_that_is_no_page_is_counted_and_kept(server: WireServer, archive: Path) -> None:
    picture = raw(message(b"\x89PNG\r\n\x1a\n" + bytes(500), kind="image/png"))
    serve_beside_a_good_one(server, picture)
    assert crawl(server, archive).code == 0
    assert keys(archive) == {"2"}
    assert last_run(archive)["pages_without_title"] == 1
    assert [r.block for r in warc_records(archive, "response") if r.url.endswith("/tin/1")] == [
        picture.sent
    ]


def test_a_page_sent_as_another_type_is_marked(server: WireServer, archive: Path) -> None:
    serve_beside_a_good_one(
        server, raw(message(article(1).encode(), kind="application/octet-stream"))
    )
    assert crawl(server, archive).code == 0
    assert problems(archive) == ["not-html"]


@pytest.mark.parametrize("charset", ["utf-16", "windows-1258"])
def test_a_page_in_another_charset_is_read_in_it(
    server: WireServer, archive: Path, charset: str
) -> None:
    title = "Hà Nội họp báo"
    text = article(1, title=title, charset=charset)
    if charset == "windows-1258":  # which writes tone marks apart
        title = "Thông báo"
        text = article(1, title=title, body="Chúng tôi thông báo " * 30, charset=charset)
        text = text.replace("Tóm tắt của tin số 1.", "")
        text = text.replace("Tài liệu 1", "T")
    serve_beside_a_good_one(server, page(text.encode(charset)))
    assert crawl(server, archive).code == 0
    assert rows(archive, "SELECT title FROM articles WHERE key = '1'") == [(title,)]


def test_bytes_that_are_no_utf8_are_marked(server: WireServer, archive: Path) -> None:
    serve_beside_a_good_one(
        server, page(article(1).encode().replace("hội".encode(), b"h\xff\xfei", 1))
    )
    assert crawl(server, archive).code == 0
    assert "charset-guessed" in problems(archive)


def test_an_article_without_a_date_is_marked(server: WireServer, archive: Path) -> None:
    serve_beside_a_good_one(server, page(article(1, date=None)))
    assert crawl(server, archive).code == 0
    assert problems(archive) == ["no-date"]
    assert last_run(archive)["problems"] == 1


def test_an_empty_page_gives_no_row(server: WireServer, archive: Path) -> None:
    serve_beside_a_good_one(server, page(b""))
    assert crawl(server, archive).code == 0
    assert keys(archive) == {"2"}


def test_a_soft_404_gives_no_row(server: WireServer, archive: Path) -> None:
    serve_beside_a_good_one(server, page("<html><body><p>Không tìm thấy trang</p></body></html>"))
    assert crawl(server, archive).code == 0
    assert keys(archive) == {"2"}
    assert last_run(archive)["pages_without_title"] == 1


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
def test_a_dead_link_is_counted_and_no_failure(
    server: WireServer, archive: Path, status: str
) -> None:
    serve_beside_a_good_one(server, page("", status=status))
    assert crawl(server, archive).code == 0
    run = last_run(archive)
    assert (run["dead_links"], run["failures"], run["articles_new"]) == (1, 0, 1)
    assert rows(archive, "SELECT count(*) FROM sightings WHERE key = '1'") == [(1,)]


def test_an_article_that_answers_500_makes_the_run_incomplete(
    server: WireServer, archive: Path
) -> None:
    serve_beside_a_good_one(server, page("", status="500 Oops"))
    end = crawl(server, archive, "-s", "RETRY_TIMES=1")
    assert end.code == 3
    assert "article answered 500" in end.stderr
    assert keys(archive) == {"2"}


def test_many_pages_without_a_title_are_unhealthy(server: WireServer, archive: Path) -> None:
    server.answer("/tin-tuc", page(listing(range(1, 7))))
    for number in range(1, 7):
        server.answer(
            f"/tin/{number}", page("<h2>Giao diện mới</h2>" if number < 3 else article(number))
        )
    end = crawl(server, archive)
    assert end.code == 3
    assert "2 of 6 pages without a title" in end.stderr


def test_a_body_that_is_not_coded_as_it_says_is_counted_not_lost(
    server: WireServer, archive: Path
) -> None:
    broken = gzipped(article(1).encode()).sent[:-20]
    serve_beside_a_good_one(server, raw(broken.replace(b"Content-Length: ", b"X: "), close=True))
    end = crawl(server, archive)
    assert end.code in (0, 3)
    assert [r for r in warc_records(archive, "response") if r.url.endswith("/tin/1")]


def test_an_answer_longer_than_allowed_is_cut_and_marked(server: WireServer, archive: Path) -> None:
    serve_beside_a_good_one(server, chunked(article(1).encode() + b" " * 100_000, size=5000))
    end = crawl(server, archive, "-s", "DOWNLOAD_MAXSIZE=20000", "-s", "RETRY_TIMES=0")
    assert end.code == 3
    (kept,) = [r for r in warc_records(archive, "response") if r.url.endswith("/tin/1")]
    assert kept.headers["WARC-Truncated"] == "length"


def test_an_answer_that_takes_too_long_is_cut_and_marked(server: WireServer, archive: Path) -> None:
    whole = message(article(1).encode())
    serve_beside_a_good_one(server, raw(whole[:300], whole[300:], pause_s=4))
    end = crawl(server, archive, "-s", "DOWNLOAD_TIMEOUT=1", "-s", "RETRY_TIMES=0")
    assert end.code == 3
    (kept,) = [r for r in warc_records(archive, "response") if r.url.endswith("/tin/1")]
    assert (kept.headers["WARC-Truncated"], kept.block) == ("time", whole[:300])


def test_a_redirect_out_of_the_portal_is_said_and_not_followed(
    server: WireServer, archive: Path
) -> None:
    away = page("", "Location: http://localhost:1/tin/1", status="302 Found")
    serve_beside_a_good_one(server, away)
    end = crawl(server, archive)
    assert end.code == 0
    assert "http://localhost:1/tin/1 is not on 127.0.0.1" in end.stderr
    assert keys(archive) == {"2"}
    assert [r.block for r in warc_records(archive, "response") if r.url.endswith("/tin/1")] == [
        away.sent
    ]


def test_a_304_that_nobody_asked_for_makes_the_run_incomplete(
    server: WireServer, archive: Path
) -> None:
    serve_beside_a_good_one(server, raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"))
    end = crawl(server, archive)
    assert end.code == 3
    assert "304 to a request without a condition" in end.stderr
    assert keys(archive) == {"2"}


def test_retry_after_is_waited_for(server: WireServer, archive: Path) -> None:
    serve_beside_a_good_one(server, page(""))
    busy = page("", "Retry-After: 1", status="503 Service Unavailable")
    server.answer("/tin/1", busy, page(article(1)))
    assert crawl(server, archive).code == 0
    first, second = (each.at for each in server.exchanges if each.path == "/tin/1")
    assert second - first >= 1
