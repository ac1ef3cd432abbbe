"""The saved portal with every fault that its server can make; skipped where it is not there."""

import json
from itertools import cycle
from pathlib import Path

import pytest

from tests.crawl.test_replica import REPLICA, Replica, as_kept, as_served, serving
from tests.support.crawls import last_run, rows, warc_files, warc_records
from tests.support.gate import Page, pass_gate

__all__ = ["serving"]

pytestmark = pytest.mark.skipif(
    not (REPLICA / "serve.py").exists(), reason="the saved portals are not beside the project"
)

KINDS = ("503", "reset", "truncate", "gzip", "chunked", "slow")
MET_TWICE = 2
"""Twelve articles, six faults."""

ASKED_THREE_TIMES = 3
"""Once, and twice again."""


@pytest.fixture(scope="module")
def faulty(serving: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty articles, each fault met by some once, and one article that breaks off each time."""
    scout = tmp_path_factory.mktemp("scout")
    assert serving.crawl("hanoi-sotttt", scout, "--pages", "1").code == 0
    urls = [url for (url,) in rows(scout, "SELECT url FROM sightings ORDER BY position")]
    serving.say("fault", url=urls[0], kind="truncate", times=ASKED_THREE_TIMES)
    for url, kind in zip(urls[1:13], cycle(KINDS), strict=False):
        serving.say("fault", url=url, kind=kind)
    before = len(serving.log())
    archive = tmp_path_factory.mktemp("faulty")
    end = serving.crawl("hanoi-sotttt", archive, "--pages", "1")
    assert end.code == 3, end.stderr
    assert as_kept(archive) == as_served([row for row in serving.log()[before:] if row["bytes"]])
    return archive


def test_what_came_broken_once_is_had_by_asking_again(faulty: Path) -> None:
    run = last_run(faulty)
    assert (run["outcome"], run["articles_new"], run["failures"]) == ("incomplete", 20, 1)


def test_what_broke_off_each_time_is_kept_and_marked(faulty: Path) -> None:
    (problems,) = rows(faulty, "SELECT problems FROM articles WHERE problems LIKE '%truncated%'")
    assert "truncated" in problems[0]
    broken = [
        record
        for record in warc_records(faulty, "response")
        if record.headers.get("WARC-Truncated") == "disconnect"
    ]
    assert len(broken) == ASKED_THREE_TIMES + MET_TWICE


def test_the_file_passes_the_gate(faulty: Path, tmp_path: Path) -> None:
    pages = [
        Page(record.url, record.headers["WARC-Date"], record.block)
        for record in warc_records(faulty, "response")
    ]
    for file in warc_files(faulty):
        pass_gate(file, tmp_path, pages)


# Listing pages that cannot be had

PAGES = 12
MISSED = {3: "404", 5: "500", 7: "reset", 9: "truncate", 11: "block"}
OFTEN = 9


def test_the_portal_is_read_past_listing_pages_that_cannot_be_had(
    serving: Replica, tmp_path: Path
) -> None:
    limits = ("--pages", str(PAGES), "--no-requisites", "-s", "RETRY_TIMES=0")
    assert serving.crawl("hanoi-sotttt", tmp_path / "whole", *limits).code == 0
    query = "SELECT DISTINCT (position - 1) / 20 + 1, key FROM sightings"
    whole = rows(tmp_path / "whole", query)
    asked = {str(row["url"]) for row in serving.log()}
    for place, kind in MISSED.items():
        (url,) = (each for each in asked if each.endswith(f"_101_cur={place}"))
        serving.say("fault", url=url, kind=kind, times=OFTEN)
    assert serving.crawl("hanoi-sotttt", tmp_path / "gaps", *limits).code == 3
    found = {key for (key,) in rows(tmp_path / "gaps", "SELECT key FROM sightings")}
    assert {key for place, key in whole if place not in MISSED} <= found
    gaps = json.loads(last_run(tmp_path / "gaps")["listing_gaps"])
    assert {gap["page"]: gap["status"] for gap in gaps} == {
        3: 404, 5: 500, 7: None, 9: None, 11: None,
    }  # fmt: skip
