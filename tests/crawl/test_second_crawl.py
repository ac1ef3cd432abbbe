"""Another night: what may have changed is asked for, and no row is added that says the same."""

from pathlib import Path

import pytest

from tests.support.crawls import crawl, last_run, rows, warc_files, warc_records
from tests.support.pages import article, listing
from tests.support.wire_server import NOT_FOUND, WireServer, conditional, page, raw

CONTENT = ("articles", "article_versions", "sightings", "images", "attachments")
GONE = page("<h1>410</h1>", status="410 Gone")
SOFT_404 = page("<html><body><p>Không tìm thấy trang</p></body></html>")


@pytest.fixture(autouse=True)
def portal(server: WireServer) -> None:
    server.answer("/tin-tuc", conditional(listing([1, 2, 3], following="/tin-tuc/2"), "ds1"))
    server.answer("/tin-tuc/2", conditional(listing([4]), "ds2"))
    for number in (1, 2, 3, 4):
        server.answer(f"/tin/{number}", conditional(article(number), f"tin{number}"))


def night(server: WireServer, archive: Path, *arguments: str, code: int = 0) -> list[str]:
    """Crawl; the addresses asked for but robots.txt."""
    server.forget()
    end = crawl(server, archive, "-s", "RETRY_TIMES=0", *arguments)
    assert end.code == code, end.stderr
    return [path for path in server.paths() if path != "/robots.txt"]


def retitle(server: WireServer, number: int, title: str) -> None:
    """The portal edits an article, and its listing says so."""
    server.answer(
        "/tin-tuc", page(listing([1, 2, 3], following="/tin-tuc/2", titles={number: title}))
    )
    server.answer(f"/tin/{number}", page(article(number, title=title)))


def counts(archive: Path) -> dict[str, int]:
    return {table: rows(archive, f"SELECT count(*) FROM {table}")[0][0] for table in CONTENT}


