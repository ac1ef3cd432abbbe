"""A listing page that cannot be had costs that page only, and is asked for until it is had."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.listing_gaps import gaps_of
from tests.crawl.test_gates import GATE
from tests.support.crawls import ROOT, crawl, last_run, rows, verified
from tests.support.pages import article, listing
from tests.support.wire_server import NOT_FOUND, Answer, WireServer, message, page, raw

PAGES = 12
PER_PAGE = 3
WHOLE = list(range(1, PAGES * PER_PAGE + 1))
OOPS = page("", status="500 Oops")
NOTHING = raw(close=True)


def part(place: int) -> list[int]:
    """The articles of a page."""
    return WHOLE[(place - 1) * PER_PAGE : place * PER_PAGE]


def page_of(place: int, total: int | None = None) -> str:
    following = f"/tin-tuc/{place + 1}" if place < PAGES else None
    return listing(part(place), following=following, total=total)


def path_of(place: int) -> str:
    return "/tin-tuc" if place == 1 else f"/tin-tuc/{place}"


def publish(server: WireServer, total: int | None = None) -> None:
    for place in range(1, PAGES + 1):
        server.answer(path_of(place), page(page_of(place, total)))
    for number in WHOLE:
        server.answer(f"/tin/{number}", page(article(number)))


def half(place: int) -> Answer:
    whole = message(page_of(place).encode())
    return raw(whole[: len(whole) - 120], close=True)


def night(server: WireServer, archive: Path, *options: str, code: int = 0) -> list[str]:
    """Crawl; the listing pages asked for."""
    server.forget()
    end = crawl(server, archive, "-s", "RETRY_TIMES=0", *options)
    assert end.code == code, end.stderr
    return [path for path in server.paths() if path.startswith("/tin-tuc")]


def stored(archive: Path) -> set[int]:
    return {int(key) for (key,) in rows(archive, "SELECT key FROM articles")}


def gaps(archive: Path) -> list[tuple[str, int, int | None, int]]:
    found = json.loads(last_run(archive)["listing_gaps"])
    assert all(set(gap) == {"section", "page", "url", "status", "runs"} for gap in found)
    return [(gap["section"], gap["page"], gap["status"], gap["runs"]) for gap in found]


KINDS: dict[str, tuple[Callable[[int], Answer], int | None, set[int]]] = {
    "404": (lambda _: NOT_FOUND, 404, set()),
    "410": (lambda _: page("", status="410 Gone"), 410, set()),
    "500": (lambda _: OOPS, 500, set()),
    "403": (lambda _: page("", status="403 Forbidden"), 403, set()),
    "nothing": (lambda _: NOTHING, None, set()),
    "half a body": (half, None, {16, 17}),
    "a firewall": (lambda _: GATE, None, set()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_in_the_middle_is_gone_past_and_asked_for_again(
    server: WireServer, archive: Path, kind: str
) -> None:
    answer, status, of_half = KINDS[kind]
    publish(server)
    server.answer("/tin-tuc/6", answer(6))
    asked = night(server, archive, code=3)
    # A connection that broke is tried once more at once.
    each = [path for path, before in zip(asked, ["", *asked], strict=False) if path != before]
    assert each == [*(path_of(place) for place in range(1, PAGES + 1)), "/tin-tuc/6"]
    assert stored(archive) == set(WHOLE) - set(part(6)) | of_half
    assert gaps(archive) == [("tin-tuc", 6, status, 1)]
    assert "tin-tuc: listing page 6" in last_run(archive)["reason"]
    assert "; the next run asks again" in last_run(archive)["reason"]
    assert set(night(server, archive, code=3)) == {"/tin-tuc", "/tin-tuc/6"}
    assert gaps(archive) == [("tin-tuc", 6, status, 2)]
    server.answer("/tin-tuc/6", page(page_of(6)))
    assert night(server, archive) == ["/tin-tuc", "/tin-tuc/6"]
    assert stored(archive) == set(WHOLE)
    assert gaps(archive) == []
    assert night(server, archive) == ["/tin-tuc"]
    assert verified(archive).code == 0


def test_a_page_that_is_there_by_the_end_of_the_run_is_no_gap(
    server: WireServer, archive: Path
) -> None:
    publish(server)
    server.answer("/tin-tuc/6", OOPS, page(page_of(6)))
    night(server, archive)
    assert stored(archive) == set(WHOLE)
    assert (gaps(archive), last_run(archive)["outcome"]) == ([], "complete")
    positions = dict(rows(archive, "SELECT key, position FROM sightings"))
    assert {int(key): position for key, position in positions.items()} == {n: n for n in WHOLE}


def test_four_in_a_row_are_gone_past(server: WireServer, archive: Path) -> None:
    publish(server)
    for place in (4, 5, 6, 7):
        server.answer(path_of(place), OOPS)
    night(server, archive, code=3)
    assert stored(archive) == set(WHOLE) - {n for place in (4, 5, 6, 7) for n in part(place)}
    assert [place for _, place, *_ in gaps(archive)] == [4, 5, 6, 7]
    assert last_run(archive)["reason"].endswith("and 3 more; the next run asks again")


def test_at_the_fifth_in_a_row_the_listing_ends(server: WireServer, archive: Path) -> None:
    publish(server)
    for place in (4, 5, 6, 7, 8):
        server.answer(path_of(place), OOPS)
    asked = night(server, archive, code=3)
    assert asked[:8] == [path_of(place) for place in range(1, 9)]
    assert "/tin-tuc/9" not in asked
    assert stored(archive) == {n for place in (1, 2, 3) for n in part(place)}
    assert "nor could the 4 after it be fetched" in last_run(archive)["reason"]
    assert last_run(archive)["swept"] == 0
    assert gaps(archive) == []
    publish(server)
    assert night(server, archive) == ["/tin-tuc", *(path_of(place) for place in range(4, 13))]
    assert stored(archive) == set(WHOLE)


def test_a_listing_that_was_left_goes_on_where_its_pages_are_there_at_the_end_of_the_run(
    server: WireServer, archive: Path
) -> None:
    publish(server)
    for place in (4, 5, 6, 7, 8):
        server.answer(path_of(place), OOPS, page(page_of(place)))
    night(server, archive)
    assert stored(archive) == set(WHOLE)
    assert (gaps(archive), last_run(archive)["swept"]) == ([], 1)


def test_the_last_page_is_missed_by_the_portals_own_count(
    server: WireServer, archive: Path
) -> None:
    publish(server, total=len(WHOLE))
    server.answer(path_of(PAGES), OOPS)
    asked = night(server, archive, code=3)
    assert f"/tin-tuc/{PAGES + 1}" not in asked
    assert gaps(archive) == [("tin-tuc", PAGES, 500, 1)]
    assert stored(archive) == set(WHOLE) - set(part(PAGES))


def test_what_is_missing_in_three_runs_is_a_known_gap_and_no_alarm_any_more(
    server: WireServer, archive: Path
) -> None:
    publish(server, total=len(WHOLE))
    server.answer("/tin-tuc/6", NOT_FOUND)
    for runs in (1, 2):
        night(server, archive, code=3)
        assert gaps(archive) == [("tin-tuc", 6, 404, runs)]
    night(server, archive)
    run = last_run(archive)
    assert (run["outcome"], gaps(archive)) == ("complete", [("tin-tuc", 6, 404, 3)])
    assert run["reason"] == "known gaps of listings: tin-tuc page 6 (answered 404)"
    assert night(server, archive) == ["/tin-tuc"]
    assert gaps(archive) == [("tin-tuc", 6, 404, 3)]
    assert "/tin-tuc/6" in night(server, archive, "--full")
    assert last_run(archive)["outcome"] == "complete"
    server.answer("/tin-tuc/6", page(page_of(6, len(WHOLE))))
    night(server, archive, "--full")
    assert (gaps(archive), stored(archive)) == ([], set(WHOLE))


def test_what_fails_otherwise_is_never_a_known_gap(server: WireServer, archive: Path) -> None:
    publish(server)
    server.answer("/tin-tuc/6", OOPS)
    for runs in range(1, 5):
        night(server, archive, code=3)
        assert gaps(archive) == [("tin-tuc", 6, 500, runs)]


def test_a_crawl_with_limits_leaves_the_gaps_as_they_are(server: WireServer, archive: Path) -> None:
    publish(server)
    server.answer("/tin-tuc/6", NOT_FOUND)
    night(server, archive, code=3)
    assert night(server, archive, "--pages", "1", code=3) == ["/tin-tuc"]
    assert gaps(archive) == [("tin-tuc", 6, 404, 1)]


def test_status_names_the_known_gaps(server: WireServer, archive: Path) -> None:
    publish(server)
    server.answer("/tin-tuc/6", NOT_FOUND)
    for code in (3, 3, 0):
        night(server, archive, code=code)
    told = " ".join(told_by("status", "wire", archive=archive).split())
    assert "complete: known gaps of listings: tin-tuc page 6 (answered 404)" in told


def told_by(*words: str, archive: Path) -> str:
    return subprocess.run(
        [sys.executable, "-m", "portal_crawler.cli", *words, "--archive", str(archive)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip


def test_a_rebuild_has_the_gaps_of_every_run(server: WireServer, archive: Path) -> None:
    publish(server)
    server.answer("/tin-tuc/6", NOT_FOUND)
    for code in (3, 3, 0):
        night(server, archive, code=code)
    query = "SELECT id, outcome, reason, listing_gaps FROM runs ORDER BY id"
    sightings = "SELECT id, key, position, seen_at FROM sightings ORDER BY id"
    before = rows(archive, query), rows(archive, sightings)
    told_by("rebuild", "-q", "-s", "SPIDER_MODULES=tests.support.portals", archive=archive)
    assert (rows(archive, query), rows(archive, sightings)) == before


@pytest.mark.parametrize("column", [None, "", "[", "{}", "[1]", '[{"page": 1}]', '"a"'])
def test_a_column_that_holds_no_gaps_has_none(column: str | None) -> None:
    assert gaps_of(column) == []
