"""Pages that are no more what they were: other pages instead, redesigns, bodies that are lost."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from archive.moments import CLOCK_SHIFT_VARIABLE, VIETNAM
from tests.support.crawls import ROOT, crawl, last_run, next_night, rows, verified, wire_environment
from tests.support.pages import SENTENCE, article, listing
from tests.support.wire_server import WireServer, page, raw

TODAY = datetime.now(VIETNAM).strftime("%d/%m/%Y 00:30")
"""So that an article is due for another look when days have passed."""

SECTION = (
    "<html><body><ul><li><a href='/tin/1'>Tin</a></li></ul><p>Tin tức – Sự kiện</p></body></html>"
)
REDESIGNED = (
    "<html><body><div class=ten>Tin</div><div class=moi><p>"
    + SENTENCE * 3
    + "</p></div></body></html>"
)
WHOLE = (
    "SELECT id, key, title, body, version, gone_at IS NULL, capture_id FROM articles ORDER BY id",
    "SELECT article_id, version, capture_id, content_hash FROM article_versions ORDER BY 1, 2",
    "SELECT id, status, unread FROM captures ORDER BY id",
)


def publish(server: WireServer, numbers: Iterable[int]) -> None:
    listed = sorted(numbers, reverse=True)
    server.answer("/tin-tuc", page(listing(listed)))
    for number in listed:
        server.answer(f"/tin/{number}", page(article(number, date=TODAY)))


def night(
    server: WireServer, archive: Path, *options: str, code: int = 0, day: int = 0
) -> list[str]:
    """Crawl so many days from now; the articles asked for."""
    server.forget()
    shift_s = day * 86_400 + float(next_night(archive)[CLOCK_SHIFT_VARIABLE])
    shift = {CLOCK_SHIFT_VARIABLE: str(shift_s)}
    end = crawl(server, archive, "-s", "RETRY_TIMES=0", *options, **shift)
    assert end.code == code, end.stderr
    return [path for path in server.paths() if path.startswith("/tin/")]


def gone(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles WHERE gone_at IS NOT NULL")}


def assert_rebuilt_alike(server: WireServer, archive: Path) -> None:
    before = [rows(archive, query) for query in WHOLE]
    subprocess.run(
        [sys.executable, "-m", "portal_crawler.cli", "rebuild", "-q", "--archive", str(archive),
         "-s", "SPIDER_MODULES=tests.support.portals"],
        cwd=ROOT, env=wire_environment(server), check=True, timeout=60,
    )  # fmt: skip
    after = [rows(archive, query) for query in WHOLE]
    assert [set(a) ^ set(b) for a, b in zip(before, after, strict=True)] == [set()] * len(WHOLE)
    assert verified(archive).code == 0


def published_anew(server: WireServer, *numbers: int) -> None:
    """The portal has these, too; what it answers for the others stays."""
    kept = dict(server.script)
    publish(server, numbers)
    for path, answers in kept.items():
        if path.startswith("/tin/"):
            server.answer(path, *answers)


# Another page in the place of an article that is no more


@pytest.mark.parametrize("how", ["the section's page", "the listing's bytes", "a redirect home"])
def test_a_removed_article_is_gone_on_the_second_night_and_left_alone_then(
    server: WireServer, archive: Path, how: str
) -> None:
    publish(server, range(1, 8))
    night(server, archive)
    server.answer("/", page(article(99)))
    published_anew(server, *range(1, 9))
    server.answer("/tin/3", {
        "the section's page": page(SECTION),
        "the listing's bytes": server.script["/tin-tuc"][0],
        "a redirect home": raw(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
    }[how])  # fmt: skip
    night(server, archive, day=2)
    assert gone(archive) == set()
    published_anew(server, *range(1, 10))
    assert "/tin/3" in night(server, archive, day=2)
    assert gone(archive) == {"3"}
    assert last_run(archive)["articles_gone"] == 1
    published_anew(server, *range(1, 11))
    assert night(server, archive, day=2) == ["/tin/10"]
    assert rows(archive, "SELECT count(*) FROM article_versions WHERE version > 1") == [(0,)]
    assert_rebuilt_alike(server, archive)


def test_it_is_there_again_where_its_page_comes_back(server: WireServer, archive: Path) -> None:
    publish(server, range(1, 8))
    night(server, archive)
    for last in (8, 9):
        published_anew(server, *range(1, last + 1))
        server.answer("/tin/3", page(SECTION))
        night(server, archive, day=2)
    assert gone(archive) == {"3"}
    server.answer("/tin/3", page(article(3, date=TODAY)))
    night(server, archive, "--full", day=3)
    assert gone(archive) == set()
    assert_rebuilt_alike(server, archive)


# A redesign


def redesign(server: WireServer, numbers: Iterable[int]) -> None:
    for number in numbers:
        server.answer(f"/tin/{number}", page(REDESIGNED.replace("Tin", f"Tin số {number}")))


def test_a_redesign_is_asked_for_once_and_the_alarm_stays(
    server: WireServer, archive: Path
) -> None:
    publish(server, range(1, 13))
    night(server, archive)
    redesign(server, range(1, 13))
    assert len(night(server, archive, "--full", code=3)) >= 12
    for _ in range(2):
        assert night(server, archive, code=3) == []
        run = last_run(archive)
        assert run["outcome"] == "unhealthy"
        assert "no headline on the pages of 12 of 12 articles" in run["reason"]
    assert gone(archive) == set()
    assert rows(archive, "SELECT count(*) FROM articles WHERE body IS NULL") == [(0,)]
    assert_rebuilt_alike(server, archive)


def test_the_pages_are_due_again_when_the_rules_have_changed(
    server: WireServer, archive: Path
) -> None:
    publish(server, range(1, 13))
    night(server, archive)
    redesign(server, range(1, 13))
    night(server, archive, "--full", code=3)
    with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
        connection.execute("UPDATE runs SET rules = 'those of before'")
    publish(server, range(1, 13))  # as if the rules could read them now
    assert len(night(server, archive)) == 12
    assert last_run(archive)["outcome"] == "complete"


# A body that is lost

WITHOUT_BODY = article(2, date=TODAY).replace('class="body"', 'class="than"')


def test_a_body_that_is_lost_for_two_nights_leaves_the_row_as_it_is(
    server: WireServer, archive: Path
) -> None:
    publish(server, range(1, 8))
    night(server, archive)
    before = rows(archive, "SELECT body, version FROM articles WHERE key = '2'")
    server.answer("/tin/2", page(WITHOUT_BODY))
    for _ in range(2):
        assert "/tin/2" in night(server, archive, day=2)
        assert rows(archive, "SELECT body, version FROM articles WHERE key = '2'") == before
    server.answer("/tin/2", page(article(2, date=TODAY)))
    assert night(server, archive, day=2) == ["/tin/2"]
    assert rows(archive, "SELECT body, version FROM articles WHERE key = '2'") == before
    assert night(server, archive, day=2) == []
    assert_rebuilt_alike(server, archive)


def test_what_three_runs_say_is_a_version(server: WireServer, archive: Path) -> None:
    publish(server, range(1, 8))
    night(server, archive)
    server.answer("/tin/2", page(WITHOUT_BODY))
    for _ in range(3):
        assert "/tin/2" in night(server, archive, day=2)
    assert rows(archive, "SELECT body, version FROM articles WHERE key = '2'") == [(None, 2)]
    assert night(server, archive, day=2) == []
    assert_rebuilt_alike(server, archive)


def test_a_date_that_is_lost_is_no_edit_either(server: WireServer, archive: Path) -> None:
    publish(server, range(1, 8))
    night(server, archive)
    server.answer("/tin/2", page(article(2, date=None)))
    night(server, archive, day=2)
    assert rows(archive, "SELECT version, published_at IS NULL FROM articles WHERE key = '2'") == [
        (1, 0)
    ]
