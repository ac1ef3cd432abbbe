"""A portal's sitemap and its own counts are held against what was found: all of it is explained."""

from pathlib import Path

from tests.support.crawls import last_run, rows
from tests.support.pages import article, listing
from tests.support.wire_server import NOT_FOUND, WireServer, page
from tests.ways.serving import (
    EVERYTHING,
    by_sitemap,
    crawl_way,
    publish_articles,
    redirect,
    sitemap_index,
    stored,
    urlset,
)
from tests.ways.test_shifting_rows import log_of

MOVED, DEAD, NEWER = 3, 4, 33
"""Numbers of articles: the first leads to the third one, the second to nothing."""


def test_each_article_that_only_the_sitemap_names_is_fetched_once_and_explained(
    server: WireServer, archive: Path
) -> None:
    by_sitemap(server, EVERYTHING)
    pinned = [EVERYTHING[10], *EVERYTHING[:5]]
    server.answer("/tin-tuc", page(listing(pinned, total=6)))
    publish_articles(server, EVERYTHING)
    server.answer(f"/tin/{DEAD}", NOT_FOUND)
    server.answer(f"/tin/{MOVED}", redirect(f"/tin/{NEWER}"))
    server.answer(f"/tin/{NEWER}", page(article(NEWER)))
    for numbers, path in ((EVERYTHING[10:], "2023-1"), ([*EVERYTHING[:5], NEWER], "2024-10")):
        server.answer(f"/sitemaps/{path}.xml", urlset(server, numbers))
    for known_moves in (set[int](), {MOVED}):
        assert crawl_way(server, archive, "by-sitemap", "--full").code == 0
        asked = [path for path in server.paths() if path.startswith("/tin/")]
        once = set(EVERYTHING) - {DEAD} - known_moves
        assert [one for one in once if asked.count(f"/tin/{one}") != 1] == []
        assert asked.count(f"/tin/{DEAD}") <= 2
        log = log_of(archive)
        assert "tin-tuc: 6 of 6, 0 dead links, 0 unexplained" in log
        assert "sitemap: 19 of 20, 1 dead link, 0 unexplained" in log
    assert stored(archive) == {*EVERYTHING, NEWER} - {DEAD, MOVED}
    assert last_run(archive)["outcome"] == "complete"


def test_an_article_that_the_sitemap_names_and_nothing_answers_for_is_unexplained(
    server: WireServer, archive: Path
) -> None:
    by_sitemap(server, EVERYTHING)
    publish_articles(server, EVERYTHING)
    server.answer("/tin/7", page("<html><body><p>Trang đang bảo trì</p></body></html>"))
    crawl_way(server, archive, "by-sitemap")
    assert "sitemap: 19 of 20, 0 dead links, 1 unexplained" in log_of(archive)


def test_a_sitemap_that_was_resumed_is_not_said_to_name_only_the_rest(
    server: WireServer, archive: Path
) -> None:
    slices = [f"/sitemaps/{year}.xml" for year in range(2026, 2016, -1)]
    server.answer("/sitemap.xml", sitemap_index(server, slices))
    publish_articles(server, EVERYTHING)
    for at, path in enumerate(slices):
        server.answer(path, urlset(server, EVERYTHING[2 * at : 2 * at + 2]))
    whole = {path: server.script[path][0] for path in slices}
    for path in slices[3:]:
        server.answer(path, page("", status="500 Oops"))
    assert crawl_way(server, archive, "by-slices").code == 3
    for path in slices[3:]:
        server.answer(path, whole[path])
    assert crawl_way(server, archive, "by-slices").code == 0
    assert "of 16" not in log_of(archive)
    assert rows(archive, "SELECT count(*) FROM articles") == [(20,)]
