"""A second full crawl of a site that changed nothing but its counters makes no version."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.database.sameness import says_the_same
from archive.models import Article
from archive.moments import utc_moment
from portal_crawler.cleaning.extraction import ExtractionError
from portal_crawler.demo.portals import DemoBo, DemoTinh
from portal_crawler.demo.server import demo_pages
from portal_crawler.platforms.generic import Generic
from portal_crawler.portals.reader import FetchedPage, PageReader, read_article
from portal_crawler.spiders.hanoi_sotttt import HanoiSotttt
from portal_crawler.spiders.mst import Mst
from tests.learning import sites
from tests.support.crawls import crawl, last_run, rebuilt, rows
from tests.support.nights import Answered, Nights
from tests.support.noise import counted_on, meters
from tests.support.pages import article, listing
from tests.support.tables import all_rows
from tests.support.wire_server import WireServer, page

TESTS = Path(__file__).parents[1]
WRITTEN = ("drupal", "homemade", "nukeviet", "sharepoint", "uiarticle", "vhv")
PAGES_OF_A_SITE = 6
TEXTS = "SELECT key, version, title, lead, body, author, published_at FROM articles ORDER BY key"


def written(site: str) -> dict[str, str]:
    folder = TESTS / "quality" / site
    paths = sorted(folder.glob("*.html"))[:PAGES_OF_A_SITE]
    return {path.stem: path.read_text("utf-8") for path in paths}


def made(template: sites.Template) -> dict[str, str]:
    pages = sites.site_pages("taught", template, PAGES_OF_A_SITE)
    return {f"bai-{at}": one.html.decode() for at, one in enumerate(pages)}


def with_meters(html: str, crawl_number: int) -> str:
    """The page with the line of time and counters inside the element of its text."""
    at = re.search(r'<div id="news-bodyhtml"[^>]*>', html)
    assert at
    return html[: at.end()] + meters(crawl_number) + html[at.end() :]


SITES = {
    **{name: written(name) for name in WRITTEN},
    **{template.__name__: made(template) for template in (sites.tables, sites.liferay7)},
}


@pytest.mark.parametrize("site", [*SITES, "nukeviet-meters"])
def test_a_learned_layout_makes_no_version_of_counters(tmp_path: Path, site: str) -> None:
    has_meters = site == "nukeviet-meters"
    pages = made(sites.nukeviet) if has_meters else SITES[site]
    nights = Nights(tmp_path / "archive")
    for number in (1, 2):
        nights.night(
            Answered(
                key,
                counted_on(with_meters(html, number) if has_meters else html, number).encode(),
            )
            for key, html in pages.items()
        )
        if number == 1:
            first = rows(nights.layout.folder, TEXTS)
            assert len(first) == len(pages)
    assert rows(nights.layout.folder, TEXTS) == first
    before = nights.rows()
    assert len(before["article_versions"]) == len(pages)
    assert nights.rebuilt() == before


def read_twice(portal: type[PageReader], url: str, html: str, moment: str) -> list[Article]:
    found = []
    for number in (1, 2):
        fetched = FetchedPage(
            body=counted_on(html, number).encode(),
            url=url,
            fetched_at=utc_moment(moment) + timedelta(days=number),
            content_type="text/html; charset=utf-8",
        )
        try:
            found.append(read_article(portal, fetched))
        except ExtractionError:
            continue
    return found


def declared_pages() -> list[Any]:
    portals = {DemoTinh.hosts[0]: DemoTinh, DemoBo.hosts[0]: DemoBo}
    demo = [
        (portals[one.url.split("/")[2]], one.url, one.body.decode(), "2026-11-01T00:00:00Z")
        for one in demo_pages()
        if one.content_type.startswith("text/html") and one.body
    ]
    articles = [one for one in demo if one[0].article_key(one[1]) is not None]
    for portal in (HanoiSotttt, Mst):
        folder = TESTS / "portals" / portal.name
        for case in json.loads((folder / "expected.json").read_text("utf-8"))["articles"]:
            html = (folder / case["file"]).read_bytes()
            if html.isascii() or b"utf-8" in html.lower():
                moment = case["fetched_at"].replace("+00:00", "Z")
                articles.append((portal, case["url"], html.decode(), moment))
    return articles


def test_declared_and_unknown_layouts_read_the_same_text_twice() -> None:
    compared = 0
    for portal, url, html, moment in declared_pages():
        for reader in (portal, Generic) if portal in (HanoiSotttt, Mst) else (portal,):
            found = read_twice(reader, url, html, moment)
            assert not found or says_the_same(*found), url
            compared += bool(found)
    assert compared > 30


def nukeviet_like(number: int, crawl_number: int) -> str:
    """A page whose date line and counters stand within its body, and whose age goes on."""
    html = article(number, date=None).replace(
        '<div class="body">', f'<div class="body">{meters(7)}'
    )
    passed = f'<span class="date">{crawl_number + 2} phút trước</span>'
    html = html.replace('<p class="lead">', f'{passed}<p class="lead">')
    shared = f"<p>Bài đã đăng trên bản tin của Sở ({40 + crawl_number} lượt xem)</p></div></body>"
    return counted_on(html.replace("</div></body>", shared), crawl_number)


def test_two_full_crawls_of_a_site_whose_counters_go_on_are_alike(
    server: WireServer, archive: Path
) -> None:
    for number in (1, 2):
        server.answer("/tin-tuc", page(counted_on(listing(range(1, 7)), number)))
        for key in range(1, 7):
            server.answer(f"/tin/{key}", page(nukeviet_like(key, number)))
        assert crawl(server, archive, "--full").code == 0
        if number == 1:
            first = rows(archive, TEXTS)
    run = last_run(archive)
    assert (run["articles_unchanged"], run["articles_changed"]) == (6, 0)
    assert rows(archive, TEXTS) == first
    assert all(row[6] for row in first)
    assert all("(1037 lượt xem)" in row[4] and "Thích" not in row[4] for row in first)

    # Nothing is due again because of that: the pages were seen.
    server.forget()
    assert crawl(server, archive).code == 0
    assert not any(path.startswith("/tin/") for path in server.paths())

    before = all_rows(archive)
    assert rebuilt(server, archive).code == 0
    assert all_rows(archive) == before
