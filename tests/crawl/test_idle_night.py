"""Ask for little: a night costs the first listing page and what is due, and finds what is new."""

import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.database.due import REVISIT_DAYS, next_due
from archive.moments import VIETNAM, utc_text
from tests.support.ageing import let_pass
from tests.support.crawls import ROOT, crawl, last_run, rows
from tests.support.pages import article, listing
from tests.support.tables import all_rows
from tests.support.wire_server import NOT_FOUND, WireServer, conditional, page

PAGES = 8
PER_PAGE = 3


def publish(server: WireServer, numbers: Iterable[int], **how: object) -> None:
    """List articles over pages, in this order; each can be asked for conditionally."""
    listed = list(numbers)
    parts = [listed[start : start + PER_PAGE] for start in range(0, len(listed), PER_PAGE)]
    for place, part in enumerate(parts, start=1):
        following = f"/tin-tuc/{place + 1}" if place < len(parts) else None
        path = "/tin-tuc" if place == 1 else f"/tin-tuc/{place}"
        text = listing(part, following=following, **how)  # type: ignore[arg-type]
        server.answer(path, conditional(text, f"ds{place}-{hash(text) & 0xFFFF}"))


@pytest.fixture(autouse=True)
def portal(server: WireServer) -> None:
    """Twenty-four old articles on eight pages, the newest first."""
    publish(server, range(PAGES * PER_PAGE, 0, -1))
    for number in range(1, PAGES * PER_PAGE + 10):
        server.answer(f"/tin/{number}", conditional(article(number), f"tin{number}"))


def night(server: WireServer, archive: Path, *arguments: str, code: int = 0) -> list[str]:
    """Crawl; the addresses asked for but robots.txt."""
    server.forget()
    end = crawl(server, archive, "-s", "RETRY_TIMES=0", *arguments)
    assert end.code == code, end.stderr
    return [path for path in server.paths() if path != "/robots.txt"]


def articles(asked: list[str]) -> list[int]:
    return sorted(int(path.rpartition("/")[2]) for path in asked if path.startswith("/tin/"))


def listings(asked: list[str]) -> list[str]:
    return [path for path in asked if path.startswith("/tin-tuc")]


def published_now(server: WireServer, *numbers: int) -> None:
    """These articles are of today."""
    now = datetime.now(VIETNAM).strftime("%d/%m/%Y %H:%M")
    for number in numbers:
        text = article(number, date=now)
        server.answer(f"/tin/{number}", conditional(text, f"nay{number}"))


