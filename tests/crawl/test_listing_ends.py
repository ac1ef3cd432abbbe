"""Where a listing ends, and how a run says that it does not, or that it cannot be followed."""

import random
from pathlib import Path

import pytest

from tests.support.crawls import ended, last_run, next_night, rows, start_crawl, wire_environment
from tests.support.pages import article, listing
from tests.support.wire_server import NOT_FOUND, WireServer, page

SCRIPTED = '<ul class="pager"><li data-page="1">1</li><li data-page="2">2</li></ul>'


def crawl_of(
    portal: str, server: WireServer, archive: Path, *options: str, code: int = 0
) -> list[str]:
    """Crawl one of the odd portals; the listing pages asked for."""
    server.forget()
    env = wire_environment(server, **next_night(archive))
    module = "wire" if portal == "wire" else "odd"
    modules = "tests.support.portals" if module == "wire" else "tests.support.odd_portals"
    words = ("-s", f"SPIDER_MODULES={modules}", "-s", "RETRY_TIMES=0", *options)
    end = ended(start_crawl(archive, *words, env=env, portals=(portal,)))
    assert end.code == code, end.stderr
    return [path for path in server.paths() if path.startswith("/tin-tuc")]


def publish(server: WireServer, *parts: list[int], total: int | None = None, end: str = "") -> None:
    """Pages of a listing, the last one with more at its end."""
    for place, part in enumerate(parts, start=1):
        following = f"/tin-tuc/{place + 1}" if place < len(parts) else None
        text = listing(part, following=following, total=total)
        text = text.replace("</body>", f"{end}</body>") if following is None else text
        server.answer("/tin-tuc" if place == 1 else f"/tin-tuc/{place}", page(text))
        for number in part:
            server.answer(f"/tin/{number}", page(article(number)))


def stored(archive: Path) -> set[int]:
    return {int(key) for (key,) in rows(archive, "SELECT key FROM articles")}


# A pager that cannot be followed


def test_a_pager_that_cannot_be_followed_makes_the_run_incomplete(
    server: WireServer, archive: Path
) -> None:
    publish(server, [1, 2, 3], end=SCRIPTED)
    crawl_of("wire", server, archive, code=3)
    run = last_run(archive)
    assert (run["outcome"], run["swept"]) == ("incomplete", 0)
    assert "tin-tuc: listing page 1 has a pager that cannot be followed" in run["reason"]
    assert "'2' (data-page)" in run["reason"]
    assert stored(archive) == {1, 2, 3}


def test_it_is_no_pager_where_the_declaration_says_so(server: WireServer, archive: Path) -> None:
    publish(server, [1, 2, 3], end=SCRIPTED)
    crawl_of("unpaged", server, archive)
    assert last_run(archive)["outcome"] == "complete"


def test_a_pager_is_none_where_the_portals_count_is_reached(
    server: WireServer, archive: Path
) -> None:
    publish(server, [1, 2, 3], end=SCRIPTED, total=3)
    crawl_of("wire", server, archive)
    assert last_run(archive)["outcome"] == "complete"


def test_a_limit_that_was_asked_for_needs_no_pager(server: WireServer, archive: Path) -> None:
    publish(server, [1, 2, 3], end=SCRIPTED)
    crawl_of("wire", server, archive, "--pages", "1")
    assert last_run(archive)["outcome"] == "complete"


# Listings without end


def test_a_listing_that_names_the_same_articles_in_ever_other_order_is_left(
    server: WireServer, archive: Path
) -> None:
    chance = random.Random(6)
    publish(server, *(chance.sample(range(1, 13), 12) for _ in range(80)))
    asked = crawl_of("wire", server, archive, code=3)
    assert len(asked) == 51
    assert "no new article on 50 pages in a row" in last_run(archive)["reason"]
    assert stored(archive) == set(range(1, 13))


def test_a_full_crawl_of_a_known_portal_goes_to_its_end(server: WireServer, archive: Path) -> None:
    parts = [[number] for number in range(1, 61)]
    publish(server, *parts)
    crawl_of("wire", server, archive)
    assert len(crawl_of("wire", server, archive, "--full")) == len(parts)
    assert last_run(archive)["outcome"] == "complete"


def test_a_declaration_says_how_many_pages_there_can_be(server: WireServer, archive: Path) -> None:
    publish(server, *([number] for number in range(1, 9)))
    assert len(crawl_of("short", server, archive, code=3)) == 5
    assert "no end after 5 pages" in last_run(archive)["reason"]


def test_the_portals_own_count_asks_for_more(server: WireServer, archive: Path) -> None:
    publish(server, *([number] for number in range(1, 9)), total=8)
    assert len(crawl_of("short", server, archive)) == 8


# A 404 that is the end, or is none


def test_behind_a_404_one_page_is_asked_for(server: WireServer, archive: Path) -> None:
    publish(server, [1], [2], [3])
    server.answer("/tin-tuc/3", page(listing([3], following="/tin-tuc/4")))
    for place in (4, 5):
        server.answer(f"/tin-tuc/{place}", NOT_FOUND)
    asked = crawl_of("ended", server, archive)
    assert asked == ["/tin-tuc", *(f"/tin-tuc/{place}" for place in range(2, 6))]
    run = last_run(archive)
    assert (run["outcome"], run["swept"], run["listing_gaps"]) == ("complete", 1, "[]")


def test_a_404_with_rows_behind_it_was_a_bad_page(server: WireServer, archive: Path) -> None:
    publish(server, *([number] for number in range(1, 7)))
    server.answer("/tin-tuc/3", NOT_FOUND)
    server.answer("/tin-tuc/6", page(listing([6], following="/tin-tuc/7")))
    crawl_of("ended", server, archive, code=3)
    assert stored(archive) == {1, 2, 4, 5, 6}
    assert "listing page 3 answered 404" in last_run(archive)["reason"]


@pytest.mark.parametrize("total", [None, 3])
def test_where_the_count_is_reached_no_page_behind_is_asked_for(
    server: WireServer, archive: Path, total: int | None
) -> None:
    publish(server, [1], [2], [3], total=total)
    asked = crawl_of("ended", server, archive)
    assert asked == ["/tin-tuc", "/tin-tuc/2", "/tin-tuc/3"]


def test_a_page_before_the_end_that_fails_otherwise_is_a_gap(
    server: WireServer, archive: Path
) -> None:
    publish(server, [1], [2], [3], [4])
    server.answer("/tin-tuc/4", page("", status="500 Oops"))
    crawl_of("ended", server, archive, code=3)
    assert '"page": 4' in last_run(archive)["listing_gaps"]
    assert stored(archive) == {1, 2, 3}


def test_a_calendar_of_days_to_come_is_left_after_ten_pages(
    server: WireServer, archive: Path
) -> None:
    for place in range(1, 31):
        text = listing([place], following=f"/tin-tuc/{place + 1}")
        date = "/2024" if place < 4 else "/2044"
        path = "/tin-tuc" if place == 1 else f"/tin-tuc/{place}"
        server.answer(path, page(text.replace("/03/2024", f"/03{date}")))
        server.answer(f"/tin/{place}", page(article(place)))
    assert len(crawl_of("wire", server, archive, code=3)) == 13
    assert "only dates to come on 10 pages in a row" in last_run(archive)["reason"]
    dates = rows(archive, "SELECT count(*) FROM sightings WHERE date IS NULL")
    assert dates == [(10,)]
