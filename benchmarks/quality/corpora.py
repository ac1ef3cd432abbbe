"""The saved pages, and the answers to them, as corpora.

- *hanoi*: a real portal, in a folder beside the repository; nothing where it is not there.
- *portals*: pages of tests/portals, tests/platforms and the demo, written after the platforms'
  markup.
- *written*: pages of tests/quality in the shapes of six families, read without their platforms.
- those of single_pages.py: pages of sites that nobody knows, in a folder beside the repository.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.pack import html_pages
from benchmarks.quality.saved import HTML, PHRASES, SAVED_AT, SHARED, TESTS, Corpus, Page, Site
from benchmarks.quality.scoring import FIELDS, Answer, Said
from benchmarks.quality.single_pages import SINGLE_PAGES, answer_of
from portal_crawler.demo.portals import DemoBo, DemoTinh
from portal_crawler.demo.server import demo_pages, page_key
from portal_crawler.platforms.recognition import platform_classes
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.registry import portals, project_settings
from portal_crawler.spiders.hanoi_sotttt import HanoiSotttt

HANOI_PACK = SHARED / "replica" / "hanoi-sotttt.tar.xz"
HANOI_ANSWERS = SHARED / "quality" / "hanoi-gold.jsonl"
DEMO_SERVED_AT = datetime(2025, 2, 20, tzinfo=UTC)

_LISTING_PAGE = re.compile(r"_101_cur=(\d+)")

CORPORA = ("hanoi", "portals", "written", *SINGLE_PAGES)


def corpus(name: str) -> Corpus | None:
    """The corpus of that name; None where it is not there."""
    return _MAKERS[name]()


# A real portal


def is_hanoi_there() -> bool:
    """Whether the folder beside the repository has pages and answers."""
    return HANOI_PACK.exists() and HANOI_ANSWERS.exists()


@cache
def _hanoi() -> Corpus | None:
    if not is_hanoi_there():
        return None
    lines = HANOI_ANSWERS.read_text(encoding="utf-8").splitlines()
    answers = {answer.url: answer for answer in map(_hanoi_answer, map(json.loads, lines))}
    site = Site(
        name="hanoi-sotttt",
        portal=HanoiSotttt,
        pages=tuple(_as_listed(html_pages(HANOI_PACK))),
        answers=answers,
    )
    about = "a department of Hanoi, 2008-2022, real pages"
    return Corpus(name="hanoi", about=about, sites=(site,), shipped=False)


def _hanoi_answer(row: Mapping[str, Any]) -> Answer:
    said = Said(
        **{
            name: row[name] for name in ("title", "published", "lead", "author", "byline", "source")
        },
        body="\n".join(row["body"]),
        images=tuple((image["src"], image["caption"] or "") for image in row["images"]),
        attachments=tuple(row["attachments"]),
    )
    return Answer(url=row["url"], said=said, told=frozenset(FIELDS) - {"category"})


def _as_listed(saved: Mapping[str, bytes]) -> Iterator[Page]:
    """Articles in the order in which a crawl meets them; then those that no saved listing has."""
    listings = sorted((url for url in saved if "/-/" not in url), key=_listing_number)
    listed = (row.url for url in listings for row in _listed_rows(url, saved[url]))
    articles = (url for url in saved if "/-/view_content/" in url)
    for url in dict.fromkeys((*listed, *articles)):
        if url in saved:
            yield Page(url=url, body=saved[url])


def _listing_number(url: str) -> tuple[bool, str, int]:
    path, number = urlsplit(url).path, _LISTING_PAGE.search(url)
    sections = {urlsplit(section).path for section in HanoiSotttt.sections.values()}
    return path not in sections, path, int(number[1]) if number else 0


def _listed_rows(url: str, body: bytes) -> Iterable[Any]:
    if HanoiSotttt.next_listing(body, url, 2) is None:
        return ()
    return HanoiSotttt.read_listing_page(body, url, SAVED_AT, HTML).rows


# Pages of the tests


@cache
def _portals() -> Corpus:
    readers = {**portals(project_settings({})), **platform_classes()}
    rooms = (TESTS / "portals", TESTS / "platforms")
    folders = sorted(path.parent for room in rooms for path in room.glob("*/expected.json"))
    # An answer in JSON is no page, which general extractors could read.
    folders = [path for path in folders if hasattr(readers[path.name], "article_profile")]
    sites = [_folder(folder, readers[folder.name]) for folder in folders]
    about = "written after the markup of platforms that we know"
    return Corpus(name="portals", about=about, sites=(*sites, *_demo()))


@cache
def _written() -> Corpus:
    folders = sorted(path.parent for path in (TESTS / "quality").glob("*/expected.json"))
    about = "written in the shapes of six families and read without their platforms"
    return Corpus(name="written", about=about, sites=tuple(_folder(path, None) for path in folders))


def _folder(folder: Path, portal: type[PortalDeclaration] | None) -> Site:
    expected = json.loads((folder / "expected.json").read_bytes())
    rows = [row for row in expected["articles"] if "raises" not in row]
    return Site(
        name=folder.name,
        portal=portal,
        pages=tuple(
            Page(
                url=row["url"],
                body=(folder / row["file"]).read_bytes(),
                content_type=row["content_type"],
                fetched_at=datetime.fromisoformat(row["fetched_at"]),
            )
            for row in rows
        ),
        answers={row["url"]: answer_of(row["url"], row["article"]) for row in rows},
        phrases=(*PHRASES, *expected.get("boilerplate", ())),
    )


def _demo() -> Iterator[Site]:
    served = {page_key(page.url): page for page in demo_pages()}
    expected = json.loads((TESTS / "demo" / "expected.json").read_bytes())
    for demo in (DemoTinh, DemoBo):
        rows = [row for row in expected if urlsplit(row["url"]).hostname in demo.hosts]
        pages = {row["url"]: served[page_key(row["url"])] for row in rows}
        yield Site(
            name=demo.name,
            portal=demo,
            pages=tuple(
                Page(
                    url=url,
                    body=page.body,
                    content_type=page.content_type,
                    fetched_at=DEMO_SERVED_AT,
                )
                for url, page in pages.items()
            ),
            answers={row["url"]: answer_of(row["url"], row) for row in rows},
        )


_MAKERS: Mapping[str, Callable[[], Corpus | None]] = {
    "hanoi": _hanoi,
    "portals": _portals,
    "written": _written,
    **SINGLE_PAGES,
}
