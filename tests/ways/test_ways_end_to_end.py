"""Each way of listing, crawled from a real server: to its end, twice, and with rows that shift."""

import json
import re
from pathlib import Path

from archive.warc.records import sha1_text
from tests.support.crawls import commanded, last_run, rows, verified, warc_records
from tests.support.tables import all_rows
from tests.support.wire_server import Answer, WireServer
from tests.ways.serving import (
    EVERYTHING,
    OOPS,
    WAYS,
    articles_of,
    by_form,
    by_post_back,
    by_sitemap,
    crawl_way,
    form_of,
    listings_asked,
    publish_articles,
    publish_every_way,
    stored,
)

ENDS = {
    "by-path": "a page that repeats an earlier one",
    "by-query": "a page that repeats an earlier one",
    "by-offset": "an empty page",
    "by-day": "no next page",
    "by-fragment": "it answered 404",
    "by-form": "an empty page",
    "by-json": "as many rows as the portal counts",
    "by-numbered-json": "it answered 400",
    "by-post-back": "no next page",
    "by-feed": "no next page",
    "by-sitemap": "no next page",
}


def test_each_way_comes_to_its_end_and_a_second_full_crawl_makes_no_version(
    server: WireServer, archive: Path
) -> None:
    everything = publish_every_way(server)
    end = crawl_way(server, archive, "every-way")
    assert end.code == 0, end.stderr
    assert [way for way in WAYS if not stored(archive).issuperset(articles_of(way))] == []
    assert stored(archive) == set(everything)
    assert last_run(archive)["outcome"] == "complete", last_run(archive)["reason"]
    assert ends_in_log(archive) == ENDS
    end = crawl_way(server, archive, "every-way", "--full")
    assert end.code == 0, end.stderr
    run = last_run(archive)
    assert (run["articles_new"], run["articles_changed"]) == (0, 0)
    assert rows(archive, "SELECT count(*) FROM article_versions") == [(len(everything),)]
    assert_forms_are_told_apart(server, archive)


def ends_in_log(archive: Path) -> dict[str, str]:
    """By way, why its listing ended."""
    (log,) = archive.glob("logs/*.log")
    said = re.findall(
        r": (by-[a-z-]+) [a-z-]+: listing page \d+ is the last: (.+)", log.read_text()
    )
    return dict(said)


def test_a_sitemap_is_held_against_what_was_found(server: WireServer, archive: Path) -> None:
    by_sitemap(server, EVERYTHING)
    publish_articles(server, EVERYTHING[:-1])
    assert crawl_way(server, archive, "by-sitemap").code == 0
    (log,) = archive.glob("logs/*.log")
    assert "sitemap: 19 of 20, 1 dead link, 0 unexplained" in log.read_text()


# A fault in the middle


def test_an_address_that_fails_costs_its_page_and_is_requested_by_the_next_run(
    server: WireServer, archive: Path
) -> None:
    way, path = "by-query", "/tin-tuc?page=2"
    WAYS[way](server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    server.answer(path, OOPS, OOPS, server.script[path][0])
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


def assert_forms_are_told_apart(server: WireServer, archive: Path) -> None:
    """Two crawls over the same pages: each form was answered twice, the second time unchanged."""
    digests = rows(
        archive,
        "SELECT request_digest, count(*), count(revisit_of) FROM captures"
        " WHERE role = 'listing' AND request_digest IS NOT NULL GROUP BY 1",
    )
    assert len(digests) >= 18
    assert {(count, repeated) for _, count, repeated in digests} == {(2, 1)}
    bodies = [
        record.block.partition(b"\r\n\r\n")[2]
        for record in warc_records(archive, "request")
        if record.block.startswith(b"POST ")
    ]
    assert {digest for digest, *_ in digests} == {sha1_text([body]) for body in bodies}
    assert rebuilt_is_same(server, archive)
    assert verified(archive).code == 0
