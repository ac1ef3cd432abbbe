"""Each platform is crawled from end to end, from a server with its pages, also with faults."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal_crawler.crawl.spider import Portal
from portal_crawler.portals.registry import registry_of
from tests.support.crawls import ended, last_run, next_night, rows, start_crawl, wire_environment
from tests.support.wire_server import Answer, WireServer, message, page

HERE = Path(__file__).parent
MODULE = "tests.support.family_portals"
PORTALS = registry_of([MODULE]).portals
ONCE = ("-s", f"SPIDER_MODULES={MODULE}", "-s", "RETRY_TIMES=1")
UNAVAILABLE = page("<h1>500</h1>", status="500 Internal Server Error")


@dataclass
class Site:
    """The pages of a platform on a server."""

    portal: type[Portal]
    server: WireServer

    @property
    def expected(self) -> dict[str, Any]:
        told = json.loads((HERE / self.portal.platform / "expected.json").read_bytes())
        assert isinstance(told, dict)
        return told

    @property
    def listed(self) -> list[dict[str, Any]]:
        """The pages of the portal's listing, in order."""
        pages = {told["url"]: told for told in self.expected["listings"]}
        (url,), found = self.portal.sections.values(), []
        while url in pages and pages[url]["rows"]:
            found.append(pages[url])
            url = pages[url]["next"]
        return found

    @property
    def articles(self) -> dict[str, dict[str, Any]]:
        """By key the articles that are listed and not gone."""
        keys = {row["key"] for told in self.listed for row in told["rows"]}
        pages = self.expected["articles"]
        return {told["key"]: told for told in pages if told["key"] in keys and "article" in told}

    def publish(self) -> None:
        for told in (*self.expected["listings"], *self.expected["articles"]):
            self.server.answer(path_of(told["url"]), self.whole(told))
        for row in (row for told in self.listed for row in told["rows"]):
            if row["key"] in self.articles:  # by the address as listed, perhaps with a query
                self.server.answer(path_of(row["url"]), self.whole(self.articles[row["key"]]))

    def whole(self, told: dict[str, Any]) -> Answer:
        body = (HERE / self.portal.platform / told["file"]).read_bytes()
        return Answer(pieces=(message(body, kind=told["content_type"]),))

    def crawl(self, archive: Path) -> int:
        proxy = f"http://127.0.0.1:{self.server.port}"
        env = wire_environment(self.server, http_proxy=proxy, **next_night(archive))
        end = ended(start_crawl(archive, *ONCE, "--full", env=env, portals=(self.portal.name,)))
        return end.code


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


@pytest.mark.parametrize("name", PORTALS)
def test_a_platform_is_crawled_whole_behind_a_fault_and_a_second_crawl_makes_no_version(
    name: str, server: WireServer, archive: Path
) -> None:
    site = Site(PORTALS[name], server)
    site.publish()
    first, middle = site.listed[:2]
    server.answer(path_of(middle["url"]), UNAVAILABLE)
    row = first["rows"][0]
    whole = site.whole(site.articles[row["key"]])
    broken = Answer(pieces=(whole.sent[: len(whole.sent) // 2],), close=True)
    server.answer(path_of(row["url"]), broken, whole)
    assert site.crawl(archive) == 3
    lost = {row["key"] for row in middle["rows"]}
    assert stored(archive) == set(site.articles) - lost

    server.answer(path_of(middle["url"]), site.whole(middle))
    assert site.crawl(archive) == 0
    assert last_run(archive)["outcome"] == "complete"
    assert stored(archive) == set(site.articles)
    assert rows(archive, "SELECT count(*) FROM article_versions") == [(len(site.articles),)]
    titles = dict(rows(archive, "SELECT key, title FROM articles"))
    assert titles == {key: told["article"]["title"] for key, told in site.articles.items()}


def stored(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles")}
