"""Robots.txt, scope and the rest after a kill hold for forms as for other requests of listings."""

import signal
from pathlib import Path

from tests.support.crawls import (
    ended,
    last_run,
    next_night,
    rows,
    start_crawl,
    verified,
    wire_environment,
)
from tests.support.wire_server import Answer, WireServer, message, page, raw
from tests.ways.serving import (
    EVERYTHING,
    by_form,
    by_post_back,
    crawl_way,
    form_of,
    listings_asked,
    publish_articles,
    stored,
)


def test_robots_rules_hold_for_forms(server: WireServer, archive: Path) -> None:
    by_form(server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    rules = b"User-agent: *\nDisallow: /api/\n"
    server.answer("/robots.txt", raw(message(rules, kind="text/plain")))
    assert crawl_way(server, archive, "by-form").code == 3
    assert "robots.txt disallows it" in last_run(archive)["reason"]
    assert listings_asked(server) == ["/tin-tuc"]


def test_a_form_that_leads_to_another_host_is_not_sent(server: WireServer, archive: Path) -> None:
    by_post_back(server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    first = server.script["/tin-tuc"][0](b"GET ").sent.partition(b"\r\n\r\n")[2]  # type: ignore[operator]
    server.answer("/tin-tuc", page(first.replace(b"./tin-tuc", b"http://other.test/tin-tuc")))
    assert crawl_way(server, archive, "by-post-back").code == 3
    assert "http://other.test/tin-tuc is not on" in last_run(archive)["reason"]


def test_a_killed_crawl_of_forms_is_caught_up_and_finished_by_the_next(
    server: WireServer, archive: Path
) -> None:
    by_form(server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    whole = server.script["/api/tin"][0]
    held: list[bytes] = []

    def answer(request: bytes) -> Answer:
        if form_of(request)["PageIndex"] == "3" and not held:
            held.append(request)
            process.send_signal(signal.SIGKILL)
        assert callable(whole)
        return whole(request)

    server.answer("/api/tin", answer)
    env = wire_environment(server, **next_night(archive))
    modules = ("-s", "SPIDER_MODULES=tests.support.way_portals")
    process = start_crawl(archive, *modules, env=env, portals=("by-form",))
    assert ended(process).code == -signal.SIGKILL
    assert crawl_way(server, archive, "by-form").code == 0
    assert stored(archive) == set(EVERYTHING)
    digests = rows(
        archive,
        "SELECT request_digest, count(*) FROM captures WHERE url LIKE '%/api/tin' GROUP BY 1",
    )
    assert len(digests) == 8
    assert verified(archive).code == 0


def test_five_forms_in_a_row_that_fail_are_resumed_by_the_next_run(
    server: WireServer, archive: Path
) -> None:
    by_form(server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    whole = server.script["/api/tin"][0]
    is_down = True

    def answer(request: bytes) -> Answer:
        if is_down and int(form_of(request)["PageIndex"]) >= 2:
            return page("", status="500 Oops")
        assert callable(whole)
        return whole(request)

    server.answer("/api/tin", answer)
    assert crawl_way(server, archive, "by-form").code == 3
    assert stored(archive) == set(EVERYTHING[:6])
    is_down = False
    assert crawl_way(server, archive, "by-form").code == 0
    assert stored(archive) == set(EVERYTHING)
    asked = [one.rpartition("PageIndex=")[2] for one in listings_asked(server)[1:]]
    assert asked[:2] == ["0", "2"]
