"""The odd pages that each platform can serve, once, and not in the folder of each portal.

A folder a platform: pages, and expected.json as those of portals, read by the platform's class.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.expected.comparison import compared
from portal_crawler.expected.folder import read_folder
from portal_crawler.platforms.recognition import platform_classes

HERE = Path(__file__).parent
FOLDERS = sorted(path.parent.name for path in HERE.glob("*/expected.json"))


def articles(name: str) -> list[dict[str, Any]]:
    expected = json.loads((HERE / name / "expected.json").read_bytes())
    pages: list[dict[str, Any]] = expected["articles"]
    return [page["article"] for page in pages if "article" in page]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_platforms_pages_give_what_is_expected(name: str) -> None:
    found = compared(platform_classes()[name], read_folder(HERE / name))
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("name", FOLDERS)
def test_a_platform_has_an_article_without_a_date(name: str) -> None:
    assert [article["title"] for article in articles(name) if "no-date" in article["problems"]]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_platform_has_an_article_that_is_only_a_document(name: str) -> None:
    few = [article for article in articles(name) if len(article["body"]) <= 1]
    assert [article["title"] for article in few if article["attachments"]]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_platform_has_an_article_without_a_lead(name: str) -> None:
    assert [article["title"] for article in articles(name) if article["lead"] is None]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_platform_has_an_article_that_is_gone(name: str) -> None:
    expected = json.loads((HERE / name / "expected.json").read_bytes())
    assert [page["file"] for page in expected["articles"] if "raises" in page]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_platform_has_the_end_of_a_listing(name: str) -> None:
    expected = json.loads((HERE / name / "expected.json").read_bytes())
    assert [page["file"] for page in expected["listings"] if not page["rows"]]
