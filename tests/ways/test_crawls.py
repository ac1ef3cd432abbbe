"""Each way of listing, crawled from a real server: to its end, twice, and with rows that shift."""

import json
from pathlib import Path

import pytest

from archive.warc.records import sha1_text
from tests.support.crawls import commanded, last_run, rows, verified, warc_records
from tests.support.tables import all_rows
from tests.support.wire_server import Answer, WireServer
from tests.ways.serving import (
    EVERYTHING,
    OOPS,
    WAYS,
    by_form,
    by_post_back,
    crawl_way,
    form_of,
    listings_asked,
    publish_articles,
    stored,
)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_comes_to_its_end_and_a_second_full_crawl_makes_no_version(
    server: WireServer, archive: Path, way: str
) -> None:
    WAYS[way](server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    end = crawl_way(server, archive, way)
    assert end.code == 0, end.stderr
    assert stored(archive) == set(EVERYTHING)
    assert last_run(archive)["outcome"] == "complete", last_run(archive)["reason"]
    end = crawl_way(server, archive, way, "--full")
    assert end.code == 0, end.stderr
    run = last_run(archive)
    assert (run["articles_new"], run["articles_changed"]) == (0, 0)
    assert rows(archive, "SELECT count(*) FROM article_versions") == [(len(EVERYTHING),)]


# A fault in the middle


def failing(server: WireServer, way: str, times: int) -> None:
    """The third answer with rows fails so many times, then comes as it is."""
    path = {"by-path": "/tin-tuc/page-3", "by-query": "/tin-tuc?page=2"}[way]
    whole = server.script[path][0]
    server.answer(path, *[OOPS] * times, whole)


@pytest.mark.parametrize("way", ["by-path", "by-query"])
def test_an_address_that_fails_costs_its_page_and_is_requested_by_the_next_run(
    server: WireServer, archive: Path, way: str
) -> None:
    WAYS[way](server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    failing(server, way, times=2)
    assert crawl_way(server, archive, way).code == 3
    assert stored(archive) == set(EVERYTHING) - {14, 13, 12}
    assert crawl_way(server, archive, way).code == 0
    assert stored(archive) == set(EVERYTHING)


class FailingForm:
    """A form whose answers fail while their number is among `failing`."""

    def __init__(self, server: WireServer, path: str) -> None:
        self.failing: list[int] = []
        self._answer = server.script[path][0]
        server.answer(path, self)

    def __call__(self, request: bytes) -> Answer:
        form = form_of(request)
        number = form.get("PageIndex") or form.get("__EVENTARGUMENT", "").removeprefix("Page$")
        if number and int(number) in self.failing:
            self.failing.remove(int(number))
            return OOPS
        assert callable(self._answer)
        return self._answer(request)


def test_a_form_that_fails_is_a_gap_that_the_next_run_fills(
    server: WireServer, archive: Path
) -> None:
    by_form(server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    FailingForm(server, "/api/tin").failing = [2, 2]
    end = crawl_way(server, archive, "by-form")
    assert end.code == 3
    assert "listing page 4 answered 500" in last_run(archive)["reason"]
    (gap,) = json.loads(last_run(archive)["listing_gaps"])
    assert (gap["page"], gap["url"].rpartition("/")[2]) == (4, "tin")
    assert gap["request_digest"].startswith("sha1:")
    assert stored(archive) == set(EVERYTHING) - {14, 13, 12}
    assert crawl_way(server, archive, "by-form").code == 0
    assert listings_asked(server) == [
        "/tin-tuc",
        "/api/tin PageSize=3&Catname=dGlu+LXR1Yw==&PageIndex=0",
        "/api/tin PageSize=3&Catname=dGlu+LXR1Yw==&PageIndex=2",
    ]
    assert stored(archive) == set(EVERYTHING)
    assert last_run(archive)["listing_gaps"] == "[]"
    assert rebuilt_is_same(server, archive)


def test_a_page_that_is_posted_back_is_never_gone_past_and_requested_once_more_at_the_end(
    server: WireServer, archive: Path
) -> None:
    by_post_back(server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    form = FailingForm(server, "/tin-tuc")
    form.failing = [4]
    assert crawl_way(server, archive, "by-post-back").code == 0
    assert stored(archive) == set(EVERYTHING)
    form.failing = [4, 4]
    assert crawl_way(server, archive, "by-post-back", "--full").code == 3
    assert "only that page names the next one" in last_run(archive)["reason"]


# Answers of one address


def rebuilt_is_same(server: WireServer, archive: Path) -> bool:
    before = all_rows(archive)
    end = commanded(server, archive, "rebuild", modules="tests.support.way_portals")
    assert end.code == 0, end.stderr
    return all_rows(archive) == before


@pytest.mark.parametrize("way", ["by-form", "by-json", "by-post-back"])
def test_answers_of_one_address_are_told_apart_by_their_requests_and_come_out_of_a_rebuild(
    server: WireServer, archive: Path, way: str
) -> None:
    WAYS[way](server, EVERYTHING[:8])
    publish_articles(server, EVERYTHING[:8])
    for _ in range(2):
        end = crawl_way(server, archive, way, "--full")
        assert end.code == 0, end.stderr
    digests = rows(
        archive,
        "SELECT request_digest, count(*), count(revisit_of) FROM captures"
        " WHERE role = 'listing' AND request_digest IS NOT NULL GROUP BY 1",
    )
    assert len(digests) >= 2
    assert {(count, repeated) for _, count, repeated in digests} == {(2, 1)}
    bodies = [
        record.block.partition(b"\r\n\r\n")[2]
        for record in warc_records(archive, "request")
        if record.block.startswith(b"POST ")
    ]
    assert {digest for digest, *_ in digests} == {sha1_text([body]) for body in bodies}
    assert rebuilt_is_same(server, archive)
    assert verified(archive).code == 0
