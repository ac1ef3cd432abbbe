"""Each portal against its pages, through the functions that a crawl uses.

A folder a portal: pages, and expected.json, which a person writes. docs/PORTALS.md says how.
"""

import ast
import importlib
import inspect
import json
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest

from archive.models import Article
from portal_crawler.cleaning import extraction
from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.profile import Profile
from portal_crawler.crawl.spider import Portal
from portal_crawler.portals.reader import FetchedPage, read_article
from portal_crawler.portals.registry import portals, project_settings

HERE = Path(__file__).parent
PORTALS = portals(project_settings({}))
FOLDERS = sorted(path.parent for path in HERE.glob("*/expected.json"))
EXPECTED = {folder.name: json.loads((folder / "expected.json").read_bytes()) for folder in FOLDERS}

GUIDE = (HERE.parents[1] / "docs" / "PORTALS.md").read_text("utf-8")

EXPECTED_OF_EVERY_ARTICLE = {
    "title", "lead", "body", "author", "account", "source", "category", "tags", "published_at",
    "updated_at", "language", "images", "videos", "attachments", "problems",
}  # fmt: skip
"""A field that is added later is compared on the pages whose expectations name it."""

FEWEST_LINES, MOST_LINES = 9, 15
"""Of a declaration, the module's docstring and blank lines apart."""


@dataclass(frozen=True)
class SavedPage:
    """One page of a folder, and what expected.json says of it."""

    portal: type[Portal]
    folder: Path
    told: dict[str, Any]

    @property
    def body(self) -> bytes:
        return (self.folder / self.told["file"]).read_bytes()

    @property
    def fetched_at(self) -> datetime:
        return datetime.fromisoformat(self.told["fetched_at"])

    def article(self) -> Article:
        """As a crawl reads it."""
        page = FetchedPage(
            body=self.body,
            url=self.told["url"],
            fetched_at=self.fetched_at,
            content_type=self.told["content_type"],
            truncated=self.told.get("truncated", False),
        )
        return read_article(self.portal, page)


def saved(kind: str) -> list[Any]:
    """The pages of one kind, of all portals, as parameters of a test."""
    return [
        pytest.param(SavedPage(PORTALS[folder.name], folder, told), id=f"{folder.name}-{name}")
        for folder in FOLDERS
        if folder.name in PORTALS
        for told in EXPECTED[folder.name][kind]
        for name in [Path(told["file"]).stem]
    ]


def module_of(portal: type[Portal]) -> ModuleType:
    return importlib.import_module(portal.__module__)


def tree_of(portal: type[Portal]) -> ast.Module:
    return ast.parse(inspect.getsource(module_of(portal)))


# The pages


@pytest.mark.parametrize("page", saved("listings"))
def test_a_listing_gives_its_rows_its_total_and_the_next_page(page: SavedPage) -> None:
    told = page.told
    read = page.portal.read_listing_page(
        page.body, told["url"], page.fetched_at, told["content_type"]
    )
    following = page.portal.next_listing(page.body, told["url"], told["page"] + 1)
    assert [asdict(row) for row in read.rows] == told["rows"]
    assert (read.total, following) == (told["total"], told["next"])


@pytest.mark.parametrize("page", saved("articles"))
def test_a_page_gives_the_article_or_the_error_that_is_expected(page: SavedPage) -> None:
    told = page.told
    assert page.portal.article_key(told["url"]) == told["key"]
    if "raises" in told:
        with pytest.raises(getattr(extraction, told["raises"])):
            page.article()
        return
    body = "\n\n".join(told["article"]["body"]) or None
    expected = {**told["article"], "body": body, "url": told["url"]}
    found = json.loads(json.dumps(asdict(page.article())))
    assert {name: found.get(name, "no such field") for name in expected} == expected


@pytest.mark.parametrize("name", PORTALS)
def test_all_generations_of_an_address_give_one_key(name: str) -> None:
    portal = PORTALS[name]
    for key, addresses in EXPECTED[name]["addresses"].items():
        keys = {url: portal.article_key(url) for urls in addresses.values() for url in urls}
        assert keys == dict.fromkeys(keys, key)
        assert [url for url in keys if portal.is_older_address(url)] == addresses["older"]


