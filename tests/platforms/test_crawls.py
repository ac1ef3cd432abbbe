"""Each platform is crawled from end to end, from a server with its pages, also with faults."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from portal_crawler.crawl.spider import Portal
from portal_crawler.portals.registry import registry_of
from portal_crawler.ways.forms import FormPages
from portal_crawler.ways.postback import PostBack
from tests.support.crawls import ended, last_run, next_night, rows, start_crawl, wire_environment
from tests.support.wire_server import Answer, Script, WireServer, message, page

HERE = Path(__file__).parent
MODULE = "tests.support.family_portals"
PORTALS = registry_of([MODULE]).portals
ONCE = ("-s", f"SPIDER_MODULES={MODULE}", "-s", "RETRY_TIMES=1")
SECTION_PAGE = re.compile(r"listing(?:-\d|-last)?\.(?:html|json)")
"""The names of the files with the pages of the section that is crawled."""

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
        """The pages of the portal's listing, in order; other listings show a variant each."""
        pages = [told for told in self.expected["listings"] if SECTION_PAGE.match(told["file"])]
        return sorted(pages, key=lambda told: int(told["page"]))

    @property
    def goes_past(self) -> bool:
        """Whether the pages behind one that fails are found."""
        return self.portal.way(next(iter(self.portal.sections.values()))).goes_past

    @property
    def articles(self) -> dict[str, dict[str, Any]]:
        """By key the articles that are listed and not gone."""
        keys = {row["key"] for told in self.listed for row in told["rows"]}
        pages = self.expected["articles"]
        return {told["key"]: told for told in pages if told["key"] in keys and "article" in told}

    def publish(self, failing: int | None = None) -> None:
        """Serve all pages; the listing page with the number `failing` answers 500."""
        for told in (*self.expected["listings"], *self.expected["articles"]):
            self.server.answer(path_of(told["url"]), self.whole(told))
        for row in (row for told in self.listed for row in told["rows"]):
            if row["key"] in self.articles:  # by the address as listed, perhaps with a query
                self.server.answer(path_of(row["url"]), self.whole(self.articles[row["key"]]))
        pages = {told["page"]: self.whole(told) for told in self.listed}
        if failing is not None:
            pages[failing] = UNAVAILABLE
        way = self.portal.way(next(iter(self.portal.sections.values())))
        past_the_end = next(told for told in self.expected["listings"] if not told["rows"])
        pages[past_the_end["page"]] = self.whole(past_the_end)
        asked = {path_of(told["url"]): pages[told["page"]] for told in reversed(self.listed)}
        for path, page_of_path in asked.items():
            answer: Script = page_of_path
            if isinstance(way, FormPages | PostBack):
                answer = partial(answer_to_form, way, pages, page_of_path)
            self.server.answer(path, answer)

    def whole(self, told: dict[str, Any]) -> Answer:
        body = (HERE / self.portal.platform / told["file"]).read_bytes()
        return Answer(pieces=(message(body, kind=told["content_type"]),))

    def crawl(self, archive: Path) -> int:
        proxy = f"http://127.0.0.1:{self.server.port}"
        env = wire_environment(self.server, http_proxy=proxy, **next_night(archive))
        end = ended(start_crawl(archive, *ONCE, "--full", env=env, portals=(self.portal.name,)))
        return end.code


def answer_to_form(
    way: FormPages | PostBack, pages: Mapping[int, Answer], asked: Answer, request: bytes
) -> Answer:
    """The page that a form asks for; the page at the address to a GET."""
    fields = dict(parse_qsl(request.partition(b"\r\n\r\n")[2].decode(), keep_blank_values=True))
    if not fields:
        return asked
    if isinstance(way, PostBack):
        return pages[int(fields["__EVENTARGUMENT"].removeprefix("Page$"))]
    return pages[int(fields[way.number]) // way.step - way.shift]


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


@pytest.mark.parametrize("name", PORTALS)
def test_a_platform_is_crawled_whole_behind_a_fault_and_a_second_crawl_makes_no_version(
    name: str, server: WireServer, archive: Path
) -> None:
    site = Site(PORTALS[name], server)
    first, middle, *behind = site.listed
    site.publish(failing=middle["page"])
    row = first["rows"][0]
    whole = site.whole(site.articles[row["key"]])
    broken = Answer(pieces=(whole.sent[: len(whole.sent) // 2],), close=True)
    server.answer(path_of(row["url"]), broken, whole)
    assert site.crawl(archive) == 3
    unseen = [middle] if site.goes_past else [middle, *behind]
    lost = keys_of(unseen) - keys_of([told for told in site.listed if told not in unseen])
    assert stored(archive) == set(site.articles) - lost

    site.publish()
    assert site.crawl(archive) == 0
    assert last_run(archive)["outcome"] == "complete"
    assert stored(archive) == set(site.articles)
    assert rows(archive, "SELECT count(*) FROM article_versions") == [(len(site.articles),)]
    titles = dict(rows(archive, "SELECT key, title FROM articles"))
    assert titles == {key: told["article"]["title"] for key, told in site.articles.items()}


def keys_of(listed: Iterable[dict[str, Any]]) -> set[str]:
    return {row["key"] for told in listed for row in told["rows"]}


def stored(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles")}