def gone(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles WHERE gone_at IS NOT NULL")}


def due(archive: Path) -> tuple[int, str | None]:
    with closing(sqlite3.connect(archive / "archive.db")) as connection:
        return next_due(connection, "wire", utc_text(datetime.now(UTC)))


def test_a_night_without_news_asks_for_the_first_page(server: WireServer, archive: Path) -> None:
    assert len(night(server, archive)) == PAGES * (1 + PER_PAGE)
    assert last_run(archive)["swept"] == 1
    assert night(server, archive) == ["/tin-tuc"]
    run = last_run(archive)
    assert (run["outcome"], run["listed"], run["walked"], run["swept"]) == ("complete", 3, 1, 0)


def test_news_are_followed_to_where_they_end_and_two_pages_on(
    server: WireServer, archive: Path
) -> None:
    night(server, archive)
    publish(server, range(28, 0, -1))  # four new ones: a page and one
    asked = night(server, archive)
    assert articles(asked) == [25, 26, 27, 28]
    assert len(listings(asked)) == 5
    assert night(server, archive) == ["/tin-tuc"]


def test_a_first_crawl_that_was_bounded_is_made_up_for(server: WireServer, archive: Path) -> None:
    night(server, archive, "--pages", "2")
    asked = night(server, archive)
    assert len(listings(asked)) == PAGES
    assert len(articles(asked)) == (PAGES - 2) * PER_PAGE
    assert night(server, archive) == ["/tin-tuc"]


def test_a_bound_of_pages_holds_while_there_is_news_as_far_as_they_were_read(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin/22", page("", status="500 Oops"))
    assert len(listings(night(server, archive, "--pages", "3", code=3))) == 3
    server.answer("/tin/22", conditional(article(22), "tin22"))
    assert night(server, archive, "--pages", "3") == ["/tin-tuc", "/tin/22"]
    publish(server, range(27, 0, -1))
    assert len(listings(night(server, archive, "--pages", "2"))) == 2
    assert len(listings(night(server, archive, "--pages", "5"))) == 5
    assert last_run(archive)["swept"] == last_run(archive)["walked"] == 0


def test_a_night_whose_listing_broke_off_is_made_up_for(server: WireServer, archive: Path) -> None:
    night(server, archive)
    publish(server, range(33, 0, -1))  # three pages of news
    whole = server.script["/tin-tuc/2"]
    server.answer("/tin-tuc/2", page("", status="500 Oops"))
    assert articles(night(server, archive, code=3)) == [25, 26, 27, 31, 32, 33]
    server.answer("/tin-tuc/2", *whole)
    assert articles(night(server, archive)) == [28, 29, 30]
    assert night(server, archive) == ["/tin-tuc"]


def cursor(place: int) -> str:
    """An address that only the page before it can know."""
    return "/tin-tuc/" + hashlib.sha256(str(place).encode()).hexdigest()[:12]


def test_a_first_crawl_goes_on_at_the_page_that_could_not_be_had(
    server: WireServer, archive: Path
) -> None:
    numbers = list(range(PAGES * PER_PAGE, 0, -1))
    for place in range(1, PAGES + 1):
        part = numbers[(place - 1) * PER_PAGE : place * PER_PAGE]
        following = cursor(place + 1) if place < PAGES else None
        path = cursor(place) if place > 1 else "/tin-tuc"
        server.answer(path, conditional(listing(part, following=following), f"con{place}"))
    whole = server.script[cursor(4)]
    server.answer(cursor(4), NOT_FOUND)
    night(server, archive, code=3)
    assert "only that page names the next one" in last_run(archive)["reason"]
    for _ in range(2):
        assert listings(night(server, archive, code=3)) == ["/tin-tuc", cursor(4)]
    server.answer(cursor(4), *whole)
    asked = night(server, archive)
    assert listings(asked) == ["/tin-tuc", *(cursor(place) for place in range(4, 9))]
    assert articles(asked) == list(range(1, 16))
    assert last_run(archive)["swept"] == 1
    assert night(server, archive) == ["/tin-tuc"]


def test_an_article_that_failed_is_asked_for_off_the_first_page(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin/2", page("", status="500 Oops"))
    night(server, archive, code=3)
    night(server, archive, code=3)  # a first sweep that was not complete is done again
    server.answer("/tin/2", conditional(article(2), "tin2"))
    assert night(server, archive) == ["/tin-tuc", "/tin/2"]
    assert night(server, archive) == ["/tin-tuc"]


def test_where_the_portal_counts_more_the_listing_is_followed_on(
    server: WireServer, archive: Path
) -> None:
    publish(server, range(24, 0, -1), total=24)
    night(server, archive)
    publish(server, [*range(24, 5, -1), 30, *range(5, 0, -1)], total=25)
    assert articles(night(server, archive)) == [30]
    asked = night(server, archive)
    assert asked == ["/tin-tuc"]
    assert last_run(archive)["outcome"] == "complete"


def test_rows_that_a_listing_has_twice_make_no_night_incomplete(
    server: WireServer, archive: Path
) -> None:
    publish(server, [*range(24, 4, -1), 24, 4, 3, 2], total=24)
    night(server, archive)
    assert night(server, archive) == ["/tin-tuc"]
    publish(server, [*range(25, 4, -1), 24, 4, 3, 2], total=25)
    assert len(listings(night(server, archive))) == 4
    assert night(server, archive) == ["/tin-tuc"]


@pytest.mark.parametrize(("days", "looked"), [(0.9, []), (1.3, [23, 24]), (4, [23, 24])])
def test_an_article_is_looked_at_again_by_its_age(
    server: WireServer, archive: Path, days: float, looked: list[int]
) -> None:
    published_now(server, 23, 24)
    night(server, archive)
    let_pass(archive, days)
    assert due(archive)[0] == len(looked)
    assert articles(night(server, archive)) == looked
    statuses = rows(
        archive, "SELECT status, section FROM captures WHERE role = 'article' AND run_id = ?",
        last_run(archive)["id"],
    )  # fmt: skip
    assert statuses == [(304, "tin-tuc")] * len(looked)
    assert last_run(archive)["articles_unchanged"] == len(looked)


def test_an_edit_that_no_listing_tells_is_a_new_version(server: WireServer, archive: Path) -> None:
    published_now(server, 24)
    night(server, archive)
    server.answer("/tin/24", page(article(24, title="Tin số 24, đính chính")))
    let_pass(archive, 3.8)
    night(server, archive)
    assert rows(archive, "SELECT title, version FROM articles WHERE key = '24'") == [
        ("Tin số 24, đính chính", 2)
    ]


def test_a_look_that_failed_is_due_the_next_night(server: WireServer, archive: Path) -> None:
    published_now(server, 24)
    night(server, archive)
    let_pass(archive, 1.3)
    server.answer("/tin/24", page("", status="500 Oops"))
    assert articles(night(server, archive, code=3)) == [24]
    published_now(server, 24)
    assert articles(night(server, archive)) == [24]
    assert articles(night(server, archive)) == []


def test_404_on_a_look_is_gone_the_next_night(server: WireServer, archive: Path) -> None:
    published_now(server, 24)
    night(server, archive)
    let_pass(archive, 1.3)
    server.answer("/tin/24", NOT_FOUND)
    assert articles(night(server, archive)) == [24]
    assert gone(archive) == set()
    assert articles(night(server, archive)) == [24]
    assert gone(archive) == {"24"}
    assert articles(night(server, archive)) == []


def test_the_ages_are_a_setting(server: WireServer, archive: Path) -> None:
    published_now(server, 24)
    night(server, archive)
    let_pass(archive, 4)
    assert articles(night(server, archive, "-s", "PORTAL_REVISIT_DAYS=10")) == []
    assert "PORTAL_REVISIT_DAYS" in crawl(server, archive, "-s", "PORTAL_REVISIT_DAYS=soon").stderr
    assert articles(night(server, archive, "-s", "PORTAL_REVISIT_DAYS=2")) == [24]


def test_a_sweep_comes_round_and_finds_what_was_put_in_late_edited_and_removed(
    server: WireServer, archive: Path
) -> None:
    night(server, archive)
    let_pass(archive, 31)
    publish(server, [*range(24, 5, -1), 30, 5, 4, 3, 1])  # 2 is listed no more
    server.answer("/tin/2", NOT_FOUND)
    server.answer("/tin/4", NOT_FOUND)
    server.answer("/tin/7", page(article(7, body="Nội dung khác hẳn. " * 9)))
    asked = night(server, archive)
    assert len(listings(asked)) == PAGES
    assert set(articles(asked)) == {*range(1, 25), 30}
    assert articles(asked).count(2) == articles(asked).count(4) == 2
    assert gone(archive) == {"2", "4"}
    assert rows(archive, "SELECT version FROM articles WHERE key = '7'") == [(2,)]
    run = last_run(archive)
    assert (run["swept"], run["articles_gone"], run["articles_new"]) == (1, 2, 1)
    assert night(server, archive) == ["/tin-tuc"]


def test_a_sweep_that_was_broken_off_goes_on_where_it_was(
    server: WireServer, archive: Path
) -> None:
    night(server, archive)
    let_pass(archive, 31)
    whole = server.script["/tin-tuc/5"]
    server.answer("/tin-tuc/5", page("", status="500 Oops"))
    assert len(articles(night(server, archive, code=3))) == PAGES * PER_PAGE
    assert last_run(archive)["swept"] == 1  # of the page that is missing the run says so
    server.answer("/tin-tuc/5", *whole)
    assert night(server, archive) == ["/tin-tuc", "/tin-tuc/5"]


def test_what_is_listed_no_more_is_asked_for_once(server: WireServer, archive: Path) -> None:
    night(server, archive)
    publish(server, range(24, 1, -1))
    assert 1 in articles(night(server, archive, "--full"))
    assert 1 not in articles(night(server, archive, "--full"))
    assert gone(archive) == set()


def test_a_dead_link_is_left_alone_by_a_sweep(server: WireServer, archive: Path) -> None:
    server.answer("/tin/3", NOT_FOUND)
    night(server, archive)
    let_pass(archive, 31)
    assert 3 not in articles(night(server, archive))


def test_a_rebuild_comes_to_the_same_after_a_sweep_that_asked_twice(
    server: WireServer, archive: Path
) -> None:
    night(server, archive)
    server.answer("/tin/4", NOT_FOUND)
    night(server, archive, "--full")
    server.answer("/tin/4", conditional(article(4), "tin4"))
    server.answer("/tin/5", NOT_FOUND, conditional(article(5), "tin5"))
    night(server, archive, "--full")
    tables = ("runs", "captures", "articles", "article_versions", "sightings")
    before = all_rows(archive, tables)
    words = [sys.executable, "-m", "portal_crawler.cli", "rebuild", "--archive", str(archive), "-q"]
    subprocess.run([*words, "-s", "SPIDER_MODULES=tests.support.portals"], cwd=ROOT, check=True)
    assert all_rows(archive, tables) == before
    assert gone(archive) == set()
    assert last_run(archive)["articles_returned"] == 1


def test_status_is_told_when_the_next_look_is_due(server: WireServer, archive: Path) -> None:
    published_now(server, 24)
    night(server, archive)
    count, at = due(archive)
    assert count == 0
    assert at is not None
    hours = (datetime.fromisoformat(at) - datetime.now(UTC)) / timedelta(hours=1)
    assert 20 < hours < 24 * 1.25 * REVISIT_DAYS[0] + 1