def gone(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles WHERE gone_at IS NOT NULL")}


def test_it_asks_for_the_first_listing_page_only(server: WireServer, archive: Path) -> None:
    night(server, archive)
    assert night(server, archive) == ["/tin-tuc"]
    assert night(server, archive) == ["/tin-tuc"]
    run = last_run(archive)
    assert (run["listed"], run["requests"], run["outcome"]) == (3, 2, "complete")


def test_it_adds_no_row_that_says_the_same(server: WireServer, archive: Path) -> None:
    night(server, archive)
    before = counts(archive)
    assert before == {
        "articles": 4, "article_versions": 4, "sightings": 4, "images": 4, "attachments": 4,
    }  # fmt: skip
    night(server, archive)
    night(server, archive, "--full")
    assert counts(archive) == before


def test_a_304_is_a_revisit_of_the_capture_that_has_the_body(
    server: WireServer, archive: Path
) -> None:
    night(server, archive)
    night(server, archive)
    found = rows(
        archive,
        "SELECT c.status, o.status, c.payload_digest = o.payload_digest, c.url = o.url"
        " FROM captures c JOIN captures o ON o.id = c.revisit_of WHERE c.role = 'listing'",
    )
    assert found == [(304, 200, 1, 1)]
    listings = [each for each in warc_records(archive, "revisit") if "/tin-tuc" in each.url]
    assert len(listings) == 1
    for record in listings:
        assert record.headers["WARC-Profile"].endswith("/server-not-modified")
        assert record.block.startswith(b"HTTP/1.1 304 Not Modified\r\n")
        (original,) = (
            each
            for each in warc_records(archive, "response")
            if each.record_id == record.headers["WARC-Refers-To"]
        )
        assert original.url == record.headers["WARC-Refers-To-Target-URI"]
        assert original.headers["WARC-Date"] == record.headers["WARC-Refers-To-Date"]


def test_the_sightings_of_a_304_are_seen_again(server: WireServer, archive: Path) -> None:
    night(server, archive)
    night(server, archive)
    assert rows(archive, "SELECT count(*) FROM sightings WHERE last_seen_at > seen_at") == [(3,)]


def test_a_listing_without_validators_is_asked_for_as_before(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", page(listing([1])))
    night(server, archive)
    night(server, archive)
    assert b"If-None-Match" not in server.exchanges[1].request


def test_a_listing_is_asked_for_by_date_where_it_has_one(server: WireServer, archive: Path) -> None:
    date = "Wed, 01 Jan 2025 00:00:00 GMT"
    server.answer(
        "/tin-tuc",
        page(listing([1]), f"Last-Modified: {date}"),
        raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    )
    night(server, archive)
    assert night(server, archive) == ["/tin-tuc"]
    assert f"If-Modified-Since: {date}".encode() in server.exchanges[1].request
    assert last_run(archive)["listed"] == 1


def test_full_looks_at_everything_and_asks_conditionally(server: WireServer, archive: Path) -> None:
    night(server, archive)
    asked = night(server, archive, "--full")
    assert len(asked) == 6
    run = last_run(archive)
    assert (run["articles_unchanged"], run["articles_changed"], run["articles_new"]) == (4, 0, 0)
    statuses = rows(
        archive, "SELECT status FROM captures WHERE run_id = ? AND role = 'article'", run["id"]
    )
    assert statuses == [(304,)] * 4
    assert night(server, archive) == ["/tin-tuc"]


def test_full_after_full_asks_for_the_capture_with_the_body(
    server: WireServer, archive: Path
) -> None:
    night(server, archive)
    night(server, archive, "--full")
    night(server, archive, "--full")
    originals = rows(
        archive,
        "SELECT DISTINCT o.status FROM captures c JOIN captures o ON o.id = c.revisit_of",
    )
    assert originals == [(200,)]


def test_an_edited_article_becomes_version_2(server: WireServer, archive: Path) -> None:
    night(server, archive)
    retitle(server, 2, "Tin số 2, đã sửa")
    assert night(server, archive) == ["/tin-tuc", "/tin/2", "/tin-tuc/2"]
    assert rows(archive, "SELECT title, version FROM articles WHERE key = '2'") == [
        ("Tin số 2, đã sửa", 2)
    ]
    versions = rows(
        archive,
        "SELECT v.version, v.title FROM article_versions v JOIN articles a ON a.id = v.article_id"
        " WHERE a.key = '2' ORDER BY v.version",
    )
    assert versions == [(1, "Tin số 2"), (2, "Tin số 2, đã sửa")]
    assert last_run(archive)["articles_changed"] == 1
    assert night(server, archive) == ["/tin-tuc"]


def test_a_listing_that_says_otherwise_is_one_more_sighting(
    server: WireServer, archive: Path
) -> None:
    night(server, archive)
    retitle(server, 2, "Tin số 2, đã sửa")
    night(server, archive)
    assert counts(archive)["sightings"] == 5


def test_a_title_that_comes_back_is_looked_at_again(server: WireServer, archive: Path) -> None:
    night(server, archive)
    for title in ("Tin số 2, đã sửa", "Tin số 2"):
        retitle(server, 2, title)
        assert "/tin/2" in night(server, archive)
    assert rows(archive, "SELECT title, version FROM articles WHERE key = '2'") == [("Tin số 2", 3)]
    assert night(server, archive) == ["/tin-tuc"]


def test_an_article_that_is_listed_twice_is_not_asked_for_each_night(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc/2", page(listing([1, 4], titles={1: "Tin nổi bật: số 1"}), pause_s=0))
    server.answer("/tin/1", page(article(1)))
    night(server, archive, "-s", "DOWNLOAD_DELAY=0.4")
    assert night(server, archive) == ["/tin-tuc"]
    assert "/tin-tuc/2" in night(server, archive, "--full")
    assert night(server, archive) == ["/tin-tuc"]
    assert counts(archive)["sightings"] == 5


def test_what_failed_before_is_asked_for_again(server: WireServer, archive: Path) -> None:
    server.answer("/tin/3", page("", status="500 Oops"))
    night(server, archive, code=3)
    server.answer("/tin/3", page(article(3)))
    assert night(server, archive) == ["/tin-tuc", "/tin/3", "/tin-tuc/2"]
    assert night(server, archive) == ["/tin-tuc"]


def test_what_broke_off_before_is_asked_for_again(server: WireServer, archive: Path) -> None:
    whole = page(article(3)).sent
    server.answer("/tin/3", raw(whole[:-80], close=True))
    night(server, archive, code=3)
    server.answer("/tin/3", raw(whole))
    assert "/tin/3" in night(server, archive)
    assert rows(archive, "SELECT problems, version FROM articles WHERE key = '3'") == [("[]", 1)]


def test_a_page_that_breaks_off_never_replaces_a_whole_one(
    server: WireServer, archive: Path
) -> None:
    night(server, archive)
    retitle(server, 3, "Khác")
    server.answer("/tin/3", raw(page(article(3, title="Khác")).sent[:-300], close=True))
    night(server, archive, code=3)
    assert rows(archive, "SELECT title, version FROM articles WHERE key = '3'") == [("Tin số 3", 1)]


def test_a_dead_link_is_asked_for_with_full_only(server: WireServer, archive: Path) -> None:
    server.answer("/tin/3", NOT_FOUND)
    night(server, archive)
    assert "/tin/3" not in night(server, archive)
    assert "/tin/3" in night(server, archive, "--full")
    assert last_run(archive)["dead_links"] == 1
    assert rows(archive, "SELECT count(*) FROM articles") == [(3,)]


def test_a_page_without_an_article_is_not_asked_for_each_night(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin/3", SOFT_404)
    night(server, archive)
    assert night(server, archive) == ["/tin-tuc"]


def test_410_is_gone_at_once(server: WireServer, archive: Path) -> None:
    night(server, archive)
    server.answer("/tin/3", GONE)
    night(server, archive, "--full")
    assert gone(archive) == {"3"}
    assert last_run(archive)["articles_gone"] == 1
    assert rows(archive, "SELECT title FROM articles WHERE key = '3'") == [("Tin số 3",)]


@pytest.mark.parametrize("answer", [NOT_FOUND, SOFT_404], ids=["404", "soft 404"])
def test_404_is_gone_on_the_second_night(server: WireServer, archive: Path, answer: object) -> None:
    night(server, archive)
    retitle(server, 3, "Khác")
    server.answer("/tin/3", answer)  # type: ignore[arg-type]
    assert night(server, archive).count("/tin/3") == 1
    assert gone(archive) == set()
    assert night(server, archive).count("/tin/3") == 1
    assert gone(archive) == {"3"}
    assert "/tin/3" not in night(server, archive)


def test_404_for_one_night_is_forgotten(server: WireServer, archive: Path) -> None:
    night(server, archive)
    for title in ("Khác", "Khác nữa"):
        retitle(server, 3, title)
        server.answer("/tin/3", NOT_FOUND)
        night(server, archive)
        server.answer("/tin/3", conditional(article(3), "tin3"))
        assert "/tin/3" in night(server, archive)
        assert gone(archive) == set()


@pytest.mark.parametrize("answer", [NOT_FOUND, SOFT_404], ids=["404", "soft 404"])
def test_a_full_look_asks_twice_for_what_is_missing(
    server: WireServer, archive: Path, answer: object
) -> None:
    night(server, archive)
    server.answer("/tin/3", answer)  # type: ignore[arg-type]
    assert night(server, archive, "--full").count("/tin/3") == 2
    assert gone(archive) == {"3"}
    assert last_run(archive)["articles_gone"] == 1


def test_404_once_in_a_full_look_is_forgotten(server: WireServer, archive: Path) -> None:
    night(server, archive)
    server.answer("/tin/3", NOT_FOUND, conditional(article(3), "tin3"))
    night(server, archive, "--full")
    assert gone(archive) == set()
    assert "/tin/3" not in night(server, archive)


def test_what_was_gone_and_is_back_is_there_again(server: WireServer, archive: Path) -> None:
    night(server, archive)
    server.answer("/tin/3", GONE)
    night(server, archive, "--full")
    server.answer("/tin/3", page(article(3)))
    night(server, archive, "--full")
    assert gone(archive) == set()
    assert last_run(archive)["articles_returned"] == 1
    assert rows(archive, "SELECT version FROM articles WHERE key = '3'") == [(1,)]


def test_since_leaves_older_articles_alone(server: WireServer, archive: Path) -> None:
    # Number n is listed with the date n+1 March.
    assert night(server, archive, "--since", "2024-03-04") == [
        "/tin-tuc",
        "/tin/3",
        "/tin-tuc/2",
        "/tin/4",
    ]


def test_articles_bounds_what_is_fetched(server: WireServer, archive: Path) -> None:
    assert night(server, archive, "--articles", "2") == ["/tin-tuc", "/tin/1", "/tin/2"]
    assert night(server, archive, "--articles", "2") == [
        "/tin-tuc",
        "/tin/3",
        "/tin-tuc/2",
        "/tin/4",
    ]


def test_each_run_has_a_file_of_its_own(server: WireServer, archive: Path) -> None:
    night(server, archive)
    first = warc_files(archive)[0].read_bytes()
    night(server, archive)
    assert len(warc_files(archive)) == 2
    assert warc_files(archive)[0].read_bytes() == first


def test_runs_of_one_second_do_not_write_over_each_other(server: WireServer, archive: Path) -> None:
    server.answer("/robots.txt", raw(close=True))  # so that each takes a moment only
    for _ in range(4):
        assert crawl(server, archive, "-s", "RETRY_TIMES=0").code == 3
    warcinfos = [record.headers["WARC-Filename"] for record in warc_records(archive, "warcinfo")]
    assert warcinfos == [path.name for path in warc_files(archive)]
    assert len(warcinfos) == 4


def test_a_304_whose_body_is_lost_is_a_failure(server: WireServer, archive: Path) -> None:
    night(server, archive)
    warc_files(archive)[0].rename(archive / "elsewhere")
    server.forget()
    end = crawl(server, archive)
    assert end.code == 3
    assert "is not there" in end.stderr