@pytest.mark.parametrize("name", PORTALS)
def test_an_address_that_is_no_article_gives_no_key(name: str) -> None:
    keys = {url: PORTALS[name].article_key(url) for url in EXPECTED[name]["no_articles"]}
    assert keys == dict.fromkeys(keys)


# What each folder holds


def test_each_portal_has_a_folder_and_each_folder_a_portal() -> None:
    folders = {path.name for path in HERE.iterdir() if any(path.glob("*.html"))}
    assert folders == set(EXPECTED)
    assert set(EXPECTED) == set(PORTALS)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_page_of_a_folder_is_expected_and_each_expected_page_is_there(name: str) -> None:
    told = [page["file"] for kind in ("listings", "articles") for page in EXPECTED[name][kind]]
    assert sorted(told) == sorted(path.name for path in (HERE / name).glob("*.html"))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_folder_says_where_its_pages_come_from(name: str) -> None:
    assert EXPECTED[name]["origin"].startswith(("written after the platform's markup", "saved"))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_folder_has_a_listing_with_a_next_page_and_the_end_of_one(name: str) -> None:
    listings = EXPECTED[name]["listings"]
    assert any(page["rows"] and page["next"] for page in listings)
    assert any(not page["rows"] for page in listings)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_folder_has_two_whole_articles_and_odd_pages(name: str) -> None:
    articles = EXPECTED[name]["articles"]
    found = [page["article"] for page in articles if "article" in page]
    assert len([article for article in found if not article["problems"]]) >= 2
    assert any("no-date" in article["problems"] for article in found)
    assert any(article["attachments"] and len(article["body"]) <= 1 for article in found)
    assert any(article["lead"] is None for article in found)
    assert any("raises" in page for page in articles)


@pytest.mark.parametrize("name", EXPECTED)
def test_each_expected_article_names_the_fields_that_every_article_is_compared_by(
    name: str,
) -> None:
    for page in EXPECTED[name]["articles"]:
        if "article" in page:
            assert set(page["article"]) >= EXPECTED_OF_EVERY_ARTICLE, page["file"]


# The declarations


@pytest.mark.parametrize("portal", PORTALS.values(), ids=list(PORTALS))
def test_a_declaration_is_complete_and_fits_itself(portal: type[Portal]) -> None:
    entry = portal.entry()
    hosts = {urlsplit(url).hostname for url in (entry.home, *portal.sections.values())}
    assert hosts <= set(portal.hosts)
    assert portal.sections
    assert date.fromisoformat(portal.verified_on[:10])


@pytest.mark.parametrize("portal", PORTALS.values(), ids=list(PORTALS))
def test_a_declaration_has_no_function(portal: type[Portal]) -> None:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    assert [node.lineno for node in ast.walk(tree_of(portal)) if isinstance(node, functions)] == []


@pytest.mark.parametrize("portal", PORTALS.values(), ids=list(PORTALS))
def test_a_declaration_is_short(portal: type[Portal]) -> None:
    after_docstring = tree_of(portal).body[0].end_lineno
    lines = inspect.getsource(module_of(portal)).splitlines()[after_docstring:]
    assert FEWEST_LINES <= len([line for line in lines if line.strip()]) <= MOST_LINES


@pytest.mark.parametrize("portal", PORTALS.values(), ids=list(PORTALS))
def test_a_portals_docstring_says_which_system_it_runs_and_since_when(
    portal: type[Portal],
) -> None:
    words = module_of(portal).__doc__ or ""
    platform = importlib.import_module(f"portal_crawler.platforms.{portal.platform}").__doc__ or ""
    system = re.match(r"\w+", platform)
    assert system
    assert system[0] in words
    assert re.search(r"\b(?:since|from) (?:\w+ )?(?:19|20)\d\d\b", words)


# The guide


def test_the_guides_example_is_a_portal() -> None:
    example = re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert example
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(example[1], "docs/PORTALS.md", "exec"), names)
    portal = names["LamPhuocSotttt"]
    assert portal.entry().name == "lam-phuoc-sotttt"


@pytest.mark.parametrize("declared", [Portal, Profile, ListingProfile])
def test_the_guide_explains_each_attribute(declared: type) -> None:
    attributes = inspect.get_annotations(declared)
    explained = set(re.findall(r"`(\w+)`", GUIDE))
    assert set(attributes) <= explained
