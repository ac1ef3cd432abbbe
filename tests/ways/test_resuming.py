"""Crawls that were broken off: the next one goes on where it can, and requests no article twice."""

import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.support.crawls import (
    ended,
    last_run,
    next_night,
    rows,
    start_crawl,
    verified,
    wire_environment,
)
from tests.support.wire_server import Answer, WireServer
from tests.ways.serving import (
    EVERYTHING,
    OOPS,
    WAYS,
    crawl_way,
    listings_asked,
    part,
    publish_articles,
    redirect,
    sitemap_index,
    stored,
    urlset,
)

SLICES = [f"/sitemaps/{year}.xml" for year in range(2026, 2016, -1)]
"""The newest first; each has two articles."""


def publish_slices(server: WireServer, slices: list[str], down: list[str]) -> None:
    server.answer("/sitemap.xml", sitemap_index(server, slices))
    for path in slices:
        numbers = part(SLICES.index(path), EVERYTHING, size=2)
        server.answer(path, OOPS if path in down else urlset(server, numbers))


def crawl_until_slices_fail(server: WireServer, archive: Path) -> None:
    publish_articles(server, EVERYTHING)
    publish_slices(server, SLICES, down=SLICES[3:])
    assert crawl_way(server, archive, "by-slices").code == 3
    assert stored(archive) == set(EVERYTHING[:6])


def test_a_sitemap_is_resumed_at_the_slice_where_a_run_had_to_stop(
    server: WireServer, archive: Path
) -> None:
    crawl_until_slices_fail(server, archive)
    publish_slices(server, SLICES, down=[])
    assert crawl_way(server, archive, "by-slices").code == 0
    assert listings_asked(server) == ["/sitemap.xml", SLICES[0], *SLICES[3:]]
    assert stored(archive) == set(EVERYTHING)
    assert last_run(archive)["outcome"] == "complete"


def test_a_sitemap_is_followed_from_the_start_if_the_slice_is_no_longer_there(
    server: WireServer, archive: Path
) -> None:
    crawl_until_slices_fail(server, archive)
    left = [path for path in SLICES if path != SLICES[3]]
    publish_slices(server, left, down=[])
    assert crawl_way(server, archive, "by-slices").code == 0
    assert listings_asked(server) == ["/sitemap.xml", *left]
    assert stored(archive) == set(EVERYTHING) - set(EVERYTHING[6:8])


def test_indexes_that_name_each_other_and_slices_that_repeat_are_followed_once(
    server: WireServer, archive: Path
) -> None:
    publish_articles(server, EVERYTHING)
    both = ["/sitemap.xml", "/sitemap-2.xml"]
    for index, others in zip(both, (SLICES[:2], SLICES[2:]), strict=True):
        server.answer(index, sitemap_index(server, [*both, *others]))
    for at, path in enumerate(SLICES):
        server.answer(path, urlset(server, part(at, EVERYTHING, size=2)))
    server.answer(SLICES[4], urlset(server, EVERYTHING[:2]))  # as the first
    server.answer(SLICES[6], redirect("/sitemap.xml"))
    assert crawl_way(server, archive, "by-slices").code == 0
    asked = listings_asked(server)
    assert sorted(set(asked)) == sorted([*both, *SLICES])
    assert [path for path in asked if asked.count(path) > 1] == ["/sitemap.xml"] * 2
    lost = {*EVERYTHING[8:10], *EVERYTHING[12:14]}
    assert stored(archive) == set(EVERYTHING) - lost


@pytest.mark.parametrize("way", ["by-query", "by-post-back", "by-sitemap"])
def test_a_killed_crawl_reads_listings_again_and_requests_no_article_again(
    server: WireServer, archive: Path, way: str
) -> None:
    WAYS[way](server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    whole = server.script["/tin/9"][0]
    assert isinstance(whole, Answer)

    def killing(request: bytes) -> Answer:
        del request
        process.send_signal(signal.SIGKILL)
        return whole

    server.answer("/tin/9", killing, whole)
    env = wire_environment(server, **next_night(archive))
    modules = ("-s", "SPIDER_MODULES=tests.support.way_portals")
    process = start_crawl(archive, *modules, env=env, portals=(way,))
    assert ended(process).code == -signal.SIGKILL
    before = Counter(server.paths())
    listings_before = len(listings_asked(server))
    assert crawl_way(server, archive, way).code == 0
    again = [path for path in server.paths() if path.startswith("/tin/") and before[path]]
    assert set(again) <= {f"/tin/{number}" for number in range(9, 15)}, "those on their way"
    assert len(listings_asked(server)) <= listings_before + 8
    assert stored(archive) == set(EVERYTHING)
    run = last_run(archive)
    assert (run["outcome"], run["swept"], run["articles_changed"]) == ("complete", 1, 0)
    assert rows(archive, "SELECT count(*) FROM article_versions") == [(len(EVERYTHING),)]
    assert verified(archive).code == 0
