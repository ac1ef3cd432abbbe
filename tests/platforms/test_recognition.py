"""Which platform each known page is taken for: its own one, and no other."""

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.demo.portals import DemoBo, DemoTinh
from portal_crawler.expected.folder import read_folder
from portal_crawler.platforms.recognition import (
    claims,
    platform_classes,
    recognise_platform,
)
from portal_crawler.portals.recognition import SeenPage
from portal_crawler.portals.registry import portals, project_settings

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
CASES = ROOT.parent / "shared" / "cases"
DEMO = ROOT / "portal_crawler" / "demo" / "pages"
PORTALS = portals(project_settings({}))
FOLDERS = sorted(path.parent for path in (TESTS / "platforms").glob("*/expected.json"))

NO_PLATFORM = "generic"
FEWEST_BYTES = 100
"""A page behind the end of a listing may be empty and have no signs."""

FAMILIES = {
    "nv-egov": "nukeviet",
    "backan": "cms_vn",
    "vhv": "vhv",
    "uiarticle": "uiarticle",
    "joomla": "joomla",
    "wp": "wordpress",
    "real/vpcp-home.html": "vccorp",
    "real/dvc-bacninh-form.html": "liferay6",
}
"""The platform of a folder or page of the corpus, if there is one."""


MARKS = {
    "wordpress": (b"/wp-includes/", b"/wp-content/themes/", b'content="WordPress'),
    "drupal": (b'content="Drupal ', b"Drupal.settings", b'data-drupal-selector="drupal-settings'),
}
"""Texts in the source of pages that a system of these names has made."""

MOST_UNCLAIMED = 2
"""Pages with such a text that no platform claims: their scripts name a file of another site."""


@dataclass(frozen=True)
class Known:
    """A page whose platform is known."""

    name: str
    platform: str
    url: str
    content_type: str
    body: bytes

    def claimed_by(self) -> list[str]:
        page = SeenPage.of(self.body, self.url, self.content_type)
        return [found.name for found in claims(page)] or [recognise_platform([page]).name]


def of_folder(folder: Path, platform: str) -> Iterator[Known]:
    """The pages of a folder with expected.json; a page from before a move names its platform."""
    expected = json.loads((folder / "expected.json").read_bytes())
    for told in (*expected["listings"], *expected["articles"]):
        body = (folder / told["file"]).read_bytes()
        if len(body) >= FEWEST_BYTES:
            own = told.get("platform", platform)
            yield Known(told["file"], own, told["url"], told["content_type"], body)


def of_demo(host: str, platform: str) -> Iterator[Known]:
    """The pages of a demo portal; its viewer of documents is no page of a platform."""
    for row in map(json.loads, (DEMO / "INDEX.jsonl").read_text("utf-8").splitlines()):
        if "html" not in row["type"] or host not in row["url"] or "viewer" in row["url"]:
            continue
        body = (DEMO / row["member"]).read_bytes()
        if len(body) >= FEWEST_BYTES:
            own = "mic_sharepoint" if "/Pages/" in row["url"] else platform
            yield Known(row["url"], own, row["url"], row["type"], body)


@cache
def packed(archive: str) -> dict[str, bytes]:
    """The files of an archive of cases, by path without the outermost folder."""
    path = CASES / archive
    if not path.exists():
        pytest.skip(f"../shared/cases/{archive} is not there")
    with tarfile.open(path) as files:
        return {
            member.name.removeprefix("./"): file.read()
            for member in files
            if (file := files.extractfile(member)) is not None
        }


def rows(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[name].splitlines()]


def wrongly_claimed(pages: Iterator[Known]) -> dict[str, list[str]]:
    known = list(pages)
    assert known
    claimed = [(page, page.claimed_by()) for page in known]
    return {page.name: names for page, names in claimed if names != [page.platform]}


@pytest.mark.parametrize("name", PORTALS)
def test_a_portals_pages_are_of_its_platform_alone(name: str) -> None:
    pages = of_folder(TESTS / "portals" / name, PORTALS[name].platform)
    assert wrongly_claimed(pages) == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_platforms_pages_are_of_it_alone(folder: Path) -> None:
    assert wrongly_claimed(of_folder(folder, folder.name)) == {}


