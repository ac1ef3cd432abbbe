"""How often a host is asked: shared turns, slower when it is busy, left alone when it is dead."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.http import Response

from archive.filesystem.turns import Turns
from archive.layout import Layout
from portal_crawler.fetch.politeness import Pace, retry_after_s
from tests.support.crawls import crawl, ended, last_run, start_crawl, wire_environment
from tests.support.pages import article, listing
from tests.support.wire_server import RULES, WireServer, message, page, raw

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def pace(**how: float) -> Pace:
    return Pace(**{"least_s": 1.0, "most_s": 60.0, **how})  # type: ignore[arg-type]


def after_good_answers(count: int = 10) -> Pace:
    steady = pace()
    for _ in range(count):
        assert not steady.answered(0.2)
    return steady


def test_busy_answers_double_the_delay_up_to_a_bound() -> None:
    busy = pace(most_s=5)
    delays = []
    for _ in range(4):
        busy.went_unanswered()
        delays.append(busy.delay_s)
    assert delays == [2, 4, 5, 5]


def test_good_answers_bring_the_delay_back_and_never_below_what_is_set() -> None:
    busy = pace()
    for _ in range(3):
        busy.went_unanswered()
    delays = [busy.delay_s]
    for _ in range(30):
        busy.answered(0.1)
        delays.append(busy.delay_s)
    assert delays == sorted(delays, reverse=True)
    assert (delays[0], delays[-1]) == (8, 1)


def test_an_answer_much_slower_than_usual_slows_down() -> None:
    steady = after_good_answers()
    assert steady.answered(3.0)
    assert steady.delay_s == 2


def test_slow_answers_slow_down_to_their_own_time_at_most() -> None:
    steady = after_good_answers()
    delays = []
    for _ in range(3):
        steady.usual_s = 0.2
        assert steady.answered(3.0)
        delays.append(steady.delay_s)
    assert delays == [2, 3, 3]


def test_answers_that_are_too_long_are_answers(server: WireServer, archive: Path) -> None:
    server.answer("/tin-tuc", page(listing(range(1, 6))))
    for number in range(1, 6):
        server.answer(f"/tin/{number}", page(article(number) + " " * (5000 if number < 5 else 0)))
    settings = ("-s", "DOWNLOAD_MAXSIZE=4000", "-s", "PORTAL_GIVE_UP_AFTER=2")
    assert crawl(server, archive, *settings).code == 3
    assert last_run(archive)["articles_new"] == 1


def test_a_host_that_was_never_quick_is_no_slow_one() -> None:
    slow = pace()
    assert not any(slow.answered(8.0) for _ in range(20))
    assert slow.delay_s == 1


def test_robots_delay_is_the_least_too() -> None:
    asked = pace(asked_s=5)
    asked.answered(0.1)
    assert asked.delay_s == 5
    asked.went_unanswered()
    assert asked.delay_s == 10


def test_where_no_delay_is_set_a_busy_host_gets_one_until_it_answers_well() -> None:
    own = pace(least_s=0)
    assert own.delay_s == 0
    delays = []
    for _ in range(4):
        own.was_busy()
        delays.append(own.delay_s)
    assert delays == [0.25, 0.5, 1, 2]
    for _ in range(20):
        own.answered(0.01)
    assert own.delay_s == 0


def test_where_no_delay_is_set_a_broken_connection_makes_none() -> None:
    own = pace(least_s=0)
    own.went_unanswered()
    assert own.delay_s == 0


def test_where_no_delay_is_set_slow_answers_make_one_and_quick_ones_none() -> None:
    own = pace(least_s=0)
    for _ in range(10):
        own.answered(0.2)
    assert own.delay_s == 0
    own.answered(3.0)
    assert own.delay_s == 0.25


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("120", 120),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0),
        ("soon", None),
        ("-5", None),
        ("Mon, 99 Foo 99999999 99:99:99 GMT", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_forms(given: str, seconds: float | None) -> None:
    assert retry_after_s(Response("http://x/", headers={"Retry-After": given}), NOW) == seconds


def test_a_turn_is_one_crawls_alone(tmp_path: Path) -> None:
    one, other = Turns(Layout(tmp_path)), Turns(Layout(tmp_path))
    assert one.take("203.0.113.5", 30) == 0
    assert 25 < other.take("203.0.113.5", 30) < 31
    assert other.take("203.0.113.6", 30) == 0


def test_a_pause_that_one_crawl_was_asked_for_holds_for_all(tmp_path: Path) -> None:
    one, other = Turns(Layout(tmp_path)), Turns(Layout(tmp_path))
    one.hold("portal.test", 600)
    one.hold("portal.test", 10)
    assert 590 < other.take("portal.test", 1) < 601


@pytest.mark.parametrize("left", ["", "no number", "- 1e300", "another-boot 5.0", "\x00" * 50])
def test_what_another_start_of_the_machine_left_makes_nobody_wait(
    tmp_path: Path, left: str
) -> None:
    folder = tmp_path / "locks" / "turns"
    folder.mkdir(parents=True)
    (folder / "portal.test").write_text(left)
    assert Turns(Layout(tmp_path)).take("portal.test", 1) == 0


def test_a_hosts_name_leads_out_of_no_folder(tmp_path: Path) -> None:
    Turns(Layout(tmp_path)).take("../../x/y", 1)
    assert [path.name for path in (tmp_path / "locks" / "turns").iterdir()] == [".._.._x_y"]


def test_portals_at_one_address_share_its_delay_in_processes_of_their_own(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", page(listing([1, 2])))
    server.answer("/two/tin-tuc", page(listing([1, 2], prefix="/two")))
    for path in ("/tin/1", "/tin/2", "/two/tin/1", "/two/tin/2"):
        server.answer(path, page(article(1)))
    arguments = ("--jobs", "2", "-s", "DOWNLOAD_DELAY=0.5")
    env = wire_environment(server)
    assert ended(start_crawl(archive, *arguments, env=env, portals=("wire", "wire-two"))).code == 0
    moments = [exchange.at for exchange in server.exchanges]
    assert len(moments) == 8
    assert all(later - earlier > 0.4 for earlier, later in pairwise(moments))


def test_busy_answers_slow_the_crawl_down_and_are_told_once(
    server: WireServer, archive: Path
) -> None:
    busy = page("busy", status="503 Service Unavailable")
    server.answer("/tin-tuc", busy, busy, page(listing([1])))
    server.answer("/tin/1", page(article(1)))
    end = crawl(server, archive, "-s", "DOWNLOAD_DELAY=0.4")
    assert end.code == 0
    first, second, third = (each.at for each in server.exchanges if each.path == "/tin-tuc")
    assert second - first > 0.7
    assert third - second > 1.5
    assert end.stderr.count("the delay grows") == 1


def test_a_host_that_is_asked_without_delay_is_not_hammered_when_it_says_too_many(
    server: WireServer, archive: Path
) -> None:
    busy = page("busy", status="429 Too Many Requests")
    server.answer("/tin-tuc", page(listing(range(1, 21))))
    for number in range(1, 21):
        server.answer(f"/tin/{number}", page(article(number)))
    server.answer("/tin/10", busy, busy, page(article(10)))
    end = crawl(server, archive)
    assert end.code == 0
    pauses = [
        later.at - earlier.at
        for earlier, later in pairwise(server.exchanges)
        if earlier.sent.startswith(b"HTTP/1.1 429")
    ]
    assert [pause > 0.2 for pause in pauses] == [True, True]
    moments = [each.at for each in server.exchanges]
    assert max(later - earlier for earlier, later in pairwise(moments[:10])) < 0.2
    assert end.stderr.count("answered 429: the delay grows") == 1


def test_a_host_that_answers_nothing_is_left_alone_for_the_run(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", page(listing(range(1, 30))))
    for number in range(1, 30):
        server.answer(f"/tin/{number}", page("busy", status="503 Service Unavailable"))
    end = crawl(server, archive, "-s", "PORTAL_GIVE_UP_AFTER=5", "-s", "PORTAL_MAX_DELAY=0.5")
    assert end.code == 3
    assert "did not answer 5 times in a row; it is left alone until the next run" in end.stderr
    assert len([path for path in server.paths() if path.startswith("/tin/")]) == 5
    assert last_run(archive)["failures"] == 29


def test_each_host_of_a_pages_parts_is_asked_for_its_rules(
    server: WireServer, archive: Path
) -> None:
    picture = f'<img src="http://localhost:{server.port}/1.png">'
    server.answer("/tin-tuc", page(listing([1])))
    server.answer("/tin/1", page(article(1, body=f"Tin. {picture}")))
    rules = message(b"User-agent: *\nDisallow: /1.png\n", kind="text/plain")
    server.answer("/robots.txt", RULES, raw(rules))
    settings = ("-s", "PORTAL_REQUISITES=True", "-s", "PORTAL_REQUISITE_HOSTS=localhost")
    assert crawl(server, archive, *settings).code == 0
    asked = [exchange.url for exchange in server.exchanges if exchange.path == "/robots.txt"]
    hosts = [f"http://{host}:{server.port}/robots.txt" for host in ("127.0.0.1", "localhost")]
    assert asked == hosts
    assert "/1.png" not in server.paths()


def test_without_a_contact_a_crawl_says_so_once(server: WireServer, archive: Path) -> None:
    server.answer("/tin-tuc", page(listing([1])))
    server.answer("/tin/1", page(article(1)))
    assert crawl(server, archive).stderr.count("PORTAL_CONTACT is not set") == 1
    quiet = crawl(server, archive, "-q")
    named = crawl(server, archive, PORTAL_CONTACT="archive@example.org")
    assert "PORTAL_CONTACT" not in quiet.stderr + named.stderr
    assert b"; archive@example.org)\r\n" in server.exchanges[-1].request


def test_a_contact_of_several_lines_is_refused(server: WireServer, archive: Path) -> None:
    end = crawl(server, archive, PORTAL_CONTACT="archive@example.org\r\nX-Forged: 1")
    assert end.code == 2
    assert "PORTAL_CONTACT=archive@example.org" in end.stderr
    assert "write one line of text" in end.stderr
    assert server.connections == 0
    assert not archive.exists()