@pytest.mark.parametrize("portal", [DemoTinh, DemoBo])
def test_the_demos_pages_are_of_their_platform_alone(portal: type[DemoTinh | DemoBo]) -> None:
    assert wrongly_claimed(of_demo(portal.hosts[0], portal.platform)) == {}


def test_pages_of_six_families_are_of_their_platform_alone() -> None:
    files = packed("corpus/portal-pages.tar.xz")
    known = platform_classes()

    def pages() -> Iterator[Known]:
        for row in rows(files, "INDEX.jsonl"):
            platform = FAMILIES.get(row["path"]) or FAMILIES.get(row["site"], NO_PLATFORM)
            own = platform if platform in known else NO_PLATFORM
            yield Known(row["path"], own, row["url"], "text/html", files[row["path"]])

    assert wrongly_claimed(pages()) == {}


@pytest.mark.parametrize("folder", ["aeb", "readability"])
def test_no_platform_claims_a_foreign_page_but_those_that_made_it(folder: str) -> None:
    files = packed(f"extraction/{folder}.tar.xz")

    def pages() -> Iterator[Known]:
        for row in rows(files, f"{folder}/set.jsonl"):
            body = files[f"{folder}/{row['html']}"]
            made_by = [name for name, marks in MARKS.items() if any(mark in body for mark in marks)]
            own = made_by[0] if made_by else NO_PLATFORM
            yield Known(row["html"], own, row["url"], "text/html", body)

    wrong = wrongly_claimed(pages())
    assert [name for name, claimed in wrong.items() if claimed != [NO_PLATFORM]] == []
    assert len(wrong) <= MOST_UNCLAIMED


def test_the_surest_claim_of_a_sites_pages_names_its_platform_and_says_why() -> None:
    home = SeenPage.of(b"<html><body><p>Trang", "http://lamphuoc.example/")
    article = SeenPage.of(
        b'<html class="aui ltr"><a href="/vi/tin?p_p_id=101_INSTANCE_Ab12">2</a>',
        "http://lamphuoc.example/vi/tin/-/view_content/2398650-gap-mat.html",
    )
    found = recognise_platform([home, article])
    assert found.name == "liferay6"
    assert found.recognition.reasons == (
        "its links name Liferay 6's asset publisher, p_p_id=101_INSTANCE_Ab12",
        "its address has the form of Liferay 6, /-/view_content/2398650",
        "its html element has Liferay 6's class aui",
    )


@pytest.mark.parametrize("body", [b"", b"<", b"\x00\xff", b"<html></html>"])
def test_a_page_without_signs_is_of_no_platform(body: bytes) -> None:
    found = recognise_platform([SeenPage.of(body, "http://lamphuoc.example/")])
    assert (found.name, found.recognition.confidence) == ("generic", 0.0)
    assert found.recognition.reasons == ("no platform's signs were found",)


def test_words_of_an_article_are_no_sign() -> None:
    body = b"<html><body><h1>NukeViet 5</h1><p>Liferay.ThemeDisplay p_p_id=101 data-role=content"
    assert claims(SeenPage.of(body, "http://lamphuoc.example/")) == []


WRITTEN = {
    "drupal": "drupal",
    "homemade": NO_PLATFORM,
    "nukeviet": "nukeviet",
    "sharepoint": "cms_vn",
    "uiarticle": "uiarticle",
    "vhv": "vhv",
}
"""The platform of each folder of tests/quality, whose pages were written without its selectors."""


@pytest.mark.parametrize("name", WRITTEN)
def test_pages_in_the_shape_of_a_family_are_of_its_platform_and_read_right_by_it(name: str) -> None:
    folder, platform = read_folder(TESTS / "quality" / name), WRITTEN[name]
    expected: Any = folder.expected
    pages = [
        Known(told["file"], platform, told["url"], "text/html", folder.pages[told["file"]])
        for told in expected["articles"]
    ]
    assert wrongly_claimed(iter(pages)) == {}
    if platform == NO_PLATFORM:
        return
    for page, told in zip(pages, expected["articles"], strict=True):
        fetched_at = datetime.fromisoformat(told["fetched_at"])
        reader = platform_classes()[platform]
        article = reader.read_article_page(page.body, page.url, fetched_at, page.content_type)
        read = [article.title, article.lead, article.author, article.source, article.body]
        names = ("title", "lead", "author", "source")
        body = "\n\n".join(told["article"]["body"])
        assert read == [*(told["article"].get(name) for name in names), body]
